//! The engine against a model of its rules, in virtual time.
//!
//! `LIFECYCLE_CASES=1000000 cargo test --release -p tests --test engine` runs a million random worlds,
//! `LIFECYCLE_SEED=7 cargo test -p tests --test engine seed -- --nocapture` shows one.

mod case;
mod examples;
mod generate;
mod model;
mod noise;
mod properties;
mod purity;
mod report;
mod shrink;
mod world;
