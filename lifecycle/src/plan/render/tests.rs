use std::time::Duration;

use expect_test::{Expect, expect};

use crate::component::Custom;
use crate::plan::{Declaration, EdgeKind, Kind, Node, Plan};

/// ```text
/// Mailer ---------------------------> Settings
/// Api --> Database -----------------> Settings
/// Api --> Settings
/// Api - optional - > Cache ---------> Settings
/// Api . late . . . > Scheduler -----> Database
/// ```
pub(super) fn shop() -> Plan {
    let mut plan = Plan::builder();
    let settings = plan.add(Declaration::resource("Settings", "shop", 1, 1));
    let mailer = plan.add(Declaration::service("Mailer", "shop::mail", 2, 1));
    let database = Declaration::resource("Database", "shop::storage", 3, 1)
        .start_timeout(Duration::from_secs(10))
        .stop_timeout(Duration::from_micros(1500));
    let database = plan.add(database);
    let cache = plan.add(Declaration::resource("Cache", "shop::storage", 4, 1).optional(true));
    let api = plan.add(Declaration::service("Api", "shop", 5, 1));
    let scheduler = plan.add(Declaration::service("Scheduler", "shop", 6, 1));
    for node in [mailer, database, cache] {
        plan.depend(node, settings, EdgeKind::Hard);
    }
    plan.depend(api, database, EdgeKind::Hard);
    plan.depend(api, settings, EdgeKind::Hard);
    plan.depend(api, cache, EdgeKind::Optional);
    plan.depend(api, scheduler, EdgeKind::Late);
    plan.depend(scheduler, database, EdgeKind::Hard);
    plan.build().unwrap()
}

/// Three components of one name, two of them from one module, and names that each format has to escape.
pub(super) fn awkward() -> Plan {
    let mut plan = Plan::builder();
    let first = plan.add(Declaration::resource("Pool", "a", 1, 1));
    let second = plan.add(Declaration::resource("Pool", "b", 1, 1));
    let third = plan.add(Declaration::resource("Pool", "b", 2, 1));
    let name = "feed \"eu\" <a&b>\\n #1;`%\n\u{1b}[31m\u{7f} ü";
    let feed = plan.custom(Custom::service(name));
    for pool in [first, second, third] {
        plan.depend(feed, pool, EdgeKind::Hard);
    }
    plan.build().unwrap()
}

/// As `#[lifecycle::app]` makes one: `main` depends on the roots, and one root on another.
pub(super) fn app() -> Plan {
    let mut plan = Plan::builder();
    let database = plan.add(Declaration::resource("Database", "shop", 1, 1));
    let api = plan.add(Declaration::service("Api", "shop", 2, 1));
    let main = plan.add(Declaration::new(Kind::Main, "main", "shop", 3, 1));
    plan.depend(api, database, EdgeKind::Hard);
    plan.depend(main, api, EdgeKind::Hard);
    plan.depend(main, database, EdgeKind::Hard);
    let plan = plan.build().unwrap();
    let edges = (0..plan.len()).flat_map(|index| plan.dependencies(index).to_vec());
    let root = |node: &Node| Node {
        root: true,
        ..node.clone()
    };
    Plan::new(plan.nodes().iter().map(root).collect(), edges.collect())
}

pub(super) fn empty() -> Plan {
    Plan::builder().build().unwrap()
}

#[track_caller]
fn check(actual: &str, expected: Expect) {
    expected.assert_eq(actual);
}

#[track_caller]
fn parse(plan: &Plan) -> serde_json::Value {
    serde_json::from_str(&plan.to_json()).expect("valid JSON")
}

// ===== text =====

#[test]
fn text() {
    check(
        &shop().to_text(),
        expect![[r#"
            Mailer (service)
            `-- Settings (resource)
            Api (service)
            |-- Database (resource)
            |   `-- Settings (resource)
            |-- Settings (resource)
            |-- optional: Cache (optional resource)
            |   `-- Settings (resource)
            `-- late: Scheduler (service)
            Scheduler (service)
            `-- Database (resource, see above)

            start: Settings; then Mailer, Database, Cache; then Api, Scheduler
            stop:  Mailer, Api, Scheduler; then Database, Cache; then Settings
        "#]],
    );
}

#[test]
fn text_of_awkward_names() {
    check(
        &awkward().to_text(),
        expect![[r#"
        feed "eu" <a&b>\n #1;`%\n\u{1b}[31m\u{7f} ü (service)
        |-- a::Pool (resource)
        |-- b::Pool #1 (resource)
        `-- b::Pool #2 (resource)

        start: a::Pool, b::Pool #1, b::Pool #2; then feed "eu" <a&b>\n #1;`%\n\u{1b}[31m\u{7f} ü
        stop:  feed "eu" <a&b>\n #1;`%\n\u{1b}[31m\u{7f} ü; then a::Pool, b::Pool #1, b::Pool #2
    "#]],
    );
}

#[test]
fn text_of_an_app() {
    check(
        &app().to_text(),
        expect![[r#"
        main (main)
        |-- Api (service, root)
        |   `-- Database (resource, root)
        `-- Database (resource, root)

        start: Database; then Api; then main
        stop:  main; then Api; then Database
    "#]],
    );
}

#[test]
fn text_of_nothing() {
    check(
        &empty().to_text(),
        expect![[r#"
        no components
    "#]],
    );
}

#[test]
fn text_of_mutual_late_references() {
    let mut plan = Plan::builder();
    let left = plan.add(Declaration::service("Left", "", 1, 1));
    let right = plan.add(Declaration::service("Right", "", 2, 1));
    plan.depend(left, right, EdgeKind::Late);
    plan.depend(right, left, EdgeKind::Late);
    check(
        &plan.build().unwrap().to_text(),
        expect![[r#"
            Left (service)
            `-- late: Right (service)
            Right (service)
            `-- late: Left (service)

            start: Left, Right
            stop:  Left, Right
        "#]],
    );
}

#[test]
fn text_of_a_deep_chain() {
    let mut plan = Plan::builder();
    let mut above = None;
    for index in 0..2_000 {
        let node = plan.custom(Custom::resource(index.to_string()));
        if let Some(above) = above.replace(node) {
            plan.depend(above, node, EdgeKind::Hard);
        }
    }
    let text = plan.build().unwrap().to_text();
    assert_eq!(
        text.lines().filter(|line| line.contains('(')).count(),
        2_000
    );
}

// ===== mermaid =====

#[test]
fn mermaid() {
    check(
        &shop().to_mermaid(),
        expect![[r#"
        flowchart TD
            n0("Settings"):::resource
            n1["Mailer"]:::service
            n2("Database"):::resource
            n3("Cache"):::optional
            n4["Api"]:::service
            n5["Scheduler"]:::service
            n1 --> n0
            n2 --> n0
            n3 --> n0
            n4 --> n2
            n4 --> n0
            n4 -->|optional| n3
            n4 -.->|late| n5
            n5 --> n2
            linkStyle 5 stroke-dasharray: 6 4
            classDef optional stroke-dasharray: 6 4
    "#]],
    );
}

#[test]
fn mermaid_of_awkward_names() {
    check(
        &awkward().to_mermaid(),
        expect![[r#"
        flowchart TD
            n0("a::Pool"):::resource
            n1("b::Pool #35;1"):::resource
            n2("b::Pool #35;2"):::resource
            n3["feed #34;eu#34; #60;a#38;b#62;#92;n #35;1#59;#96;#37;#92;n#92;u#123;1b#125;[31m#92;u#123;7f#125; ü"]:::service
            n3 --> n0
            n3 --> n1
            n3 --> n2
    "#]],
    );
}

#[test]
fn mermaid_of_an_app() {
    check(
        &app().to_mermaid(),
        expect![[r#"
        flowchart TD
            n0("Database"):::resource
            n1["Api"]:::service
            n2(["main"]):::main
            n1 --> n0
            n2 --> n1
            n2 --> n0
    "#]],
    );
}

#[test]
fn mermaid_of_nothing() {
    check(
        &empty().to_mermaid(),
        expect![[r#"
        flowchart TD
    "#]],
    );
}

// ===== dot =====

#[test]
fn dot() {
    check(
        &shop().to_dot(),
        expect![[r#"
        digraph plan {
            n0 [label="Settings", shape=ellipse];
            n1 [label="Mailer", shape=box];
            n2 [label="Database", shape=ellipse];
            n3 [label="Cache", shape=ellipse, style=dashed];
            n4 [label="Api", shape=box];
            n5 [label="Scheduler", shape=box];
            n1 -> n0;
            n2 -> n0;
            n3 -> n0;
            n4 -> n2;
            n4 -> n0;
            n4 -> n3 [label="optional", style=dashed];
            n4 -> n5 [label="late", style=dotted, constraint=false];
            n5 -> n2;
        }
    "#]],
    );
}

#[test]
fn dot_of_awkward_names() {
    check(
        &awkward().to_dot(),
        expect![[r#"
        digraph plan {
            n0 [label="a::Pool", shape=ellipse];
            n1 [label="b::Pool #1", shape=ellipse];
            n2 [label="b::Pool #2", shape=ellipse];
            n3 [label="feed \"eu\" <a&amp;b>\\n #1;`%\\n\\u{1b}[31m\\u{7f} ü", shape=box];
            n3 -> n0;
            n3 -> n1;
            n3 -> n2;
        }
    "#]],
    );
}

#[test]
fn dot_of_an_app() {
    check(
        &app().to_dot(),
        expect![[r#"
        digraph plan {
            n0 [label="Database", shape=ellipse];
            n1 [label="Api", shape=box];
            n2 [label="main", shape=box, peripheries=2];
            n1 -> n0;
            n2 -> n1;
            n2 -> n0;
        }
    "#]],
    );
}

#[test]
fn dot_of_a_name_longer_than_graphviz_takes() {
    let mut plan = Plan::builder();
    plan.custom(Custom::resource("&".repeat(20_000)));
    let dot = plan.build().unwrap().to_dot();
    assert!(dot.contains("&amp;\u{2026}&amp;") && dot.len() < 4_000);
}

#[test]
fn dot_of_nothing() {
    check(
        &empty().to_dot(),
        expect![[r#"
        digraph plan {
        }
    "#]],
    );
}

// ===== json =====

#[test]
fn json() {
    parse(&shop());
    check(
        &shop().to_json(),
        expect![[r#"
            {
              "nodes": [
                {"id": 0, "name": "Settings", "module": "shop", "kind": "resource", "root": false, "optional": false, "rank": 0, "dependencies": [], "start_timeout_ms": 30000, "stop_timeout_ms": 5000},
                {"id": 1, "name": "Mailer", "module": "shop::mail", "kind": "service", "root": true, "optional": false, "rank": 1, "dependencies": [{"id": 0, "name": "Settings", "kind": "hard"}], "start_timeout_ms": 30000, "stop_timeout_ms": 5000},
                {"id": 2, "name": "Database", "module": "shop::storage", "kind": "resource", "root": false, "optional": false, "rank": 1, "dependencies": [{"id": 0, "name": "Settings", "kind": "hard"}], "start_timeout_ms": 10000, "stop_timeout_ms": 2},
                {"id": 3, "name": "Cache", "module": "shop::storage", "kind": "resource", "root": false, "optional": true, "rank": 1, "dependencies": [{"id": 0, "name": "Settings", "kind": "hard"}], "start_timeout_ms": 30000, "stop_timeout_ms": 5000},
                {"id": 4, "name": "Api", "module": "shop", "kind": "service", "root": true, "optional": false, "rank": 2, "dependencies": [{"id": 2, "name": "Database", "kind": "hard"}, {"id": 0, "name": "Settings", "kind": "hard"}, {"id": 3, "name": "Cache", "kind": "optional"}, {"id": 5, "name": "Scheduler", "kind": "late"}], "start_timeout_ms": 30000, "stop_timeout_ms": 5000},
                {"id": 5, "name": "Scheduler", "module": "shop", "kind": "service", "root": true, "optional": false, "rank": 2, "dependencies": [{"id": 2, "name": "Database", "kind": "hard"}], "start_timeout_ms": 30000, "stop_timeout_ms": 5000}
              ],
              "start_waves": [[0], [1, 2, 3], [4, 5]],
              "stop_order": [[1, 4, 5], [2, 3], [0]]
            }
        "#]],
    );
}

#[test]
fn json_of_nothing() {
    parse(&empty());
    check(
        &empty().to_json(),
        expect![[r#"
        {
          "nodes": [],
          "start_waves": [],
          "stop_order": []
        }
    "#]],
    );
}

#[test]
fn json_gives_awkward_names_back() {
    let plan = awkward();
    let json = parse(&plan);
    for (index, node) in plan.nodes().iter().enumerate() {
        assert_eq!(json["nodes"][index]["id"], index);
        assert_eq!(json["nodes"][index]["name"], node.name());
        assert_eq!(json["nodes"][index]["module"], node.declaration().module);
    }
}

#[test]
fn json_gives_every_character_back() {
    let name: String = ('\0'..='\u{2100}').collect();
    let mut plan = Plan::builder();
    plan.custom(Custom::resource(name.clone()));
    assert_eq!(parse(&plan.build().unwrap())["nodes"][0]["name"], name);
}
