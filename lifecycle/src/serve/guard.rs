//! Who may ask: pages of other sites are kept from using the browser of somebody who can reach the server.

use std::net::IpAddr;

use hyper::Request;
use hyper::header::{HOST, HeaderMap, HeaderName, ORIGIN};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a request to a server on the loopback interface names it by an address, or as `localhost`.
///
/// A name of another kind is one that somebody else's name server made point here, so that the browser takes the server for
/// a part of that somebody's site.
pub(super) fn names_this_machine<B>(request: &Request<B>) -> bool {
    let uri = request.uri().host();
    let header = request.headers().get(HOST);
    match (uri, header) {
        // HTTP/1.0, and so no browser.
        (None, None) => true,
        (uri, header) => {
            let header = header.map(|host| host.to_str().map_or("", host_of));
            uri.into_iter().chain(header).all(is_local)
        }
    }
}

/// The host without its port.
fn host_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => host,
    }
}

fn is_local(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = bare.trim_end_matches('.').to_ascii_lowercase();
    bare.parse::<IpAddr>().is_ok() || name == "localhost" || name.ends_with(".localhost")
}

/// Whether a request comes from a page of this server, or from no page at all.
pub(super) fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if text(SEC_FETCH_SITE).is_some_and(|site| site != "same-origin") {
        return false;
    }
    let Some(origin) = text(ORIGIN) else {
        return true;
    };
    let origin = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    origin.is_some() && origin == text(HOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_localhost_are_this_machine() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:9090",
            "[::1]:9090",
            "[::1]",
            "localhost",
            "LOCALHOST.:80",
            "app.localhost:1",
        ] {
            let request = Request::builder().header(HOST, host).body(()).unwrap();
            assert!(names_this_machine(&request), "{host}");
        }
        assert!(names_this_machine(&Request::new(())));
    }

    #[test]
    fn other_names_are_not() {
        for host in [
            "evil.example",
            "evil.example:9090",
            "localhost.evil.example",
            "",
            ":80",
            "127.0.0.1.evil.example",
        ] {
            let request = Request::builder().header(HOST, host).body(()).unwrap();
            assert!(!names_this_machine(&request), "{host}");
        }
        let request = Request::builder()
            .uri("http://evil.example/")
            .header(HOST, "localhost");
        assert!(!names_this_machine(&request.body(()).unwrap()));
    }

    fn from(headers: &[(HeaderName, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        map.insert(HOST, "localhost:9090".parse().unwrap());
        for (name, value) in headers {
            map.insert(name, value.parse().unwrap());
        }
        is_same_origin(&map)
    }

    #[test]
    fn only_pages_of_this_server_and_no_pages_are_of_this_origin() {
        assert!(from(&[]));
        assert!(from(&[(ORIGIN, "http://localhost:9090")]));
        assert!(from(&[
            (ORIGIN, "http://localhost:9090"),
            (SEC_FETCH_SITE, "same-origin")
        ]));
        for origin in [
            "http://localhost:9091",
            "http://localhost",
            "null",
            "http://evil.example",
            "localhost:9090",
        ] {
            assert!(!from(&[(ORIGIN, origin)]), "{origin}");
        }
        for site in ["cross-site", "same-site", "none"] {
            assert!(!from(&[(SEC_FETCH_SITE, site)]), "{site}");
        }
    }
}
