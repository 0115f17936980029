//! What goes on beside a component's run loop: one statement for each method, in the function that begins it all.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;
use syn::ext::IdentExt;

use super::hooks::arguments;
use super::{boxed, call_between, duration, outcome, pool};
use crate::model::{Arguments, Hook, HookName};
use crate::names::{Names, cx, this};

/// ```ignore
/// fn begin(this: &Arc<Self>, cx: &Context) {
///     every(this, cx, "expire", Every::new(..), |this, cx| ..);
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

/// Has the compiler read each expression, also when nothing is built: what stands in a function would be read only then.
///
/// ```ignore
/// const _: () = {
///     const EXPRESSION: Cron = Cron::new("0 30 3 * * *");
/// };
/// ```
pub(super) fn expressions(names: &Names, hooks: &[&Hook]) -> TokenStream {
    let checks = hooks.iter().filter_map(|hook| {
        let Arguments::Cron { expression, .. } = &hook.arguments else {
            return None;
        };
        let (cfgs, cron, span) = (&hook.cfgs, names.cron_policy(), expression.span());
        let read = call_between(span, span, &quote!(#cron::new), &quote!(#expression));
        Some(quote! {
            #(#cfgs)*
            const _: () = {
                const EXPRESSION: #cron = #read;
            };
        })
    });
    checks.collect()
}

/// What happens to jobs that were not done begins nothing.
fn begins(hook: &Hook) -> bool {
    !hook.which.is_of_pool() || hook.which == HookName::Work
}

fn statement(names: &Names, hook: &Hook) -> TokenStream {
    let (this, cx, name) = (this(), cx(), hook.method.unraw().to_string());
    let method = method(names, hook);
    // Reports of runs that do not end point at the method.
    let at = |call, arguments| {
        let span = hook.method.span();
        call_between(span, span, &call, &arguments)
    };
    match &hook.arguments {
        Arguments::Every {
            period,
            jitter,
            immediate,
        } => {
            let (every, how) = (names.every(), names.every_policy());
            let period = duration(*period);
            let jitter = (*jitter > 0.0).then(|| {
                let jitter = Literal::f64_unsuffixed(*jitter);
                quote!(.jitter(#jitter))
            });
            let immediate = immediate.then(|| quote!(.immediate()));
            at(
                quote!(#every),
                quote!(#this, #cx, #name, #how::new(#period) #jitter #immediate, #method),
            )
        }
        Arguments::Cron { expression, tz } => {
            let (cron, how) = (names.cron(), names.cron_policy());
            let tz = tz.as_ref().map(|tz| quote!(.tz(#tz)));
            at(
                quote!(#cron),
                quote!(#this, #cx, #name, #how::new(#expression) #tz, #method),
            )
        }
        Arguments::None | Arguments::Health(_) | Arguments::On { .. } => TokenStream::new(),
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
    let work = work(names, hook, &quote!(Self::#method(#this, #(#arguments),*)));
    quote!(|#this, #given| #work)
}

/// The call of a method, as work that gives nothing but an error.
pub(super) fn work(names: &Names, hook: &Hook, call: &TokenStream) -> TokenStream {
    let unit = quote!(());
    if hook.is_async {
        let call = boxed(hook.method.span(), call);
        outcome(names, hook.output, &unit, "worked", &call)
    } else {
        outcome(names, hook.output, &unit, "done", call)
    }
}
