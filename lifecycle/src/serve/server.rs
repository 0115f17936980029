//! The server as its owner sees it, before it is given to an app.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::bind;
use super::control::{Control, LEAST_TOKEN};
use super::document::View;
use super::feed::Feed;
use super::hub::Hub;
use super::limits::Limits;
use super::probe::Probes;
use super::route::Site;
use super::run::run;
use super::workshop::{Graph, Metrics, Render};
use crate::app::Companion;
use crate::component::BoxFuture;
use crate::context::AppHandle;
use crate::observe::Observer;

/// A server that shows an app, as a [companion](Companion) of it: [`AppBuilder::with`](crate::app::AppBuilder::with) takes it.
///
/// It listens from the moment it is made, so that an address that is taken is an error where somebody can handle it, and
/// answers from before the first hook of the app to after the last one. It has a thread of its own. Neither the thread nor
/// the port outlives the app; one that is dropped without an app frees its port.
///
/// # Examples
///
/// ```
/// use lifecycle::prelude::*;
/// use lifecycle::status::Server;
///
/// # #[resource] #[derive(Default)] struct Cache;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let server = Server::bind("localhost:0")?;
/// println!("http://{}/lifecycle", server.local_addr());
/// let report = App::builder(lifecycle::plan![Cache]).with(server).main(|_| async {}).run().await;
/// assert!(report.is_success());
/// # Ok(())
/// # }
/// ```
///
/// With `#[lifecycle::app]`, and an address that the environment may change:
///
/// ```no_run
/// use lifecycle::app::AppBuilder;
/// use lifecycle::prelude::*;
/// use lifecycle::status::Server;
///
/// fn configure(app: AppBuilder) -> std::io::Result<AppBuilder> {
///     Ok(match Server::from_env("SHOP_STATUS", "127.0.0.1:9090")? {
///         Some(server) => app.with(server),
///         None => app,
///     })
/// }
///
/// # #[resource] #[derive(Default)] struct Cache;
/// #[lifecycle::app(services = [Cache], configure = configure)]
/// async fn main(cx: Context) {
///     cx.shutdown_requested().await;
/// }
/// ```
#[must_use = "it answers once it is given to an app"]
pub struct Server {
    listener: Mutex<Option<TcpListener>>,
    address: SocketAddr,
    feed: Arc<Feed>,
    limits: Limits,
    token: Option<String>,
    metrics: Option<Render>,
}

impl Server {
    /// Listens at this address, which has to be one of the loopback interface: `127.0.0.1:9090`, `[::1]:9090`,
    /// `localhost:9090`. Port 0 is a port that is free.
    ///
    /// # Errors
    ///
    /// If the address is another one or none, or cannot be listened at. The error names it.
    pub fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        Self::new(bind::loopback(address)?)
    }

    /// Listens at this address, whichever it is. Whoever can reach it can read all that the app says about itself, in plain
    /// text: notes and errors of components among it.
    ///
    /// # Errors
    ///
    /// If there is no such address, or it cannot be listened at. The error names it.
    pub fn bind_public(address: impl ToSocketAddrs) -> io::Result<Self> {
        Self::new(bind::anywhere(address)?)
    }

    /// Listens where an environment variable says, or at the default if it is not set.
    ///
    /// Both are an address of the loopback interface as for [`bind`](Self::bind), or `public:` and any address as for
    /// [`bind_public`](Self::bind_public), as in `public:0.0.0.0:9090`; or `off`, or nothing, and then there is no server.
    ///
    /// # Errors
    ///
    /// Those of [`bind`](Self::bind) and [`bind_public`](Self::bind_public), or that the variable is no text. The error names
    /// the variable.
    pub fn from_env(variable: &str, default: &str) -> io::Result<Option<Self>> {
        let chosen = match std::env::var_os(variable) {
            None => bind::chosen(default),
            Some(text) => match text.to_str() {
                Some(text) => bind::chosen(text),
                None => Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "this is no text",
                )),
            },
        };
        let listener =
            chosen.map_err(|error| io::Error::new(error.kind(), format!("{variable}: {error}")))?;
        listener.map(Self::new).transpose()
    }

    fn new(listener: TcpListener) -> io::Result<Self> {
        Ok(Self {
            address: listener.local_addr()?,
            listener: Mutex::new(Some(listener)),
            feed: Arc::default(),
            limits: Limits::DEFAULT,
            token: None,
            metrics: None,
        })
    }

    /// The address at which it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Lets those who have this token restart, enable and disable components, on the page and by
    /// [`POST /lifecycle/control`](super::status#changing-the-app). Default: nobody can, and there is no such path.
    ///
    /// # Panics
    ///
    /// If the token has fewer than 16 bytes, or any that no header carries: what is not a letter, a digit or a sign of ASCII.
    #[track_caller]
    pub fn control(mut self, token: impl Into<String>) -> Self {
        let token = token.into();
        assert!(
            is_token(&token),
            "a token of at least {LEAST_TOKEN} letters, digits and signs of ASCII"
        );
        self.token = Some(token);
        self
    }

    /// The same with the token in an environment variable; where it is not set, or empty, nobody can.
    ///
    /// # Errors
    ///
    /// If the token is none for [`control`](Self::control), but for the line end that a file leaves behind it. The error names the variable, and not the token.
    pub fn control_from_env(mut self, variable: &str) -> io::Result<Self> {
        let Some(token) = std::env::var_os(variable).filter(|token| !token.is_empty()) else {
            return Ok(self);
        };
        let wrong = |what| {
            let text = format!("{variable}: {what}");
            io::Error::new(io::ErrorKind::InvalidInput, text)
        };
        let token = token
            .into_string()
            .map_err(|_| wrong("this is no text".to_owned()))?;
        let token = token.trim_end().to_owned();
        if !is_token(&token) {
            let what =
                format!("a token is at least {LEAST_TOKEN} letters, digits and signs of ASCII");
            return Err(wrong(what));
        }
        self.token = Some(token);
        Ok(self)
    }

    /// Answers `/metrics` with what this renders, as text for Prometheus. Default: 404.
    ///
    /// It is called on a thread where it may block, once at a time. A panic in it is an answer with status 500.
    pub fn metrics(mut self, render: impl Fn() -> String + Send + Sync + 'static) -> Self {
        self.metrics = Some(Arc::new(render));
        self
    }

    /// The longest head of a request, in bytes, at least 8192. Default: 8192.
    ///
    /// # Panics
    ///
    /// If it is below that.
    #[track_caller]
    pub fn max_head(mut self, bytes: usize) -> Self {
        assert!(
            bytes >= Limits::LEAST_HEAD,
            "heads of at least {} bytes",
            Limits::LEAST_HEAD
        );
        self.limits.head = bytes;
        self
    }

    /// How long the head of a request may take from its first byte to its last. Default: 5 s.
    pub fn head_timeout(mut self, limit: Duration) -> Self {
        self.limits.head_time = limit;
        self
    }

    /// How long an answer may take to be made, and a client to take the events that are sent to it. Default: 10 s.
    pub fn request_timeout(mut self, limit: Duration) -> Self {
        self.limits.request_time = limit;
        self
    }

    /// How long a client may take to read an answer, and then to ask for more. Default: 30 s.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.limits.idle_time = limit;
        self
    }

    /// How many clients may be connected, at least 1. For each one more, that one has to leave that has asked for nothing for
    /// the longest time. Default: 256.
    ///
    /// # Panics
    ///
    /// If it is zero.
    #[track_caller]
    pub fn max_connections(mut self, limit: usize) -> Self {
        assert!(limit > 0, "a limit of at least one connection");
        self.limits.connections = limit;
        self
    }

    /// How many clients may listen to `/lifecycle/events`. Default: 32.
    pub fn max_listeners(mut self, limit: usize) -> Self {
        self.limits.listeners = limit;
        self
    }
}

/// Whether a header can carry it, and nobody guesses it.
fn is_token(text: &str) -> bool {
    text.len() >= LEAST_TOKEN && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl Companion for Server {
    fn accompany(self: Arc<Self>, app: AppHandle) -> BoxFuture<()> {
        let listener = self
            .listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(listener) = listener else {
            return Box::pin(async {});
        };
        self.feed.begin(app.shared().begun);
        // Both ends: of the app, which this thread is to hear of, and of the thread. One that is dropped says so too.
        let (end, ending) = oneshot::channel();
        let (over, is_over) = oneshot::channel::<()>();
        let view = View {
            app: app.clone(),
            feed: Arc::clone(&self.feed),
            control: self.token.is_some(),
        };
        let serve = move || {
            if let Err(error) = run(listener, || self.site(view), self.limits, ending) {
                tracing::error!(target: "lifecycle", "the status server ends: {error}");
            }
            drop(over);
        };
        let thread = std::thread::Builder::new().name("lifecycle-status".to_owned());
        let thread = match thread.spawn(serve) {
            Ok(thread) => thread,
            Err(error) => {
                tracing::error!(target: "lifecycle", "there is no thread for the status server: {error}");
                return Box::pin(async {});
            }
        };
        Box::pin(async move {
            app.ended().await;
            let _ = end.send(());
            let _ = is_over.await;
            // It has nothing left to do; a panic has been told by now.
            let _ = thread.join();
        })
    }

    fn observer(self: Arc<Self>) -> Option<Arc<dyn Observer>> {
        let feed = Arc::clone(&self.feed);
        Some(feed)
    }
}

impl Server {
    fn site(&self, view: View) -> Site {
        Site {
            hub: Hub::new(view.clone(), self.limits.listeners),
            probes: Probes::default().into(),
            metrics: Metrics::new(self.metrics.clone(), self.limits.request_time),
            graph: Graph::new(self.limits.request_time),
            control: self.token.as_deref().map(Control::new),
            is_local: self.address.ip().is_loopback(),
            view,
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .field("limits", &self.limits)
            .field("control", &self.token.is_some())
            .field("metrics", &self.metrics.is_some())
            .finish_non_exhaustive()
    }
}
