//! Where the time of a start went.

use std::fmt;
use std::time::Duration;

use crate::error::Short;

/// The start as a table: for each component, how long it waited for others and how long it worked.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
///
/// #[resource]
/// #[derive(Default)]
/// struct Database;
///
/// #[resource(depends_on = [Database])]
/// #[derive(Default)]
/// struct Api;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let running = App::builder(lifecycle::plan![Api]).start();
/// running.app().started().await;
/// let profile = running.app().start_profile().expect("everything is up");
/// assert_eq!(profile.rows[0].name, "Database");
/// assert!(profile.rows[1].waited >= profile.rows[0].worked);
/// println!("{profile}");
/// # }
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StartProfile {
    /// The components, in the order in which they came up.
    pub rows: Vec<StartRow>,
    /// The whole start, from the first start hook until everything was up.
    pub total: Duration,
}

/// The start of one component.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StartRow {
    /// The name of the component.
    pub name: String,
    /// From the begin of the start until its own start hook was called.
    pub waited: Duration,
    /// From there until it was up.
    pub worked: Duration,
}

impl StartProfile {
    pub(crate) fn new(mut rows: Vec<StartRow>, total: Duration) -> Self {
        rows.sort_by_key(|row| row.waited + row.worked);
        Self { rows, total }
    }

    /// The work of all components, as if they had started one after the other.
    #[must_use]
    pub fn serial(&self) -> Duration {
        self.rows.iter().map(|row| row.worked).sum()
    }
}

impl fmt::Display for StartProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .rows
            .iter()
            .map(|row| row.name.chars().count())
            .max()
            .unwrap_or(0)
            .max("component".len());
        writeln!(
            f,
            "{:width$}  {:>9}  {:>9}",
            "component", "waited", "worked"
        )?;
        for row in &self.rows {
            writeln!(
                f,
                "{:width$}  {:>9}  {:>9}",
                row.name,
                Short(row.waited),
                Short(row.worked)
            )?;
        }
        write!(f, "everything was up after {}", Short(self.total))?;
        let serial = self.serial();
        if serial > self.total {
            write!(
                f,
                "; one after the other it would have been {}",
                Short(serial)
            )
        } else {
            Ok(())
        }
    }
}
