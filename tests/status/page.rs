//! The page itself, and who may see it; `.ci/page` looks at it in a browser.

use crate::kit::{Served, shop};

#[test]
fn the_page_is_one_file_that_no_other_site_can_use() {
    let served = Served::start(shop(), |server| server).up();
    let got = served.get("/lifecycle");
    assert_eq!(
        (got.status, got.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    let policy = got.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(got.header("x-frame-options"), "DENY");
    assert_eq!(got.header("referrer-policy"), "no-referrer");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    assert_eq!(got.body.matches(nonce).count(), 1);
    assert_eq!(got.body.matches("<script").count(), 1);
    assert_ne!(
        served.get("/lifecycle").header("content-security-policy"),
        policy
    );
}

#[test]
fn other_names_of_this_machine_are_for_probes_only() {
    let served = Served::start(shop(), |server| server).up();
    for path in [
        "/",
        "/lifecycle",
        "/lifecycle.json",
        "/lifecycle/events",
        "/lifecycle/graph.svg",
        "/metrics",
        "/nowhere",
    ] {
        let got = served.get_with(path, &[("host", "evil.example:9090")]);
        assert_eq!(got.status, 421, "{path}");
        assert!(!got.body.contains("Database"), "{path}");
    }
    for path in ["/livez", "/readyz", "/startupz", "/healthz"] {
        assert_eq!(
            served
                .get_with(path, &[("host", "shop.cluster.local")])
                .status,
            200
        );
    }
    assert_eq!(
        served
            .get_with("/lifecycle.json", &[("host", "localhost")])
            .status,
        200
    );
}
