//! Models to code. What is written here is thin: constants, type names and calls into `lifecycle::__private`.

pub(crate) mod app;
mod beside;
mod component;
pub(crate) mod hooks;
mod on;
pub(crate) mod plan;
pub(crate) mod pool;
mod setters;
mod walk;

use std::time::Duration;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, ItemStruct, Token, Visibility};

use crate::check;
use crate::errors::Errors;
use crate::fallback;
use crate::model::Kind;
use crate::names::Names;
use crate::parse;

/// `#[resource]` and `#[service]`, on a struct or on an impl block.
pub(crate) fn attribute(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let what = match what.parse2(parse::without_body(item.clone())) {
        Ok(what) => what,
        Err(error) => return fallback::verbatim(error, item),
    };
    match what.to_string().as_str() {
        "struct" => of_struct(kind, arguments, item),
        "impl" => of_impl(kind, arguments, item),
        _ => fallback::wrong_item(check::wrong_item(kind, &what), &what, item),
    }
}

/// The keyword that begins the item.
fn what(input: ParseStream<'_>) -> syn::Result<Ident> {
    use syn::ext::IdentExt;
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    if input.peek(Token![unsafe]) && input.peek2(Token![impl]) {
        input.parse::<Token![unsafe]>()?;
    }
    let keyword = input.call(Ident::parse_any)?;
    while !input.is_empty() {
        input.parse::<TokenTree>()?;
    }
    Ok(keyword)
}

fn of_struct(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let parsed: ItemStruct = match syn::parse2(item.clone()) {
        Ok(parsed) => parsed,
        Err(error) => return fallback::verbatim(error, item),
    };
    let mut errors = Errors::default();
    let component = parse::component::parse(kind, arguments, item, parsed, &mut errors);
    match errors.finish() {
        Ok(()) => component::expand(&component),
        Err(errors) => fallback::component(&component, &errors),
    }
}

fn of_impl(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let implementation = parse::implementation::parse(kind, arguments, item, &mut errors);
    match errors.finish() {
        Ok(()) => hooks::expand(&implementation),
        Err(errors) => fallback::implementation(&implementation, &errors),
    }
}

/// `<_ as Outcome<T>>::how(value)`, which stands where the hook says what it returns.
fn outcome(
    names: &Names,
    at: (Span, Span),
    ty: &TokenStream,
    how: &str,
    value: &TokenStream,
) -> TokenStream {
    let (begin, any) = (Token![<](at.0), Token![_](at.0));
    let (outcome, how, arguments) = (
        names.outcome(),
        Ident::new(how, at.1),
        arguments(at.1, value),
    );
    quote!(#begin #any as #outcome<#ty>>::#how #arguments)
}

/// `Box::pin(future)`, which stands where the hook's name stands.
fn boxed(at: Span, future: &TokenStream) -> TokenStream {
    let (begin, pin, arguments) = (
        Token![::]([at, at]),
        Ident::new("pin", at),
        arguments(at, future),
    );
    quote!(#begin std::boxed::Box::#pin #arguments)
}

/// What a call takes, in parentheses that stand where the call is to end.
fn arguments(last: Span, inner: &TokenStream) -> Group {
    let mut group = Group::new(Delimiter::Parenthesis, inner.clone());
    group.set_span(last);
    group
}

/// `::core::time::Duration::new(5, 0)`
fn duration(time: Duration) -> TokenStream {
    let (seconds, nanos) = (time.as_secs(), time.subsec_nanos());
    quote!(::core::time::Duration::new(#seconds, #nanos))
}

/// A call whose first token is at `first` and whose last is at `last`, which is what errors in const evaluation show.
fn call_between(
    first: Span,
    last: Span,
    function: &TokenStream,
    arguments: &TokenStream,
) -> TokenStream {
    let (function, arguments) = (
        stamped(first, last, function),
        self::arguments(last, arguments),
    );
    quote!(#function #arguments)
}

/// The tokens of a path, of which the first two stand at `first` and the last one at `last`.
fn stamped(first: Span, last: Span, path: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = path.clone().into_iter().collect();
    tokens
        .iter_mut()
        .take(2)
        .for_each(|token| token.set_span(first));
    tokens
        .iter_mut()
        .next_back()
        .into_iter()
        .for_each(|token| token.set_span(last));
    tokens.into_iter().collect()
}
