//! The manager's socket: datagrams that are sent without ever waiting.

use std::ffi::OsStr;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where the manager listens. It is looked up for each message: the manager may begin anew and make another.
#[derive(Debug)]
pub(super) struct Socket {
    sender: Sender,
    /// The last message got through, or none was sent.
    works: AtomicBool,
}

impl Socket {
    pub(super) fn new(address: &OsStr) -> io::Result<Self> {
        Ok(Self {
            sender: Sender::new(address)?,
            works: AtomicBool::new(true),
        })
    }

    /// Sends it, and says whether it got through. The first of several failures is logged.
    pub(super) fn send(&self, message: &str) -> bool {
        let sent = self.sender.send(message.as_bytes());
        let worked = self.works.swap(sent.is_ok(), Ordering::Relaxed);
        match &sent {
            Err(error) if worked => {
                tracing::warn!(target: "lifecycle", "the service manager does not hear of the app for now: {error}");
            }
            Ok(()) if !worked => {
                tracing::info!(target: "lifecycle", "the service manager hears of the app again");
            }
            _ => {}
        }
        sent.is_ok()
    }
}

#[cfg(unix)]
#[derive(Debug)]
struct Sender {
    socket: std::os::unix::net::UnixDatagram,
    address: std::os::unix::net::SocketAddr,
}

#[cfg(unix)]
impl Sender {
    fn new(address: &OsStr) -> io::Result<Self> {
        let address = address_of(address)?;
        let socket = std::os::unix::net::UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket, address })
    }

    fn send(&self, message: &[u8]) -> io::Result<()> {
        self.socket.send_to_addr(message, &self.address).map(drop)
    }
}

#[cfg(unix)]
fn address_of(text: &OsStr) -> io::Result<std::os::unix::net::SocketAddr> {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::SocketAddr;

    match text.as_bytes() {
        [b'/', ..] => SocketAddr::from_pathname(text),
        #[cfg(any(target_os = "linux", target_os = "android"))]
        [b'@', name @ ..] if !name.is_empty() => {
            #[cfg(target_os = "android")]
            use std::os::android::net::SocketAddrExt;
            #[cfg(target_os = "linux")]
            use std::os::linux::net::SocketAddrExt;
            SocketAddr::from_abstract_name(name)
        }
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "neither a whole path nor `@` and a name",
        )),
    }
}

#[cfg(not(unix))]
#[derive(Debug)]
struct Sender;

#[cfg(not(unix))]
impl Sender {
    fn new(_address: &OsStr) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn send(&self, _message: &[u8]) -> io::Result<()> {
        Ok(())
    }
}
