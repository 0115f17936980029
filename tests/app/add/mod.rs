//! Components that are added while the app runs: when they are up, why they are not, and that they are like any others.

mod refused;

use lifecycle::app::{Outcome, StopCause};
use lifecycle::component::{Custom, on, service_fn};
use lifecycle::context::ComponentHandle;
use lifecycle::engine::{Phase, State};
use lifecycle::plan::{Dependency, Plan, Restart, Scope};
use lifecycle::prelude::*;
use lifecycle::testing::TestApp;

use crate::kit::{Graph, Run, Trace, ms, runs, secs, takes, works};

#[resource]
#[derive(Default)]
struct Database;

#[resource(depends_on = [Database])]
#[derive(Default)]
struct Cache;

#[resource(depends_on = [Cache, late(Audit)])]
#[derive(Default)]
struct Admin;

#[resource]
struct Audit {
    lines: u32,
}

#[resource]
impl Audit {
    #[load]
    fn read() -> u32 {
        7
    }

    #[start]
    fn start(lines: Loaded<u32>) -> Self {
        Self { lines: *lines }
    }
}

fn app() -> TestApp {
    Graph::new()
        .resource("base", &[], |c| c)
        .service("keeper", &["base"], |c| c.run(works))
        .app()
}

fn names(handles: &[ComponentHandle]) -> Vec<&str> {
    handles.iter().map(ComponentHandle::name).collect()
}

fn down_in_order(app: &lifecycle::testing::Ended, names: &[&str]) {
    let down = app.log.down();
    let places = names
        .iter()
        .map(|name| down.iter().rposition(|down| down == name).expect(name));
    assert!(places.is_sorted(), "{down:?}");
}

#[test]
fn an_added_service_runs_and_is_like_any_other() {
    app().run(|app| async move {
        assert!(app.started().await);
        takes(secs(10)).await.unwrap();
        let feed = Custom::service("feed")
            .depends_on("base")
            .start(|_| takes(ms(50)))
            .run(works)
            .stop(|_| takes(ms(5)));
        let feed = app.app().add(feed).await.unwrap();
        assert_eq!(feed.name(), "feed");
        assert_eq!(feed.status().state, State::Up);
        assert_eq!(app.app().status().component("feed").unwrap().attempt, 1);
        assert!(app.app().component("feed").is_some());
        let profile = app.app().start_profile().unwrap();
        let row = profile.rows.iter().find(|row| row.name == "feed").unwrap();
        assert_eq!((row.waited, row.worked), (ms(0), ms(50)));

        feed.disable().await.unwrap();
        assert_eq!(feed.status().state, State::Down);
        feed.enable().await.unwrap();
        feed.restart(Scope::Itself).await.unwrap();
        let base = app.app().component("base").unwrap();
        base.restart(Scope::Dependents).await.unwrap();
        assert_eq!(feed.status().state, State::Up);

        let ended = app.stop().await;
        down_in_order(&ended, &["feed", "base"]);
        let report = ended.report.component("feed").unwrap();
        assert_eq!(report.outcome, Outcome::Stopped);
        assert_eq!((report.rank, report.stop), (1, Some(ms(5))));
        assert!(ended.report.is_success(), "{}", ended.report);
    });
}

#[test]
fn it_resolves_when_it_is_up_and_is_accepted_before() {
    app().run(|app| async move {
        assert!(app.started().await);
        let slow = Custom::resource("slow").start(|_| takes(secs(3)));
        let mut adding = app.app().add(slow);
        let handle = adding.accepted().await.unwrap();
        assert_eq!(handle.status().state, State::Starting);
        assert_eq!(handle.status().age, ms(0));
        let up = handle.up();
        assert_eq!(adding.await.unwrap().status().state, State::Up);
        assert_eq!(app.app().status().age, secs(3));
        assert_eq!(up.await, Ok(()));
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn nobody_has_to_wait_for_it() {
    app().run(|app| async move {
        assert!(app.started().await);
        drop(app.app().add(service_fn("feed", (), works)));
        takes(ms(1)).await.unwrap();
        assert_eq!(
            app.app().component("feed").unwrap().status().state,
            State::Up
        );
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn dependencies_are_named_by_type_and_by_name() {
    TestApp::new(lifecycle::plan![Cache]).run(|app| async move {
        assert!(app.started().await);
        let needs = (on::<Cache>(), "Database", on::<Database>().optional());
        let feed = service_fn("feed", needs, |cx: Context| async move {
            assert!(cx.try_get::<Cache>().is_some());
            works(cx).await
        });
        app.app().add(feed).await.unwrap();
        let reader = service_fn("reader", ["feed".to_owned()], works);
        app.app().add(reader).await.unwrap();
        let loose = service_fn("loose", Dependency::named("feed").late(), works);
        app.app().add(loose).await.unwrap();
        app.app().disable::<Cache>().await.unwrap();
        let state = |name| app.app().component(name).unwrap().status().state;
        assert_eq!(state("feed"), State::Down);
        assert_eq!(state("reader"), State::Down);
        assert_eq!(state("loose"), State::Up);
        app.app().enable::<Cache>().await.unwrap();
        app.app().component("reader").unwrap().up().await.unwrap();
        let ended = app.stop().await;
        down_in_order(&ended, &["reader", "feed", "Cache", "Database"]);
    });
}

#[test]
fn a_plan_made_at_run_time_takes_the_same_components() {
    let mut plan = Plan::builder();
    plan.custom(service_fn("reader", "feed", works));
    plan.custom(service_fn("feed", on::<Database>(), works));
    plan.add(<Database as Component>::DECLARATION);
    let plan = plan.build().unwrap();
    assert_eq!(plan.nodes()[0].name(), "Database");
    assert_eq!(plan.nodes()[1].name(), "feed");

    let mut plan = Plan::builder();
    plan.custom(service_fn("reader", "nobody", works));
    assert_eq!(
        plan.build().unwrap_err().to_string(),
        "`reader` depends on `nobody`, which is not there"
    );
}

#[test]
fn a_group_may_depend_on_one_another_in_any_order() {
    app().run(|app| async move {
        assert!(app.started().await);
        let group = [
            service_fn("c", ["b", "base"], works),
            service_fn("a", Dependency::named("c").late(), works),
            service_fn("b", "a", works),
        ];
        let added = app.app().add_group(group).await.unwrap();
        assert_eq!(names(&added), ["a", "b", "c"]);
        assert_eq!(app.log().up()[2..], ["a", "b", "c"]);
        assert!(app.app().add_group([]).await.unwrap().is_empty());
        let ended = app.stop().await;
        down_in_order(&ended, &["c", "b", "a"]);
    });
}

#[test]
fn one_that_the_app_requires_takes_it_along() {
    app().run(|app| async move {
        assert!(app.started().await);
        let feed = service_fn("feed", (), runs([Run::Fails(10)])).required();
        app.app().add(feed).await.unwrap();
        let report = app.ended().await.report;
        assert!(matches!(report.cause(), Some(StopCause::Failed(name, _)) if name == "feed"));
        assert_eq!(report.exit_code(), 1);
    });
}

#[test]
fn one_that_fails_later_is_no_failure_of_the_app() {
    app().run(|app| async move {
        assert!(app.started().await);
        let feed = service_fn("feed", (), runs([Run::Panics(10), Run::Works]));
        let feed = app.app().add(feed).await.unwrap();
        takes(secs(1)).await.unwrap();
        assert!(feed.status().failed);
        feed.enable().await.unwrap();
        assert!(!feed.status().failed, "it is tried again");
        let report = app.stop().await.report;
        assert_eq!(report.exit_code(), 0);
        assert_eq!(report.errors().len(), 1);
    });
}

#[test]
fn restarts_work_on_it() {
    app().run(|app| async move {
        assert!(app.started().await);
        let feed = service_fn("feed", "base", runs([Run::Fails(10), Run::Works]))
            .declare(|d| d.restart(Restart::OnFailure).backoff(ms(1), ms(1)));
        let feed = app.app().add(feed).await.unwrap();
        takes(secs(1)).await.unwrap();
        assert_eq!(feed.status().state, State::Up);
        assert_eq!(feed.status().restarts, 1);
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn what_is_added_while_the_app_starts_starts_with_the_others() {
    let graph = Graph::new()
        .resource("base", &[], |c| {
            c.load(|_| takes(secs(1))).start(|_| takes(secs(1)))
        })
        .service("keeper", &["base"], |c| c.run(works));
    graph.app().run(|app| async move {
        // While it loads, and while it starts.
        let first = app.app().add(service_fn("first", "base", works));
        takes(ms(1_500)).await.unwrap();
        assert_eq!(app.app().phase(), Phase::Starting);
        let second = app.app().add(service_fn("second", "first", works));
        assert!(app.started().await);
        assert_eq!(app.log().up(), ["base", "keeper", "first", "second"]);
        assert_eq!(tokio::join!(first, second).0.unwrap().name(), "first");
        let ended = app.stop().await;
        let second = ended.report.component("second").unwrap();
        assert_eq!(second.waited, Some(ms(500)));
        down_in_order(&ended, &["second", "first", "base"]);
    });
}

#[test]
fn a_component_may_add_others_while_it_starts_itself() {
    let graph = Graph::new().service("parent", &[], |c| {
        c.start(|cx: Context| async move {
            // To wait until it is up would be to wait for oneself.
            let mut child = cx.app().add(service_fn("child", "parent", works));
            child.accepted().await.map(|_| ())
        })
        .run(works)
    });
    graph.app().run(|app| async move {
        assert!(app.started().await);
        assert_eq!(app.log().up(), ["parent", "child"]);
        let ended = app.stop().await;
        assert_eq!(ended.log.down(), ["child", "parent"]);
        assert!(ended.report.is_success());
    });
}

#[test]
fn an_added_service_counts_for_whether_all_have_finished() {
    let graph = Graph::new().service("job", &[], |c| c.run(|_| takes(secs(10))));
    graph.app().run(|app| async move {
        takes(secs(1)).await.unwrap();
        app.app()
            .add(service_fn("longer", (), |_| takes(secs(20))))
            .await
            .unwrap();
        let report = app.ended().await.report;
        assert_eq!(report.cause(), Some(&StopCause::AllFinished));
        assert_eq!(report.total_time(), secs(21));
    });
}

#[test]
fn an_annotated_component_is_added_with_what_it_reaches() {
    TestApp::new(lifecycle::plan![Database]).run(|app| async move {
        assert!(app.started().await);
        let added = app.app().add_plan(lifecycle::plan![Admin]).await.unwrap();
        assert_eq!(names(&added), ["Cache", "Admin", "Audit"]);
        assert!(app.get::<Admin>().is_some());
        assert_eq!(
            app.get::<Audit>().unwrap().lines,
            7,
            "its load hook has run"
        );
        app.app().disable::<Admin>().await.unwrap();
        app.app().enable::<Admin>().await.unwrap();
        app.app().restart::<Audit>(Scope::Dependents).await.unwrap();
        assert_eq!(app.get::<Audit>().unwrap().lines, 7);
        let again = app.app().add_plan(lifecycle::plan![Admin, Database]);
        assert!(again.await.unwrap().is_empty(), "all of it is there");
        app.app()
            .add(service_fn("feed", on::<Admin>(), works))
            .await
            .unwrap();
        let ended = app.stop().await;
        down_in_order(&ended, &["feed", "Admin", "Cache", "Database"]);
    });
}

#[test]
fn an_observer_sees_added_components_in_the_plan() {
    struct Names(Trace);
    impl lifecycle::observe::Observer for Names {
        fn on_event(&self, event: &lifecycle::observe::Event<'_>) {
            if let lifecycle::engine::What::Component(key, _) = event.what() {
                let node = &event.plan().nodes()[key as usize];
                assert_eq!(Some(node.name()), event.component());
                self.0.say(node.name());
            }
        }
    }
    let trace = Trace::default();
    app()
        .with(|app| app.observer(Names(trace.clone())))
        .run(|app| async move {
            assert!(app.started().await);
            app.app()
                .add(service_fn("feed", "base", works))
                .await
                .unwrap();
            let _ = app.stop().await;
        });
    assert!(trace.count("feed") > 2);
}

#[test]
fn what_it_registers_and_spawns_is_its_own() {
    let trace = Trace::default();
    let said = trace.clone();
    app().run(|app| async move {
        assert!(app.started().await);
        let feed = service_fn("feed", (), move |cx: Context| {
            let said = said.clone();
            async move {
                assert_eq!(cx.name(), "feed");
                cx.note("at work");
                cx.spawn("task", works(cx.clone()));
                cx.on_cleanup("undo", move || async move { said.say("undone") });
                works(cx).await
            }
        });
        let feed = app.app().add(feed).await.unwrap();
        takes(ms(1)).await.unwrap();
        assert_eq!(feed.status().note.as_deref(), Some("at work"));
        assert!(app.stop().await.report.is_success());
    });
    assert_eq!(trace.all(), ["undone"]);
}

#[test]
fn many_are_added_one_by_one() {
    app().run(|app| async move {
        assert!(app.started().await);
        for i in 0..300 {
            let before = match i {
                0 => "base".to_owned(),
                i => format!("feed-{}", i - 1),
            };
            let feed = service_fn(format!("feed-{i}"), before, works);
            app.app().add(feed).await.unwrap();
        }
        assert_eq!(app.app().status().components.len(), 302);
        let ended = app.stop().await;
        assert!(ended.report.is_success(), "{}", ended.report);
        assert_eq!(ended.log.down().len(), 302);
        down_in_order(&ended, &["feed-299", "feed-17", "feed-0", "base"]);
    });
}
