//! Asks the status server of a running app.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

use super::print;
use crate::app::say;
use crate::engine::exit;

/// How long the server may take to let us in, and then for each piece of what it says.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than the status of ten thousand components.
const MOST: u64 = 64 << 20;

/// Prints what the server says.
pub(super) fn ask(address: &str, json: bool) -> ExitCode {
    let path = if json {
        "/lifecycle.json"
    } else {
        "/healthz?verbose"
    };
    match get(address, path) {
        Ok((status, body)) => {
            print(&body);
            ExitCode::from(if status == 200 {
                exit::SUCCESS
            } else {
                exit::FAILED
            })
        }
        Err(error) => {
            say(&format!("no status from {address}: {error}"));
            ExitCode::from(exit::START_FAILED)
        }
    }
}

/// One request without keep-alive: all that HTTP/1.0 has, so the answer ends where the connection does.
pub(super) fn get(address: &str, path: &str) -> io::Result<(u16, String)> {
    let mut stream = connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(MOST).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(no_http)?;
    let mut words = head.split(' ');
    let version = words.next().ok_or_else(no_http)?;
    let status = words.next().and_then(|status| status.parse().ok());
    if !version.starts_with("HTTP/1.") {
        return Err(no_http());
    }
    Ok((status.ok_or_else(no_http)?, body.to_owned()))
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
