//! `/lifecycle.json`: a shape that programs rely on.

use std::time::Duration;

use expect_test::{Expect, expect};
use lifecycle::Context;
use lifecycle::component::Custom;
use lifecycle::health::Health;
use lifecycle::plan::CheckPolicy;
use lifecycle::schedule::Every;
use serde_json::Value;

use crate::kit::{Served, chain, shop, worker};

/// The names and the types, without the values; of a list, its first element.
fn shape(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                out.push_str(&format!("{indent}{name}: {}\n", kind(value)));
                shape(value, depth + 1, out);
            }
        }
        Value::Array(list) => {
            if let Some(first) = list.first() {
                if !first.is_object() {
                    out.push_str(&format!("{indent}{}\n", kind(first)));
                }
                shape(first, depth, out);
            }
        }
        _ => {}
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

#[track_caller]
fn check(value: &Value, expected: Expect) {
    let mut text = String::new();
    shape(value, 0, &mut text);
    expected.assert_eq(&text);
}

/// The document, once the start is told in it.
fn document(served: &Served) -> Value {
    let got = served.until("/lifecycle.json", |got| {
        got.body.contains("the app is running")
    });
    assert_eq!(
        (got.status, got.header("content-type")),
        (200, "application/json")
    );
    serde_json::from_str(&got.body).unwrap()
}

#[test]
fn the_shape_stays() {
    let api = Custom::service("Api").run(|cx: Context| async move {
        cx.note("serving");
        cx.health().set("lag", Health::hint("3 s behind"));
        cx.health().error("no route");
        let _counting = cx.every("count", Every::new(Duration::from_secs(60)), || async {});
        cx.spawn("idle", std::future::pending::<()>());
        let fails = cx.task("fails", |_| async { Err::<(), _>("no task") });
        fails.run_now();
        cx.shutdown_requested().await;
    });
    let how = CheckPolicy::default();
    let api = api.health(how, |_| async { Health::healthy() });
    let served = Served::start(chain([Custom::resource("Database"), api]), |server| server).up();
    served.until("/lifecycle.json", |got| {
        let all = ["no route", "took_ms", "no task"];
        all.iter().all(|text| got.body.contains(text))
    });
    let document = document(&served);
    check(
        &document,
        expect![[r#"
            age_ms: number
            app: string
            components: list
              attempt: number
              check: null
              conditions: list
              dependencies: list
              disabled: bool
              errors: list
              failed: bool
              finished: bool
              handlers: list
              health: object
                level: string
                reason: null
                since_ms: number
              id: number
              kind: string
              name: string
              note: null
              pools: list
              rank: number
              ready: bool
              required: bool
              restarts: number
              root: bool
              schedules: list
              since_ms: number
              state: string
              tasks: null
              waits_for: list
            control: bool
            events: list
              at_ms: number
              component: null
              kind: string
              level: string
              seq: number
              text: string
            groups: list
              failing: list
              failing_count: number
              name: string
              passing: bool
            health: object
              level: string
              reason: string
            phase: string
            schema: number
            start: object
              rows: list
                critical: bool
                failed: bool
                name: string
                since_ms: number
                waited_for: null
                waited_ms: number
                worked_ms: number
              total_ms: number
        "#]],
    );
    check(
        &document["components"][1],
        expect![[r#"
            attempt: number
            check: object
              at_ms: number
              failures: number
              hanging_ms: null
              level: string
              reason: null
              took_ms: number
            conditions: list
              key: string
              level: string
              reason: string
              since_ms: number
            dependencies: list
              kind: string
              name: string
            disabled: bool
            errors: list
              at_ms: number
              error: string
            failed: bool
            finished: bool
            handlers: list
            health: object
              level: string
              reason: string
              since_ms: number
            id: number
            kind: string
            name: string
            note: string
            pools: list
            rank: number
            ready: bool
            required: bool
            restarts: number
            root: bool
            schedules: list
              failed: number
              failing: number
              last_error: null
              name: string
              next_ms: number
              panicked: number
              running: bool
              runs: number
              skipped: number
            since_ms: number
            state: string
            tasks: object
              errors: list
                string
              stats: object
                begun: number
                cut_off: number
                done: number
                dropped: number
                failed: number
                panicked: number
                waited_ms: number
            waits_for: list
        "#]],
    );
}

#[test]
fn it_says_what_the_app_says() {
    let served = Served::start(shop(), |server| server).up();
    let document = document(&served);
    assert_eq!(document["schema"], 1);
    assert_eq!(
        (&document["app"], &document["phase"]),
        (&"shop".into(), &"running".into())
    );
    assert_eq!(document["control"], false);
    let [database, api] = [0, 1].map(|at| &document["components"][at]);
    assert_eq!(
        (&database["name"], &database["state"]),
        (&"Database".into(), &"up".into())
    );
    assert_eq!(
        (&api["id"], &api["rank"], &api["root"]),
        (&1.into(), &1.into(), &true.into())
    );
    assert_eq!(
        api["dependencies"],
        serde_json::json!([{ "name": "Database", "kind": "hard" }])
    );
    assert_eq!(document["start"]["rows"][0]["name"], "Database");
    let texts: Vec<&str> = document["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["text"].as_str().unwrap())
        .collect();
    assert!(
        texts.contains(&"is up") && texts.contains(&"the app is running"),
        "{texts:?}"
    );
}

#[test]
fn the_last_events_are_kept_and_no_more() {
    let served = Served::start(
        chain((0..300).map(|n| Custom::resource(format!("C{n}")))),
        |server| server,
    )
    .up();
    let document = document(&served);
    let events = document["events"].as_array().unwrap();
    assert_eq!(events.len(), 200);
    assert_eq!(events[199]["text"], "the app is running");
    let numbers: Vec<u64> = events
        .iter()
        .map(|event| event["seq"].as_u64().unwrap())
        .collect();
    assert!(
        numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "{numbers:?}"
    );
}

#[test]
fn errors_and_panics_of_components_are_told_with_their_sources() {
    let fails = Custom::service("Fails").run(|_| async { Err::<(), _>("the line broke") });
    let fails = fails.declare(|fails| fails.optional(true));
    let served = Served::start(chain([worker("Api")]), |server| server).up();
    let adding = served.app().add(fails);
    let _ = served.block_on(adding);
    let got = served.until("/lifecycle.json", |got| got.body.contains("the line broke"));
    let document: Value = serde_json::from_str(&got.body).unwrap();
    let events = document["events"].as_array().unwrap();
    let error = events
        .iter()
        .find(|event| event["kind"] == "error")
        .unwrap();
    assert_eq!(
        (&error["component"], &error["level"]),
        (&"Fails".into(), &"error".into())
    );
    assert_eq!(error["text"], "`Fails` failed in run: the line broke");
}

#[test]
fn no_text_is_longer_than_it_may_be() {
    let talks = Custom::service("Talks").run(|cx: Context| async move {
        cx.note("ä".repeat(100_000));
        cx.shutdown_requested().await;
    });
    let served = Served::start(chain([talks]), |server| server).up();
    let got = served.until("/lifecycle.json", |got| got.body.contains("ää"));
    assert!(got.body.len() < 10_000, "{}", got.body.len());
}
