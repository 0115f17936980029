//! Readers for the values of keys.

use std::time::Duration;

use syn::parse::Parse;
use syn::{Lit, LitBool, LitInt, LitStr, Path};

use super::entries::Entry;
use crate::check;
use crate::parse::duration;

/// Reads the value as a `T`, or says how the key is written.
fn read<T: Parse>(entry: &Entry, example: &str) -> syn::Result<T> {
    let Some(value) = entry.value.clone().filter(|value| !value.is_empty()) else {
        return Err(check::missing_value(&entry.key, example));
    };
    syn::parse2(value).map_err(|_| check::wrong_value(entry, example))
}

pub(crate) fn string(entry: &Entry, example: &str) -> syn::Result<LitStr> {
    read::<LitStr>(entry, example)
}

/// A text for people, which says something.
pub(crate) fn name(entry: &Entry) -> syn::Result<LitStr> {
    let text = string(entry, "\"..\"")?;
    check::empty_name(&entry.key, &text)?;
    Ok(text)
}

pub(crate) fn path(entry: &Entry, example: &str) -> syn::Result<Path> {
    let value = entry.value.clone().unwrap_or_default();
    let path = syn::parse::Parser::parse2(Path::parse_mod_style, value);
    path.map_err(|_| check::wrong_value(entry, example))
}

/// `key` alone, or `key = true`.
pub(crate) fn flag(entry: &Entry) -> syn::Result<bool> {
    match entry.value {
        None => Ok(true),
        Some(_) => read::<LitBool>(entry, "true").map(|value| value.value),
    }
}

/// A number in a range.
pub(crate) fn count(entry: &Entry, range: std::ops::RangeInclusive<u32>) -> syn::Result<u32> {
    let example = range.start().max(&4).to_string();
    let Lit::Int(number) = read::<Lit>(entry, &example)? else {
        return Err(check::wrong_value(entry, &example));
    };
    let value = LitInt::base10_parse(&number).ok();
    check::out_of_range(&entry.key, &number, value, range)
}

/// A number from 0 to 1.
pub(crate) fn fraction(entry: &Entry) -> syn::Result<f64> {
    let number = match read::<Lit>(entry, "0.1")? {
        Lit::Float(number) => number.base10_parse().ok(),
        Lit::Int(number) => number.base10_parse::<u32>().ok().map(f64::from),
        _ => None,
    };
    number
        .filter(|number| (0.0..=1.0).contains(number))
        .ok_or_else(|| check::no_fraction(entry))
}

/// A length of time that is not zero.
pub(crate) fn duration(entry: &Entry) -> syn::Result<Duration> {
    let text = string(entry, "\"10s\"")?;
    check::bad_duration(&text, duration::parse(&text.value()))
}

/// `"min..max"`.
pub(crate) fn range(entry: &Entry) -> syn::Result<(Duration, Duration)> {
    let text = string(entry, "\"100ms..5s\"")?;
    check::bad_range(&text, duration::parse_range(&text.value()))
}

/// One of a few words; gives the variant that it stands for.
pub(crate) fn choice(
    entry: &Entry,
    choices: &[(&'static str, &'static str)],
) -> syn::Result<&'static str> {
    let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
    let text = string(entry, &format!("{:?}", words[0]))?;
    let found = choices.iter().find(|(word, _)| *word == text.value());
    found.map_or_else(
        || Err(check::unknown_choice(&entry.key, &text, &words)),
        |(_, variant)| Ok(*variant),
    )
}
