//! Medians, and how results are shown.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

/// The value in the middle.
///
/// # Panics
///
/// If there is none.
pub fn median<T: Copy + Ord>(values: impl IntoIterator<Item = T>) -> T {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_unstable();
    values[values.len() / 2]
}

/// `0.93x`
#[derive(Clone, Copy, Debug)]
pub struct Ratio(pub f64);

impl Ratio {
    /// How many times as long `this` took as `that`.
    pub fn of(this: Duration, that: Duration) -> Self {
        Self(this.as_secs_f64() / that.as_secs_f64())
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.2}x", self.0))
    }
}

/// `12.345 ms`
#[derive(Clone, Copy, Debug)]
pub struct Millis(pub Duration);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.3} ms", self.0.as_secs_f64() * 1e3))
    }
}

/// What was promised, and whether it was kept.
#[derive(Debug, Default)]
pub struct Budgets {
    lines: Vec<(bool, String)>,
}

impl Budgets {
    /// Adds one.
    pub fn check(&mut self, kept: bool, line: String) {
        self.lines.push((kept, line));
    }

    /// Prints all, and says how the process ends.
    pub fn finish(self) -> ExitCode {
        println!("\nbudgets");
        for (kept, line) in &self.lines {
            println!("  {}  {line}", if *kept { "PASS" } else { "FAIL" });
        }
        if self.lines.iter().all(|(kept, _)| *kept) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
