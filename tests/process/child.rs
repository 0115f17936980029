//! A child process and its lines. Every wait is bounded; none is a sleep.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child as Process, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Longer than anything here takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Child {
    process: Process,
    lines: Receiver<String>,
    seen: Vec<String>,
    begun: Instant,
}

/// How a child ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None` if a signal killed it.
    pub(crate) code: Option<i32>,
    /// All of its standard output.
    pub(crate) lines: Vec<String>,
    /// All of its standard error.
    pub(crate) errors: String,
    /// From its start to its end.
    pub(crate) after: Duration,
}

#[expect(clippy::disallowed_methods, reason = "a real process takes real time")]
fn now() -> Instant {
    Instant::now()
}

impl Child {
    /// Starts the victim with these words: the app, then what each hook does.
    pub(crate) fn start(words: &str) -> Self {
        Self::with(words, Stdio::piped())
    }

    pub(crate) fn with(words: &str, errors: Stdio) -> Self {
        Self::spawn(words, errors, &[])
    }

    /// Starts it in an environment that has these variables, and no others that a service manager sets.
    pub(crate) fn inside(words: &str, env: &[(&str, &str)]) -> Self {
        Self::spawn(words, Stdio::piped(), env)
    }

    fn spawn(words: &str, errors: Stdio, env: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_victim"))
            .args(words.split_whitespace())
            .env_remove("RUST_BACKTRACE")
            .env_remove("NOTIFY_SOCKET")
            .env_remove("WATCHDOG_USEC")
            .env_remove("WATCHDOG_PID")
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .expect("the victim is built with the tests");
        let (sender, lines) = channel();
        let out = BufReader::new(process.stdout.take().expect("piped"));
        thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            process,
            lines,
            seen: Vec::new(),
            begun: now(),
        }
    }

    /// Waits for a line, unless it has been read already.
    #[track_caller]
    pub(crate) fn says(mut self, wanted: &str) -> Self {
        while !self.seen.iter().any(|line| line == wanted) {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.seen.push(line),
                Err(_) => panic!("it never says `{wanted}`, only {:?}", self.seen),
            }
        }
        self
    }

    pub(crate) fn signal(self, signal: Signal) -> Self {
        let pid = Pid::from_child(&self.process);
        kill_process(pid, signal).expect("it is alive");
        self
    }

    /// Sends a signal again and again until it has ended: of signals that come at once, nobody knows which is seen first, and
    /// two of one kind may be one.
    pub(crate) fn signal_until_it_ends(mut self, signal: Signal) -> Self {
        let pid = Pid::from_child(&self.process);
        while self.process.try_wait().expect("it was started").is_none() {
            kill_process(pid, signal).expect("it has not been waited for");
            thread::yield_now();
        }
        self
    }

    /// Closes the standard error under it.
    pub(crate) fn deaf(mut self) -> Self {
        drop(self.process.stderr.take());
        self
    }

    /// Reads standard error until it has this text.
    #[track_caller]
    pub(crate) fn complains(mut self, wanted: &str) -> Self {
        let errors = self.process.stderr.as_mut().expect("piped");
        let (mut text, mut byte) = (Vec::new(), [0]);
        while !String::from_utf8_lossy(&text).contains(wanted) {
            match errors.read(&mut byte) {
                Ok(1) => text.push(byte[0]),
                _ => panic!("`{wanted}` is not in:\n{}", String::from_utf8_lossy(&text)),
            }
        }
        self
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn ends(mut self) -> Ended {
        let errors = self.process.stderr.take().map(|mut errors| {
            thread::spawn(move || {
                let mut text = String::new();
                let _ = errors.read_to_string(&mut text);
                text
            })
        });
        // Its standard output closes with it.
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.seen.push(line);
        }
        let after = self.begun.elapsed();
        assert!(after < PATIENCE, "it does not end; it said {:?}", self.seen);
        let status = self.process.wait().expect("it was started");
        Ended {
            code: status.code(),
            lines: std::mem::take(&mut self.seen),
            errors: errors.map_or_else(String::new, |errors| errors.join().expect("read")),
            after,
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Nothing is left behind, also when a test fails.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
