//! What a service manager hears of a real process, by the environment.

use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Signal;

use crate::child::Child;

/// Longer than anything here takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

struct Manager {
    folder: PathBuf,
    socket: UnixDatagram,
}

impl Manager {
    fn new(name: &str) -> Self {
        let name = format!("lifecycle-process-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let socket = UnixDatagram::bind(folder.join("socket")).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { folder, socket }
    }

    fn start(&self, words: &str, more: &[(&str, &str)]) -> Child {
        let socket = self.folder.join("socket");
        let socket = ("NOTIFY_SOCKET", socket.to_str().unwrap());
        let env: Vec<_> = [&[socket], more].concat();
        Child::inside(words, &env)
    }

    /// Reads until a message has this line, and gives its lines.
    #[track_caller]
    fn hears(&self, wanted: &str) -> Vec<String> {
        let mut seen = Vec::new();
        let mut buffer = [0; 4_096];
        loop {
            let Ok(length) = self.socket.recv(&mut buffer) else {
                panic!("never `{wanted}`, only {seen:?}");
            };
            let text = std::str::from_utf8(&buffer[..length]).unwrap();
            let lines: Vec<_> = text.lines().map(str::to_owned).collect();
            if lines.iter().any(|line| line == wanted) {
                return lines;
            }
            seen.extend(lines);
        }
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn the_manager_hears_that_it_is_ready_and_that_it_stops() {
    let manager = Manager::new("sequence");
    let child = manager.start("notifies", &[]).says("main");
    assert!(manager.hears("READY=1").contains(&"STATUS=running".into()));
    let child = child.signal(Signal::TERM);
    let stopping = manager.hears("STOPPING=1");
    assert!(
        stopping
            .iter()
            .any(|line| line.starts_with("STATUS=stopping: SIGTERM") || line == "STATUS=ended"),
        "{stopping:?}"
    );
    assert_eq!(child.ends().code, Some(0));
}

#[test]
fn the_manager_hears_why_a_start_failed() {
    let manager = Manager::new("failed");
    let child = manager.start("notifies start=error", &[]);
    let _ = manager.hears("STATUS=failed: `Victim` failed in start: an error in start");
    assert_eq!(child.ends().code, Some(69));
}

#[test]
fn the_watchdog_of_the_environment_is_heeded() {
    let manager = Manager::new("watchdog");
    let child = manager.start("notifies", &[("WATCHDOG_USEC", "200000")]);
    let child = child.says("main");
    for _ in 0..3 {
        let _ = manager.hears("WATCHDOG=1");
    }
    assert_eq!(child.signal(Signal::TERM).ends().code, Some(0));
}

#[test]
fn the_watchdog_of_another_process_is_not() {
    let manager = Manager::new("another");
    let watchdog = [("WATCHDOG_USEC", "1000"), ("WATCHDOG_PID", "1")];
    let child = manager.start("notifies", &watchdog).says("main");
    let _ = manager.hears("READY=1");
    let child = child.signal(Signal::TERM);
    assert_eq!(child.ends().code, Some(0));
    manager.socket.set_nonblocking(true).unwrap();
    let mut buffer = [0; 4_096];
    while let Ok(length) = manager.socket.recv(&mut buffer) {
        let text = std::str::from_utf8(&buffer[..length]).unwrap();
        assert!(!text.contains("WATCHDOG"), "{text}");
    }
}

#[test]
fn a_stalled_scheduler_is_not_called_alive() {
    let manager = Manager::new("stalled");
    let watchdog = [("WATCHDOG_USEC", "200000")];
    // Its run loop blocks the only thread that components have.
    let child = manager.start("notifies_single main=block", &watchdog);
    let _ = manager.hears("WATCHDOG=1");
    manager
        .socket
        .set_read_timeout(Some(Duration::from_secs(3)))
        .unwrap();
    let mut buffer = [0; 4_096];
    // Long before the minute is over for which it blocks, it falls silent.
    let mut count = 0;
    while manager.socket.recv(&mut buffer).is_ok() {
        count += 1;
        assert!(count < 300, "it is called alive for half a minute");
    }
    drop(child);
}

#[test]
fn outside_of_a_unit_nothing_is_said() {
    let child = Child::inside("notifies", &[]).says("main");
    let ended = child.signal(Signal::TERM).ends();
    assert_eq!((ended.code, &*ended.errors), (Some(0), ""));
}
