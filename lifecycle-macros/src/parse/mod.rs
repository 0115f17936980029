//! Tokens to syntax.

pub(crate) mod app;
mod arguments;
pub(crate) mod component;
pub(crate) mod dependency;
pub(crate) mod duration;
pub(crate) mod entries;
mod groups;
pub(crate) mod hooks;
pub(crate) mod implementation;
mod pool;
pub(crate) mod value;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, GenericArgument, PathArguments, Type};

/// The first and the last token's span; types that come out of `macro_rules!` are looked into.
pub(crate) fn ends(tokens: impl ToTokens) -> (Span, Span) {
    fn first(tokens: TokenStream) -> Option<Span> {
        match tokens.into_iter().next()? {
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::None => {
                first(group.stream())
            }
            TokenTree::Group(group) => Some(group.span_open()),
            token => Some(token.span()),
        }
    }
    fn last(tokens: TokenStream) -> Option<Span> {
        match tokens.into_iter().last()? {
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::None => {
                last(group.stream())
            }
            TokenTree::Group(group) => Some(group.span_close()),
            token => Some(token.span()),
        }
    }
    let tokens = tokens.into_token_stream();
    let (first, last) = (first(tokens.clone()), last(tokens));
    let unknown = Span::call_site;
    (first.unwrap_or_else(unknown), last.unwrap_or_else(unknown))
}

/// The item without what stands in its braces: whoever looks only at its header need not read all of its bodies.
pub(crate) fn without_body(item: TokenStream) -> TokenStream {
    let mut trees: Vec<TokenTree> = item.into_iter().collect();
    if let Some(TokenTree::Group(body)) = trees.last_mut() {
        let mut empty = Group::new(body.delimiter(), TokenStream::new());
        empty.set_span(body.span());
        *body = empty;
    }
    trees.into_iter().collect()
}

/// The type inside the invisible groups that `macro_rules!` puts around it, and inside parentheses.
pub(crate) fn ungroup(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

/// The `T` of a type that is written `name<T>`, with any path before it.
pub(crate) fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ungroup(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match (
        last.ident == name,
        arguments.args.len(),
        arguments.args.first(),
    ) {
        (true, 1, Some(GenericArgument::Type(ty))) => Some(ungroup(ty)),
        (_, _, _) => None,
    }
}

/// The `#[cfg(..)]`s among the attributes.
pub(crate) fn cfgs(attributes: &[Attribute]) -> Vec<Attribute> {
    let is_cfg = |attribute: &&Attribute| attribute.path().is_ident("cfg");
    attributes.iter().filter(is_cfg).cloned().collect()
}
