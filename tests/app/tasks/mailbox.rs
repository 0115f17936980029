//! A box that keeps the newest values.

use std::sync::Arc;

use lifecycle::mailbox::Mailbox;

use super::play;
use crate::kit::{Trace, ms, secs, takes};

#[test]
fn the_latest_one_is_the_newest_and_empties_the_box() {
    let mailbox = Mailbox::new(10);
    for value in 1..=3 {
        assert_eq!(mailbox.deliver(value), None);
    }
    assert_eq!(mailbox.take_latest(), Some(3));
    assert!(mailbox.is_empty());
    assert_eq!(mailbox.take_latest(), None);
    assert_eq!(mailbox.dropped(), 2);
}

#[test]
fn the_oldest_makes_room_and_comes_back() {
    let mailbox = Mailbox::new(2);
    let returned: Vec<_> = (1..=5).map(|value| mailbox.deliver(value)).collect();
    assert_eq!(returned, [None, None, Some(1), Some(2), Some(3)]);
    assert_eq!((mailbox.len(), mailbox.capacity()), (2, 2));
    assert_eq!(mailbox.take_all(), [4, 5]);
    assert_eq!(mailbox.dropped(), 3);
}

#[test]
#[should_panic(expected = "a mailbox needs room for at least one value")]
fn a_box_without_room_is_refused() {
    drop(Mailbox::<u32>::new(0));
}

#[test]
fn each_value_wakes_one_of_those_who_wait() {
    play(1, |stage| async move {
        let mailbox = Mailbox::new(10);
        for name in ["a", "b"] {
            let (mailbox, says, shutdown) = (mailbox.clone(), stage.says(), stage.cx.shutdown());
            stage.cx.spawn(name, async move {
                while let Some(value) = shutdown.wrap(mailbox.recv()).await {
                    says(value);
                    takes(ms(10)).await.unwrap();
                }
            });
        }
        takes(ms(1)).await.unwrap();
        // All at once, so that each reader has to be woken by its own value.
        for value in ["one", "two", "three"] {
            mailbox.deliver(value);
        }
        takes(secs(1)).await.unwrap();
        assert_eq!(stage.trace.all(), ["one 1", "two 1", "three 11"]);
        // Nobody is left behind by the end.
        assert_eq!(stage.app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn a_wait_that_is_given_up_takes_nothing() {
    play(1, |stage| async move {
        let mailbox = Mailbox::new(1);
        let waits = tokio::time::timeout(ms(10), mailbox.recv());
        assert!(waits.await.is_err());
        // One of two is woken, and gives up before it looks: the other one gets the value.
        let trace = Trace::default();
        let (reader, says) = (mailbox.clone(), trace.clone());
        let mut waits = Box::pin(mailbox.recv());
        assert!(tokio::time::timeout(ms(1), &mut waits).await.is_err());
        stage
            .cx
            .spawn("reader", async move { says.say(reader.recv().await) });
        takes(ms(1)).await.unwrap();
        mailbox.deliver("a value");
        drop(waits);
        takes(ms(1)).await.unwrap();
        assert_eq!(trace.all(), ["a value"]);
        assert_eq!(stage.app.stop().await.report.exit_code(), 0);
    });
}

#[test]
fn values_are_dropped_outside_of_the_lock() {
    struct Nosy(Arc<Mailbox<Self>>);
    impl Drop for Nosy {
        fn drop(&mut self) {
            // Under the lock this would never return.
            let _ = self.0.len();
        }
    }
    let mailbox = Arc::new(Mailbox::new(2));
    for _ in 0..3 {
        drop(mailbox.deliver(Nosy(mailbox.clone())));
    }
    drop(mailbox.take_latest());
    assert_eq!(mailbox.dropped(), 2);
}
