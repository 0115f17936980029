//! The impl half of a component.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::{boxed, call_at, duration, outcome};
use crate::model::{Hook, HookName, Implementation, Kind};
use crate::names::{Names, cx, this};
use crate::parse::ends;

/// ```ignore
/// impl Database { .. }
/// impl AnnotatedImplBlock for Database {
///     const HOOKS: Hooks = { .. };
/// }
/// const _: () = check_kind(&<Database as Component>::DECLARATION, Kind::Resource);
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
    let hooks = table(names, *kind, hooks);
    let block = block(names, self_ty, &hooks);
    let loads = loads(&implementation.hooks).map(|ty| {
        let loads = names.loads();
        quote!(impl #loads<#ty> for #self_ty {})
    });
    let check = check_kind(names, *kind, self_ty);
    quote! {
        #item
        const _: () = {
            #import
            #block
            #loads
            #check
        };
    }
}

/// `Hooks::new().kind(..).start(..).stop(..)`, or the same as statements where some depend on `#[cfg(..)]`.
fn table(names: &Names, kind: Kind, hooks: &[Hook]) -> TokenStream {
    let (hooks_type, kind_type, kind) = (names.hooks(), names.kind(), kind.variant());
    let begin = quote!(#hooks_type::new().kind(#kind_type::#kind));
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
    let cx = if hook.parameters.is_empty() {
        quote!(_)
    } else {
        quote!(#cx)
    };
    let (call, at) = (call(names, hook), hook.method.span());
    let outcome = |how, value: &TokenStream| outcome(names, hook.output, ty, how, value);
    let body = match (hook.which.takes_self(), hook.is_async) {
        (false, false) => outcome("at_once", &call),
        (false, true) => outcome("awaited", &boxed(at, &call)),
        (true, false) => outcome("done", &call),
        (true, true) => {
            let result = outcome("outcome", &quote!(#call.await));
            boxed(at, &quote_spanned!(at=> async move { #result }))
        }
    };
    let function = if hook.which.takes_self() {
        quote!(|#this, #cx| #body)
    } else {
        quote!(|#cx| #body)
    };
    let health = (hook.which == HookName::Health).then(|| health(names, hook));
    quote!(.#method(#function #health))
}

/// `Self::close(&this.of::<Self>(), <Context as Argument<Self>>::take(&cx))`
fn call(names: &Names, hook: &Hook) -> TokenStream {
    let Hook {
        method, parameters, ..
    } = hook;
    let (argument, cx, this) = (names.argument(), cx(), this());
    let arguments = parameters
        .iter()
        .map(|ty| quote!(<#ty as #argument<Self>>::take(&#cx)));
    if hook.which.takes_self() {
        quote!(Self::#method(&#this.of::<Self>(), #(#arguments),*))
    } else {
        quote!(Self::#method(#(#arguments),*))
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

/// Stands where the type stands.
fn check_kind(names: &Names, kind: Kind, self_ty: &Type) -> TokenStream {
    let (check_kind, component, kind_type) = (names.check_kind(), names.component(), names.kind());
    let kind = kind.variant();
    let call = call_at(
        self_ty,
        &check_kind.to_token_stream(),
        &quote!(&<#self_ty as #component>::DECLARATION, #kind_type::#kind),
    );
    quote!(const _: () = #call;)
}
