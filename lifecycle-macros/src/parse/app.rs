//! The app's `main`.

use proc_macro2::{Ident, Span, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, FnArg, Signature, Visibility};

use super::entries::{Entries, Entry};
use super::{component, dependency, ends, groups, hooks, value};
use crate::check;
use crate::errors::Errors;
use crate::model::{App, Cli};
use crate::names::Names;

const KEYS: [&str; 16] = [
    "services",
    "name",
    "shutdown_timeout",
    "start_budget",
    "drain_delay",
    "max_concurrent_starts",
    "task_limit",
    "micro_limit",
    "second_sigterm",
    "runtime",
    "worker_threads",
    "max_depth",
    "health_groups",
    "configure",
    "cli",
    "crate",
];

/// Reads the attribute and the signature below it; the body passes through.
pub(crate) fn parse(arguments: TokenStream, item: TokenStream, errors: &mut Errors) -> Option<App> {
    let entries = Entries::parse(arguments, "app", &KEYS, errors);
    let signature = errors.keep(signature.parse2(item.clone()));
    let roots = match entries.get("services") {
        Some(entry) => {
            let roots = dependency::roots(entry, errors);
            check::empty_services(entry, &roots, errors);
            roots
        }
        None => Vec::new(),
    };
    check::no_services(&entries, &item, errors);
    check::threads_of_one(&entries, errors);
    let app = settings(&entries, item, roots, errors);
    check::drain_longer_than_stop(&entries, &app, errors);
    check::groups_of_every_app(&app.health_groups, errors);
    let (vis, signature) = signature?;
    check::sync_main(&signature, errors);
    check::generic_main(&signature, errors);
    Some(App {
        parameters: signature.inputs.iter().filter_map(parameter).collect(),
        output: hooks::output(&signature),
        name_of_main: signature.ident,
        vis,
        ..app
    })
}

fn signature(input: ParseStream<'_>) -> syn::Result<(Visibility, Signature)> {
    input.call(Attribute::parse_outer)?;
    check::not_a_function(input)?;
    let vis = input.parse()?;
    let signature = input.parse()?;
    input.parse::<TokenStream>()?;
    Ok((vis, signature))
}

fn parameter(argument: &FnArg) -> Option<syn::Type> {
    match argument {
        FnArg::Receiver(_) => None,
        FnArg::Typed(argument) => Some((*argument.ty).clone()),
    }
}

/// `cli`, or `cli = path`.
fn cli(entry: &Entry) -> syn::Result<Cli> {
    let cli = match entry.value {
        None => Cli::Ours,
        Some(_) => Cli::Theirs(value::path(entry, "a_function")?),
    };
    check::cli_without_feature(&entry.key)?;
    Ok(cli)
}

fn settings(
    entries: &Entries,
    item: TokenStream,
    roots: Vec<syn::Type>,
    errors: &mut Errors,
) -> App {
    let second_sigterm = [("ignore", "Ignore"), ("force", "Force")];
    let runtime = [
        ("multi_thread", "MultiThread"),
        ("current_thread", "CurrentThread"),
    ];
    let mut count = |key, max| {
        let number = entries.read(key, errors, |entry| value::count(entry, 1..=max));
        number.map(|number| number as usize)
    };
    let (max_concurrent_starts, task_limit, micro_limit, worker_threads, max_depth) = (
        count("max_concurrent_starts", u32::MAX),
        count("task_limit", u32::MAX),
        count("micro_limit", u32::MAX),
        count("worker_threads", 1 << 15),
        count("max_depth", 10_000),
    );
    App {
        names: Names::new(component::root(entries, errors).as_ref()),
        item,
        vis: Visibility::Inherited,
        name_of_main: Ident::new("main", Span::call_site()),
        output: (Span::call_site(), Span::call_site()),
        services: entries.get("services").map_or_else(
            || (Span::call_site(), Span::call_site()),
            |entry| ends(&entry.value),
        ),
        roots,
        parameters: Vec::new(),
        name: entries.read("name", errors, value::name),
        shutdown_timeout: entries.read("shutdown_timeout", errors, |entry| {
            Ok((value::duration(entry)?, entry.span()))
        }),
        start_budget: entries.read("start_budget", errors, value::duration),
        drain_delay: entries.read("drain_delay", errors, value::duration),
        max_concurrent_starts,
        task_limit,
        micro_limit,
        second_sigterm: entries.read("second_sigterm", errors, |entry| {
            value::choice(entry, &second_sigterm)
        }),
        runtime: entries.read("runtime", errors, |entry| value::choice(entry, &runtime)),
        worker_threads,
        max_depth,
        health_groups: entries
            .get("health_groups")
            .map_or_else(Vec::new, |entry| groups::list(entry, errors)),
        cli: entries.read("cli", errors, cli),
        configure: entries.read("configure", errors, |entry| {
            value::path(entry, "a_function")
        }),
    }
}
