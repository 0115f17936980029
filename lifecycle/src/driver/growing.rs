//! A list that only grows, and that is read without a lock.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The room of the first chunk; each further one has twice the room of the one before it.
const FIRST: usize = 8;

/// Chunks for more than there are keys.
const CHUNKS: usize = 30;

/// What was put in stays where it is, so nobody who reads has to wait. Only one may write: the driver.
pub(super) struct Growing<T> {
    chunks: [OnceLock<Box<[OnceLock<T>]>>; CHUNKS],
    /// Stored after the value, so who sees the length sees all values below it.
    len: AtomicUsize,
}

impl<T> Growing<T> {
    pub(super) fn push(&self, value: T) {
        let len = self.len();
        let (chunk, place) = place(len);
        let room = || (0..FIRST << chunk).map(|_| OnceLock::new()).collect();
        let set = self.chunks[chunk].get_or_init(room)[place].set(value);
        assert!(set.is_ok(), "only one writes");
        self.len.store(len + 1, Ordering::Release);
    }

    pub(super) fn get(&self, i: usize) -> Option<&T> {
        let (chunk, place) = place(i);
        self.chunks.get(chunk)?.get()?[place].get()
    }

    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).filter_map(|i| self.get(i))
    }
}

impl<T> Default for Growing<T> {
    fn default() -> Self {
        Self {
            chunks: [const { OnceLock::new() }; CHUNKS],
            len: AtomicUsize::new(0),
        }
    }
}

/// In which chunk, and where in it.
fn place(i: usize) -> (usize, usize) {
    let i = i + FIRST;
    let chunk = (i.ilog2() - FIRST.ilog2()) as usize;
    (chunk, i - (FIRST << chunk))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_in_order() {
        let list = Growing::default();
        for i in 0..1_000 {
            assert!(list.get(i).is_none());
            list.push(i);
            assert_eq!(list.len(), i + 1);
        }
        assert!(list.iter().copied().eq(0..1_000));
    }

    #[test]
    fn places_fill_each_chunk_before_the_next() {
        assert_eq!(place(0), (0, 0));
        assert_eq!(place(7), (0, 7));
        assert_eq!(place(8), (1, 0));
        assert_eq!(place(23), (1, 15));
        assert_eq!(place(24), (2, 0));
        assert!(place(u32::MAX as usize).0 < CHUNKS);
    }

    #[test]
    fn readers_see_whole_values_while_it_grows() {
        let list = Growing::default();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while list.len() < 2_000 {
                        let len = list.len();
                        assert!((0..len).all(|i| list.get(i) == Some(&i.to_string())));
                    }
                });
            }
            (0..2_000).for_each(|i| list.push(i.to_string()));
        });
    }
}
