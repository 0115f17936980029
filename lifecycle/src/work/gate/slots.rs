//! Who may work next, at most so many at once: numbers, without a clock, a waker or a lock.
//!
//! Invariants, which hold after every call:
//! 1. Somebody waits only while all slots are taken: `waiting() == 0 || running >= limit`.
//! 2. `running` is how many were let in and have not ended.
//! 3. Beyond the limit only those are let in who come with [`Priority::High`], and those who are overdue.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::work::Priority;

/// The place of one who waits. The first one is the next to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket {
    priority: Reverse<Priority>,
    number: u64,
}

/// A number of slots, and who waits for one. `W` is what the caller knows of one who waits.
#[derive(Debug)]
pub(super) struct Slots<W> {
    limit: usize,
    running: usize,
    next: u64,
    waiting: BTreeMap<Ticket, W>,
}

impl<W> Slots<W> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            running: 0,
            next: 0,
            waiting: BTreeMap::new(),
        }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn running(&self) -> usize {
        self.running
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Asks for a slot; `None` if it is let in at once.
    pub(super) fn ask(&mut self, priority: Priority, who: W) -> Option<Ticket> {
        if priority == Priority::High || self.running < self.limit {
            self.running += 1;
            return None;
        }
        self.next += 1;
        let ticket = Ticket {
            priority: Reverse(priority),
            number: self.next,
        };
        self.waiting.insert(ticket, who);
        Some(ticket)
    }

    /// What is known of one who waits; `None` if it was let in meanwhile.
    pub(super) fn find(&mut self, ticket: Ticket) -> Option<&mut W> {
        self.waiting.get_mut(&ticket)
    }

    /// Takes one off the list; `None` if it was let in meanwhile, and then it has to [`end`](Self::end).
    pub(super) fn leave(&mut self, ticket: Ticket) -> Option<W> {
        self.waiting.remove(&ticket)
    }

    /// Lets one in that has waited for long enough, whoever else works. It is in whatever this returns.
    pub(super) fn overdue(&mut self, ticket: Ticket) -> Option<W> {
        let who = self.waiting.remove(&ticket)?;
        self.running += 1;
        Some(who)
    }

    /// One that was let in has ended; gives who is let in instead, if anybody is.
    pub(super) fn end(&mut self) -> Option<W> {
        self.running -= 1;
        if self.running >= self.limit {
            return None;
        }
        let (_, who) = self.waiting.pop_first()?;
        self.running += 1;
        Some(who)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Priority, Slots, Ticket};

    #[derive(Clone, Copy, Debug)]
    enum Op {
        Ask(Priority),
        End(usize),
        Leave(usize),
        Overdue(usize),
    }

    fn ops() -> impl Strategy<Value = Vec<Op>> {
        let priority = prop_oneof![
            Just(Priority::Low),
            Just(Priority::Medium),
            Just(Priority::High),
        ];
        let op = prop_oneof![
            5 => priority.prop_map(Op::Ask),
            4 => any::<usize>().prop_map(Op::End),
            1 => any::<usize>().prop_map(Op::Leave),
            1 => any::<usize>().prop_map(Op::Overdue),
        ];
        prop::collection::vec(op, 0..300)
    }

    /// The same, without any care: everybody in one list, searched from its begin each time.
    #[derive(Default)]
    struct Naive {
        limit: usize,
        all: Vec<Someone>,
    }

    struct Someone {
        name: u32,
        priority: Priority,
        /// What the real thing gave it, if it had to wait.
        ticket: Option<Ticket>,
        is_in: bool,
        /// Let in although all slots were taken.
        beyond: bool,
    }

    impl Naive {
        fn running(&self) -> usize {
            self.all.iter().filter(|one| one.is_in).count()
        }

        fn find(&self, is_in: bool, choice: usize) -> Option<usize> {
            let found = (0..self.all.len()).filter(|i| self.all[*i].is_in == is_in);
            let found: Vec<usize> = found.collect();
            (!found.is_empty()).then(|| found[choice % found.len()])
        }

        /// Who is the next to be let in, when somebody has ended.
        fn admit(&mut self) -> Option<u32> {
            if self.running() >= self.limit {
                return None;
            }
            for priority in [Priority::Medium, Priority::Low] {
                let mut waiting = self.all.iter_mut().filter(|one| !one.is_in);
                if let Some(one) = waiting.find(|one| one.priority == priority) {
                    one.is_in = true;
                    return Some(one.name);
                }
            }
            None
        }
    }

    proptest! {
        #[test]
        fn they_are_let_in_as_a_naive_model_says(limit in 1_usize..5, ops in ops()) {
            let mut slots = Slots::new(limit);
            let mut naive = Naive { limit, ..Naive::default() };
            for (name, op) in (0_u32..).zip(ops) {
                match op {
                    Op::Ask(priority) => {
                        let free = naive.running() < limit;
                        let ticket = slots.ask(priority, name);
                        let is_in = free || priority == Priority::High;
                        prop_assert_eq!(ticket.is_none(), is_in);
                        let beyond = is_in && !free;
                        naive.all.push(Someone { name, priority, ticket, is_in, beyond });
                    }
                    Op::End(choice) => {
                        let Some(i) = naive.find(true, choice) else { continue };
                        naive.all.remove(i);
                        prop_assert_eq!(slots.end(), naive.admit());
                    }
                    Op::Leave(choice) => {
                        let Some(i) = naive.find(false, choice) else { continue };
                        let one = naive.all.remove(i);
                        prop_assert_eq!(slots.leave(one.ticket.unwrap()), Some(one.name));
                    }
                    Op::Overdue(choice) => {
                        let Some(i) = naive.find(false, choice) else { continue };
                        let one = &mut naive.all[i];
                        (one.is_in, one.beyond) = (true, true);
                        prop_assert_eq!(slots.overdue(one.ticket.unwrap()), Some(one.name));
                    }
                }
                prop_assert_eq!(slots.running(), naive.running());
                prop_assert_eq!(slots.waiting(), naive.all.len() - naive.running());
                prop_assert!(slots.waiting() == 0 || slots.running() >= limit);
                let regular = naive.all.iter().filter(|one| one.is_in && !one.beyond);
                prop_assert!(regular.count() <= limit);
                for one in naive.all.iter().filter(|one| one.is_in) {
                    let Some(ticket) = one.ticket else { continue };
                    prop_assert_eq!(slots.leave(ticket), None, "it is in, and on no list");
                }
            }
            // Whoever is left ends, and lets in those who wait, until nobody is there.
            while !naive.all.is_empty() {
                let i = naive.find(true, 0).expect("nobody waits for a slot that is free");
                naive.all.remove(i);
                prop_assert_eq!(slots.end(), naive.admit());
            }
            prop_assert_eq!((slots.running(), slots.waiting()), (0, 0));
        }
    }
}
