//! Rules about keys.

use proc_macro2::Span;
use syn::{Error, Ident};

use super::{list, suggestion};
use crate::errors::Errors;
use crate::model::Kind;
use crate::parse::entries::Entries;

/// Wrong: `#[resource(depend_on = [Db])]`. Right: `#[resource(depends_on = [Db])]`.
pub(crate) fn unknown_key(key: &Ident, attribute: &str, known: &[&str]) -> Error {
    let what = format!("unknown key `{key}`");
    match suggestion(&key.to_string(), known) {
        Some(near) => Error::new(key.span(), format!("{what}; did you mean `{near}`?")),
        None => {
            let known = list(known);
            Error::new(
                key.span(),
                format!("{what}; `#[{attribute}]` takes {known}"),
            )
        }
    }
}

/// Wrong: `name = "a", name = "b"`. Right: one of them.
pub(crate) fn repeated_key(key: &Ident) -> Error {
    let message = format!("`{key}` is already set; write it once");
    Error::new(key.span(), message)
}

/// Wrong: `#[resource("db")]`. Right: `#[resource(name = "db")]`.
pub(crate) fn no_key(span: Span) -> Error {
    Error::new(span, "expected a key; write `key = value`")
}

/// Wrong: `name("db")`. Right: `name = "db"`.
pub(crate) fn no_equals(key: &Ident, span: Span) -> Error {
    let message = format!("expected `=` after `{key}`; write `{key} = ..`");
    Error::new(span, message)
}

/// Wrong: `#[resource(name = "db")] impl Db {}`. Right: the key on the struct.
pub(crate) fn key_on_impl(key: &Ident, attribute: &str) -> Error {
    let message = format!(
        "`{key}` does not belong on the impl block; write `#[{attribute}]` here, and the keys on the struct"
    );
    Error::new(key.span(), message)
}

/// Wrong: `#[resource(ready = "explicit")]`. Right: the key on a service.
pub(crate) fn service_keys(kind: Kind, entries: &Entries, errors: &mut Errors) {
    if kind == Kind::Service {
        return;
    }
    let what = kind.in_words();
    for key in ["ready", "on_finish"] {
        if let Some(entry) = entries.get(key) {
            let message = format!(
                "`{key}` is about the run loop, which {what} does not have; remove it, or make this a `#[service]`"
            );
            errors.at(entry.key.span(), message);
        }
    }
}
