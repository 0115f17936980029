//! `key = value, flag, ..`: the arguments of every attribute.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, Token};

use crate::check;
use crate::errors::Errors;
use crate::parse::ends;

/// One key and what stands behind its `=`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Option<TokenStream>,
}

impl Entry {
    /// Where the value begins, or the key if there is none.
    pub(crate) fn span(&self) -> Span {
        match &self.value {
            Some(value) => ends(value).0,
            None => self.key.span(),
        }
    }
}

/// The keys of one attribute, each at most once and each known.
pub(crate) struct Entries(Vec<Entry>);

impl Entries {
    pub(crate) fn parse(
        tokens: TokenStream,
        attribute: &str,
        known: &[&str],
        errors: &mut Errors,
    ) -> Self {
        let unknown = |key: &Ident| check::unknown_key(key, attribute, known);
        Self::parse_or(tokens, known, unknown, errors)
    }

    /// The same for an impl block, where the keys of a struct are out of place rather than unknown.
    pub(crate) fn parse_on_impl(
        tokens: TokenStream,
        attribute: &str,
        known: &[&str],
        errors: &mut Errors,
    ) -> Self {
        let unknown = |key: &Ident| check::key_on_impl(key, attribute);
        Self::parse_or(tokens, known, unknown, errors)
    }

    fn parse_or(
        tokens: TokenStream,
        known: &[&str],
        unknown: impl Fn(&Ident) -> syn::Error,
        errors: &mut Errors,
    ) -> Self {
        let mut entries = Self(Vec::new());
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let entry = entry(input)?;
                if !known.iter().any(|known| entry.key == known) {
                    errors.push(unknown(&entry.key));
                } else if entries.0.iter().any(|first| first.key == entry.key) {
                    errors.push(check::repeated_key(&entry.key));
                } else {
                    entries.0.push(entry);
                }
            }
            Ok(())
        };
        if let Err(error) = read.parse2(tokens) {
            errors.push(error);
        }
        entries
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.key == key)
    }

    /// Reads the value of `key`, if it is there; a bad value is an error and counts as absent.
    pub(crate) fn read<T>(
        &self,
        key: &str,
        errors: &mut Errors,
        read: impl FnOnce(&Entry) -> syn::Result<T>,
    ) -> Option<T> {
        errors.keep(read(self.get(key)?))
    }
}

/// Reads one entry and the comma behind it, if there is one.
fn entry(input: ParseStream<'_>) -> syn::Result<Entry> {
    let key = input
        .call(Ident::parse_any)
        .map_err(|error| check::no_key(error.span()))?;
    let mut value = None;
    if input.parse::<Option<Token![=]>>()?.is_some() {
        let mut tokens = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![,]) {
            let token: proc_macro2::TokenTree = input.parse()?;
            token.to_tokens(&mut tokens);
        }
        value = Some(tokens);
    } else if !input.is_empty() && !input.peek(Token![,]) {
        return Err(check::no_equals(&key, input.span()));
    }
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(Entry { key, value })
}
