//! Rules about the app.

use syn::{Error, Signature, Type};

use super::dependency::shown;
use crate::errors::Errors;
use crate::model::App;
use crate::parse::entries::{Entries, Entry};
use crate::parse::ungroup;

/// Wrong: `#[app(..)] fn main()`. Right: `async fn main()`.
pub(crate) fn main_function(signature: &Signature, errors: &mut Errors) {
    if signature.asyncness.is_none() {
        sync_main(signature, errors);
    }
    if signature.ident != "main" {
        main_by_another_name(signature, errors);
    }
    if !signature.generics.params.is_empty() {
        let message = "`main` cannot be generic; write concrete types";
        errors.push(Error::new_spanned(&signature.generics, message));
    }
}

fn sync_main(signature: &Signature, errors: &mut Errors) {
    let name = &signature.ident;
    let message = format!("`{name}` is not async; write `async fn {name}`");
    errors.at(signature.fn_token.span, message);
}

fn main_by_another_name(signature: &Signature, errors: &mut Errors) {
    let name = &signature.ident;
    let message =
        format!("`#[app]` on `{name}`; it makes the program's `main`, so write `async fn main`");
    errors.at(name.span(), message);
}

/// Wrong: `#[app]`. Right: `#[app(services = [Api])]`.
pub(crate) fn no_services(entries: &Entries, errors: &mut Errors) {
    if entries.get("services").is_none() {
        let message = "an app without services; write `#[lifecycle::app(services = [..])]` with the components that nobody else needs";
        errors.at(proc_macro2::Span::call_site(), message);
    }
}

/// Wrong: `services = []`. Right: `services = [Api]`.
pub(crate) fn empty_services(entry: &Entry, roots: &[Type], errors: &mut Errors) {
    let text = entry
        .value
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    if roots.is_empty() && text.replace(' ', "") == "[]" {
        let message = "an app without services; name the components that nobody else needs, such as `services = [Api]`";
        errors.at(entry.span(), message);
    }
}

/// Wrong: `services = [Api, Api]`. Right: `services = [Api]`.
pub(crate) fn repeated_root(ty: &Type) -> Error {
    let name = shown(ty);
    Error::new_spanned(
        ungroup(ty),
        format!("`{name}` is already in the list; write it once"),
    )
}

/// Wrong: `runtime = "current_thread", worker_threads = 4`. Right: one of them.
pub(crate) fn threads_of_one(entries: &Entries, errors: &mut Errors) {
    let (Some(threads), Some(runtime)) = (entries.get("worker_threads"), entries.get("runtime"))
    else {
        return;
    };
    let one = runtime
        .value
        .as_ref()
        .is_some_and(|value| value.to_string() == "\"current_thread\"");
    if one {
        let message = "`worker_threads` with `runtime = \"current_thread\"`; remove one of them";
        errors.at(threads.key.span(), message);
    }
}

/// Wrong: `drain_delay = "30s", shutdown_timeout = "10s"`. Right: a delay within the limit.
pub(crate) fn drain_longer_than_stop(entries: &Entries, app: &App, errors: &mut Errors) {
    let (Some(entry), Some(delay)) = (entries.get("drain_delay"), app.drain_delay) else {
        return;
    };
    let limit = app
        .shutdown_timeout
        .map_or(std::time::Duration::from_secs(25), |(limit, _)| limit);
    if delay >= limit {
        let message = format!(
            "`drain_delay` leaves nothing of the {limit:?} of `shutdown_timeout`; lower it, or raise `shutdown_timeout`"
        );
        errors.at(entry.span(), message);
    }
}

/// Wrong: `plan![]`. Right: `plan![Api]`.
pub(crate) fn empty_plan(span: proc_macro2::Span) -> Error {
    Error::new(
        span,
        "a plan of nothing; write `plan![Api]` with the components to start",
    )
}
