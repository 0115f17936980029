//! What a worker pool says of its queue and its workers.

use syn::{Lit, LitStr};

use super::entries::{Entries, Entry};
use super::value;
use crate::check;
use crate::errors::Errors;
use crate::model::{Capacity, Pool};

pub(crate) const KEYS: [&str; 5] = [
    "workers",
    "capacity",
    "errors_kept",
    "stop_on_error",
    "stop_on_panic",
];

/// Reads them; of other components there are none.
pub(crate) fn parse(entries: &Entries, errors: &mut Errors) -> Pool {
    Pool {
        workers: entries.read("workers", errors, |entry| value::count(entry, 1..=u32::MAX)),
        capacity: entries.read("capacity", errors, capacity),
        errors_kept: entries.read("errors_kept", errors, |entry| {
            value::count(entry, 0..=u32::MAX)
        }),
        stop_on_error: entries
            .read("stop_on_error", errors, value::flag)
            .unwrap_or_default(),
        stop_on_panic: entries
            .read("stop_on_panic", errors, value::flag)
            .unwrap_or_default(),
    }
}

/// `256`, or `"unbounded"`, which has to be asked for.
fn capacity(entry: &Entry) -> syn::Result<Capacity> {
    check::unquoted_capacity(entry)?;
    let text: Option<LitStr> = entry
        .value
        .clone()
        .and_then(|value| syn::parse2(value).ok());
    if let Some(text) = text {
        check::unknown_capacity(&text)?;
        return Ok(Capacity::Unbounded);
    }
    let number: Option<Lit> = entry
        .value
        .clone()
        .and_then(|value| syn::parse2(value).ok());
    check::no_capacity(entry, number.as_ref())?;
    value::count(entry, 1..=u32::MAX).map(Capacity::Jobs)
}
