//! What goes along with an app from before its first hook to after its last.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::JoinSet;

use super::AppBuilder;
use crate::component::{BoxError, BoxFuture};
use crate::context::AppHandle;
use crate::driver::catch_panic;
use crate::observe::Observer;

/// How long the end of the app waits for its companions.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Goes along with an app, and is no part of it: it is there before the first hook is called and after the last one has
/// ended, so it sees the whole of a start and of a stop, and nothing waits for it.
///
/// What shows an app to people and to tools is made of it. Whatever it needs that may fail, such as a port, belongs into its
/// constructor, where the error has somebody to go to.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use lifecycle::app::Companion;
/// use lifecycle::component::BoxFuture;
/// use lifecycle::prelude::*;
///
/// /// Prints once in a while what the app is doing.
/// struct Crier;
///
/// impl Companion for Crier {
///     fn accompany(self: Arc<Self>, app: AppHandle) -> BoxFuture<()> {
///         Box::pin(async move {
///             while tokio::time::timeout(Duration::from_secs(60), app.ended()).await.is_err() {
///                 println!("{} is {}, and all is well", app.name(), app.phase());
///             }
///         })
///     }
/// }
///
/// # #[resource] #[derive(Default)] struct Cache;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let report = App::builder(lifecycle::plan![Cache]).with(Crier).main(|_| async {}).run().await;
/// assert!(report.is_success());
/// # }
/// ```
pub trait Companion: Send + Sync + 'static {
    /// Called once, before anything of the app begins; the future then runs beside the app, where its driver does, so it is not
    /// to block its thread.
    ///
    /// It is to end soon after [`AppHandle::ended`]; after one second it is dropped. A panic is logged, and changes nothing.
    fn accompany(self: Arc<Self>, app: AppHandle) -> BoxFuture<()>;

    /// Who hears each event of the app for it; `Some(self)`, if it is an observer itself. Default: nobody.
    fn observer(self: Arc<Self>) -> Option<Arc<dyn Observer>> {
        None
    }
}

/// What the function returns that `#[lifecycle::app(configure = ..)]` names: the builder, or a `Result` of it with any error.
#[diagnostic::on_unimplemented(
    message = "the function of `configure` cannot return `{Self}`",
    label = "it takes an `AppBuilder`, and returns it or a `Result` of it"
)]
pub trait Configured {
    /// The builder, or why the app is not to begin.
    ///
    /// # Errors
    ///
    /// Those of the configuration.
    fn configured(self) -> Result<AppBuilder, BoxError>;
}

#[diagnostic::do_not_recommend]
impl Configured for AppBuilder {
    fn configured(self) -> Result<AppBuilder, BoxError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> Configured for Result<AppBuilder, E> {
    fn configured(self) -> Result<AppBuilder, BoxError> {
        self.map_err(Into::into)
    }
}

/// The companions of one app, at their work.
pub(crate) struct Companions(JoinSet<()>);

impl Companions {
    /// Has them begin.
    pub(crate) fn begin(companions: Vec<Named>, app: &AppHandle) -> Self {
        let mut tasks = JoinSet::new();
        for (name, companion) in companions {
            match catch_panic(|| companion.accompany(app.clone())) {
                Ok(work) => drop(tasks.spawn(caught(name, work))),
                Err(_) => say_panicked(name),
            }
        }
        Self(tasks)
    }

    /// Waits until they have ended, but not for long.
    pub(crate) async fn end(mut self) {
        let all = async {
            while let Some(ended) = self.0.join_next().await {
                if let Err(error) = ended
                    && let Ok(payload) = error.try_into_panic()
                {
                    // Dropping it may panic once more.
                    std::mem::forget(payload);
                }
            }
        };
        let _ = tokio::time::timeout(LAST_WORDS, all).await;
    }
}

/// A companion, and the name of its type.
pub(crate) type Named = (&'static str, Arc<dyn Companion>);

/// Its work to the end, or to the panic that ends it.
async fn caught(name: &'static str, mut work: BoxFuture<()>) {
    let work = poll_fn(|cx| {
        let polled = catch_panic(|| work.as_mut().poll(cx));
        polled.unwrap_or_else(|_| {
            say_panicked(name);
            Poll::Ready(())
        })
    });
    work.await;
}

fn say_panicked(name: &str) {
    tracing::error!(target: "lifecycle", "a companion of the app panicked: `{name}` does no more");
}
