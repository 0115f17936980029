//! When the next run comes, for both kinds of schedules.

#[cfg(feature = "cron")]
use super::cron::{Cron, CronError, Wall};
use super::every::Every;
use super::grid::Grid;
use crate::component::BoxError;
use crate::driver::Shared;
use crate::engine::Moment;

/// What a schedule goes by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    Every(Every),
    #[cfg(feature = "cron")]
    Cron(Cron),
}

/// Where it is.
#[derive(Clone, Debug)]
pub(super) enum Ticks {
    Every(Every, Grid),
    #[cfg(feature = "cron")]
    Cron(Wall),
}

/// How long a clock that may be set is trusted.
#[cfg(feature = "cron")]
const TRUST: Moment = Moment::from_secs(60);

impl When {
    /// The ticks of a new instance.
    pub(super) fn begin(self, shared: &Shared) -> Result<Ticks, BoxError> {
        match self {
            Self::Every(how) => {
                let grid = Grid::new(&how, shared.now(), |most| shared.random(most));
                Ok(Ticks::Every(how, grid))
            }
            #[cfg(feature = "cron")]
            Self::Cron(cron) => {
                let wall = cron.begin(shared.wall());
                wall.map(Ticks::Cron)
                    .map_err(|error: CronError| error.into())
            }
        }
    }
}

impl Ticks {
    /// When the next run begins, and when to ask again; `None` if none comes any more.
    #[cfg_attr(
        not(feature = "cron"),
        expect(unused_variables, reason = "only the wall clock has to be asked")
    )]
    pub(super) fn next(&mut self, shared: &Shared) -> Option<(Moment, Moment)> {
        match self {
            Self::Every(_, grid) => Some((grid.at, grid.at)),
            #[cfg(feature = "cron")]
            Self::Cron(wall) => {
                let (now, at) = (shared.wall(), shared.now());
                let left = wall.next(now)?.duration_since(now);
                let left = Moment::try_from(left).unwrap_or_default();
                let next = at.saturating_add(left);
                Some((next, next.min(at.saturating_add(TRUST))))
            }
        }
    }

    /// The run that was to come has ended; gives how many ticks passed meanwhile and are skipped.
    pub(super) fn end(&mut self, shared: &Shared) -> u64 {
        match self {
            Self::Every(how, grid) => grid.advance(how, shared.now(), |most| shared.random(most)),
            #[cfg(feature = "cron")]
            Self::Cron(wall) => wall.end(shared.wall()),
        }
    }

    /// Goes on after a pause; gives how many ticks passed meanwhile and are skipped.
    pub(super) fn resume(&mut self, shared: &Shared) -> u64 {
        match self {
            Self::Every(_, grid) if grid.at >= shared.now() => 0,
            Self::Every(..) => 1 + self.end(shared),
            #[cfg(feature = "cron")]
            Self::Cron(wall) => wall.skip(shared.wall()),
        }
    }
}
