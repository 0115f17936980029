//! `[A, b::B, optional(C), late(D)]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Ident, Token, Type, bracketed, parenthesized, token};

use super::entries::Entry;
use super::ungroup;
use crate::check;
use crate::errors::Errors;
use crate::model::{Edge, EdgeKind};

/// The words that may stand around a dependency.
const WORDS: [(&str, EdgeKind); 2] = [("optional", EdgeKind::Optional), ("late", EdgeKind::Late)];

struct Dependency {
    kind: EdgeKind,
    ty: Type,
}

impl Parse for Dependency {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut kind = EdgeKind::Hard;
        let ty = if input.peek(Ident::peek_any) && input.peek2(token::Paren) {
            let word = input.call(Ident::parse_any)?;
            let content;
            parenthesized!(content in input);
            let ty: Type = content.parse()?;
            let rest = content.span();
            let is_one = content.is_empty();
            content.parse::<TokenStream>()?;
            match WORDS.iter().find(|(known, _)| word == known) {
                Some((_, known)) => kind = *known,
                None => {
                    let known = WORDS.map(|(word, _)| word);
                    return Err(check::unknown_dependency_word(&word, &known));
                }
            }
            if !is_one {
                return Err(check::two_dependencies(&word, rest));
            }
            ty
        } else {
            input.parse()?
        };
        check::not_a_type_path(&ty)?;
        Ok(Self { kind, ty })
    }
}

/// Reads the list of dependencies; every bad one is an error of its own.
pub(crate) fn list(entry: &Entry, errors: &mut Errors) -> Vec<Edge> {
    let dependencies = types::<Dependency>(entry, "[Settings, optional(Cache)]", errors);
    let mut edges: Vec<Edge> = Vec::new();
    for Dependency { kind, ty } in dependencies {
        if edges.iter().any(|edge| edge.names(&ty)) {
            errors.push(check::repeated_dependency(&ty));
            continue;
        }
        edges.push(Edge {
            kind,
            target: ty,
            cfgs: Vec::new(),
        });
    }
    edges
}

/// Reads `[A, b::B]`, the roots of an app.
pub(crate) fn roots(entry: &Entry, errors: &mut Errors) -> Vec<Type> {
    let found = types::<Type>(entry, "[Api]", errors);
    distinct(found, errors)
}

/// The roots, each once and each the name of a type.
pub(crate) fn distinct(found: Vec<Type>, errors: &mut Errors) -> Vec<Type> {
    let mut roots: Vec<Type> = Vec::new();
    for ty in found {
        if errors.keep(check::not_a_type_path(&ty)).is_none() {
            continue;
        }
        if roots.iter().any(|root| same(root, &ty)) {
            errors.push(check::repeated_root(&ty));
            continue;
        }
        roots.push(ty);
    }
    roots
}

/// Reads a bracketed list, with the elements before and behind a bad one.
fn types<T: Parse>(entry: &Entry, example: &str, errors: &mut Errors) -> Vec<T> {
    let Some(value) = entry.value.clone() else {
        errors.push(check::missing_value(&entry.key, example));
        return Vec::new();
    };
    let mut found = Vec::new();
    let read = |input: ParseStream<'_>| {
        if !input.peek(token::Bracket) {
            return Err(check::wrong_value(entry, example));
        }
        let content;
        bracketed!(content in input);
        while !content.is_empty() {
            match content.parse() {
                Ok(element) => found.push(element),
                Err(error) => {
                    errors.push(error);
                    while !content.is_empty() && !content.peek(Token![,]) {
                        content.parse::<proc_macro2::TokenTree>()?;
                    }
                }
            }
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = read.parse2(value) {
        errors.push(error);
    }
    found
}

/// Reads `A, b::B` up to the end.
pub(crate) fn bare_list(input: ParseStream<'_>) -> syn::Result<Vec<Type>> {
    Ok(Punctuated::<Type, Token![,]>::parse_terminated(input)?
        .into_iter()
        .collect())
}

/// Whether two types are written alike.
pub(crate) fn same(a: &Type, b: &Type) -> bool {
    let text = |ty: &Type| ungroup(ty).to_token_stream().to_string();
    text(a) == text(b)
}

impl Edge {
    /// Whether this edge leads to the type that is written like `ty`.
    pub(crate) fn names(&self, ty: &Type) -> bool {
        same(&self.target, ty)
    }
}
