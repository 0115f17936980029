//! The impl half of a component.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::{boxed, duration, outcome, outcome_of};
use crate::model::{Hook, HookName, Implementation, Kind};
use crate::names::{Names, cx, this};
use crate::parse::ends;

/// ```ignore
/// impl Database { .. }
/// impl AnnotatedImplBlock for Database {
///     const HOOKS: Hooks = { .. };
/// }
/// ```
pub(crate) fn expand(implementation: &Implementation) -> TokenStream {
    let Implementation {
        kind,
        names,
        item,
        self_ty,
        hooks,
    } = implementation;
    let (import, names) = (names.import(&[]), &Names::local());
    let hooks = table(names, *kind, self_ty, hooks);
    let block = block(names, self_ty, &hooks);
    let loads = loads(&implementation.hooks).map(|ty| {
        let loads = names.loads();
        quote!(impl #loads<#ty> for #self_ty {})
    });
    quote! {
        #item
        const _: () = {
            #import
            #block
            #loads
        };
    }
}

/// `Hooks::new().kind(..).start(..).stop(..)`, or the same as statements where some depend on `#[cfg(..)]`.
fn table(names: &Names, kind: Kind, self_ty: &Type, hooks: &[Hook]) -> TokenStream {
    let hooks_type = names.hooks();
    // The projection asks whether the struct half is there, and of this kind.
    let of_kind = names.of_kind(kind);
    let begin = quote!(#hooks_type::of::<<#self_ty as #of_kind>::Itself>());
    let loaded = loads(hooks).map(ToTokens::to_token_stream);
    let setters = hooks
        .iter()
        .map(|hook| setter(names, hook, loaded.as_ref()));
    if hooks.iter().all(|hook| hook.cfgs.is_empty()) {
        return quote!(#begin #(#setters)*);
    }
    let local = Ident::new("hooks", Span::mixed_site());
    let statements = hooks.iter().zip(setters).map(|(hook, setter)| {
        let cfgs = &hook.cfgs;
        quote!(#(#cfgs)* let #local = #local #setter;)
    });
    quote!({
        let #local = #begin;
        #(#statements)*
        #local
    })
}

/// `impl AnnotatedImplBlock for Database { .. }`, where the type stands: two annotated blocks are two implementations
/// of one trait, and that error shows the type in both headers.
pub(crate) fn block(names: &Names, self_ty: &Type, hooks: &TokenStream) -> TokenStream {
    let (first, last) = ends(self_ty);
    let (block, hooks_type) = (names.annotated_impl_block(), names.hooks());
    let begin = quote_spanned!(first=> impl);
    let body = quote!(const HOOKS: #hooks_type = #hooks;);
    let body = quote_spanned!(last=> { #body });
    quote!(#[automatically_derived] #begin #block for #self_ty #body)
}

/// What `#[load]` gives: the `T` of the `Loaded<T>` that a hook takes.
fn loads(hooks: &[Hook]) -> Option<&Type> {
    let has_load = hooks.iter().any(|hook| hook.which == HookName::Load);
    let mut taken = hooks.iter().filter_map(|hook| hook.loaded.as_ref());
    taken.next().filter(|_| has_load)
}

/// `.stop(|this, cx| ..)`
fn setter(names: &Names, hook: &Hook, loaded: Option<&TokenStream>) -> TokenStream {
    let method = Ident::new(hook.which.as_str(), Span::call_site());
    let (cx, this) = (cx(), this());
    let (unit, itself) = (quote!(()), quote!(Self));
    let ty = match hook.which {
        HookName::Start => &itself,
        HookName::Load => loaded.unwrap_or(&unit),
        _ => &unit,
    };
    // What borrows the component is called with the context by `on`, which takes it in any case.
    let borrows = hook.which.takes_self() && hook.is_async;
    let unused = hook.parameters.is_empty() && !borrows;
    let parameter = if unused { quote!(_) } else { quote!(#cx) };
    let (call, at) = (call(names, hook), hook.method.span());
    let outcome = |how, value: &TokenStream| outcome(names, hook.output, ty, how, value);
    let body = match (hook.which.takes_self(), hook.is_async) {
        (false, false) => outcome("at_once", &call),
        (false, true) => outcome("awaited", &boxed(at, &call)),
        (true, false) => outcome("done", &call),
        (true, true) => {
            let (on, future) = (names.on(), boxed(at, &call));
            let outcome = outcome_of(names, hook.output, ty);
            let inner = if hook.parameters.is_empty() {
                quote!(_)
            } else {
                quote!(#cx)
            };
            quote!(#on::<Self, _>(#this, #cx, |#this, #inner| #future, #outcome))
        }
    };
    let function = if hook.which.takes_self() {
        quote!(|#this, #parameter| #body)
    } else {
        quote!(|#parameter| #body)
    };
    let health = (hook.which == HookName::Health).then(|| health(names, hook));
    quote!(.#method(#function #health))
}

/// `Self::close(&this.of::<Self>(), <Context as Argument<Self>>::take(&cx))`; an async method is called with what `on`
/// borrows.
fn call(names: &Names, hook: &Hook) -> TokenStream {
    let Hook {
        method,
        parameters,
        is_async,
        ..
    } = hook;
    let (argument, cx, this) = (names.argument(), cx(), this());
    let arguments = parameters.iter().map(|ty| {
        let cx = if *is_async && hook.which.takes_self() {
            quote!(#cx)
        } else {
            quote!(&#cx)
        };
        quote!(<#ty as #argument<Self>>::take(#cx))
    });
    match (hook.which.takes_self(), is_async) {
        (true, true) => quote!(Self::#method(#this, #(#arguments),*)),
        (true, false) => quote!(Self::#method(&#this.of::<Self>(), #(#arguments),*)),
        (false, _) => quote!(Self::#method(#(#arguments),*)),
    }
}

fn health(names: &Names, hook: &Hook) -> TokenStream {
    let health = names.health();
    let or_default = |time: Option<_>, field: &str| {
        let field = Ident::new(field, Span::call_site());
        time.map_or_else(|| quote!(#health::DEFAULT.#field), duration)
    };
    let (every, timeout) = (
        or_default(hook.every, "every"),
        or_default(hook.timeout, "timeout"),
    );
    quote!(, #health { every: #every, timeout: #timeout })
}
