//! `plan![..]`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Token, Type};

use super::walk::Walk;
use crate::check;
use crate::errors::Errors;
use crate::fallback;
use crate::names::Names;
use crate::parse::dependency;
use crate::parse::entries::Entries;
use crate::parse::{component, value};

const KEYS: [&str; 2] = ["max_depth", "crate"];

/// A block with the items of a walk, whose value is the plan.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let (settings, roots) = split(input);
    let entries = Entries::parse(settings, "plan", &KEYS, &mut errors);
    let names = Names::new(component::root(&entries, &mut errors).as_ref());
    let depth = |entry: &_| value::count(entry, 1..=10_000);
    let max_depth = entries.read("max_depth", &mut errors, depth);
    let read = errors.keep(dependency::bare_list.parse2(roots));
    if read.as_ref().is_some_and(Vec::is_empty) {
        errors.push(check::empty_plan(Span::call_site()));
    }
    let roots: Vec<Type> = dependency::distinct(read.unwrap_or_default(), &mut errors);
    if let Err(errors) = errors.finish() {
        return fallback::plan(&errors);
    }
    let walk = Walk {
        names: &names,
        roots: &roots,
        max_depth: max_depth.map(|depth| depth as usize),
        groups: None,
        prefix: "",
    };
    let (items, plan) = (walk.items(), walk.item("PLAN"));
    quote!({
        #items
        #plan.plan()
    })
}

/// What stands before a `;`, and what stands behind it.
fn split(input: TokenStream) -> (TokenStream, TokenStream) {
    let read = |input: ParseStream<'_>| {
        let mut before = TokenStream::new();
        while !input.is_empty() {
            if input.parse::<Option<Token![;]>>()?.is_some() {
                return Ok((before, input.parse()?));
            }
            before.extend([input.parse::<proc_macro2::TokenTree>()?]);
        }
        Ok((TokenStream::new(), before))
    };
    read.parse2(input).unwrap_or_default()
}
