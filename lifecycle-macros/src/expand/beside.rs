//! What goes on beside a component's run loop: one statement for each method, in the function that begins it all.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

use super::hooks::arguments;
use super::{boxed, duration, outcome, pool};
use crate::model::{Arguments, Hook, HookName};
use crate::names::{Names, cx, this};

/// ```ignore
/// fn begin(this: &Arc<Self>, cx: &Context) {
///     every(this, cx, "expire", Every { .. }, |this, cx| ..);
/// }
/// ```
pub(super) fn begin(names: &Names, self_ty: &Type, hooks: &[&Hook]) -> Option<TokenStream> {
    if hooks.is_empty() {
        return None;
    }
    let statements = hooks.iter().filter(|hook| begins(hook)).map(|hook| {
        let statement = match hook.which {
            HookName::Work => pool::begin(names, self_ty, hook, hooks),
            _ => statement(names, hook),
        };
        let cfgs = &hook.cfgs;
        quote!(#(#cfgs)* #statement;)
    });
    let (this, cx, context) = (this(), cx(), names.context());
    Some(quote! {
        fn begin(#this: &::std::sync::Arc<Self>, #cx: &#context) {
            #(#statements)*
        }
    })
}

/// What happens to jobs that were not done begins nothing.
fn begins(hook: &Hook) -> bool {
    !hook.which.is_of_pool() || hook.which == HookName::Work
}

fn statement(names: &Names, hook: &Hook) -> TokenStream {
    let (this, cx, name) = (this(), cx(), hook.method.to_string());
    let method = method(names, hook);
    match &hook.arguments {
        Arguments::Every {
            period,
            jitter,
            immediate,
        } => {
            let (every, how) = (names.every(), names.every_policy());
            let (period, jitter) = (duration(*period), Literal::f64_unsuffixed(*jitter));
            quote! {
                #every(#this, #cx, #name, #how { period: #period, jitter: #jitter, immediate: #immediate }, #method)
            }
        }
        Arguments::None | Arguments::Health { .. } => TokenStream::new(),
    }
}

/// `|this, cx| <_ as Outcome<()>>::worked(Box::pin(Self::expire(this, ..)))`
fn method(names: &Names, hook: &Hook) -> TokenStream {
    let (this, cx) = (this(), cx());
    let given = if hook.parameters.is_empty() {
        quote!(_)
    } else {
        cx.into_token_stream()
    };
    let (method, arguments) = (&hook.method, arguments(names, &hook.parameters));
    let call = quote!(Self::#method(#this, #(#arguments),*));
    let unit = quote!(());
    let work = if hook.is_async {
        let call = boxed(method.span(), &call);
        outcome(names, hook.output, &unit, "worked", &call)
    } else {
        outcome(names, hook.output, &unit, "done", &call)
    };
    quote!(|#this, #given| #work)
}
