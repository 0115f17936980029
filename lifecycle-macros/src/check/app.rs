//! Rules about the app.

use proc_macro2::TokenStream;
use syn::{Error, Ident, Signature, Type};

use super::dependency::shown;
use crate::errors::Errors;
use crate::model::App;
use crate::parse::entries::{Entries, Entry};
use crate::parse::{ends, ungroup};

/// Wrong: `#[app(..)] fn main()`. Right: `async fn main()`.
pub(crate) fn sync_main(signature: &Signature, errors: &mut Errors) {
    if signature.asyncness.is_none() {
        let name = &signature.ident;
        let message = format!("`{name}` is not async; write `async fn {name}`");
        errors.at(signature.fn_token.span, message);
    }
}

/// Wrong: `async fn main<T>()`. Right: `async fn main()`.
pub(crate) fn generic_main(signature: &Signature, errors: &mut Errors) {
    if !signature.generics.params.is_empty() {
        let message = "the function of an app cannot be generic; write concrete types";
        errors.push(Error::new_spanned(&signature.generics, message));
    }
}

/// Wrong: `#[app]`. Right: `#[app(services = [Api])]`.
pub(crate) fn no_services(entries: &Entries, item: &TokenStream, errors: &mut Errors) {
    // A misspelt `services` is an error already.
    if entries.get("services").is_none() && errors.is_empty() {
        let message = "an app without services; write `#[lifecycle::app(services = [..])]` with the components that nobody else needs";
        errors.at(ends(item).0, message);
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

/// Wrong: `#[app(services = [Api], cli)]` with a crate that was built without. Right: the feature.
pub(crate) fn cli_without_feature(key: &Ident) -> Result<(), Error> {
    if cfg!(feature = "cli") {
        return Ok(());
    }
    let message = "`cli` is there with the feature `cli` of the crate `lifecycle`; write `features = [\"cli\"]` in `Cargo.toml`";
    Err(Error::new(key.span(), message))
}

/// Wrong: `plan![]`. Right: `plan![Api]`.
pub(crate) fn empty_plan(span: proc_macro2::Span) -> Error {
    Error::new(
        span,
        "a plan of nothing; write `plan![Api]` with the components to start",
    )
}
