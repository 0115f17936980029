//! `["payments", "checkout"]`: groups of health.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{LitStr, Token, bracketed};

use super::entries::Entry;
use crate::check;
use crate::errors::Errors;

/// Reads the names; every bad one is an error of its own.
pub(crate) fn list(entry: &Entry, errors: &mut Errors) -> Vec<LitStr> {
    let read = |input: syn::parse::ParseStream<'_>| {
        let content;
        bracketed!(content in input);
        Punctuated::<LitStr, Token![,]>::parse_terminated(&content)
    };
    let read = read.parse2(entry.value.clone().unwrap_or_default());
    let read = read.map_err(|_| check::wrong_value(entry, "[\"payments\"]"));
    let mut names: Vec<LitStr> = Vec::new();
    for name in errors.keep(read).into_iter().flatten() {
        if names.iter().any(|known| known.value() == name.value()) {
            errors.push(check::repeated_group(&name));
        } else if errors.keep(check::bad_group(&name)).is_some() {
            names.push(name);
        }
    }
    names
}
