//! Each path: what it answers, in which form, to which method.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lifecycle::component::Custom;
use lifecycle::health::Health;
use lifecycle::plan::CheckPolicy;
use serde_json::Value;

use crate::kit::{SOON, Served, agent, chain, got, shop, worker};

fn served() -> Served {
    Served::start(shop(), |server| server).up()
}

#[test]
fn probes_say_ok_in_one_word() {
    let served = served();
    for path in [
        "/livez",
        "/readyz",
        "/startupz",
        "/healthz",
        "/readyz/liveness",
        "/healthz/readiness",
    ] {
        let got = served.get(path);
        assert_eq!((got.status, &*got.body), (200, "ok\n"), "{path}");
        assert_eq!(got.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(got.header("cache-control"), "no-store");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
    }
}

#[test]
fn verbose_probes_list_every_check() {
    let served = served();
    let expected = "[+]Database ok\n[+]Api ok\nreadiness passes\n";
    for path in [
        "/readyz?verbose",
        "/readyz?verbose=1",
        "/readyz?a=b&verbose",
    ] {
        assert_eq!(served.get(path).body, expected, "{path}");
    }
    let all = served.get("/healthz?verbose").body;
    assert!(
        all.starts_with("[+]Database ok\n[+]Api ok\nshop is running after "),
        "{all}"
    );
    assert_eq!(served.get("/readyz?verbosely").body, "ok\n");
}

#[test]
fn probes_answer_in_json_when_asked_to() {
    let served = served();
    for accept in ["application/json", "text/html, application/json;q=0.9"] {
        let got = served.get_with("/readyz", &[("accept", accept)]);
        assert_eq!(got.header("content-type"), "application/json");
        let group: Value = serde_json::from_str(&got.body).unwrap();
        assert_eq!(group["name"], "readiness");
        assert_eq!(group["passing"], true);
        assert_eq!(group["members"], serde_json::json!(["Database", "Api"]));
    }
    let report = served.get_with("/healthz", &[("accept", "application/json")]);
    let report: Value = serde_json::from_str(&report.body).unwrap();
    assert_eq!(report["app"], "shop");
    assert_eq!(report["components"][0]["name"], "Database");
    assert_eq!(
        served.get_with("/readyz", &[("accept", "*/*")]).body,
        "ok\n"
    );
}

#[test]
fn ages_go_on_while_the_app_stays_as_it_is() {
    let served = served();
    let first = served.get("/healthz?verbose");
    served.until("/healthz?verbose", |got| got.body != first.body);

    let age = |body: &str| serde_json::from_str::<Value>(body).unwrap()["age"].clone();
    let get = || served.get_with("/healthz", &[("accept", "application/json")]);
    let (first, begun) = (get(), Instant::now());
    while age(&get().body) == age(&first.body) {
        assert!(begun.elapsed() < SOON, "{}", first.body);
    }
}

#[test]
fn how_long_a_check_hangs_goes_on_although_the_app_is_well() {
    let (give, wait) = std::sync::mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let mut how = CheckPolicy::default();
    how.timeout = Duration::from_millis(20);
    how.down_every = Duration::from_millis(20);
    (how.failures, how.critical) = (1, false);
    let database = Custom::resource("Database").health(how, move |_| {
        let wait = Arc::clone(&wait);
        async move {
            let _ = wait.lock().unwrap().recv();
            Health::healthy()
        }
    });
    let served = Served::start(chain([database, worker("Api")]), |server| server).up();
    // Whatever fails, the check ends before the app does.
    let give = give;
    let line = |body: &str| body.lines().next().map(str::to_owned);
    let hangs =
        |body: &str| body.starts_with("[+]Database ok, warning: the check has not answered");
    let first = served.until("/healthz?verbose", |got| hangs(&got.body));
    assert_eq!(first.status, 200);
    served.until("/healthz?verbose", |got| {
        hangs(&got.body) && line(&got.body) != line(&first.body)
    });
    drop(give);
    assert!(served.stop().is_success());
}

#[test]
fn groups_of_the_app_have_probes_of_their_own() {
    let payments = worker("Api").declare(|api| api.health_groups(&["payments"]));
    let served = Served::start(chain([Custom::resource("Database"), payments]), |server| {
        server
    })
    .up();
    for path in ["/readyz/payments", "/healthz/payments"] {
        assert_eq!(served.get(path).body, "ok\n");
    }
    let verbose = served.get("/readyz/payments?verbose").body;
    assert_eq!(verbose, "[+]Api ok\npayments passes\n");
    let got = served.get("/readyz/payment");
    let expected = "there is no such group; there are: startup, readiness, liveness, payments\n";
    assert_eq!((got.status, &*got.body), (404, expected));
}

#[test]
fn what_is_nowhere_is_answered_with_what_there_is() {
    let served = served();
    for path in [
        "/nowhere",
        "/livez/",
        "/livez/x",
        "/lifecycle/",
        "/lifecycle/control",
        "//",
    ] {
        let got = served.get(path);
        assert_eq!(got.status, 404, "{path}");
        if !path.starts_with("/livez/") {
            assert!(got.body.contains("/lifecycle.json"), "{path}: {}", got.body);
        }
    }
    let got = served.get("/metrics");
    assert_eq!(got.status, 404);
    assert!(got.body.contains("`Server::metrics`"), "{}", got.body);
}

#[test]
fn the_root_leads_to_the_page() {
    let served = served();
    let got = served.get("/");
    assert_eq!((got.status, got.header("location")), (302, "/lifecycle"));
}

#[test]
fn nothing_is_changed_by_other_methods() {
    let served = served();
    for path in [
        "/readyz",
        "/lifecycle",
        "/lifecycle.json",
        "/lifecycle/control",
        "/nowhere",
    ] {
        let got = served.post(path, &[], "");
        assert_eq!(
            (got.status, got.header("allow")),
            (405, "GET, HEAD"),
            "{path}"
        );
    }
    let deleted = got(agent().delete(served.url("/readyz")).call().unwrap());
    assert_eq!(deleted.status, 405);
}

#[test]
fn requests_may_be_written_in_several_ways() {
    let group = worker("Api").declare(|api| api.health_groups(&["two words"]));
    let served = Served::start(chain([Custom::resource("Database"), group]), |server| {
        server
    })
    .up();
    let port = served.address.port();
    for (request, expected) in [
        (format!("GET http://localhost:{port}/readyz"), 200),
        ("GET http://evil.example/readyz".to_owned(), 200),
        ("GET http://evil.example/lifecycle.json".to_owned(), 421),
        ("GET /readyz/two%20words".to_owned(), 200),
        ("GET /healthz/re%61diness".to_owned(), 200),
        ("GET /readyz/%ff".to_owned(), 404),
        ("GET //readyz".to_owned(), 404),
        ("GET /readyz/../lifecycle".to_owned(), 404),
        ("OPTIONS /readyz".to_owned(), 405),
        ("OPTIONS *".to_owned(), 405),
        ("CONNECT localhost:80".to_owned(), 405),
        ("HEAD /lifecycle/control".to_owned(), 404),
    ] {
        let text = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = served.raw(&text);
        let status = format!("HTTP/1.1 {expected} ");
        assert!(answer.starts_with(&status), "{request}: {answer}");
        if expected == 405 {
            let head = answer.to_ascii_lowercase();
            assert!(head.contains("allow: get, head\r\n"), "{request}: {answer}");
        }
    }
}

#[test]
fn heads_are_those_of_the_whole_answers() {
    let served = served();
    for path in [
        "/readyz",
        "/healthz?verbose",
        "/lifecycle",
        "/lifecycle/graph.svg",
        "/nowhere",
    ] {
        // One of them has an age in it, which may get longer between the two.
        served.until(path, |whole| {
            let head = got(agent().head(served.url(path)).call().unwrap());
            assert_eq!((head.status, &*head.body), (whole.status, ""), "{path}");
            head.header("content-length") == whole.body.len().to_string()
        });
    }
    let head = got(agent()
        .head(served.url("/lifecycle/events"))
        .call()
        .unwrap());
    assert_eq!((head.status, &*head.body), (200, ""));
}

#[test]
fn metrics_are_what_somebody_renders() {
    let served = Served::start(shop(), |server| server.metrics(|| "up 1\n".to_owned())).up();
    let got = served.get("/metrics");
    assert_eq!((got.status, &*got.body), (200, "up 1\n"));
    assert_eq!(
        got.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
}

#[test]
fn metrics_that_panic_are_an_answer() {
    let served = Served::start(shop(), |server| server.metrics(|| panic!("no numbers"))).up();
    assert_eq!(served.get("/metrics").status, 500);
    assert_eq!(served.get("/metrics").status, 500);
    served.serves_on();
}

#[test]
fn metrics_that_hang_hold_up_nobody_else() {
    let (give, wait) = std::sync::mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let served = Served::start(shop(), |server| {
        let limit = Duration::from_millis(300);
        server.request_timeout(limit).metrics(move || {
            let _ = wait.lock().unwrap().recv();
            String::new()
        })
    })
    .up();
    std::thread::scope(|scope| {
        let hanging = scope.spawn(|| served.get("/metrics"));
        for _ in 0..20 {
            served.serves_on();
        }
        let got = hanging.join().unwrap();
        assert_eq!(
            (got.status, &*got.body),
            (503, "rendering the metrics takes too long\n")
        );
    });
    drop(give);
    served.until("/metrics", |got| got.status == 200);
    assert!(served.stop().is_success());
}

#[test]
fn the_plan_is_there_as_a_picture() {
    let served = served();
    let got = served.get("/lifecycle/graph.svg");
    assert_eq!(
        (got.status, got.header("content-type")),
        (200, "image/svg+xml")
    );
    assert!(
        got.body.contains(r#"data-component="Database""#),
        "{}",
        got.body
    );
}
