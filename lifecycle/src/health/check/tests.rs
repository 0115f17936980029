//! Hysteresis and waits, against a model that looks at all answers anew each time.

use proptest::prelude::*;

use super::*;

const fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn well() -> Found {
    Found::Said(Health::healthy())
}

fn lags() -> Found {
    Found::Said(Health::hint("3 s behind"))
}

fn ill(text: &str) -> Found {
    Found::Failed(text.to_owned())
}

fn checked(how: CheckPolicy, answers: impl IntoIterator<Item = Found>) -> Checked {
    let mut checked = Checked::new(how);
    for (at, found) in (0..).zip(answers) {
        checked.take(found, secs(0), secs(at));
    }
    checked
}

fn shown(answers: impl IntoIterator<Item = Found>) -> Health {
    checked(CheckPolicy::DEFAULT, answers).health(None)
}

#[test]
fn all_is_well_until_three_in_a_row_have_failed() {
    assert_eq!(shown([]), Health::healthy());
    assert_eq!(shown([ill("a"), ill("b")]), Health::healthy());
    assert_eq!(
        shown([ill("a"), ill("b"), well(), ill("c"), ill("d")]),
        Health::healthy()
    );
    assert_eq!(
        shown([ill("a"), ill("b"), ill("c")]),
        Health::unhealthy("c")
    );
}

#[test]
fn two_in_a_row_have_to_succeed_before_all_is_well_again() {
    let fallen = || [ill("a"), ill("b"), ill("c")].into_iter();
    assert_eq!(shown(fallen().chain([well()])), Health::unhealthy("c"));
    assert_eq!(
        shown(fallen().chain([well(), ill("d"), well()])),
        Health::unhealthy("d")
    );
    assert_eq!(
        shown(fallen().chain([well(), lags()])),
        lags().health(secs(1), None)
    );
}

#[test]
fn degraded_shows_at_once_and_is_a_success() {
    assert_eq!(shown([lags()]).level(), Level::Hint);
    assert_eq!(
        shown([ill("a"), ill("b"), lags(), ill("c"), ill("d")]).level(),
        Level::Hint
    );
    assert_eq!(shown([lags(), well()]), Health::healthy());
}

#[test]
fn to_say_that_one_is_unhealthy_is_to_fail() {
    let said = || Found::Said(Health::unhealthy("no route"));
    assert_eq!(shown([said(), said()]), Health::healthy());
    assert_eq!(
        shown([said(), said(), said()]),
        Health::unhealthy("no route")
    );
}

#[test]
fn what_is_not_critical_is_a_warning() {
    let how = CheckPolicy::new().critical(false).failures(1);
    assert_eq!(checked(how, [ill("a")]).health(None), Health::warning("a"));
    assert_eq!(checked(how, [lags()]).health(None).level(), Level::Hint);
}

#[test]
fn none_in_a_row_is_as_good_as_one() {
    let how = CheckPolicy::new().failures(0).successes(0);
    assert_eq!(checked(how, []).health(None), Health::healthy());
    assert_eq!(
        checked(how, [ill("a")]).health(None),
        Health::unhealthy("a")
    );
    assert_eq!(
        checked(how, [ill("a"), well()]).health(None),
        Health::healthy()
    );
}

#[test]
fn one_that_hangs_says_for_how_long_only_to_who_asks_now() {
    let how = CheckPolicy::new().failures(1);
    let hangs = checked(how, [Found::Slow, Found::Hangs(secs(0))]);
    let told = hangs.health(Some(secs(12)));
    assert_eq!(
        told.reason(),
        Some("the check has not answered for 12 s (limit 1 s)")
    );
    assert_eq!(
        hangs.health(None).reason(),
        Some("the check does not answer")
    );
    let answer = hangs.answer(secs(12)).unwrap();
    assert_eq!((answer.hanging, answer.failures), (Some(secs(12)), 2));
    let slow = checked(how, [Found::Slow]).health(None);
    assert_eq!(slow.reason(), Some("the check took longer than 1 s"));
}

#[test]
fn the_last_answer_is_kept_whether_or_not_it_counts() {
    assert!(checked(CheckPolicy::DEFAULT, []).answer(secs(9)).is_none());
    let answer = checked(CheckPolicy::DEFAULT, [well(), ill("a")]).answer(secs(9));
    let answer = answer.unwrap();
    assert_eq!(answer.health, Health::unhealthy("a"));
    assert_eq!(
        (answer.at, answer.failures, answer.hanging),
        (secs(1), 1, None)
    );
}

#[test]
fn while_unhealthy_it_waits_longer() {
    let fallen = checked(CheckPolicy::DEFAULT, [ill("a"), ill("b"), ill("c")]);
    assert_eq!(fallen.wait(|_| 0), secs(30));
    assert_eq!(
        checked(CheckPolicy::DEFAULT, [ill("a"), ill("b")]).wait(|_| 0),
        secs(5)
    );
}

#[test]
fn however_short_the_period_is_there_is_a_wait() {
    let how = CheckPolicy::new().every(Duration::ZERO);
    let wait = checked(how, []).wait(|most| most);
    assert_eq!(wait, Duration::from_micros(900));
    let how = CheckPolicy::new().every(Duration::MAX);
    assert!(checked(how, []).wait(|most| most) > secs(u64::from(u32::MAX)));
}

/// The rules, taken word by word: whether it has fallen, looking at the whole past.
fn has_fallen(how: CheckPolicy, past: &[bool]) -> bool {
    let in_a_row = |past: &[bool], well: bool| {
        let last = past.iter().rev().take_while(|it| **it == well);
        last.count() as u32
    };
    let fell = |to: usize| in_a_row(&past[..to], false) >= how.failures.max(1);
    let rose = |to: usize| in_a_row(&past[..to], true) >= how.successes.max(1);
    let turns = (1..=past.len()).rev();
    let mut decided = turns.filter_map(|to| match (fell(to), rose(to)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    });
    decided.next().unwrap_or(false)
}

proptest! {
    #[test]
    fn it_is_what_the_rules_say(
        past in prop::collection::vec(any::<bool>(), 0..60),
        failures in 0u32..5,
        successes in 0u32..5,
    ) {
        let how = CheckPolicy::new().failures(failures).successes(successes);
        let answers = past.iter().map(|good| if *good { well() } else { ill("no") });
        let checked = checked(how, answers);
        let fallen = has_fallen(how, &past);
        prop_assert_eq!(checked.health(None).level() == Level::Unhealthy, fallen);
        let failed_last = past.last() == Some(&false);
        let every = if fallen && failed_last { how.down_every } else { how.every };
        prop_assert_eq!(checked.wait(|_| 0), every);
    }

    #[test]
    fn jitter_leaves_out_a_tenth_at_most(every in 1u64..10_000_000, share in 0.0..=1.0f64) {
        let every = Duration::from_millis(every);
        let checked = Checked::new(CheckPolicy::new().every(every));
        let wait = checked.wait(|most| (most as f64 * share) as u64);
        prop_assert!(wait <= every && wait >= every - every / 10);
    }
}
