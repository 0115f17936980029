//! Real processes, real signals: what a shell, an orchestrator or a person at a terminal sees.

#![cfg(unix)]

mod child;

mod configure;
mod exit_codes;
mod hangs;
mod output;
mod signals;
mod systemd;
