//! Where the server listens: on the loopback interface, unless somebody says otherwise.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};

/// What stands before an address in the environment that is not a loopback one.
const PUBLIC: &str = "public:";

/// Listens at the address, which is to be a loopback one.
pub(super) fn loopback(address: impl ToSocketAddrs) -> io::Result<TcpListener> {
    let addresses: Vec<SocketAddr> = address.to_socket_addrs()?.collect();
    if let Some(public) = addresses.iter().find(|address| !address.ip().is_loopback()) {
        let text = format!(
            "{public} is no loopback address: others could see the app; `bind_public`, or `{PUBLIC}{public}` in a variable, allows that"
        );
        return Err(io::Error::new(ErrorKind::InvalidInput, text));
    }
    listen(&addresses)
}

/// Listens at the address, whichever it is.
pub(super) fn anywhere(address: impl ToSocketAddrs) -> io::Result<TcpListener> {
    let addresses: Vec<SocketAddr> = address.to_socket_addrs()?.collect();
    listen(&addresses)
}

/// Listens where a text says; `None` if it says that nobody is to.
pub(super) fn chosen(text: &str) -> io::Result<Option<TcpListener>> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("off") {
        return Ok(None);
    }
    let public = text.strip_prefix(PUBLIC);
    let address = public.unwrap_or(text);
    let found = address.to_socket_addrs().map_err(|error| {
        let text = format!(
            "`{address}` is no address: {error}; write one such as `127.0.0.1:9090`, or `off`"
        );
        io::Error::new(error.kind(), text)
    })?;
    let addresses: Vec<SocketAddr> = found.collect();
    let bound = match public {
        Some(_) => anywhere(&*addresses),
        None => loopback(&*addresses),
    };
    bound.map(Some)
}

/// The error names the address: the one of the system does not.
fn listen(addresses: &[SocketAddr]) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(addresses).map_err(|error| match addresses {
        [] => io::Error::new(ErrorKind::InvalidInput, "this names no address"),
        [first, ..] => io::Error::new(error.kind(), format!("{first}: {error}")),
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        chosen(text).expect_err("this is refused").to_string()
    }

    #[test]
    fn nothing_and_off_mean_that_nobody_listens() {
        for text in ["", "  ", "off", "OFF"] {
            assert!(chosen(text).unwrap().is_none(), "{text:?}");
        }
    }

    #[test]
    fn whatever_names_the_loopback_interface_will_do() {
        for text in ["127.0.0.1:0", " localhost:0 ", "127.1.2.3:0"] {
            let listener = chosen(text).unwrap().expect("a listener");
            assert!(listener.local_addr().unwrap().ip().is_loopback(), "{text}");
        }
    }

    #[test]
    fn another_address_has_to_be_called_public() {
        let refusal = refusal("0.0.0.0:0");
        assert!(
            refusal.starts_with("0.0.0.0:0 is no loopback address"),
            "{refusal}"
        );
        assert!(refusal.contains("`public:0.0.0.0:0`"), "{refusal}");
        let listener = chosen("public:0.0.0.0:0").unwrap().expect("a listener");
        assert!(listener.local_addr().unwrap().ip().is_unspecified());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["9090", "127.0.0.1", "public:here", "localhost:many"] {
            let address = text.trim_start_matches(PUBLIC);
            let told = refusal(text);
            assert!(
                told.starts_with(&format!("`{address}` is no address: ")),
                "{told}"
            );
        }
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let first = loopback("127.0.0.1:0").unwrap();
        let taken = first.local_addr().unwrap();
        let error = loopback(taken).expect_err("it is taken");
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        assert!(error.to_string().starts_with(&taken.to_string()), "{error}");
    }
}
