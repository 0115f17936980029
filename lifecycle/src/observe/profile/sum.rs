//! All the work, as if it had been done one after the other, beside how long the whole took.

use std::fmt;
use std::time::Duration;

use crate::error::Short;

/// How many were at work at a time, in the mean; 1 if neither took any time.
pub(super) fn parallelism(serial: Duration, total: Duration) -> f64 {
    match total.is_zero() {
        true => 1.0,
        false => serial.as_secs_f64() / total.as_secs_f64(),
    }
}

/// What was won by not doing it one after the other, if anything was.
pub(super) fn fmt_won(
    f: &mut fmt::Formatter<'_>,
    serial: Duration,
    total: Duration,
) -> fmt::Result {
    if serial <= total {
        return Ok(());
    }
    let at_once = parallelism(serial, total);
    let serial = Short(serial);
    write!(
        f,
        "; one after the other it would have been {serial}: {at_once:.1} at a time"
    )
}
