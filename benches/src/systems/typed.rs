//! The same by hand where each component is a type with hooks of its own, as in a program.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Sample, TYPED, Watch};
use crate::Graph;

/// How many components there are.
pub const COUNT: usize = 1000;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What one component needs to take its part.
struct Links {
    ready: watch::Sender<bool>,
    dependencies: Vec<watch::Receiver<bool>>,
    token: CancellationToken,
}

impl Links {
    async fn wait(&mut self) {
        for dependency in &mut self.dependencies {
            dependency
                .wait_for(|ready| *ready)
                .await
                .expect("nobody fails");
        }
    }

    async fn until_stop(&self) {
        self.ready.send_replace(true);
        self.token.cancelled().await;
        // Its dependents hold a receiver each until they are gone.
        self.ready.closed().await;
    }
}

/// Where a started component is for those that take it.
struct Slot<T>(Mutex<Option<Arc<T>>>);

impl<T> Slot<T> {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn set(&self, value: Option<Arc<T>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = value;
    }

    fn get(&self) -> Arc<T> {
        let value = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(value.as_ref().expect("it is ready"))
    }
}

trait Component {
    /// Its life.
    fn task(links: Links) -> Task;
}

macro_rules! component {
    ($name:ident $holds:ident [$($dependency:ident),*]) => {
        struct $name;

        impl $name {
            fn slot() -> &'static Slot<Self> {
                static SLOT: Slot<$name> = Slot::new();
                &SLOT
            }

            async fn start($(_: Arc<$dependency>),*) -> Self {
                TYPED.start().await;
                Self
            }

            async fn stop(&self) {
                TYPED.stop().await;
            }
        }

        impl Component for $name {
            fn task(mut links: Links) -> Task {
                Box::pin(async move {
                    links.wait().await;
                    let this = Arc::new(Self::start($($dependency::slot().get()),*).await);
                    Self::slot().set(Some(Arc::clone(&this)));
                    links.until_stop().await;
                    this.stop().await;
                    Self::slot().set(None);
                })
            }
        }
    };
}

macro_rules! roots {
    ([$($root:ident),*] of [$($all:ident),*]) => {
        static TASKS: [fn(Links) -> Task; COUNT] = [$(<$all as Component>::task),*];
    };
}

include!(concat!(env!("OUT_DIR"), "/components_1000.rs"));

/// One run.
pub async fn run(graph: &Graph) -> Sample {
    TYPED.reset();
    let mut watch = Watch::begin();
    let token = CancellationToken::new();
    let tracker = TaskTracker::new();
    let mut ready: Vec<watch::Receiver<bool>> = Vec::with_capacity(graph.len());
    for (task, dependencies) in TASKS.iter().zip(&graph.dependencies) {
        let (sender, receiver) = watch::channel(false);
        tracker.spawn(task(Links {
            ready: sender,
            dependencies: dependencies
                .iter()
                .map(|node| ready[*node].clone())
                .collect(),
            token: token.clone(),
        }));
        ready.push(receiver);
    }
    for root in graph.roots() {
        ready[root]
            .wait_for(|ready| *ready)
            .await
            .expect("nobody fails");
    }
    // A node waits until nobody looks at it any more.
    drop(ready);
    let start = watch.lap();
    token.cancel();
    tracker.close();
    tracker.wait().await;
    let stop = watch.lap();
    TYPED.check(COUNT);
    Sample {
        start,
        stop,
        ..Sample::default()
    }
}
