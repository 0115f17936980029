//! Asks the status server of a running app.

use std::io::ErrorKind::{TimedOut, WouldBlock};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::print;
use crate::app::say;
use crate::engine::exit;

/// How long the server may take to let us in, and then for each piece of what it says.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long all of it may take.
const WHOLE: Duration = Duration::from_secs(30);

/// More than the status of ten thousand components.
const MOST: usize = 64 << 20;

/// Prints what the server says.
pub(super) fn ask(address: &str, json: bool) -> ExitCode {
    let path = if json {
        "/lifecycle.json"
    } else {
        "/healthz?verbose"
    };
    // As it stands in the log.
    let address = address.strip_prefix("http://").unwrap_or(address);
    let address = address.split('/').next().unwrap_or(address);
    match get(address, path) {
        Ok((200, body)) => {
            print(&printable(&body));
            ExitCode::from(exit::SUCCESS)
        }
        Ok((503, body)) => {
            print(&printable(&body));
            ExitCode::from(exit::FAILED)
        }
        Ok((status, _)) => {
            say(&format!(
                "no status from {address}: it answers with {status}, as no status server does"
            ));
            ExitCode::from(exit::START_FAILED)
        }
        Err(error) => {
            say(&format!("no status from {address}: {error}"));
            ExitCode::from(exit::START_FAILED)
        }
    }
}

/// Whoever answers there is not to move the cursor of the terminal.
fn printable(text: &str) -> String {
    let is_harmless = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    text.chars().filter(is_harmless).collect()
}

/// One request without keep-alive: all that HTTP/1.0 has, so the answer ends where the connection does.
pub(super) fn get(address: &str, path: &str) -> io::Result<(u16, String)> {
    let mut stream = connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let answer = read(stream)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(no_http)?;
    let length = head.lines().find_map(|line| {
        let (name, length) = line.split_once(':')?;
        let is_it = name.eq_ignore_ascii_case("content-length");
        is_it.then(|| length.trim().parse::<usize>().ok())?
    });
    if length.is_some_and(|length| length != body.len()) {
        return Err(io::Error::other("its answer was cut short"));
    }
    let mut words = head.split(' ');
    let version = words.next().ok_or_else(no_http)?;
    let status = words.next().and_then(|status| status.parse().ok());
    if !version.starts_with("HTTP/1.") {
        return Err(no_http());
    }
    Ok((status.ok_or_else(no_http)?, body.to_owned()))
}

/// All that it says, within the time and the size that there may be.
#[expect(
    clippy::disallowed_methods,
    reason = "there is no runtime whose clock could count"
)]
fn read(mut stream: TcpStream) -> io::Result<Vec<u8>> {
    let end = Instant::now() + WHOLE;
    let mut answer = Vec::new();
    let mut piece = [0; 8192];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return Ok(answer),
            Ok(read) => answer.extend_from_slice(&piece[..read]),
            Err(error) if matches!(error.kind(), WouldBlock | TimedOut) => {
                return Err(io::Error::new(TimedOut, "it does not answer"));
            }
            Err(error) => return Err(error),
        }
        if answer.len() > MOST || Instant::now() > end {
            return Err(io::Error::other("its answer has no end"));
        }
    }
}

/// The first of the addresses that lets us in.
fn connect(address: &str) -> io::Result<TcpStream> {
    let mut last = None;
    for address in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("the name stands for no address")))
}

fn no_http() -> io::Error {
    io::Error::other("what answers there is no status server")
}
