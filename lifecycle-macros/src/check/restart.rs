//! Rules about restarts.

use crate::errors::Errors;
use crate::model::{Kind, Policies};
use crate::parse::entries::Entries;

/// Wrong: `backoff = "1s..5s"`. Right: `retry = 3, backoff = "1s..5s"`.
pub(crate) fn backoff_alone(entries: &Entries, errors: &mut Errors) {
    let has_use = entries.get("retry").is_some() || entries.get("restart").is_some();
    if let (Some(entry), false) = (entries.get("backoff"), has_use) {
        let message = "`backoff` without `retry` or `restart`; add `retry = 3` for failed starts, `restart = \"on-failure\"` for what fails later, or remove `backoff`";
        errors.at(entry.key.span(), message);
    }
}

/// Wrong: `max_restarts = 3`. Right: `restart = "on-failure", max_restarts = 3`.
pub(crate) fn without_restart(entries: &Entries, policies: &Policies, errors: &mut Errors) {
    let how = match (entries.get("restart"), policies.restart) {
        (None, _) => "without `restart`; add",
        (Some(_), Some("Never")) => "beside `restart = \"never\"`; write",
        // Also where its value is wrong, which is an error of its own.
        (Some(_), _) => return,
    };
    for key in ["max_restarts", "within", "scope", "escalate"] {
        if let Some(entry) = entries.get(key) {
            let message = format!("`{key}` {how} `restart = \"on-failure\"`, or remove `{key}`");
            errors.at(entry.key.span(), message);
        }
    }
    let retries = entries.get("retry").is_some();
    if let (Some(entry), Some(_), false) = (entries.get("backoff"), entries.get("restart"), retries)
    {
        let message = format!(
            "`backoff` {how} `restart = \"on-failure\"`, add `retry = 3` for failed starts, or remove `backoff`"
        );
        errors.at(entry.key.span(), message);
    }
}

/// Wrong: `#[resource(restart = "always")]`. Right: `restart = "on-failure"`, or a service.
pub(crate) fn restart_of_resource(
    kind: Kind,
    entries: &Entries,
    policies: &Policies,
    errors: &mut Errors,
) {
    if kind == Kind::Service {
        return;
    }
    let what = kind.in_words();
    if let (Some(entry), Some("Always")) = (entries.get("restart"), policies.restart) {
        let message = format!(
            "{what} has no run loop that could end well and begin again; write `restart = \"on-failure\"`, or make this a `#[service]`"
        );
        errors.at(entry.span(), message);
    }
    if let (Some(entry), Some("Itself")) = (entries.get("scope"), policies.scope) {
        let message = format!(
            "{what} has no run loop that could be replaced, so a restart rebuilds it and what needs it; write `scope = \"dependents\"`, or make this a `#[service]`"
        );
        errors.at(entry.span(), message);
    }
}

/// Wrong: `restart = "always", on_finish = "shutdown"`. Right: one of them.
pub(crate) fn never_finished(entries: &Entries, policies: &Policies, errors: &mut Errors) {
    if let (Some(entry), Some("Always")) = (entries.get("on_finish"), policies.restart) {
        let message = "`on_finish` beside `restart = \"always\"`, with which the run loop begins again and never finishes; write `restart = \"on-failure\"`, or remove `on_finish`";
        errors.at(entry.key.span(), message);
    }
}

/// Wrong: `optional, escalate = "shutdown"`. Right: one of them.
pub(crate) fn escalation_of_optional(entries: &Entries, policies: &Policies, errors: &mut Errors) {
    let is_optional = policies.optional == Some(true);
    if let (Some(entry), true, Some("Shutdown")) =
        (entries.get("escalate"), is_optional, policies.escalate)
    {
        let message =
            "an `optional` component never shuts the app down; remove `escalate`, or `optional`";
        errors.at(entry.span(), message);
    }
}
