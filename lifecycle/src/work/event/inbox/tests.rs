//! The inbox beside a naive model: a list of all events ever offered, each with where it is.

use proptest::prelude::*;

use super::{Fate, Inbox, Next, Presence, Stats};

#[derive(Clone, Copy, Debug)]
enum Step {
    Offer {
        somebody_waits: bool,
    },
    Take,
    /// Ends one of those in hand, also one from before the component went away.
    End(usize, Fate),
    Settle(Presence, bool),
    Forsake(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fate = prop_oneof![
        Just(Fate::Handled),
        Just(Fate::Failed),
        Just(Fate::Panicked),
        Just(Fate::CutOff),
    ];
    let presence = prop_oneof![
        2 => Just(Presence::Away),
        3 => Just(Presence::Passing),
        5 => Just(Presence::Up),
    ];
    let step = prop_oneof![
        10 => prop::bool::weighted(0.3).prop_map(|somebody_waits| Step::Offer { somebody_waits }),
        8 => Just(Step::Take),
        7 => (0..8_usize, fate).prop_map(|(which, fate)| Step::End(which, fate)),
        3 => (presence, prop::bool::weighted(0.4)).prop_map(|(at, lost)| Step::Settle(at, lost)),
        1 => (0..60_usize).prop_map(Step::Forsake),
    ];
    prop::collection::vec(step, 0..200)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Waiting,
    InHand,
    Over(Fate),
}

/// What should be: each rule said once, over the whole list.
struct Model {
    places: Vec<Place>,
    capacity: usize,
    at: Presence,
    lost: bool,
}

impl Model {
    fn takes_events(&self) -> bool {
        self.at == Presence::Up || !self.lost
    }

    fn works(&self) -> bool {
        self.at == Presence::Up || (self.at == Presence::Passing && self.lost)
    }

    fn waiting(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.places.len()).filter(|id| self.places[*id] == Place::Waiting)
    }

    fn offer(&mut self, somebody_waits: bool) -> Option<Fate> {
        let fate = if !self.takes_events() {
            Some(Fate::Missed)
        } else if !somebody_waits && self.waiting().count() >= self.capacity {
            Some(Fate::Dropped)
        } else {
            None
        };
        self.places.push(fate.map_or(Place::Waiting, Place::Over));
        fate
    }

    fn settle(&mut self, at: Presence, lost: bool) {
        (self.at, self.lost) = (at, lost);
        for place in &mut self.places {
            *place = match *place {
                Place::InHand if at == Presence::Away => Place::Over(Fate::CutOff),
                Place::Waiting if at == Presence::Away && lost => Place::Over(Fate::Missed),
                place => place,
            };
        }
    }

    fn stats(&self) -> Stats {
        let count = |wanted| self.places.iter().filter(|place| **place == wanted).count() as u64;
        Stats {
            emitted: self.places.len() as u64,
            waiting: count(Place::Waiting),
            running: count(Place::InHand),
            handled: count(Place::Over(Fate::Handled)),
            failed: count(Place::Over(Fate::Failed)),
            panicked: count(Place::Over(Fate::Panicked)),
            cut_off: count(Place::Over(Fate::CutOff)),
            dropped: count(Place::Over(Fate::Dropped)),
            missed: count(Place::Over(Fate::Missed)),
        }
    }
}

proptest! {
    #[test]
    fn each_event_is_handled_once_in_order_or_counted(capacity in 0..5_usize, steps in steps()) {
        let mut inbox = Inbox::new(capacity);
        let (at, lost) = (Presence::Away, false);
        let mut model = Model { places: Vec::new(), capacity, at, lost };
        let mut hands: Vec<(usize, u32)> = Vec::new();
        for step in steps {
            match step {
                Step::Offer { somebody_waits } => {
                    let id = model.places.len();
                    let refused = inbox.offer(id, somebody_waits).err();
                    prop_assert_eq!(refused, model.offer(somebody_waits).map(|fate| (id, fate)));
                }
                Step::Take => {
                    let next = inbox.next();
                    let first = model.waiting().next();
                    match (model.works(), first) {
                        (true, Some(id)) => {
                            let Next::Event(got, number) = next else {
                                panic!("{next:?} instead of {id}");
                            };
                            prop_assert_eq!(got, id);
                            model.places[id] = Place::InHand;
                            hands.push((id, number));
                        }
                        (true, None) if model.at == Presence::Up => prop_assert_eq!(next, Next::Wait),
                        _ => prop_assert_eq!(next, Next::End),
                    }
                }
                Step::End(which, fate) if which < hands.len() => {
                    let (id, number) = hands.swap_remove(which);
                    inbox.end(number, fate);
                    if model.places[id] == Place::InHand {
                        model.places[id] = Place::Over(fate);
                    }
                }
                Step::End(..) => {}
                Step::Settle(at, lost) => {
                    let missed: Vec<usize> = match (at, lost) {
                        (Presence::Away, true) => model.waiting().collect(),
                        _ => Vec::new(),
                    };
                    model.settle(at, lost);
                    prop_assert_eq!(Vec::from(inbox.settle(at, lost)), missed);
                }
                Step::Forsake(id) => {
                    let goes = model.waiting().count() > capacity
                        && model.places.get(id) == Some(&Place::Waiting);
                    prop_assert_eq!(inbox.forsake(|other| *other == id), goes.then_some(id));
                    if goes {
                        model.places[id] = Place::Over(Fate::Dropped);
                    }
                }
            }
            prop_assert_eq!(inbox.stats(), model.stats());
        }
    }
}
