use lifecycle::engine::Input;
use lifecycle::plan::OnFinish;

use super::{fails, panics, story};
use crate::case::Work;

#[test]
fn a_finished_service_stays_for_its_dependents() {
    let told = story()
        .service("import", &[], |c| c.code.run = Some(Work::ok(100)))
        .service("api", &["import"], |_| {})
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["finished", "drain", "because"],
        &[
            "110 finished import",
            "1000 because Requested",
            "1000 drain api",
            "1000 drain import",
        ],
    );
    told.exits(0);
}

#[test]
fn when_all_services_have_finished_the_app_stops_with_success() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("one", &["db"], |c| c.code.run = Some(Work::ok(100)))
        .service("two", &["db"], |c| c.code.run = Some(Work::ok(300)))
        .tell();
    told.only(
        &["because", "drain"],
        &[
            "320 because AllFinished",
            "320 drain two",
            "320 drain one",
            "320 drain db",
        ],
    );
    told.exits(0);
}

#[test]
fn on_finish_shutdown_stops_the_app() {
    let told = story()
        .service("job", &[], |c| {
            c.policy.on_finish = OnFinish::Shutdown;
            c.code.run = Some(Work::ok(100));
        })
        .service("api", &[], |_| {})
        .tell();
    told.only(&["because"], &["110 because Finished(0)"])
        .exits(0);
}

#[test]
fn a_failed_service_stops_the_app_with_failure() {
    for (run, code) in [(fails(100), 1), (panics(100), 70)] {
        let told = story()
            .service("api", &[], |c| c.code.run = Some(run))
            .at(50, Input::ExitCode(3))
            .tell();
        told.only(&["failed", "stop"], &["110 failed api", "110 stop api"])
            .exits(code);
    }
}

#[test]
fn a_failed_optional_service_takes_down_only_what_needs_it() {
    let told = story()
        .resource("db", &[], |_| {})
        .service("mailer", &["db"], |c| {
            c.policy.optional = true;
            c.code.run = Some(fails(100));
        })
        .service("digest", &["mailer"], |c| c.policy.optional = true)
        .service("api", &["db", "?mailer"], |_| {})
        .at(10_000, Input::Shutdown)
        .tell();
    told.only(
        &["failed", "down", "because"],
        &[
            "120 failed mailer",
            "120 down digest",
            "120 down mailer",
            "10000 because Requested",
            "10000 down api",
            "10000 down db",
        ],
    );
    told.exits(0);
}

#[test]
fn when_the_last_services_are_lost_the_app_has_failed() {
    let told = story()
        .service("one", &[], |c| c.code.run = Some(Work::ok(100)))
        .service("two", &[], |c| {
            c.policy.optional = true;
            c.code.run = Some(fails(200));
        })
        .tell();
    told.only(&["because"], &["210 because NoneLeft"]).exits(1);
}

#[test]
fn the_wanted_exit_code_is_for_success_only() {
    let told = story()
        .service("api", &[], |_| {})
        .at(50, Input::ExitCode(3))
        .tell();
    told.exits(3);
    let told = story()
        .service("api", &[], |c| c.code.stop = Some(fails(1)))
        .at(50, Input::ExitCode(3))
        .tell();
    told.exits(1);
}
