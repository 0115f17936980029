//! The impl half of a component.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::{beside, boxed, duration, on, outcome, pool};
use crate::model::{Arguments, Hook, HookName, Implementation, Kind};
use crate::names::{Names, cx};
use crate::parse::ends;

/// ```ignore
/// impl Database { .. }
/// impl AnnotatedImplBlock for Database {
///     const HOOKS: u8 = ..;
///     fn start(cx: &Context) -> Made { .. }
///     fn stop(&self, cx: &Context) -> Work<'_> { .. }
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
    let loaded = loads(hooks);
    let bits = bits(names, *kind, self_ty, hooks);
    let (beside, hooks): (Vec<_>, Vec<_>) = hooks.iter().partition(|hook| hook.which.is_beside());
    let methods = hooks.iter().map(|hook| method(names, hook, loaded));
    let (on, beside): (Vec<_>, Vec<_>) = beside
        .into_iter()
        .partition(|hook| hook.which == HookName::On);
    let begin = beside::begin(names, self_ty, &beside);
    let work = pool::work(names, self_ty, &beside);
    let handlers = on::handlers_of(names, &on);
    let expressions = beside::expressions(names, &beside);
    let health = hooks.iter().filter_map(|hook| health(names, hook));
    let block = block(
        names,
        self_ty,
        &quote! {
            const HOOKS: u8 = #bits;
            #(#health)*
            #handlers
            #(#methods)*
            #begin
        },
    );
    let loads = loaded.map(|ty| {
        let loads = names.loads();
        quote!(impl #loads<#ty> for #self_ty {})
    });
    quote! {
        #item
        #block
        #work
        #loads
        #expressions
    }
}

/// Which methods are hooks: `hooks_of::<<Database as Resource>::Itself>(18)`. The projection asks whether the struct half
/// is there, and of this kind.
fn bits(names: &Names, kind: Kind, self_ty: &Type, hooks: &[Hook]) -> TokenStream {
    let (hooks_of, of_kind) = (names.hooks_of(), names.of_kind(kind));
    let hooks = hooks.iter().filter(|hook| hook.which.bit() != 0);
    let (always, by_cfg): (Vec<_>, Vec<_>) = hooks.partition(|hook| hook.cfgs.is_empty());
    let always = always.iter().fold(0, |bits, hook| bits | hook.which.bit());
    let mut bits = Literal::u8_unsuffixed(always).into_token_stream();
    if !by_cfg.is_empty() {
        let local = Ident::new("hooks", Span::mixed_site());
        let statements = by_cfg.iter().map(|hook| {
            let (cfgs, bit) = (&hook.cfgs, Literal::u8_unsuffixed(hook.which.bit()));
            quote!(#(#cfgs)* let #local = #local | #bit;)
        });
        bits = quote!({ let #local = #bits; #(#statements)* #local });
    }
    quote!(#hooks_of::<<#self_ty as #of_kind>::Itself>(#bits))
}

/// `impl AnnotatedImplBlock for Database { .. }`, where the type stands: two annotated blocks are two implementations
/// of one trait, and that error shows the type in both headers.
pub(crate) fn block(names: &Names, self_ty: &Type, body: &TokenStream) -> TokenStream {
    let (first, last) = ends(self_ty);
    let block = names.annotated_impl_block();
    let begin = quote_spanned!(first=> impl);
    let body = quote_spanned!(last=> { #body });
    quote!(#begin #block for #self_ty #body)
}

/// What `#[load]` gives: the `T` of the `Loaded<T>` that a hook takes.
fn loads(hooks: &[Hook]) -> Option<&Type> {
    let has_load = hooks.iter().any(|hook| hook.which == HookName::Load);
    let mut taken = hooks.iter().filter_map(|hook| hook.loaded.as_ref());
    taken.next().filter(|_| has_load)
}

/// `fn stop(&self, cx: &Context) -> Work<'_> { .. }`
fn method(names: &Names, hook: &Hook, loaded: Option<&Type>) -> TokenStream {
    let Hook {
        which,
        cfgs,
        method,
        parameters,
        is_async,
        ..
    } = hook;
    let (name, context) = (
        Ident::new(which.as_str(), Span::call_site()),
        names.context(),
    );
    let parameter = if parameters.is_empty() {
        quote!(_)
    } else {
        cx().into_token_stream()
    };
    let (made, work, health) = (names.made(), names.work(), names.health());
    let (receiver, this, given) = if which.takes_self() {
        let work = match which {
            HookName::Health => quote!(#work<'_, #health>),
            _ => quote!(#work<'_>),
        };
        (quote!(&self,), quote!(self,), work)
    } else {
        (
            TokenStream::new(),
            TokenStream::new(),
            made.into_token_stream(),
        )
    };
    let ty = match which {
        HookName::Start => quote!(Self),
        HookName::Health => health.into_token_stream(),
        HookName::Load => loaded.map_or_else(|| quote!(()), ToTokens::to_token_stream),
        _ => quote!(()),
    };
    let arguments = arguments(names, parameters);
    let call = quote!(Self::#method(#this #(#arguments),*));
    let outcome = |how, value: &TokenStream| outcome(names, hook.output, &ty, how, value);
    let body = match (which.takes_self(), is_async) {
        (false, false) => outcome("at_once", &call),
        (true, false) => outcome("done", &call),
        (false, true) => outcome("awaited", &boxed(method.span(), &call)),
        (true, true) => outcome("worked", &boxed(method.span(), &call)),
    };
    quote! {
        #(#cfgs)*
        fn #name(#receiver #parameter: &#context) -> #given { #body }
    }
}

/// `<Arc<Database> as Argument<Self>>::take(cx)` for each parameter.
pub(super) fn arguments<'a>(
    names: &'a Names,
    parameters: &'a [Type],
) -> impl Iterator<Item = TokenStream> + 'a {
    let (argument, cx) = (names.argument(), cx());
    parameters
        .iter()
        .map(move |ty| quote!(<#ty as #argument<Self>>::take(#cx)))
}

/// How the check runs, where the attribute says so.
fn health(names: &Names, hook: &Hook) -> Option<TokenStream> {
    let Arguments::Health { every, timeout } = &hook.arguments else {
        return None;
    };
    if every.is_none() && timeout.is_none() {
        return None;
    }
    let policy = names.check_policy();
    let set = |time: &Option<_>, key: &str| {
        let (key, time) = (Ident::new(key, Span::call_site()), (*time).map(duration)?);
        Some(quote!(.#key(#time)))
    };
    let (every, timeout) = (set(every, "every"), set(timeout, "timeout"));
    let cfgs = &hook.cfgs;
    Some(quote! {
        #(#cfgs)*
        const HEALTH: #policy = #policy::new() #every #timeout;
    })
}
