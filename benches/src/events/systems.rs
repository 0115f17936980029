//! What carries events: in each system an event is an `Arc`, and whoever gets one counts it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lifecycle::app::Running as RunningApp;
use lifecycle::component::Custom;
use lifecycle::event::{Handling, Subscription};
use lifecycle::plan::Plan;
use lifecycle::{App, Context};
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinHandle;

/// How many events are emitted before somebody waits for those who get them.
pub(super) const BURST: usize = 512;
/// How many may wait.
const CAPACITY: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    Broadcast,
    Handlers,
    Streams,
}

impl System {
    pub(super) const ALL: [Self; 3] = [Self::Broadcast, Self::Handlers, Self::Streams];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Broadcast => "tokio broadcast, a task each",
            Self::Handlers => "lifecycle, handlers",
            Self::Streams => "lifecycle, subscriptions",
        }
    }
}

struct Event {
    number: usize,
}

/// Counts what is yet to be got.
#[derive(Default)]
struct Count {
    left: AtomicUsize,
    none_left: Notify,
}

impl Count {
    fn got(&self, event: &Event) {
        std::hint::black_box(event.number);
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.none_left.notify_one();
        }
    }
}

enum Way {
    Broadcast(broadcast::Sender<Arc<Event>>),
    App(RunningApp),
}

pub(super) struct Running {
    way: Way,
    count: Arc<Count>,
    getters: usize,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    pub(super) async fn start(system: System, getters: usize) -> Self {
        let count = Arc::<Count>::default();
        let mut tasks = Vec::new();
        let way = match system {
            System::Broadcast => {
                let (sender, _) = broadcast::channel::<Arc<Event>>(CAPACITY);
                for _ in 0..getters {
                    let (mut receiver, count) = (sender.subscribe(), Arc::clone(&count));
                    tasks.push(tokio::spawn(async move {
                        while let Ok(event) = receiver.recv().await {
                            count.got(&event);
                        }
                    }));
                }
                Way::Broadcast(sender)
            }
            System::Handlers => Way::App(app(getters, &count).await),
            System::Streams => {
                let app = app(0, &count).await;
                for _ in 0..getters {
                    let mut events: Subscription<Event> = app.app().subscribe();
                    let count = Arc::clone(&count);
                    tasks.push(tokio::spawn(async move {
                        while let Some(event) = events.recv().await {
                            count.got(&event);
                        }
                    }));
                }
                Way::App(app)
            }
        };
        Self {
            way,
            count,
            getters,
            tasks,
        }
    }

    /// Emits so many events, and waits until all have all of them.
    pub(super) async fn emit(&mut self, events: usize) {
        self.count
            .left
            .store(events * self.getters, Ordering::Release);
        match &self.way {
            Way::Broadcast(sender) => {
                for number in 0..events {
                    let sent = sender.send(Arc::new(Event { number }));
                    assert_eq!(sent.ok(), Some(self.getters));
                }
            }
            Way::App(app) => {
                let app = app.app();
                for number in 0..events {
                    app.emit(Event { number });
                }
            }
        }
        self.count.none_left.notified().await;
    }

    pub(super) async fn end(self) {
        match self.way {
            Way::Broadcast(sender) => drop(sender),
            Way::App(app) => {
                app.app().shutdown("the round is over");
                let report = app.wait().await;
                assert!(report.is_success(), "{report}");
            }
        }
        for task in self.tasks {
            task.await.expect("it does not panic");
        }
    }
}

/// An app with so many handlers.
async fn app(handlers: usize, count: &Arc<Count>) -> RunningApp {
    let mut ear = Custom::resource("ear");
    for number in 0..handlers {
        let count = Arc::clone(count);
        let got = move |_: Context, event: Arc<Event>| {
            let count = Arc::clone(&count);
            async move { count.got(&event) }
        };
        ear = ear.on(format!("handler {number}"), Handling::DEFAULT, got);
    }
    let mut plan = Plan::builder();
    plan.custom(ear);
    let app = App::builder(plan.build().expect("one component is no circle")).start();
    assert!(app.app().started().await);
    app
}
