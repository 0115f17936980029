//! Faults, and values in place of components.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::component::{BoxError, BoxFuture, Code, Instance};
use crate::engine::Key;
use crate::plan::Stage;

/// What happens instead of a hook, or before it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use lifecycle::plan::Stage;
/// use lifecycle::prelude::*;
/// use lifecycle::testing::{Fault, TestApp};
///
/// #[resource]
/// #[derive(Default)]
/// struct Database;
///
/// let ended = TestApp::new(lifecycle::plan![Database])
///     .fault::<Database>(Stage::Load, Fault::Delay(Duration::from_secs(2)))
///     .fault::<Database>(Stage::Start, Fault::panic("out of memory"))
///     .run_to_end();
/// assert_eq!(ended.report.exit_code(), 70);
/// assert_eq!(ended.report.load_time(), Duration::from_secs(2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The hook returns an error with this message, and is not called.
    Error(String),
    /// The hook panics with this message, and is not called.
    Panic(String),
    /// The hook does not end until it is aborted, and is not called.
    Hang,
    /// The hook is called this much later.
    Delay(Duration),
}

impl Fault {
    /// An error with this message.
    pub fn error(message: impl Into<String>) -> Self {
        Self::Error(message.into())
    }

    /// A panic with this message.
    pub fn panic(message: impl Into<String>) -> Self {
        Self::Panic(message.into())
    }
}

/// What a test puts between the driver and user code.
#[derive(Clone, Default)]
pub(crate) struct Interference {
    replaced: Arc<HashMap<Key, Instance>>,
    faults: Arc<HashMap<(Key, Stage), Planned>>,
}

/// A fault, and whether it was reached, which all that share it see.
#[derive(Clone)]
struct Planned {
    fault: Fault,
    reached: Arc<AtomicBool>,
}

impl Interference {
    pub(super) fn replace(&mut self, key: Key, instance: Instance) {
        Arc::make_mut(&mut self.replaced).insert(key, instance);
    }

    pub(super) fn fault(&mut self, key: Key, stage: Stage, fault: Fault) {
        Arc::make_mut(&mut self.faults).insert(
            (key, stage),
            Planned {
                fault,
                reached: Arc::default(),
            },
        );
    }

    pub(crate) fn has_fault(&self, key: Key, stage: Stage) -> bool {
        self.faults.contains_key(&(key, stage))
    }

    /// The components whose cleanups should have gone wrong, but of which none ran.
    pub(super) fn unreached_cleanups(&self) -> impl Iterator<Item = Key> {
        let cleanups = self.faults.iter().filter(|((_, stage), planned)| {
            *stage == Stage::Cleanup && !planned.reached.load(Ordering::Relaxed)
        });
        cleanups.map(|((key, _), _)| *key)
    }

    /// Whether there is anything to call: what the component has, unless it is replaced, and every fault.
    pub(crate) fn has(&self, key: Key, stage: Stage, code: Code<'_>) -> bool {
        let own = code.has(stage) && !self.replaced.contains_key(&key);
        own || self.has_fault(key, stage)
    }

    pub(crate) fn replacement(&self, key: Key) -> Option<Instance> {
        self.replaced.get(&key).cloned()
    }

    pub(crate) fn interfere<T: Default + Send + 'static>(
        &self,
        key: Key,
        stage: Stage,
        work: BoxFuture<Result<T, BoxError>>,
    ) -> BoxFuture<Result<T, BoxError>> {
        let is_replaced = self.replaced.contains_key(&key);
        match self.faults.get(&(key, stage)).cloned() {
            None => work,
            Some(planned) => Box::pin(async move {
                planned.reached.store(true, Ordering::Relaxed);
                match planned.fault {
                    Fault::Error(message) => Err(message.into()),
                    Fault::Panic(message) => panic!("{message}"),
                    Fault::Hang => std::future::pending().await,
                    Fault::Delay(by) => {
                        tokio::time::sleep(by).await;
                        // No hook of what is replaced is called, and its cleanups are not its hooks.
                        if is_replaced && stage != Stage::Cleanup {
                            return Ok(T::default());
                        }
                        work.await
                    }
                }
            }),
        }
    }
}
