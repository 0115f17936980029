//! What the attribute of a hook says.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, LitStr, Meta, Token};

use super::entries::Entries;
use super::{duration, value};
use crate::check;
use crate::errors::Errors;
use crate::model::{Arguments, Health, HookName};

const HEALTH: [&str; 6] = [
    "every",
    "timeout",
    "down_every",
    "failures",
    "successes",
    "critical",
];

/// Reads them; most hooks take none.
pub(crate) fn parse(which: HookName, attribute: &Attribute, errors: &mut Errors) -> Arguments {
    let tokens = match &attribute.meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(meta) => {
            errors.push(check::hook_with_value(which, meta.span()));
            return Arguments::None;
        }
    };
    match which {
        HookName::Health => health(tokens, errors),
        HookName::On => on(tokens, errors),
        HookName::Cron => {
            let cron = cron(tokens, attribute, errors);
            errors.keep(cron).unwrap_or_default()
        }
        HookName::Every => {
            let every = every(tokens, attribute, errors);
            errors.keep(every).unwrap_or_default()
        }
        _ => {
            if matches!(attribute.meta, Meta::List(_)) {
                errors.push(check::hook_with_arguments(which, attribute));
            }
            Arguments::None
        }
    }
}

fn health(tokens: TokenStream, errors: &mut Errors) -> Arguments {
    let entries = Entries::parse(tokens, "health", &HEALTH, errors);
    let mut duration = |key| entries.read(key, errors, value::duration);
    let (every, timeout) = (duration("every"), duration("timeout"));
    let down_every = duration("down_every");
    let mut count = |key| entries.read(key, errors, |entry| value::count(entry, 1..=1000));
    let (failures, successes) = (count("failures"), count("successes"));
    Arguments::Health(Health {
        every,
        timeout,
        down_every,
        failures,
        successes,
        critical: entries.read("critical", errors, value::flag),
    })
}

/// `capacity = 64, concurrency = 4`
fn on(tokens: TokenStream, errors: &mut Errors) -> Arguments {
    let entries = Entries::parse(tokens, "on", &["capacity", "concurrency"], errors);
    let mut read = |key, most| entries.read(key, errors, |entry| value::count(entry, 1..=most));
    Arguments::On {
        capacity: read("capacity", u32::MAX),
        concurrency: read("concurrency", 1024),
    }
}

/// `"30s", jitter = 0.1, immediate = true`
fn every(
    tokens: TokenStream,
    attribute: &Attribute,
    errors: &mut Errors,
) -> syn::Result<Arguments> {
    let (period, rest) = text_first(tokens)
        .map_err(|_| check::no_first_argument(attribute, "a period", "every(\"30s\")"))?;
    let entries = Entries::parse(rest, "every", &["jitter", "immediate"], errors);
    Ok(Arguments::Every {
        period: check::bad_duration(&period, duration::parse(&period.value()))?,
        jitter: entries
            .read("jitter", errors, value::fraction)
            .unwrap_or_default(),
        immediate: entries
            .read("immediate", errors, value::flag)
            .unwrap_or_default(),
    })
}

/// `"0 30 3 * * *", tz = "Europe/Berlin"`; the expression is read in const evaluation.
fn cron(tokens: TokenStream, attribute: &Attribute, errors: &mut Errors) -> syn::Result<Arguments> {
    check::cron_without_feature(attribute)?;
    let (expression, rest) = text_first(tokens).map_err(|_| {
        check::no_first_argument(attribute, "an expression", "cron(\"0 30 3 * * *\")")
    })?;
    let entries = Entries::parse(rest, "cron", &["tz"], errors);
    let tz = entries.read("tz", errors, |entry| {
        value::string(entry, "\"Europe/Berlin\"")
    });
    if let Some(tz) = &tz {
        check::unknown_time_zone(tz, errors);
    }
    Ok(Arguments::Cron { expression, tz })
}

/// `"text"`, and the entries behind it.
fn text_first(tokens: TokenStream) -> syn::Result<(LitStr, TokenStream)> {
    let read = |input: ParseStream<'_>| {
        let text = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((text, input.parse()?))
    };
    read.parse2(tokens)
}
