//! Wake-ups that come together: however often somebody pokes, at most one run is pending.

use std::borrow::Cow;
use std::fmt;

use super::gate::Gate;
use super::task::Task;
use crate::component::Outcome;
use crate::context::Context;

/// Work that runs when it is poked. Cheap to clone: all clones poke the same work.
///
/// A poke never waits. The run that it asks for begins at once, or when the present one has ended, and sees all that happened
/// before the poke; pokes that come until it begins ask for the same run. Two runs never overlap, and a poke is never lost
/// while the component is up.
///
/// The runs belong to the component, as those of a [task](crate::task) do: once it has been told to stop, none begins any
/// more, and one that was asked for is counted as dropped in the report; one that has begun is waited for. Errors and panics
/// are logged and kept for the report, and fail nothing else. They are not under the limit on tasks.
///
/// [`Context::wake`] makes one.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
/// use lifecycle::wake::Wake;
///
/// # async fn write_to_disk() -> std::io::Result<()> { Ok(()) }
/// #[resource]
/// struct Index { save: Wake }
///
/// #[resource]
/// impl Index {
///     #[start]
///     fn open(cx: Context) -> Self {
///         Self { save: cx.wake("save", write_to_disk) }
///     }
/// }
///
/// impl Index {
///     fn add(&self, _entry: &str) {
///         // A thousand entries at once are saved together, in two runs or so.
///         self.save.poke();
///     }
/// }
/// # let _ = (lifecycle::plan![Index], Index::add);
/// ```
#[derive(Clone)]
pub struct Wake {
    task: Task,
}

impl<C> Context<C> {
    /// Makes work of this component that runs when it is [poked](Wake::poke).
    #[track_caller]
    pub fn wake<H, F, O>(&self, name: impl Into<Cow<'static, str>>, work: H) -> Wake
    where
        H: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Outcome<()>,
    {
        let work = move |_| work();
        Wake {
            task: Task::new(self.scope(), name.into(), Gate::open(), work),
        }
    }
}

impl Wake {
    /// Asks for a run, unless one is pending already.
    pub fn poke(&self) {
        self.task.run_now();
    }

    /// The name of the work.
    #[must_use]
    pub fn name(&self) -> &str {
        self.task.name()
    }
}

impl fmt::Debug for Wake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wake").field("name", &self.name()).finish()
    }
}
