//! Changing the app: only with the token, and only from the page of the server.

use lifecycle::component::Custom;
use lifecycle::engine::State;

use crate::kit::{Got, Served, chain, shop, worker};

const TOKEN: &str = "0123456789abcdef";
const PATH: &str = "/lifecycle/control";
const RIGHT: (&str, &str) = ("authorization", "Bearer 0123456789abcdef");
const JSON: (&str, &str) = ("content-type", "application/json");

fn served() -> Served {
    Served::start(shop(), |server| server.control(TOKEN)).up()
}

fn state(served: &Served, component: &str) -> State {
    served.app().status().component(component).unwrap().state
}

fn ask(served: &Served, component: &str, action: &str) -> Got {
    let body = format!(r#"{{"component": "{component}", "action": "{action}"}}"#);
    served.post(PATH, &[RIGHT, JSON], &body)
}

#[test]
fn components_are_disabled_enabled_and_restarted() {
    let served = served();
    let got = ask(&served, "Api", "disable");
    assert_eq!((got.status, &*got.body), (202, "disable Api: done\n"));
    assert_eq!(state(&served, "Api"), State::Down);
    let got = ask(&served, "Api", "enable");
    assert_eq!((got.status, &*got.body), (202, "enable Api: done\n"));
    assert_eq!(state(&served, "Api"), State::Up);
    let restarts = || served.app().status().component("Api").unwrap().restarts;
    let before = restarts();
    let got = ask(&served, "Api", "restart");
    assert_eq!((got.status, &*got.body), (202, "restart Api: done\n"));
    assert_eq!(restarts(), before + 1);
}

#[test]
fn what_takes_long_is_under_way() {
    let slow = worker("Api").drain(|cx: lifecycle::Context| async move {
        cx.app().ended().await;
    });
    let served = Served::start(chain([Custom::resource("Database"), slow]), |server| {
        server.control(TOKEN)
    })
    .up();
    let got = ask(&served, "Api", "disable");
    assert_eq!((got.status, &*got.body), (202, "disable Api: under way\n"));
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    let served = served();
    let got = ask(&served, "Nobody", "restart");
    assert_eq!(
        (got.status, &*got.body),
        (404, "the app has no component `Nobody`\n")
    );
    assert_eq!(ask(&served, "Api", "disable").status, 202);
    let got = ask(&served, "Api", "restart");
    assert_eq!((got.status, &*got.body), (409, "`Api` is disabled\n"));
}

#[test]
fn without_the_token_nothing_is_changed() {
    let served = served();
    let body = r#"{"component": "Api", "action": "disable"}"#;
    let wrong = [
        "Bearer 0123456789abcdeg",
        "Bearer 0123456789abcde",
        "Bearer ",
        "Basic 0123456789abcdef",
        "0123456789abcdef",
        "",
    ];
    for authorization in wrong {
        let got = served.post(PATH, &[("authorization", authorization), JSON], body);
        assert_eq!(
            (got.status, got.header("www-authenticate")),
            (401, "Bearer"),
            "{authorization}"
        );
    }
    assert_eq!(served.post(PATH, &[JSON], body).status, 401);
    assert_eq!(state(&served, "Api"), State::Up);
}

#[test]
fn who_guesses_is_not_listened_to_for_a_while() {
    let served = served();
    let body = r#"{"component": "Api", "action": "disable"}"#;
    let with = |token: &str| {
        let authorization = format!("Bearer {token}");
        let got = served.post(PATH, &[("authorization", &authorization), JSON], body);
        got.status
    };
    let statuses: Vec<u16> = (0..10).map(|n| with(&format!("{n:016}"))).collect();
    assert_eq!(statuses, [401; 10]);
    assert_eq!(with(TOKEN), 429);
    assert_eq!(state(&served, "Api"), State::Up);
    served.serves_on();
}

#[test]
fn pages_of_other_origins_are_refused_even_with_the_token() {
    let served = served();
    let body = r#"{"component": "Api", "action": "disable"}"#;
    let own = format!("http://{}", served.address);
    for other in [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let got = served.post(PATH, &[RIGHT, JSON, other], body);
        assert_eq!(got.status, 403, "{other:?}");
    }
    let got = served.post(PATH, &[RIGHT, JSON, ("host", "evil.example")], body);
    assert_eq!(got.status, 421);
    assert_eq!(state(&served, "Api"), State::Up);
    let got = served.post(
        PATH,
        &[
            RIGHT,
            JSON,
            ("origin", &own),
            ("sec-fetch-site", "same-origin"),
        ],
        body,
    );
    assert_eq!(got.status, 202);
}

#[test]
fn what_is_no_request_is_refused() {
    let served = served();
    let body = r#"{"component": "Api", "action": "disable"}"#;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
    ] {
        let got = served.post(PATH, &[RIGHT, ("content-type", kind)], body);
        assert_eq!(got.status, 415, "{kind}");
    }
    for body in [
        "",
        "{}",
        r#"{"component": "Api"}"#,
        r#"{"component": "Api", "action": "destroy"}"#,
        r#"{"component": "Api", "action": "disable", "force": 1}"#,
    ] {
        let got = served.post(PATH, &[RIGHT, JSON], body);
        assert_eq!(got.status, 400, "{body}");
    }
    let got = served.get(PATH);
    assert_eq!((got.status, got.header("allow")), (405, "POST"));
    assert_eq!(state(&served, "Api"), State::Up);
}

#[test]
fn a_request_that_is_too_large_is_refused() {
    let served = served();
    let got = ask(&served, &"A".repeat(5000), "disable");
    assert_eq!(got.status, 413);
    served.serves_on();
}

#[test]
fn so_many_are_taken_in_so_much_time() {
    let served = served();
    let statuses: Vec<u16> = (0..12)
        .map(|_| ask(&served, "Nobody", "restart").status)
        .collect();
    assert_eq!(statuses[..10], [404; 10]);
    assert_eq!(statuses[10..], [429; 2]);
}

#[test]
fn it_is_off_unless_somebody_asked_for_it() {
    let served = Served::start(shop(), |server| server).up();
    let got = ask(&served, "Api", "disable");
    assert_eq!(got.status, 405);
    assert_eq!(served.get(PATH).status, 404);
    assert_eq!(state(&served, "Api"), State::Up);
}

#[test]
#[should_panic(expected = "a token of at least 16 letters, digits and signs of ASCII")]
fn a_short_token_is_none() {
    let _ = lifecycle::status::Server::bind("127.0.0.1:0")
        .unwrap()
        .control("secret");
}

#[test]
fn of_several_with_one_name_the_id_says_which() {
    let both = chain([worker("Cache"), worker("Cache")]);
    let served = Served::start(both, |server| server.control(TOKEN)).up();
    let got = ask(&served, "Cache", "disable");
    let words = "several components are called `Cache`; say which one by its `id`\n";
    assert_eq!((got.status, &*got.body), (409, words));
    let disabled = || {
        let status = served.app().status();
        let disabled = status.components.iter().map(|component| component.disabled);
        disabled.collect::<Vec<_>>()
    };
    assert_eq!(disabled(), [false, false]);
    let body = r#"{"component": "Cache", "id": 1, "action": "disable"}"#;
    let got = served.post(PATH, &[RIGHT, JSON], body);
    assert_eq!((got.status, &*got.body), (202, "disable Cache: done\n"));
    assert_eq!(disabled(), [false, true]);
    let body = r#"{"component": "Other", "id": 1, "action": "enable"}"#;
    assert_eq!(served.post(PATH, &[RIGHT, JSON], body).status, 404);
}
