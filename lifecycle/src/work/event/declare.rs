//! Handlers as components declare them, before there is an app.

use std::any::{Any, TypeId, type_name};
use std::borrow::Cow;
use std::fmt;
use std::mem::needs_drop;
use std::panic::Location;
use std::sync::Arc;

use crate::component::{Instance, Work};
use crate::context::Context;

/// An event of any type.
pub(crate) type AnyEvent = Arc<dyn Any + Send + Sync>;

/// Answers whether a type can be an event: one that threads can share. The attributes ask for it.
#[doc(hidden)]
pub trait Event {
    /// Always `Self`. Through it, a handler of what cannot be an event is one compile error.
    type Itself;
}

#[diagnostic::do_not_recommend]
impl<E: Send + Sync + 'static> Event for E {
    type Itself = E;
}

/// How a handler handles its events.
///
/// # Examples
///
/// ```
/// use lifecycle::event::Handling;
///
/// const PATIENT: Handling = Handling { capacity: 10_000, ..Handling::DEFAULT };
/// # let _ = PATIENT;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handling {
    /// How many events may wait, at least 1; what comes when there is no room is dropped, and counted.
    pub capacity: usize,
    /// How many events it handles at once, at least 1; with 1 they are handled in the order in which they came.
    pub concurrency: usize,
}

impl Handling {
    /// Up to 1024 events wait, and one at a time is handled.
    pub const DEFAULT: Self = Self {
        capacity: 1024,
        concurrency: 1,
    };
}

impl Default for Handling {
    fn default() -> Self {
        Self::DEFAULT
    }
}

pub(super) type Call =
    Arc<dyn for<'a> Fn(&'a Instance, &Context, AnyEvent) -> Work<'a> + Send + Sync>;

/// A handler that belongs to no app yet.
#[derive(Clone)]
pub(crate) struct Declared {
    pub(super) name: Cow<'static, str>,
    pub(super) event: TypeId,
    pub(super) event_name: &'static str,
    /// Whether dropping an event runs code.
    pub(super) needs_drop: bool,
    pub(super) how: Handling,
    pub(super) call: Call,
    /// Where it was declared.
    pub(super) place: &'static Location<'static>,
}

/// The handlers of one component; [`Hooks::handlers`](crate::component::Hooks::handlers) fills it.
#[derive(Clone, Default)]
pub struct Handlers {
    pub(crate) all: Vec<Declared>,
}

impl Handlers {
    /// Adds a handler for events of the type `E`.
    ///
    /// # Panics
    ///
    /// If its capacity or its concurrency is zero.
    #[track_caller]
    pub fn on<E: Send + Sync + 'static>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        how: Handling,
        call: impl for<'a> Fn(&'a Instance, &Context, Arc<E>) -> Work<'a> + Send + Sync + 'static,
    ) {
        assert!(
            how.concurrency > 0,
            "a handler handles at least one event at once"
        );
        assert!(
            how.capacity > 0,
            "a handler needs room for at least one event"
        );
        self.all.push(Declared {
            name: name.into(),
            event: TypeId::of::<E>(),
            event_name: type_name::<E>(),
            needs_drop: needs_drop::<E>(),
            how,
            place: Location::caller(),
            call: Arc::new(move |this, cx, event| {
                let event = event.downcast().expect("handlers are found by the type");
                call(this, cx, event)
            }),
        });
    }
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.all.iter().map(|one| (&one.name, one.event_name));
        f.debug_map().entries(names).finish()
    }
}
