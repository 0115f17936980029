//! The report, for people and for tools.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use expect_test::expect;
use lifecycle::Context;
use lifecycle::health::Health;
use lifecycle::plan::CheckPolicy;

use super::{Dial, report};
use crate::kit::{Graph, ms, secs, takes, works};

fn shop() -> Graph {
    let how = CheckPolicy::new().failures(1);
    Graph::new()
        .resource("settings", &[], |c| c)
        .resource("database", &["settings"], |c| {
            c.health(how, Dial::ill().check())
        })
        .service("replica", &["?database"], |c| {
            c.declare(|d| d.optional(true).health_groups(&["reports"]))
                .run(|cx: Context| async move {
                    let health = cx.health();
                    let _lag = health.condition("lag", Health::hint("3 s behind"));
                    health.error("the line broke");
                    works(cx).await
                })
        })
        .resource("api", &["database"], |c| c.start(|_| takes(secs(9))))
}

#[test]
fn for_people_it_is_a_line_for_each_and_one_for_the_app() {
    shop().app().run(|app| async move {
        takes(secs(2)).await.unwrap();
        expect![[r#"
            [+]settings ok
            [-]database failed: no route
            [+]replica ok, hint: 3 s behind
            [-]api not ready: starting for 2 s
            test is starting after 2 s, not ready; unhealthy: database: no route
        "#]]
        .assert_eq(&report(&app).to_string());
        let readiness = report(&app);
        expect![[r#"
            [-]app failed: starting
            [+]settings ok
            [-]database failed: no route
            [-]api failed: starting for 2 s
            readiness fails
        "#]]
        .assert_eq(&readiness.group("readiness").unwrap().to_string());
        expect![[r#"
            [+]replica ok
            reports passes
        "#]]
        .assert_eq(&readiness.group("reports").unwrap().to_string());
        assert!(app.stop().await.report.is_success());
    });
}

/// The shape that the documentation promises.
#[test]
fn for_tools_its_shape_is_fixed() {
    shop().app().run(|app| async move {
        takes(ms(2_500)).await.unwrap();
        let json = serde_json::to_string_pretty(&report(&app)).unwrap();
        expect![[r#"
            {
              "app": "test",
              "phase": "starting",
              "age": 2.5,
              "health": {
                "level": "unhealthy",
                "reason": "database: no route"
              },
              "since": 0.0,
              "groups": [
                {
                  "name": "startup",
                  "passing": false,
                  "failing": [
                    {
                      "component": "api",
                      "reason": "starting for 2.5 s"
                    }
                  ],
                  "members": [
                    "settings",
                    "database",
                    "api"
                  ]
                },
                {
                  "name": "readiness",
                  "passing": false,
                  "failing": [
                    {
                      "component": null,
                      "reason": "starting"
                    },
                    {
                      "component": "database",
                      "reason": "no route"
                    },
                    {
                      "component": "api",
                      "reason": "starting for 2.5 s"
                    }
                  ],
                  "members": [
                    "settings",
                    "database",
                    "api"
                  ]
                },
                {
                  "name": "liveness",
                  "passing": true,
                  "failing": [],
                  "members": []
                },
                {
                  "name": "reports",
                  "passing": true,
                  "failing": [],
                  "members": [
                    "replica"
                  ]
                }
              ],
              "components": [
                {
                  "name": "settings",
                  "kind": "resource",
                  "state": "up",
                  "required": true,
                  "ready": true,
                  "unready": null,
                  "health": {
                    "level": "healthy",
                    "reason": null
                  },
                  "since": 0.0,
                  "check": null,
                  "conditions": [],
                  "errors": [],
                  "depends_on": []
                },
                {
                  "name": "database",
                  "kind": "resource",
                  "state": "up",
                  "required": true,
                  "ready": false,
                  "unready": "no route",
                  "health": {
                    "level": "unhealthy",
                    "reason": "no route"
                  },
                  "since": 0.0,
                  "check": {
                    "health": {
                      "level": "unhealthy",
                      "reason": "no route"
                    },
                    "took": 0.0,
                    "at": 0.0,
                    "failures": 1,
                    "hanging": null
                  },
                  "conditions": [],
                  "errors": [],
                  "depends_on": [
                    "settings"
                  ]
                },
                {
                  "name": "replica",
                  "kind": "service",
                  "state": "up",
                  "required": false,
                  "ready": true,
                  "unready": null,
                  "health": {
                    "level": "hint",
                    "reason": "3 s behind"
                  },
                  "since": 0.0,
                  "check": null,
                  "conditions": [
                    {
                      "key": "lag",
                      "health": {
                        "level": "hint",
                        "reason": "3 s behind"
                      },
                      "since": 0.0
                    }
                  ],
                  "errors": [
                    {
                      "at": 0.0,
                      "error": "the line broke"
                    }
                  ],
                  "depends_on": [
                    "database"
                  ]
                },
                {
                  "name": "api",
                  "kind": "resource",
                  "state": "starting",
                  "required": true,
                  "ready": false,
                  "unready": "starting for 2.5 s",
                  "health": {
                    "level": "healthy",
                    "reason": null
                  },
                  "since": 0.0,
                  "check": null,
                  "conditions": [],
                  "errors": [],
                  "depends_on": [
                    "database"
                  ]
                }
              ]
            }"#]]
        .assert_eq(&json);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn to_read_it_changes_nothing_and_runs_no_check() {
    let checks = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&checks);
    let graph = Graph::new().resource("a", &[], |c| {
        c.health(CheckPolicy::DEFAULT, move |cx: Context| {
            count.fetch_add(1, Ordering::Relaxed);
            cx.health().error("the line broke");
            async { Err::<(), _>("no route") }
        })
    });
    graph.app().run(|app| async move {
        takes(secs(12)).await.unwrap();
        let before = checks.load(Ordering::Relaxed);
        let first = format!("{:?}", report(&app));
        for _ in 0..100 {
            assert_eq!(first, format!("{:?}", report(&app)));
        }
        assert_eq!(checks.load(Ordering::Relaxed), before);
        let a = report(&app).components.remove(0);
        assert_eq!(a.errors.len(), before as usize);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn it_says_since_when() {
    let how = CheckPolicy::new().failures(1);
    let graph = Graph::new()
        .resource("a", &[], |c| c.start(|_| takes(secs(2))))
        .resource("b", &[], |c| {
            c.start(|_| takes(secs(3))).health(how, Dial::ill().check())
        });
    graph.app().run(|app| async move {
        takes(secs(9)).await.unwrap();
        let report = report(&app);
        assert_eq!(report.component("a").unwrap().since, secs(2));
        assert_eq!(report.component("b").unwrap().since, secs(3));
        assert_eq!((report.age, report.since), (secs(9), secs(3)));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn it_knows_the_dependencies_by_name() {
    shop().app().run(|app| async move {
        let report = report(&app);
        assert_eq!(report.component("api").unwrap().depends_on, ["database"]);
        assert!(report.component("settings").unwrap().depends_on.is_empty());
        assert!(app.stop().await.report.is_success());
    });
}
