//! Rules about values.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use syn::{Error, Ident, LitInt, LitStr};

use super::{list, suggestion};
use crate::parse::entries::Entry;

/// Wrong: `name`. Right: `name = "db"`.
pub(crate) fn missing_value(key: &Ident, example: &str) -> Error {
    let message = format!("`{key}` needs a value; write `{key} = {example}`");
    Error::new(key.span(), message)
}

/// Wrong: `name = 5`. Right: `name = "5"`.
pub(crate) fn wrong_value(entry: &Entry, example: &str) -> Error {
    let key = &entry.key;
    let message = format!("not a value of `{key}`; write `{key} = {example}`");
    Error::new(entry.span(), message)
}

/// Wrong: `name = ""`. Right: `name = "db"`.
pub(crate) fn empty_name(key: &Ident, text: &LitStr) -> Result<(), Error> {
    if text.value().trim().is_empty() {
        let message = format!("an empty `{key}`; write one, or remove the key");
        return Err(Error::new(text.span(), message));
    }
    Ok(())
}

/// Wrong: `start_timeout = "10 seconds"`, `"0s"`. Right: `"10s"`.
pub(crate) fn bad_duration(text: &LitStr, value: Option<Duration>) -> Result<Duration, Error> {
    let shown = text.value();
    let message = match value {
        Some(Duration::ZERO) => "a duration of zero; write at least `\"1ms\"`".to_owned(),
        Some(value) => return Ok(value),
        None => format!(
            "`{shown}` is not a duration; write it like `\"10s\"`, `\"800ms\"`, `\"1m30s\"` or `\"1.5h\"`"
        ),
    };
    Err(Error::new(text.span(), message))
}

/// Wrong: `backoff = "5s..1s"`. Right: `"1s..5s"`.
pub(crate) fn bad_range(
    text: &LitStr,
    value: Option<(Duration, Duration)>,
) -> Result<(Duration, Duration), Error> {
    let shown = text.value();
    let message = match value {
        None => format!("`{shown}` is not a range of durations; write it like `\"100ms..5s\"`"),
        Some((min, _)) if min.is_zero() => {
            format!("the range `{shown}` begins at zero; write at least `\"1ms\"` before `..`")
        }
        Some((min, max)) if max < min => {
            let swapped = shown
                .split_once("..")
                .map(|(min, max)| format!("{}..{}", max.trim(), min.trim()));
            let swapped = swapped.unwrap_or_default();
            format!("the range `{shown}` ends before it begins; write `\"{swapped}\"`")
        }
        Some(range) => return Ok(range),
    };
    Err(Error::new(text.span(), message))
}

/// Wrong: `retry = 0`. Right: `retry = 3`, or no `retry`.
pub(crate) fn out_of_range(
    key: &Ident,
    number: &LitInt,
    value: Option<u32>,
    range: RangeInclusive<u32>,
) -> Result<u32, Error> {
    let (min, max) = (range.start(), range.end());
    match value {
        Some(value) if range.contains(&value) => Ok(value),
        Some(0) => {
            // Without the key there would be the default, which is not what a zero asks for.
            let none = if key == "max_restarts" {
                "`restart = \"never\"`"
            } else {
                "remove the key"
            };
            at(
                number,
                format!("`{key}` of zero; write at least {min}, or {none}"),
            )
        }
        _ => at(
            number,
            format!("`{number}` is too much for `{key}`; write at most {max}"),
        ),
    }
}

/// Wrong: `ready = "explicitly"`. Right: `ready = "explicit"`.
pub(crate) fn unknown_choice(key: &Ident, text: &LitStr, words: &[&str]) -> Error {
    let value = text.value();
    let message = match suggestion(&value, words) {
        Some(near) => format!("`{key}` cannot be `{value}`; did you mean `\"{near}\"`?"),
        None => format!("`{key}` cannot be `{value}`; it is one of {}", list(words)),
    };
    Error::new(text.span(), message)
}

fn at<T>(number: &LitInt, message: impl Display) -> Result<T, Error> {
    Err(Error::new(number.span(), message))
}

/// Wrong: `jitter = 2`. Right: `jitter = 0.1`.
pub(crate) fn no_fraction(entry: &Entry) -> Error {
    let key = &entry.key;
    Error::new(
        entry.span(),
        format!(
            "`{key}` is a part of the whole; write a number from 0 to 1, such as `{key} = 0.1`"
        ),
    )
}
