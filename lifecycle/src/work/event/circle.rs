//! Which handlers wait for which: a handler that waited for itself, also through others, would wait for ever.

use std::collections::HashMap;

/// Who waits: handlers, by a number of their own.
pub(super) type Id = usize;

/// The waits under way. They never form a circle.
#[derive(Debug, Default)]
pub(super) struct Waits {
    /// For whom each waits; one that does so several times at once stands here several times.
    of: HashMap<Id, Vec<Id>>,
}

impl Waits {
    /// Notes down that one is going to wait for another; `false` if that would never end.
    pub(super) fn begin(&mut self, who: Id, for_whom: Id) -> bool {
        if self.waits(for_whom, who) {
            return false;
        }
        self.of.entry(who).or_default().push(for_whom);
        true
    }

    /// It waits no more.
    pub(super) fn end(&mut self, who: Id, for_whom: Id) {
        let Some(waits) = self.of.get_mut(&who) else {
            return;
        };
        if let Some(place) = waits.iter().position(|one| *one == for_whom) {
            waits.swap_remove(place);
        }
        if waits.is_empty() {
            self.of.remove(&who);
        }
    }

    /// Whether one is the other, or waits for it, directly or through others.
    fn waits(&self, who: Id, for_whom: Id) -> bool {
        let (mut seen, mut todo) = (vec![who], vec![who]);
        while let Some(one) = todo.pop() {
            if one == for_whom {
                return true;
            }
            for next in self.of.get(&one).into_iter().flatten() {
                if !seen.contains(next) {
                    seen.push(*next);
                    todo.push(*next);
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Waits;

    #[test]
    fn what_would_close_a_circle_is_refused() {
        let mut waits = Waits::default();
        assert!(!waits.begin(1, 1));
        assert!(waits.begin(1, 2));
        assert!(waits.begin(2, 3));
        assert!(!waits.begin(3, 1));
        assert!(waits.begin(1, 3));
    }

    #[test]
    fn a_wait_that_is_over_stands_in_nobodys_way() {
        let mut waits = Waits::default();
        assert!(waits.begin(1, 2));
        assert!(waits.begin(1, 2));
        waits.end(1, 2);
        assert!(!waits.begin(2, 1));
        waits.end(1, 2);
        assert!(waits.begin(2, 1));
        waits.end(7, 8);
    }
}
