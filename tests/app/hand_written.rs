//! The runtime without its macros: traits by hand, plans by builder.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lifecycle::component::{Argument, Component, Custom, DependsOn, Hooks, finished, started};
use lifecycle::plan::{Declaration, EdgeKind, Plan, PlanError, Visitor};
use lifecycle::testing::TestApp;
use lifecycle::{Context, Shutdown};

use crate::kit::{ms, takes};

struct Settings {
    url: String,
}

impl Settings {
    pub(crate) const fn depends_on(visitor: &mut Visitor<'_>) {
        if visitor.enter(&<Self as Component>::DECLARATION) {
            visitor.leave();
        }
    }
}

impl Component for Settings {
    type Itself = Self;
    const DECLARATION: Declaration =
        Declaration::resource("Settings", module_path!(), line!(), column!()).hooks(
            const {
                &Hooks::new().start(|_| {
                    started::<Self, _>(async {
                        Self {
                            url: "memory".into(),
                        }
                    })
                })
            },
        );
}

struct Api {
    settings: Arc<Settings>,
    served: AtomicBool,
}

impl Api {
    async fn serve(&self, shutdown: Shutdown) -> std::io::Result<()> {
        assert_eq!(self.settings.url, "memory");
        shutdown.await;
        self.served.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn close(&self) {
        assert!(self.served.load(Ordering::Relaxed));
    }

    pub(crate) const fn depends_on(visitor: &mut Visitor<'_>) {
        if visitor.enter(&<Self as Component>::DECLARATION) {
            Settings::depends_on(visitor);
            visitor.leave();
        }
    }
}

impl DependsOn<Settings> for Api {}

impl Component for Api {
    type Itself = Self;
    const DECLARATION: Declaration =
        Declaration::service("Api", module_path!(), line!(), column!())
            .stop_timeout(ms(700))
            .hooks(
                const {
                    &Hooks::new()
                        .start(|cx| {
                            started::<Self, _>(async move {
                                Self {
                                    settings: Argument::<Self>::take(&cx),
                                    served: AtomicBool::new(false),
                                }
                            })
                        })
                        .run(|this, cx| {
                            finished(async move { this.of::<Self>().serve(cx.shutdown()).await })
                        })
                        .stop(|this, _| finished(async move { this.of::<Self>().close().await }))
                },
            );
}

#[test]
fn components_written_by_hand_run_like_any_other() {
    TestApp::new(lifecycle::plan![Api]).run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().up(), ["Settings", "Api"]);
        assert!(app.get::<Api>().is_some());
        let report = app.stop().await.report;
        assert!(report.is_success(), "{report}");
    });
}

#[test]
fn a_plan_by_builder_finds_the_order_itself() {
    let mut plan = Plan::builder();
    let api = plan.custom(Custom::service("api").run(|_| takes(ms(1))));
    let cache = plan.custom(Custom::resource("cache"));
    let settings = plan.custom(Custom::resource("settings"));
    plan.depend(api, cache, EdgeKind::Hard);
    plan.depend(cache, settings, EdgeKind::Hard);
    let ended = TestApp::new(plan.build().unwrap()).run_to_end();
    assert_eq!(ended.log.up(), ["settings", "cache", "api"]);
    assert_eq!(ended.log.down(), ["api", "cache", "settings"]);
}

#[test]
fn a_plan_by_builder_names_the_loop_before_anything_runs() {
    let mut plan = Plan::builder();
    let one = plan.custom(Custom::resource("one"));
    let two = plan.custom(Custom::resource("two"));
    plan.depend(one, two, EdgeKind::Hard);
    plan.depend(two, one, EdgeKind::Hard);
    let error = plan.build().unwrap_err();
    assert_eq!(error.to_string(), "dependency cycle: one -> two -> one");
    assert!(matches!(error, PlanError::Cycle { path } if path.len() == 3));
}

#[test]
fn annotated_and_made_components_stand_in_one_plan() {
    let mut plan = Plan::builder();
    let settings = plan.add(Settings::DECLARATION);
    let feed = plan.custom(Custom::service("feed").run(|cx: Context| async move {
        assert_eq!(cx.try_get::<Settings>().unwrap().url, "memory");
    }));
    plan.depend(feed, settings, EdgeKind::Hard);
    let ended = TestApp::new(plan.build().unwrap()).run_to_end();
    assert!(ended.report.is_success(), "{}", ended.report);
    assert_eq!(ended.log.up(), ["Settings", "feed"]);
}
