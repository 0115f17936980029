use std::time::Duration;

use super::{Standing, Story, TIMES, Took};
use crate::component::Custom;
use crate::engine::{Change, Key, LifecycleEvent, What};
use crate::health::Level;
use crate::observe::Event;
use crate::plan::{Plan, Stage};

fn plan() -> Plan {
    let mut builder = Plan::builder();
    for name in ["db", "api"] {
        builder.custom(Custom::service(name));
    }
    builder.build().expect("no cycle")
}

/// Tells the changes of one component, a second apart.
fn tell(story: &mut Story, plan: &Plan, key: Key, changes: &[Change]) {
    for (second, change) in (1..).zip(changes) {
        let event = LifecycleEvent {
            at: Duration::from_secs(second),
            what: What::Component(key, *change),
        };
        story.event(&Event::new(event, plan));
    }
}

#[test]
fn what_nobody_records_does_not_grow() {
    let (mut story, plan) = (Story::default(), plan());
    for _ in 0..1_000 {
        let life = [
            Change::Starting { attempt: 1 },
            Change::Up,
            Change::Quiescing,
            Change::Down,
        ];
        tell(&mut story, &plan, 1, &life);
        story.failed("api", Stage::Run);
        story.failed("api", Stage::Stop);
        story.health("api", Level::Unhealthy);
        story.health("api", Level::Hint);
        story.failed("a stranger", Stage::Run);
    }
    let news = story.take();
    let keys: Vec<_> = news.fresh.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, [0, 1]);
    let fresh = &news.fresh[1].1;
    assert_eq!(fresh.standing, Some(Standing::Down));
    assert_eq!(fresh.took.len(), TIMES);
    assert_eq!(fresh.took[0], Took::Start(Duration::from_secs(1)));
    assert_eq!(fresh.took[1], Took::Stop(Duration::from_secs(1)));
    assert_eq!(fresh.failures, [(Stage::Run, 1_000), (Stage::Stop, 1_000)]);
    assert_eq!(fresh.health, Some(Level::Hint));
    assert!(story.take().fresh.is_empty(), "it is new only once");
}

#[test]
fn one_of_which_all_is_recorded_is_listed_again_when_something_is_new() {
    let (mut story, plan) = (Story::default(), plan());
    tell(&mut story, &plan, 0, &[Change::Starting { attempt: 1 }]);
    let _ = story.take();
    story.health("db", Level::Warning);
    let news = story.take();
    let [(0, fresh)] = &news.fresh[..] else {
        panic!("{news:?}");
    };
    assert_eq!((fresh.standing, fresh.health), (None, Some(Level::Warning)));
}
