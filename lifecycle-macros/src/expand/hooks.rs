//! The impl half of a component.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::{call_between, duration};
use crate::model::{Hook, HookName, Implementation};
use crate::names::{Names, cx, this};
use crate::parse::ends;

/// ```ignore
/// impl Database { .. }
/// impl Database {
///     const ANNOTATED_IMPL_BLOCK: Hooks = { .. };
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
    let (hooks_type, kind_type, kind) = (names.hooks(), names.kind(), kind.variant());
    // Two annotated blocks are two constants of one name: the error shows the type in both headers.
    let table = Ident::new("ANNOTATED_IMPL_BLOCK", ends(self_ty).1);
    let local = Ident::new("hooks", Span::mixed_site());
    let loaded = loads(hooks).map(|ty| ty.to_token_stream());
    let entries = hooks
        .iter()
        .map(|hook| entry(names, &local, hook, loaded.as_ref()));
    let check = check_kind(implementation);
    let loads = loaded.as_ref().map(|ty| {
        let loads = names.loads();
        quote! {
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #loads<#ty> for #self_ty {}
        }
    });
    quote! {
        #item
        #[automatically_derived]
        impl #self_ty {
            #[doc(hidden)]
            const #table: #hooks_type = {
                let #local = #hooks_type::new().kind(#kind_type::#kind);
                #(#entries)*
                #local
            };
        }
        #loads
        #check
    }
}

/// What `#[load]` gives: the `T` of the `Loaded<T>` that a hook takes.
fn loads(hooks: &[Hook]) -> Option<&syn::Type> {
    let has_load = hooks.iter().any(|hook| hook.which == HookName::Load);
    let mut taken = hooks.iter().filter_map(|hook| hook.loaded.as_ref());
    taken.next().filter(|_| has_load)
}

/// `let hooks = hooks.stop(|this, cx| ..);`
fn entry(names: &Names, local: &Ident, hook: &Hook, loaded: Option<&TokenStream>) -> TokenStream {
    let cfgs = &hook.cfgs;
    let method = Ident::new(hook.which.as_str(), Span::call_site());
    let (cx, this) = (cx(), this());
    let call = call(names, hook);
    let function = match hook.which {
        HookName::Start => {
            let started = names.started();
            quote!(|#cx| #started::<Self, _>(async move { #call }))
        }
        HookName::Load => {
            let (loaded_fn, unit) = (names.loaded(), quote!(()));
            let ty = loaded.unwrap_or(&unit);
            quote!(|#cx| #loaded_fn::<#ty, _>(async move { #call }))
        }
        _ => {
            let finished = names.finished();
            quote!(|#this, #cx| #finished(async move {
                let #this = #this.of::<Self>();
                #call
            }))
        }
    };
    let health = (hook.which == HookName::Health).then(|| health(names, hook));
    quote!(#(#cfgs)* let #local = #local.#method(#function #health);)
}

/// `this.close(<Context as Argument<Self>>::take(&cx)).await`
fn call(names: &Names, hook: &Hook) -> TokenStream {
    let Hook {
        method, parameters, ..
    } = hook;
    let (argument, cx, this) = (names.argument(), cx(), this());
    let unused = (parameters.is_empty()).then(|| quote!(let _ = #cx;));
    let arguments = parameters
        .iter()
        .map(|ty| quote!(<#ty as #argument<Self>>::take(&#cx)));
    let wait = hook.is_async.then(|| quote!(.await));
    if hook.which.takes_self() {
        quote!(#unused Self::#method(&#this, #(#arguments),*) #wait)
    } else {
        quote!(#unused Self::#method(#(#arguments),*) #wait)
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

/// Stands where the attribute stands.
fn check_kind(implementation: &Implementation) -> TokenStream {
    let Implementation {
        kind,
        names,
        self_ty,
        ..
    } = implementation;
    let (check_kind, component, kind_type) = (names.check_kind(), names.component(), names.kind());
    let (kind, here) = (kind.variant(), Span::call_site());
    let call = call_between(
        here,
        here,
        &check_kind.to_token_stream(),
        &quote!(&<#self_ty as #component>::DECLARATION, #kind_type::#kind),
    );
    quote!(const _: () = #call;)
}
