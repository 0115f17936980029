//! Models to code. What is written here is thin: constants, type names and calls into `lifecycle::__private`.

pub(crate) mod app;
mod component;
pub(crate) mod hooks;
pub(crate) mod plan;
mod walk;

use std::time::Duration;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, ItemStruct, Token, Visibility, token};

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
    let (outcome, how) = (names.outcome(), Ident::new(how, Span::call_site()));
    call_between(at.0, at.1, &quote!(<_ as #outcome<#ty>>::#how), value)
}

/// `Box::pin(future)`, which stands where the hook's name stands.
fn boxed(at: Span, future: &TokenStream) -> TokenStream {
    call_between(at, at, &quote!(::std::boxed::Box::pin), future)
}

/// `::core::time::Duration::new(5, 0)`
fn duration(time: Duration) -> TokenStream {
    let (seconds, nanos) = (time.as_secs(), time.subsec_nanos());
    quote!(::core::time::Duration::new(#seconds, #nanos))
}

/// A call that stands, for the compiler, where `at` stands: `function(arguments)`.
fn call_at(at: impl ToTokens, function: &TokenStream, arguments: &TokenStream) -> TokenStream {
    let (first, last) = parse::ends(at);
    call_between(first, last, function, arguments)
}

/// A call whose first token is at `first` and whose last is at `last`, which is what errors in const evaluation show.
fn call_between(
    first: Span,
    last: Span,
    function: &TokenStream,
    arguments: &TokenStream,
) -> TokenStream {
    let mut tokens = stamped(first, last, function);
    token::Paren(last).surround(&mut tokens, |inner| arguments.to_tokens(inner));
    tokens
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
