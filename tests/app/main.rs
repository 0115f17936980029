//! Apps in paused time: what the documentation promises, one scenario a test.
//!
//! `random` runs a few thousand random plans through the driver; `LIFECYCLE_SEED=7 cargo test -p tests --test app
//! one_seed -- --nocapture` shows one. Only `given_up` needs threads and real time: in paused time nothing resists an
//! abort.

mod kit;

mod add;
mod app_cleanup;
mod changes;
mod cleanup;
mod context;
mod drain;
mod events;
mod exit_codes;
mod faults;
mod finish;
mod given_up;
mod hand_written;
mod health;
mod heartbeat;
mod late;
mod load;
mod observers;
mod optional;
mod overstay;
mod panics;
mod pools;
mod profile;
mod random;
mod ready;
mod report;
mod restart;
mod restart_dependents;
mod restart_self;
mod restart_words;
mod retry;
mod rollback;
mod running;
mod schedule;
mod shutdown;
mod signals;
mod spawn;
mod start_limits;
mod start_order;
mod status;
mod stop_budget;
mod stop_order;
mod stop_stages;
mod supervised;
mod tasks;
