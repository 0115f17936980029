//! Handlers of events: one statement for each method, in a function that is called when an app is made.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;

use super::beside::work;
use super::hooks::arguments;
use crate::model::{Arguments, Hook};
use crate::names::{Names, cx, handlers, this};
use crate::parse::{argument_of, ends};

/// ```ignore
/// const HANDLERS: Option<fn(&mut Handlers)> = Some(|handlers| {
///     handlers.on::<<OrderPlaced as Event>::Itself>("confirm", Handling::DEFAULT, |this, cx, event| ..);
/// });
/// ```
pub(super) fn handlers_of(names: &Names, hooks: &[&Hook]) -> Option<TokenStream> {
    if hooks.is_empty() {
        return None;
    }
    let statements = hooks.iter().map(|hook| statement(names, hook));
    let (handlers, ty) = (handlers(), names.handlers());
    Some(quote! {
        const HANDLERS: ::core::option::Option<fn(&mut #ty)> = ::core::option::Option::Some(|#handlers| {
            #(#statements)*
        });
    })
}

fn statement(names: &Names, hook: &Hook) -> Option<TokenStream> {
    let (first, others) = hook.parameters.split_first()?;
    let event = argument_of(first, "Arc")?;
    let (this, cx, handlers) = (this(), cx(), handlers());
    let given = if others.is_empty() {
        quote!(_)
    } else {
        cx.into_token_stream()
    };
    let local = Ident::new("event", Span::mixed_site());
    let (method, name, arguments) = (
        &hook.method,
        hook.method.unraw().to_string(),
        arguments(names, others),
    );
    let work = work(
        names,
        hook,
        &quote!(Self::#method(#this.get(), #local #(, #arguments)*)),
    );
    let (cfgs, how, of) = (&hook.cfgs, how(names, &hook.arguments), names.event());
    // Where the type stands, so that this is what an error shows.
    let event = quote_spanned!(ends(event).0=> <#event as #of>::Itself);
    Some(quote! {
        #(#cfgs)*
        #handlers.on::<#event>(#name, #how, |#this, #given, #local| #work);
    })
}

fn how(names: &Names, arguments: &Arguments) -> TokenStream {
    let handling = names.handling();
    let Arguments::On {
        capacity,
        concurrency,
    } = arguments
    else {
        return TokenStream::new();
    };
    if capacity.is_none() && concurrency.is_none() {
        return quote!(#handling::DEFAULT);
    }
    let or_default = |number: Option<u32>, field: &str| {
        let field = Ident::new(field, Span::call_site());
        number.map_or_else(
            || quote!(#handling::DEFAULT.#field),
            |number| Literal::u32_unsuffixed(number).into_token_stream(),
        )
    };
    let (capacity, concurrency) = (
        or_default(*capacity, "capacity"),
        or_default(*concurrency, "concurrency"),
    );
    quote!(#handling { capacity: #capacity, concurrency: #concurrency })
}
