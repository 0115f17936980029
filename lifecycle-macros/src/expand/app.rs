//! `#[app(..)] async fn main`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::walk::Walk;
use super::{boxed, call_between, duration, outcome};
use crate::errors::Errors;
use crate::fallback;
use crate::model::App;
use crate::names::{Names, cx};
use crate::parse;

/// The plan at module level, and a `main` that runs it around the user's own.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let app = parse::app::parse(arguments, item.clone(), &mut errors);
    match (errors.finish(), app) {
        (Ok(()), Some(app)) => write(&app),
        (Err(errors), _) => fallback::app(&errors, item),
        (Ok(()), None) => item,
    }
}

/// ```ignore
/// const __LIFECYCLE_SIZE: Size = { .. };
/// static __LIFECYCLE_PLAN: CompiledPlan<..> = { .. };
/// fn main() -> ExitCode {
///     async fn main(cx: Context) { .. }
///     launch(__LIFECYCLE_PLAN.plan(), Settings::new(..), Main { .. })
/// }
/// ```
fn write(app: &App) -> TokenStream {
    let walk = Walk {
        names: &app.names,
        roots: &app.roots,
        max_depth: app.max_depth,
        prefix: "__LIFECYCLE_",
    };
    let (items, plan) = (walk.items(), walk.item("PLAN"));
    let (import, names) = (app.names.import(&[]), &Names::local());
    let stop_times = stop_times(app, &plan);
    let (item, launch) = (&app.item, names.launch());
    let (settings, main) = (settings(app, names), main(app, names));
    let (has_root, roots) = (names.has_root(), &app.roots);
    let (vis, main_name) = (
        &app.vis,
        Ident::new(&app.name_of_main.to_string(), Span::call_site()),
    );
    let this_main = this_main();
    quote! {
        #items
        #stop_times
        #vis fn #main_name() -> ::std::process::ExitCode {
            #item
            {
                #import
                struct #this_main;
                #(
                    impl #has_root<#roots> for #this_main {}
                )*
                #launch(#plan.plan(), #settings, #main)
            }
        }
    }
}

/// Stands where the limit is written, or where the services are.
fn stop_times(app: &App, plan: &Ident) -> TokenStream {
    let (settings, compiled) = (app.names.settings(), app.names.compiled_plan());
    let (limit, at) = match app.shutdown_timeout {
        Some((limit, at)) => (duration(limit), (at, at)),
        None => (quote!(#settings::DEFAULT_SHUTDOWN_TIMEOUT), app.services),
    };
    let function = quote!(#compiled::check_stop_times);
    let call = call_between(at.0, at.1, &function, &quote!(&#plan, #limit));
    let name = Ident::new("__LIFECYCLE_STOP_TIMES", Span::call_site());
    quote! {
        #[doc(hidden)]
        #[allow(long_running_const_eval)]
        const #name: () = #call;
    }
}

fn settings(app: &App, names: &Names) -> TokenStream {
    let (settings, sigterm, runtime) = (names.settings(), names.second_sigterm(), names.runtime());
    let name = app
        .name
        .as_ref()
        .map_or_else(|| quote!(::core::module_path!()), ToTokens::to_token_stream);
    let mut tokens = quote!(#settings::new(#name));
    let mut set = |method: &str, value: Option<TokenStream>| {
        if let Some(value) = value {
            let method = Ident::new(method, Span::call_site());
            tokens.extend(quote!(.#method(#value)));
        }
    };
    let variant = |name| Ident::new(name, Span::call_site());
    set(
        "shutdown_timeout",
        app.shutdown_timeout.map(|(limit, _)| duration(limit)),
    );
    set("start_budget", app.start_budget.map(duration));
    set("drain_delay", app.drain_delay.map(duration));
    set(
        "max_concurrent_starts",
        app.max_concurrent_starts.map(ToTokens::into_token_stream),
    );
    set(
        "task_limit",
        app.task_limit.map(ToTokens::into_token_stream),
    );
    set(
        "micro_limit",
        app.micro_limit.map(ToTokens::into_token_stream),
    );
    set(
        "second_sigterm",
        app.second_sigterm
            .map(variant)
            .map(|name| quote!(#sigterm::#name)),
    );
    set(
        "runtime",
        app.runtime.map(variant).map(|name| quote!(#runtime::#name)),
    );
    set(
        "worker_threads",
        app.worker_threads.map(ToTokens::into_token_stream),
    );
    if let Some(path) = &app.configure {
        let configured = names.configured();
        let call = quote_spanned!(path.span()=> #configured::configured(#path(__builder)));
        tokens.extend(quote!(.configure(|__builder| #call)));
    }
    tokens
}

/// The type that stands for the user's function; its name must not hide one of the user's.
fn this_main() -> Ident {
    Ident::new("__LifecycleMain", Span::call_site())
}

/// The user's function, and which roots it holds while it runs.
fn main(app: &App, names: &Names) -> TokenStream {
    let (main, argument, this_main) = (names.main(), names.main_argument(), this_main());
    let (parameters, cx, function) = (&app.parameters, cx(), &app.name_of_main);
    let call = quote!(#function(#(<#parameters as #argument<#this_main>>::take(&#cx)),*).await);
    let result = outcome(names, app.output, &quote!(()), "outcome", &call);
    let parameter = if parameters.is_empty() {
        quote!(_)
    } else {
        quote!(#cx)
    };
    let future = boxed(
        function.span(),
        &quote_spanned!(function.span()=> async move { #result }),
    );
    quote! {
        #main {
            hook: |#parameter| #future,
            takes: &[#(<#parameters as #argument<#this_main>>::ID),*],
        }
    }
}
