//! `"10s"`, `"1m30s"`, `"1.5s"`: durations as people write them.

use std::time::Duration;

/// The units, the longer names first so that `ms` is not read as `m`.
const UNITS: [(&str, u128); 6] = [
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
];

/// Reads a duration; `None` when the text is none, or when it is finer than a nanosecond.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut nanos = 0u128;
    let mut last_unit = u128::MAX;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        let (unit, size) = UNITS.iter().find(|(unit, _)| tail.starts_with(unit))?;
        if *size >= last_unit {
            return None;
        }
        last_unit = *size;
        nanos = nanos.checked_add(scaled(number, *size)?)?;
        rest = &tail[unit.len()..];
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    let subsec = u32::try_from(nanos % 1_000_000_000).ok()?;
    (!text.is_empty()).then(|| Duration::new(seconds, subsec))
}

/// A decimal number times `size`, exactly.
fn scaled(number: &str, size: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() {
        return None;
    }
    let denominator = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let part = fraction.parse::<u128>().ok()?.checked_mul(size)?;
    let whole = whole.parse::<u128>().ok()?.checked_mul(size)?;
    (part % denominator == 0).then(|| whole.checked_add(part / denominator))?
}

/// Reads `"min..max"`.
pub(crate) fn parse_range(text: &str) -> Option<(Duration, Duration)> {
    let (min, max) = text.split_once("..")?;
    Some((parse(min.trim())?, parse(max.trim())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_units_and_decimals() {
        for (text, millis) in [
            ("10s", 10_000),
            ("800ms", 800),
            ("1m", 60_000),
            ("1m30s", 90_000),
            ("2h", 7_200_000),
            ("1.5s", 1_500),
            ("0.25m", 15_000),
            ("1h2m3s4ms", 3_723_004),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(parse("100us"), Some(Duration::from_micros(100)));
        assert_eq!(parse("0s"), Some(Duration::ZERO));
    }

    #[test]
    fn refuses_everything_else() {
        for text in [
            "",
            "s",
            "10",
            "10 s",
            "-1s",
            "1s1s",
            "1s1m",
            "1.s",
            ".5s",
            "1.2.3s",
            "1d",
            "0.1ns",
            "1e3s",
            "99999999999999999999999h",
            "1..2s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn reads_ranges() {
        let range = Some((Duration::from_millis(100), Duration::from_secs(5)));
        assert_eq!(parse_range("100ms..5s"), range);
        assert_eq!(parse_range("100ms .. 5s"), range);
        assert_eq!(parse_range("100ms"), None);
        assert_eq!(parse_range("100ms.."), None);
    }
}
