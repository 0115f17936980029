//! When something was, in half the room.

use std::num::NonZero;

use crate::engine::Moment;

/// A moment to be kept for each component: an `Option` of it has 8 bytes. It reaches 584 years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(
    /// In nanoseconds, and one more.
    NonZero<u64>,
);

impl From<Moment> for Stamp {
    fn from(at: Moment) -> Self {
        let nanos = at.as_secs().saturating_mul(1_000_000_000);
        let nanos = nanos.saturating_add(at.subsec_nanos().into());
        Self(NonZero::<u64>::MIN.saturating_add(nanos))
    }
}

impl From<Stamp> for Moment {
    fn from(Stamp(nanos): Stamp) -> Self {
        Self::from_nanos(nanos.get() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_the_same_afterwards_and_the_last_one_that_there_is_at_most() {
        let most = Moment::from_nanos(u64::MAX - 1);
        for at in [Moment::ZERO, Moment::new(7, 999_999_999), most] {
            assert_eq!(Moment::from(Stamp::from(at)), at);
        }
        for beyond in [most + Moment::from_nanos(1), Moment::MAX] {
            assert_eq!(Moment::from(Stamp::from(beyond)), most);
        }
        assert_eq!(size_of::<Option<Stamp>>(), 8);
    }
}
