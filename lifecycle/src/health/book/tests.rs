//! What one component says, taken together.

use proptest::prelude::*;

use super::*;

const fn secs(count: u64) -> Moment {
    Moment::from_secs(count)
}

fn keys(book: &Book) -> Vec<&str> {
    let conditions = book.conditions.iter();
    conditions.map(|it| &*it.condition.key).collect()
}

#[test]
fn the_worst_wins_and_of_equals_the_check() {
    let mut book = Book::default();
    let schedule = || Some(Health::warning("schedule"));
    assert_eq!(book.health(None, secs(0)), Health::healthy());
    assert_eq!(book.health(schedule(), secs(0)).reason(), Some("schedule"));
    book.set(1, "a".into(), Health::warning("first"), secs(0));
    book.set(1, "b".into(), Health::warning("second"), secs(0));
    assert_eq!(book.health(schedule(), secs(0)).reason(), Some("first"));
    book.set(1, "b".into(), Health::unhealthy("worse"), secs(0));
    assert_eq!(book.health(schedule(), secs(0)).reason(), Some("worse"));
    book.begin_checks(Some(CheckPolicy::new().failures(1)));
    book.answer(Found::Failed("check".into()), secs(0), secs(0), |_| 0);
    assert_eq!(book.health(schedule(), secs(0)).reason(), Some("check"));
}

#[test]
fn a_guard_of_an_older_setting_clears_no_newer_one() {
    let mut book = Book::default();
    let old = book
        .set(1, "key".into(), Health::unhealthy("old"), secs(1))
        .setting;
    let new = book
        .set(1, "key".into(), Health::hint("new"), secs(2))
        .setting;
    book.clear_setting(old);
    assert_eq!(keys(&book), ["key"]);
    book.clear_setting(new);
    assert!(keys(&book).is_empty());
}

#[test]
fn a_condition_has_been_since_its_level_changed() {
    let mut book = Book::default();
    book.set(1, "key".into(), Health::hint("1 s behind"), secs(1));
    book.set(1, "key".into(), Health::hint("2 s behind"), secs(2));
    assert_eq!(book.conditions()[0].since, secs(1));
    book.set(1, "key".into(), Health::warning("9 s behind"), secs(9));
    assert_eq!(book.conditions()[0].since, secs(9));
}

#[test]
fn a_life_takes_its_own_conditions_along() {
    let mut book = Book::default();
    book.set(1, "start".into(), Health::hint("1"), secs(0));
    book.set(2, "run".into(), Health::hint("2"), secs(0));
    assert!(book.end_life(2));
    assert!(!book.end_life(2));
    assert_eq!(keys(&book), ["start"]);
}

#[test]
fn of_too_many_conditions_the_mildest_makes_room_and_of_equals_the_oldest() {
    let mut book = Book::default();
    let mut set = |key: String, health| {
        let surplus = book.set(1, key.into(), health, secs(1)).surplus;
        (surplus.map(|it| it.0), book.conditions.len())
    };
    assert_eq!(set("hint".into(), Health::hint("it works")), (None, 1));
    for i in 2..=100 {
        let (surplus, count) = set(format!("order-{i}"), Health::warning("late"));
        assert_eq!((surplus, count), (None, i));
    }
    assert_eq!(set("order-2".into(), Health::warning("later")), (None, 100));
    let ill = Health::unhealthy("lost");
    assert_eq!(set("ill".into(), ill), (Some("hint".into()), 100));
    // Whichever it is, the log has had its line.
    assert_eq!(
        set("order-101".into(), Health::warning("late")),
        (None, 100)
    );
    assert_eq!(set("fine".into(), Health::healthy()), (None, 100));
    let keys = keys(&book);
    assert_eq!(
        (keys[0], keys[98], keys[99]),
        ("order-3", "ill", "order-101")
    );
    assert_eq!(book.health(None, secs(1)), Health::unhealthy("lost"));
}

#[test]
fn the_log_hears_of_too_many_conditions_every_ten_seconds() {
    let mut book = Book::default();
    let mut told = Vec::new();
    for i in 0..130 {
        let set = book.set(1, i.to_string().into(), Health::hint("late"), secs(i));
        told.extend(set.surplus.map(|(key, untold)| format!("{key}{untold}")));
    }
    let more = "(9 more since the last line)";
    assert_eq!(
        told,
        ["0".to_owned(), format!("10 {more}"), format!("20 {more}")]
    );
}

#[test]
fn the_last_fifty_errors_stay() {
    let mut book = Book::default();
    for i in 0..120 {
        book.note(i.to_string(), secs(i));
    }
    let errors = book.errors();
    assert_eq!(errors.len(), 50);
    assert_eq!((&*errors[0].error, errors[0].at), ("70", secs(70)));
    assert_eq!(errors[49].error, "119");
    assert_eq!(book.health(None, secs(0)), Health::healthy());
}

#[test]
fn a_change_is_told_once_and_nothing_that_changes_by_itself_is() {
    let mut book = Book::default();
    book.begin_checks(Some(CheckPolicy::new().failures(1)));
    book.answer(Found::Hangs(secs(0)), secs(6), secs(6), |_| 0);
    assert!(book.settle(None, secs(6)));
    assert!(book.wants_telling());
    assert!(!book.wants_telling(), "somebody is on the way");
    let told = book.tell(None, secs(6), true).unwrap();
    assert_eq!(
        told.health.reason(),
        Some("the check has not answered for 6 s (limit 1 s)")
    );
    book.answer(Found::Hangs(secs(0)), secs(11), secs(11), |_| 0);
    assert!(!book.settle(None, secs(11)));
    assert!(!book.wants_telling());
    assert!(book.tell(None, secs(11), true).is_none());
    assert_eq!(book.since(), secs(6));
}

#[test]
fn what_changes_back_before_anybody_looks_is_not_told() {
    let mut book = Book::default();
    let setting = book
        .set(1, "key".into(), Health::unhealthy("no"), secs(1))
        .setting;
    assert!(book.settle(None, secs(1)) && book.wants_telling());
    book.clear_setting(setting);
    assert!(book.settle(None, secs(2)));
    assert!(book.tell(None, secs(2), true).is_none());
}

#[test]
fn what_is_not_there_is_not_told_of_until_it_is() {
    let mut book = Book::default();
    book.set(1, "key".into(), Health::unhealthy("no"), secs(1));
    assert!(book.settle(None, secs(1)) && book.wants_telling());
    assert!(book.tell(None, secs(1), false).is_none());
    assert!(book.tell(None, secs(2), true).is_some());
}

#[test]
fn the_log_has_what_only_schedules_do() {
    let failing = || Some(Health::warning("`backup` failed"));
    let mut book = Book::default();
    book.settle(failing(), secs(1));
    assert!(book.tell(failing(), secs(1), true).unwrap().is_logged());
    book.settle(None, secs(2));
    assert!(book.tell(None, secs(2), true).unwrap().is_logged());
    book.set(1, "key".into(), Health::unhealthy("no"), secs(3));
    book.settle(failing(), secs(3));
    assert!(!book.tell(failing(), secs(3), true).unwrap().is_logged());
    book.clear("key");
    book.settle(failing(), secs(4));
    assert!(!book.tell(failing(), secs(4), true).unwrap().is_logged());
}

/// What is done with conditions.
#[derive(Clone, Debug)]
enum Act {
    Set(u8, Level),
    Clear(u8),
    /// The guard of the setting so many back.
    Drop(u8),
}

fn act() -> impl Strategy<Value = Act> {
    let levels = [
        Level::Healthy,
        Level::Hint,
        Level::Warning,
        Level::Unhealthy,
    ];
    prop_oneof![
        (0u8..4, prop::sample::select(levels.to_vec()))
            .prop_map(|(key, level)| Act::Set(key, level)),
        (0u8..4).prop_map(Act::Clear),
        (0u8..8).prop_map(Act::Drop),
    ]
}

proptest! {
    /// The model keeps every setting that ever was, and looks for those that stand.
    #[test]
    fn the_worst_that_stands_counts(acts in prop::collection::vec(act(), 0..60)) {
        let mut book = Book::default();
        let mut all: Vec<(u64, u8, Level, bool)> = Vec::new();
        for (at, act) in (0..).zip(acts) {
            match act {
                Act::Set(key, level) => {
                    let health = Health::because(level, "why");
                    let setting = book.set(1, key.to_string().into(), health, secs(at)).setting;
                    for it in all.iter_mut().filter(|it| it.1 == key) {
                        it.3 = false;
                    }
                    all.push((setting, key, level, true));
                }
                Act::Clear(key) => {
                    book.clear(&key.to_string());
                    for it in all.iter_mut().filter(|it| it.1 == key) {
                        it.3 = false;
                    }
                }
                Act::Drop(back) => {
                    if let Some(it) = all.iter_mut().rev().nth(back.into()) {
                        book.clear_setting(it.0);
                        it.3 = false;
                    }
                }
            }
            let standing = all.iter().filter(|it| it.3);
            let worst = standing.map(|it| it.2).max().unwrap_or_default();
            let before = book.level();
            let changed = book.settle(None, secs(at));
            prop_assert_eq!(book.level(), worst);
            prop_assert!(changed || before == worst);
            prop_assert_eq!(before == worst || book.since() == secs(at), true);
        }
    }
}
