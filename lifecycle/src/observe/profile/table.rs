//! A profile as a person reads it in a terminal.

use std::fmt;
use std::time::Duration;

use crate::error::Short;
use crate::text::{cells, elide, visible};

/// How many rows are shown, and how wide a name may be.
const SHOWN: usize = 20;
const WIDEST: usize = 40;

/// A table with a name in front, columns of numbers, and another name at the end.
pub(super) struct Table<const N: usize> {
    head: [&'static str; N],
    rows: Vec<Row>,
}

struct Row {
    critical: bool,
    took: Duration,
    cells: Vec<String>,
}

impl<const N: usize> Table<N> {
    pub(super) fn new(head: [&'static str; N]) -> Self {
        Self {
            head,
            rows: Vec::new(),
        }
    }

    pub(super) fn row<const M: usize>(
        &mut self,
        critical: bool,
        took: Duration,
        name: &str,
        numbers: [String; M],
        other: Option<&str>,
    ) {
        let short = |name: &str| elide(&visible(name), WIDEST).into_owned();
        let mut cells = vec![short(name)];
        cells.extend(numbers);
        cells.push(other.map(short).unwrap_or_default());
        self.rows.push(Row {
            critical,
            took,
            cells,
        });
    }

    /// Prints the rows in their order: all, or the longest, those on the critical path before others.
    pub(super) fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = longest(SHOWN, self.rows.iter().map(|row| (row.critical, row.took)));
        let mut widths = self.head.map(cells);
        for &row in &shown {
            for (width, cell) in widths.iter_mut().zip(&self.rows[row].cells) {
                *width = cells(cell).max(*width);
            }
        }
        line(f, false, &self.head, &widths)?;
        for &row in &shown {
            let row = &self.rows[row];
            line(f, row.critical, &row.cells, &widths)?;
        }
        let out = self.rows.len() - shown.len();
        if out == 0 {
            return Ok(());
        }
        let mut hidden = vec![true; self.rows.len()];
        shown.iter().for_each(|&row| hidden[row] = false);
        let hidden = || (self.rows.iter().zip(&hidden)).filter_map(|(row, out)| out.then_some(row));
        let most = hidden().map(|row| row.took).max().unwrap_or_default();
        write!(f, "  and {out} more, none longer than {}", Short(most))?;
        match hidden().filter(|row| row.critical).count() {
            0 => writeln!(f),
            critical => writeln!(f, "; {critical} of them on the critical path"),
        }
    }
}

/// The indices of at most `most` rows, in their order: those on the critical path first of all, and then the longest.
pub(super) fn longest(most: usize, rows: impl Iterator<Item = (bool, Duration)>) -> Vec<usize> {
    let mut all: Vec<_> = rows.zip(0..).collect();
    all.sort_by_key(|&(row, index)| (std::cmp::Reverse(row), index));
    all.truncate(most);
    let mut shown: Vec<usize> = all.into_iter().map(|(_, index)| index).collect();
    shown.sort_unstable();
    shown
}

fn line<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    critical: bool,
    cells_of: &[impl AsRef<str>],
    widths: &[usize; N],
) -> fmt::Result {
    let mut line = String::from(if critical { "* " } else { "  " });
    for (at, (cell, width)) in cells_of.iter().zip(widths).enumerate() {
        let cell = cell.as_ref();
        let fill = " ".repeat(width - cells(cell));
        let is_name = at == 0 || at + 1 == N;
        if at > 0 {
            line.push_str("  ");
        }
        match is_name {
            true => line.extend([cell, &fill]),
            false => line.extend([&*fill, cell]),
        }
    }
    writeln!(f, "{}", line.trim_end())
}

/// A part of a whole.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        share if share < 1.0 => "<1 %".to_owned(),
        share => format!("{share:.0} %"),
    }
}
