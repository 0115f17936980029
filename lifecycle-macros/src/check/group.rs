//! Rules about groups of health.

use syn::{Error, LitStr};

use crate::errors::Errors;

/// The groups that every app has.
const OF_EVERY_APP: [&str; 3] = ["startup", "readiness", "liveness"];

/// Wrong: `health_groups = ["My payments"]`. Right: `health_groups = ["payments"]`.
pub(crate) fn bad_group(name: &LitStr) -> Result<(), Error> {
    let text = name.value();
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if text.is_empty() || !text.chars().all(fits) {
        let message = "not a name of a health group, which probes ask for by path; write letters, digits, `-` and `_`, such as `\"payments\"`";
        return Err(Error::new(name.span(), message));
    }
    Ok(())
}

/// Wrong: `health_groups = ["a", "a"]`. Right: one of them.
pub(crate) fn repeated_group(name: &LitStr) -> Error {
    let message = format!("`{}` is already in the list; write it once", name.value());
    Error::new(name.span(), message)
}

/// Wrong: `#[app(health_groups = ["readiness"])]`. Right: without it.
pub(crate) fn groups_of_every_app(names: &[LitStr], errors: &mut Errors) {
    for name in names {
        let text = name.value();
        if OF_EVERY_APP.contains(&text.as_str()) {
            let message = format!("every app has the health group `{text}`; remove it here");
            errors.at(name.span(), message);
        }
    }
}

/// Wrong: `#[resource(health_groups = ["startup"])]`. Right: without it.
pub(crate) fn joins_startup(names: &[LitStr], errors: &mut Errors) {
    if let Some(name) = names.iter().find(|name| name.value() == "startup") {
        let message = "who belongs to `startup` follows from the graph; remove it, or write `\"readiness\"` or `\"liveness\"`";
        errors.at(name.span(), message);
    }
}
