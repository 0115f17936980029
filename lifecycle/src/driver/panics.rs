//! Keeps where a panic happened, which its payload does not say.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::panic;
use std::sync::Once;

thread_local! {
    /// Whether this thread is inside user code whose panics are caught and reported.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<(String, Option<String>)>> = const { RefCell::new(None) };
}

/// A caught panic.
#[derive(Debug)]
pub(crate) struct Panic {
    pub(crate) message: String,
    pub(crate) location: Option<String>,
    pub(crate) backtrace: Option<String>,
}

impl Panic {
    pub(super) fn of(payload: Box<dyn Any + Send>) -> Self {
        let message = match payload.downcast::<String>() {
            Ok(message) => *message,
            Err(payload) => match payload.downcast::<&'static str>() {
                Ok(message) => (*message).to_owned(),
                Err(payload) => {
                    // A payload of another type may itself panic when it is dropped.
                    std::mem::forget(payload);
                    "a value that is no text".to_owned()
                }
            },
        };
        let (location, backtrace) = LAST.take().unzip();
        Self {
            message,
            location,
            backtrace: backtrace.flatten(),
        }
    }
}

/// Runs a closure whose panics the framework catches and reports itself.
pub(super) fn watch<T>(f: impl FnOnce() -> T) -> T {
    let outer = WATCHED.replace(true);
    if let Some((location, _)) = LAST.take().filter(|_| !outer) {
        // Nobody asked for it: the component caught it itself.
        tracing::warn!(target: "lifecycle", "a panic at {location} was caught by the code around it");
    }
    let value = f();
    WATCHED.set(outer);
    value
}

/// Puts a hook before the one that is there, which still prints what nobody else would.
pub(super) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if WATCHED.get() {
                let location = info
                    .location()
                    .map_or_else(String::new, ToString::to_string);
                let backtrace = Backtrace::capture();
                let captured = backtrace.status() == BacktraceStatus::Captured;
                LAST.set(Some((location, captured.then(|| backtrace.to_string()))));
            }
            // A report follows; without a subscriber for the log, a panic must not wait for it.
            if !WATCHED.get() || !tracing::dispatcher::has_been_set() {
                previous(info);
            }
        }));
    });
}
