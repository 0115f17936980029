//! How much of the processor something has taken, which other programs on this machine change little.

use std::fs;
use std::time::Duration;

/// The threads of this process.
pub(super) fn of_all() -> Duration {
    of(|_| true)
}

/// The threads of this process with this name.
pub(super) fn of_thread(name: &str) -> Duration {
    of(|it| it == name)
}

/// A thread that ended meanwhile counts no more.
fn of(wanted: impl Fn(&str) -> bool) -> Duration {
    let threads = fs::read_dir("/proc/self/task").expect("this bench wants Linux");
    let nanos = threads.flatten().filter_map(|thread| {
        let path = thread.path();
        let name = fs::read_to_string(path.join("comm")).ok()?;
        let times = fs::read_to_string(path.join("schedstat")).ok()?;
        let nanos: u64 = times.split_whitespace().next()?.parse().ok()?;
        wanted(name.trim_end()).then_some(nanos)
    });
    Duration::from_nanos(nanos.sum())
}
