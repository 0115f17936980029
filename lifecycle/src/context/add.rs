//! Components that are added while the app runs.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use thiserror::Error;
use tokio::sync::oneshot;

use super::{AppHandle, ChangeError, Changing, ComponentHandle};
use crate::component::Custom;
use crate::driver::{Added, Message, Shared};
use crate::plan::{Plan, PlanBuilder, PlanError};

/// Why components were not added, or did not come up.
///
/// # Examples
///
/// ```
/// use lifecycle::component::service_fn;
/// use lifecycle::context::AddError;
/// use lifecycle::prelude::*;
///
/// # #[resource] #[derive(Default)] struct Cache;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let running = App::builder(lifecycle::plan![Cache]).start();
/// let feed = service_fn("feed", "database", |cx| async move { cx.shutdown_requested().await; });
/// let error = running.app().add(feed).await.unwrap_err();
/// assert_eq!(error.to_string(), "`feed` depends on `database`, which is not there");
/// assert!(!error.is_added());
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddError {
    /// The app, or the group, has a component of this name already. Nothing was added.
    #[error("there is a component `{0}` already")]
    Taken(String),
    /// They do not make a plan with those that are there: a dependency is unknown, or there is a loop. Nothing was added.
    #[error(transparent)]
    Plan(PlanError),
    /// The app is stopping, so that nothing was added; or what was added is there, and this is why it is not up.
    ///
    /// One whose dependency is disabled comes up when that is enabled.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl AddError {
    /// Whether the component is part of the app all the same: it has a status, and can be enabled or restarted.
    #[must_use]
    pub fn is_added(&self) -> bool {
        match self {
            Self::Taken(_) | Self::Plan(_) | Self::Change(ChangeError::Stopping) => false,
            Self::Change(_) => true,
        }
    }
}

impl From<PlanError> for AddError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Repeated { name } => Self::Taken(name),
            error => Self::Plan(error),
        }
    }
}

/// Components that are being added; it resolves to their handles when they are up, or says why they are not.
///
/// They are added whether or not somebody waits for it, or polls this at all. One that was added and failed stays in the
/// status, and may be tried again with [`ComponentHandle::enable`].
///
/// # Errors
///
/// [`AddError`] says why nothing was added, or why the first of them that is not up is not.
///
/// # Cancel safety
///
/// Cancel safe: dropping this stops the wait, not the change.
#[must_use = "they are added anyway, but nobody hears how that ended"]
pub struct Adding<H = ComponentHandle> {
    shared: Arc<Shared>,
    progress: Progress,
    handles: fn(Vec<ComponentHandle>) -> H,
}

enum Progress {
    Asked(oneshot::Receiver<Result<Vec<Added>, AddError>>),
    /// They are there; those that are not known to be up yet.
    Awaited(Vec<ComponentHandle>, Vec<Changing>),
    Over(AddError),
}

impl<H> Adding<H> {
    /// Waits only until they are part of the app, whether or not they are up yet: for one who may not wait for more, because
    /// they need what it is about to become itself.
    ///
    /// # Errors
    ///
    /// [`AddError`] says why nothing was added.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: nothing is lost when the future is dropped.
    pub async fn accepted(&mut self) -> Result<H, AddError> {
        std::future::poll_fn(|cx| self.poll_accepted(cx)).await
    }

    fn poll_accepted(&mut self, cx: &mut Poller<'_>) -> Poll<Result<H, AddError>> {
        if let Progress::Asked(answer) = &mut self.progress {
            // Without an answer the app has ended.
            let answer = ready!(Pin::new(answer).poll(cx));
            self.progress = match answer.unwrap_or(Err(ChangeError::Stopping.into())) {
                Ok(added) => {
                    let handle = |key| ComponentHandle::new(Arc::clone(&self.shared), key);
                    let (handles, open) = added
                        .into_iter()
                        .map(|(key, up)| (handle(key), Changing::awaited(handle(key), up)))
                        .unzip();
                    Progress::Awaited(handles, open)
                }
                Err(error) => Progress::Over(error),
            };
        }
        Poll::Ready(match &self.progress {
            Progress::Awaited(handles, _) => Ok((self.handles)(handles.clone())),
            Progress::Over(error) => Err(error.clone()),
            Progress::Asked(_) => return Poll::Pending,
        })
    }
}

impl<H> Future for Adding<H> {
    type Output = Result<H, AddError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let handles = ready!(self.poll_accepted(cx))?;
        let Progress::Awaited(_, open) = &mut self.progress else {
            return Poll::Ready(Ok(handles));
        };
        let mut failed = None;
        open.retain_mut(|up| match Pin::new(up).poll(cx) {
            Poll::Pending => true,
            Poll::Ready(Ok(())) => false,
            Poll::Ready(Err(error)) => {
                failed.get_or_insert(error);
                false
            }
        });
        match failed {
            Some(error) => Poll::Ready(Err(error.into())),
            None if open.is_empty() => Poll::Ready(Ok(handles)),
            None => Poll::Pending,
        }
    }
}

impl<H> fmt::Debug for Adding<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adding").finish_non_exhaustive()
    }
}

impl AppHandle {
    /// Adds a component to the running app: one made by [`service_fn`](crate::component::service_fn) or [`Custom`].
    ///
    /// It is one like any other from then on: it starts once what it depends on is up, is restarted as it says, stands in the
    /// status and in the report, and is stopped in its turn. A service that was added counts when the app asks whether all
    /// services have finished. If it fails for good the app goes on, unless it is [required](Custom::required).
    ///
    /// A load hook that it has runs right before its start hook. Before the start of the app is complete, it starts with the
    /// others.
    ///
    /// Adding changes nothing about others: a dependency that is disabled or has failed stays so, and the error says so. What
    /// was added stays part of the app to its end, also once it has finished or failed. Each call looks at the whole graph,
    /// so many at once are better added as a [group](Self::add_group).
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::component::service_fn;
    /// use lifecycle::prelude::*;
    ///
    /// # #[resource] #[derive(Default)] struct Database;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let running = App::builder(lifecycle::plan![Database]).start();
    /// let app = running.app();
    /// for tenant in ["north", "south"] {
    ///     let name = format!("import-{tenant}");
    ///     app.add(service_fn(name, "Database", move |cx| async move {
    ///         cx.note(format!("waiting for files of {tenant}"));
    ///         cx.shutdown_requested().await;
    ///     }))
    ///     .await
    ///     .unwrap();
    /// }
    /// app.component("import-north").unwrap().disable().await.unwrap();
    /// # }
    /// ```
    pub fn add(&self, component: Custom) -> Adding {
        let mut more = Plan::builder();
        more.custom(component);
        self.add_all(more, |mut handles| handles.remove(0))
    }

    /// Adds several components at once, which may depend on one another, in any order; the handles come in start order.
    ///
    /// All of them are added, or, if one cannot be, none. See [`add`](Self::add) for what follows.
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::component::{Custom, service_fn};
    /// use lifecycle::prelude::*;
    ///
    /// # #[resource] #[derive(Default)] struct Database;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let running = App::builder(lifecycle::plan![Database]).start();
    /// let added = running.app().add_group([
    ///     service_fn("report", "index", |cx| async move { cx.shutdown_requested().await; }),
    ///     Custom::resource("index").depends_on("Database"),
    /// ]);
    /// let added = added.await.unwrap();
    /// assert_eq!(added[0].name(), "index");
    /// # }
    /// ```
    pub fn add_group(
        &self,
        components: impl IntoIterator<Item = Custom>,
    ) -> Adding<Vec<ComponentHandle>> {
        let mut more = Plan::builder();
        for component in components {
            more.custom(component);
        }
        self.add_all(more, |handles| handles)
    }

    /// Adds what a plan has and the app has not, such as an annotated component with all that it reaches.
    ///
    /// What is in both is one component. See [`add`](Self::add) for what follows.
    ///
    /// # Examples
    ///
    /// ```
    /// use lifecycle::prelude::*;
    ///
    /// #[resource]
    /// #[derive(Default)]
    /// struct Database;
    ///
    /// #[resource(depends_on = [Database])]
    /// #[derive(Default)]
    /// struct Admin;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let running = App::builder(lifecycle::plan![Database]).start();
    /// let added = running.app().add_plan(lifecycle::plan![Admin]).await.unwrap();
    /// assert_eq!(added.len(), 1);
    /// running.app().restart::<Admin>(lifecycle::plan::Scope::Dependents).await.unwrap();
    /// # }
    /// ```
    pub fn add_plan(&self, plan: Plan) -> Adding<Vec<ComponentHandle>> {
        self.add_all(PlanBuilder::from(&plan), |handles| handles)
    }

    fn add_all<H>(&self, more: PlanBuilder, handles: fn(Vec<ComponentHandle>) -> H) -> Adding<H> {
        let (sender, answer) = oneshot::channel();
        self.shared.send(Message::Add(more, sender));
        Adding {
            shared: Arc::clone(&self.shared),
            progress: Progress::Asked(answer),
            handles,
        }
    }
}
