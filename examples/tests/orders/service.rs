//! The service under test as a process.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// Far more than anything here needs, for slow machines.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// A folder of one test, which is gone when the test has passed.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("orders-{test}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// A running service and all that it has printed so far.
pub(crate) struct Service {
    pub(crate) process: Child,
    pub(crate) lines: Receiver<String>,
    pub(crate) printed: Vec<String>,
}

impl Service {
    pub(crate) fn spawn(folder: &Folder, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_orders"))
            .current_dir(&folder.0)
            .env_remove("ORDERS_DATABASE")
            .env_remove("ORDERS_PAY_WITHIN")
            .env_remove("ORDERS_SUPPLIER")
            .env_remove("ORDERS_MAILS")
            .env_remove("ORDERS_SMTP")
            .env_remove("ORDERS_CONTROL")
            .env("ORDERS_STATUS", "127.0.0.1:0")
            .env("RUST_LOG", "info,lifecycle=debug")
            .env("ORDERS_LISTEN", "127.0.0.1:0")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, lines) = mpsc::channel();
        forward(process.stdout.take().unwrap(), send.clone());
        forward(process.stderr.take().unwrap(), send);
        Self {
            process,
            lines,
            printed: Vec::new(),
        }
    }

    /// Starts it on a free port; gives its address too.
    pub(crate) fn start(folder: &Folder) -> (Self, String) {
        Self::start_with(folder, &[])
    }

    pub(crate) fn start_with(folder: &Folder, environment: &[(&str, &str)]) -> (Self, String) {
        let mut service = Self::spawn(folder, environment);
        let line = service.wait_for("listening on http://");
        let address = line.trim_start_matches("listening on http://").to_owned();
        (service, address)
    }

    /// Reads until there is a line with this text; what was read before counts too.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        if let Some(line) = self.printed.iter().find(|line| line.contains(text)) {
            return line.clone();
        }
        while self.next() {
            let line = &self.printed[self.printed.len() - 1];
            if line.contains(text) {
                return line.clone();
            }
        }
        panic!("it ended without a line with `{text}`:\n{}", self.text());
    }

    /// Reads one more line; `false` when there will be none, because the process has ended.
    #[track_caller]
    pub(crate) fn next(&mut self) -> bool {
        match self.lines.recv_timeout(LIMIT) {
            Ok(line) => self.printed.push(line),
            Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => panic!("it hangs:\n{}", self.text()),
        }
        true
    }

    pub(crate) fn text(&self) -> String {
        self.printed.join("\n")
    }

    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    pub(crate) fn signal(&self, name: &str) {
        let (name, pid) = (format!("-{name}"), self.process.id().to_string());
        let sent = Command::new("kill").args([&name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end, which should come with this exit code; gives all that was printed.
    #[track_caller]
    pub(crate) fn ends(mut self, exit_code: i32) -> String {
        while self.next() {}
        let status = self.process.wait().unwrap();
        assert_eq!(status.code(), Some(exit_code), "{}", self.text());
        self.text()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn forward(pipe: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
}
