use lifecycle::engine::Input;
use lifecycle::plan::Stage;

use super::{HANGS, Story, fails, story};
use crate::case::{Work, ms};

/// `db` under `cache` under `api`, with these limits, in a shutdown of ten seconds from second 1 on.
fn chain(limits: [u64; 3]) -> Story {
    let [api, cache, db] = limits;
    story()
        .resource("db", &[], move |c| {
            c.policy.stop_timeout = ms(db);
            c.code.stop = Some(HANGS);
        })
        .resource("cache", &["db"], move |c| {
            c.policy.stop_timeout = ms(cache);
            c.code.stop = Some(HANGS);
        })
        .resource("api", &["cache"], move |c| {
            c.policy.stop_timeout = ms(api);
            c.code.stop = Some(HANGS);
        })
        .limits(|limits| limits.shutdown_timeout = ms(10_000))
        .at(1_000, Input::Shutdown)
}

#[test]
fn each_has_its_full_limit_when_the_chain_fits() {
    let told = chain([5_000, 3_000, 2_000]).tell();
    told.only(
        &["overstayed", "forced"],
        &[
            "6000 overstayed api",
            "9000 overstayed cache",
            "11000 forced",
            "11000 overstayed db",
        ],
    );
    told.exits(75);
}

#[test]
fn a_chain_that_does_not_fit_is_scaled() {
    // 20 s of limits in 10 s: each has half, and the ends are fixed.
    let told = chain([10_000, 6_000, 4_000]).tell();
    told.only(
        &["overstayed", "forced"],
        &[
            "6000 overstayed api",
            "9000 overstayed cache",
            "11000 forced",
            "11000 overstayed db",
        ],
    );
}

#[test]
fn unspent_time_flows_to_those_behind() {
    let mut quick = chain([10_000, 6_000, 4_000]);
    quick.case.components[2].code.stop = Some(Work::ok(1_000));
    // `api` took one of its five seconds: `cache` has its full six, and must end at 9 s; `db` has its full four.
    let told = quick.tell();
    told.only(
        &["stop", "overstayed"],
        &[
            "1000 stop api",
            "2000 stop cache",
            "8000 overstayed cache",
            "8000 stop db",
            "11000 overstayed db",
        ],
    );
}

#[test]
fn the_longest_chain_counts_and_short_ones_keep_their_limits() {
    let told = story()
        .resource("db", &[], |c| c.policy.stop_timeout = ms(4_000))
        .resource("long", &["db"], |c| {
            c.policy.stop_timeout = ms(16_000);
            c.code.stop = Some(HANGS);
        })
        .resource("short", &["db"], |c| {
            c.policy.stop_timeout = ms(2_000);
            c.code.stop = Some(HANGS);
        })
        .limits(|limits| limits.shutdown_timeout = ms(10_000))
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["overstayed", "drain db"],
        &[
            "3000 overstayed short",
            "9000 overstayed long",
            "9000 drain db",
        ],
    );
}

#[test]
fn the_drain_delay_is_part_of_the_budget() {
    let told = chain([10_000, 6_000, 4_000])
        .limits(|limits| limits.drain_delay = ms(2_000))
        .tell();
    // 8 s are left: 4, 2.4 and 1.6.
    told.only(
        &["overstayed"],
        &[
            "7000 overstayed api",
            "9400 overstayed cache",
            "11000 overstayed db",
        ],
    );
}

#[test]
fn extend_moves_a_stop_up_to_its_latest_end() {
    let told = story()
        .resource("db", &[], |c| c.policy.stop_timeout = ms(4_000))
        .resource("api", &["db"], |c| {
            c.policy.stop_timeout = ms(1_000);
            c.code.stop = Some(HANGS);
            c.code.extends = vec![(Stage::Stop, 500, 60_000)];
        })
        .limits(|limits| limits.shutdown_timeout = ms(10_000))
        .at(1_000, Input::Shutdown)
        .tell();
    told.only(
        &["overstayed", "drain db"],
        &["7000 overstayed api", "7000 drain db"],
    );
}

#[test]
fn what_stops_already_when_the_shutdown_begins_leaves_the_others_their_share() {
    let told = story()
        .resource("db", &[], |c| {
            c.policy.stop_timeout = ms(4_000);
            c.code.stop = Some(HANGS);
        })
        .service("extra", &["db"], |c| {
            c.policy.optional = true;
            c.policy.stop_timeout = ms(60_000);
            c.code.run = Some(fails(490));
            c.code.stop = Some(HANGS);
        })
        .resource("root", &["db"], |_| {})
        .service("api", &["root"], |_| {})
        .limits(|limits| limits.shutdown_timeout = ms(16_000))
        .at(1_000, Input::Shutdown)
        .tell();
    // 64 s in 16 s: `extra` has until second 16, and `db` one second.
    told.only(
        &["stop extra", "overstayed"],
        &[
            "510 stop extra",
            "16000 overstayed extra",
            "17000 overstayed db",
        ],
    );
}

#[test]
fn a_rollback_has_a_budget_of_its_own() {
    let told = story()
        .resource("db", &[], |c| {
            c.policy.stop_timeout = ms(60_000);
            c.code.stop = Some(HANGS);
        })
        .resource("slow", &["db"], |c| c.code.starts = vec![fails(20_000)])
        .tell();
    told.only(
        &["forced", "overstayed", "finish"],
        &["45010 forced", "45010 overstayed db", "45010 finish"],
    )
    .exits(69);
}
