//! An annotated impl block.
//!
//! Only the header and the methods with a hook attribute are parsed; everything else passes through as it is, bodies
//! included, which is both quick and kind to code that is being typed.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::ParseStream;
use syn::{Attribute, Generics, Path, Token, Type, WhereClause};

use super::component::root;
use super::entries::Entries;
use super::{hooks, without_body};
use crate::check;
use crate::errors::Errors;
use crate::model::{Hook, Implementation, Kind};
use crate::names::Names;

/// The keys that an impl block takes; all others stand on the struct.
const KEYS: [&str; 1] = ["crate"];

/// Reads an annotated impl block.
pub(crate) fn parse(
    kind: Kind,
    arguments: TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> Implementation {
    let entries = Entries::parse_on_impl(arguments, kind.as_str(), &KEYS, errors);
    let root = root(&entries, errors);
    let names = Names::new(root.as_ref());
    let header = syn::parse::Parser::parse2(header, without_body(item.clone()));
    let self_ty = errors.keep(header).and_then(|(generics, ty, for_token)| {
        check::generic_impl(&generics, errors);
        check::trait_impl(kind, for_token.as_ref(), errors);
        for_token.is_none().then_some(ty)
    });
    let (item, hooks) = strip(kind, root.as_ref(), item, errors);
    check::repeated_hooks(&hooks, errors);
    check::loaded_without_load(&hooks, errors);
    check::no_work(kind, &hooks, self_ty.as_ref(), errors);
    let self_ty = self_ty.unwrap_or_else(|| Type::Verbatim(TokenStream::new()));
    Implementation {
        kind,
        names,
        item,
        self_ty,
        hooks,
    }
}

type Header = (Generics, Type, Option<Token![for]>);

fn header(input: ParseStream<'_>) -> syn::Result<Header> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Option<Token![unsafe]>>()?;
    input.parse::<Token![impl]>()?;
    let has_generics = input.peek(Token![<])
        && (input.peek2(Token![>])
            || input.peek2(Token![#])
            || input.peek2(Token![const])
            || input.peek2(syn::Lifetime)
            || input.peek2(syn::Ident));
    let generics = if has_generics {
        input.parse()?
    } else {
        Generics::default()
    };
    input.parse::<Option<Token![!]>>()?;
    let ty: Type = input.parse()?;
    let for_token: Option<Token![for]> = input.parse()?;
    if for_token.is_some() {
        input.parse::<Type>()?;
    }
    input.parse::<Option<WhereClause>>()?;
    input.parse::<TokenTree>()?;
    Ok((generics, ty, for_token))
}

/// Takes the hook attributes off the methods and reads those methods.
pub(crate) fn strip(
    kind: Kind,
    root: Option<&Path>,
    item: TokenStream,
    errors: &mut Errors,
) -> (TokenStream, Vec<Hook>) {
    let mut trees: Vec<TokenTree> = item.into_iter().collect();
    let mut found = Vec::new();
    if let Some(TokenTree::Group(body)) = trees.last_mut() {
        let read = |input: ParseStream<'_>| members(kind, root, input, &mut found, errors);
        match syn::parse::Parser::parse2(read, body.stream()) {
            Ok(stripped) => {
                let mut group = Group::new(body.delimiter(), stripped);
                group.set_span(body.span());
                *body = group;
            }
            Err(error) => errors.push(error),
        }
    }
    (trees.into_iter().collect(), found)
}

fn members(
    kind: Kind,
    root: Option<&Path>,
    input: ParseStream<'_>,
    found: &mut Vec<Hook>,
    errors: &mut Errors,
) -> syn::Result<TokenStream> {
    let mut stripped = TokenStream::new();
    while !input.is_empty() {
        if !(input.peek(Token![#]) && input.peek2(syn::token::Bracket)) {
            stripped.append(input.parse::<TokenTree>()?);
            continue;
        }
        let attributes = input.call(Attribute::parse_outer)?;
        let (hooks, others): (Vec<_>, Vec<_>) = attributes
            .into_iter()
            .partition(|attribute| hooks::name(attribute, root).is_some());
        let others = check::unknown_hooks(others, errors);
        for other in &others {
            other.to_tokens(&mut stripped);
        }
        if !hooks.is_empty() {
            // What follows is read without being taken, so that it passes through like everything else.
            let fork = input.fork();
            let hook = hooks::parse(kind, &hooks, &others, &fork, errors);
            found.extend(errors.keep(hook).flatten());
        }
    }
    Ok(stripped)
}
