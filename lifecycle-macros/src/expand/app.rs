//! `#[app(..)] async fn main`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::setters::Setters;
use super::walk::Walk;
use super::{boxed, call_between, duration, outcome};
use crate::errors::Errors;
use crate::fallback;
use crate::model::{App, Cli};
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
        groups: Some(&app.health_groups),
        prefix: "__LIFECYCLE_",
    };
    let (items, plan) = (walk.items(), walk.item("PLAN"));
    let (import, names) = (app.names.import(&[]), &Names::local());
    let stop_times = stop_times(app, &plan);
    let groups = groups(app, &plan);
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
        #groups
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

/// Each group has somebody in it: an item of its own for each, so that each is told.
fn groups(app: &App, plan: &Ident) -> TokenStream {
    let compiled = app.names.compiled_plan();
    let checks = app.health_groups.iter().enumerate().map(|(index, group)| {
        let at = group.span();
        let function = quote!(#compiled::check_health_group);
        let call = call_between(at, at, &function, &quote!(&#plan, #group));
        let name = format!("__LIFECYCLE_GROUP_{}", index + 1);
        let name = Ident::new(&name, Span::call_site());
        quote! {
            #[doc(hidden)]
            const #name: () = #call;
        }
    });
    checks.collect()
}

fn settings(app: &App, names: &Names) -> TokenStream {
    let settings = names.settings();
    let name = app
        .name
        .as_ref()
        .map_or_else(|| quote!(::core::module_path!()), ToTokens::to_token_stream);
    let mut setters = Setters::default();
    let shutdown_timeout = app.shutdown_timeout.map(|(limit, _)| limit);
    setters.time("shutdown_timeout", shutdown_timeout);
    setters.time("start_budget", app.start_budget);
    setters.time("drain_delay", app.drain_delay);
    setters.set("max_concurrent_starts", app.max_concurrent_starts);
    setters.set("task_limit", app.task_limit);
    setters.set("micro_limit", app.micro_limit);
    setters.choice("second_sigterm", names.second_sigterm(), app.second_sigterm);
    setters.choice("runtime", names.runtime(), app.runtime);
    setters.set("worker_threads", app.worker_threads);
    let configure = app.configure.as_ref().map(|path| {
        let (configured, builder) = (names.configured(), builder());
        let call = quote_spanned!(path.span()=> #configured::configured(#path(#builder)));
        quote!(|#builder| #call)
    });
    setters.set("configure", configure);
    let command = names.command();
    let cli = app.cli.as_ref().map(|cli| match cli {
        Cli::Ours => quote!(#command::parse),
        Cli::Theirs(path) => path.to_token_stream(),
    });
    setters.set("cli", cli);
    quote!(#settings::new(#name) #setters)
}

/// The builder of the app; its name is not one of the user's.
fn builder() -> Ident {
    Ident::new("builder", Span::mixed_site())
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
