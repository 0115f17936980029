//! What goes first.

/// What goes first: among the jobs of a [pool](crate::pool), and among [micro-tasks](crate::micro).
///
/// Of equal ones the oldest goes first. There is no ageing: what has a low priority waits for as long as there is more
/// urgent work to do; a micro-task, for no longer than its longest delay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// After all others.
    Low,
    /// In between; what is submitted to a pool without a priority.
    #[default]
    Medium,
    /// Before all others. A micro-task of this priority does not wait at all.
    High,
}
