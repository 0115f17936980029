//! The order service as a process: what it answers, what it prints, and how it ends.
#![cfg(unix)]

mod answers;
mod client;
mod feed;
mod life;
mod mails;
mod office;
mod service;
mod status;
