//! Over the life of an app: it answers from before the start to after the end, and leaves nothing behind.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use lifecycle::component::Custom;
use lifecycle::health::Health;
use lifecycle::plan::{CheckPolicy, Declaration};
use lifecycle::status::Server;
use lifecycle::{App, Context};
use tokio::sync::Semaphore;

use crate::kit::{SOON, Served, chain, shop, worker};

/// A hook that waits until somebody opens the gate.
fn gate() -> (
    Arc<Semaphore>,
    impl Fn(Context) -> futures::Wait + Send + Sync + 'static,
) {
    let gate = Arc::new(Semaphore::new(0));
    let own = Arc::clone(&gate);
    (gate, move |_| futures::wait(Arc::clone(&own)))
}

mod futures {
    use std::pin::Pin;
    use std::sync::Arc;

    use lifecycle::component::BoxError;
    use tokio::sync::Semaphore;

    pub(crate) type Wait = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

    pub(crate) fn wait(gate: Arc<Semaphore>) -> Wait {
        Box::pin(async move {
            let _open = gate.acquire().await;
            Ok(())
        })
    }
}

#[test]
fn a_start_can_be_watched() {
    let (gate, wait) = gate();
    let plan = chain([Custom::resource("Database").start(wait), worker("Api")]);
    let served = Served::start(plan, |server| server);
    let got = served.until("/startupz", |got| {
        got.body.contains("Database failed: starting")
    });
    assert_eq!(got.status, 503);
    assert!(got.body.starts_with("startup fails\n"), "{}", got.body);
    assert_eq!(served.get("/readyz").status, 503);
    assert_eq!(served.get("/livez").status, 200);
    assert_eq!(served.get("/healthz").status, 503);

    gate.close();
    served.until("/startupz", |got| got.status == 200);
    served.until("/readyz", |got| got.status == 200);
    assert!(served.stop().is_success());
}

#[test]
fn draining_fails_readiness_and_nothing_else() {
    let (gate, wait) = gate();
    let served = Served::start(
        chain([Custom::resource("Database"), worker("Api").drain(wait)]),
        |server| server,
    )
    .up();
    assert_eq!(served.get("/readyz").status, 200);
    served.app().shutdown("enough");
    let got = served.until("/readyz", |got| got.status == 503);
    assert!(got.body.contains("[-]app failed: "), "{}", got.body);
    assert_eq!(served.get("/livez").status, 200);
    assert_eq!(served.get("/startupz").status, 200);
    let all = served.get("/healthz?verbose");
    assert_eq!(all.status, 503);
    assert!(all.body.contains("Api"), "{}", all.body);
    gate.close();
    assert!(served.stop().is_success());
}

#[test]
fn neither_port_nor_thread_outlive_the_app() {
    // The thread has one of these, as long as there is one.
    let held = Arc::new(());
    let own = Arc::clone(&held);
    let metrics = move || format!("{own:?}");
    let served = Served::start(shop(), |server| server.metrics(metrics)).up();
    assert_eq!(served.get("/metrics").status, 200);
    assert!(Arc::strong_count(&held) > 1);
    let address = served.address;
    // One that never asks, and one that has asked and may go on.
    let idle = TcpStream::connect(address).unwrap();
    assert_eq!(served.get("/readyz").status, 200);
    assert!(served.stop().is_success());
    assert!(TcpStream::connect(address).is_err());
    drop(Server::bind(address).unwrap());
    assert_eq!(Arc::strong_count(&held), 1);
    drop(idle);
}

#[test]
fn connections_without_a_request_do_not_hold_up_the_end() {
    // How long answers have that are under way.
    let last_words = Duration::from_millis(500);
    let stop = || {
        let served = Served::start(shop(), |server| server).up();
        let _silent = served.connect();
        let mut used = served.connect();
        used.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        used.read_exact(&mut [0; 16]).unwrap();
        let begun = Instant::now();
        assert!(served.stop().is_success());
        begun.elapsed()
    };
    // If they did, no stop would be quicker; on a busy machine some are not although they do not.
    let begun = Instant::now();
    while stop() >= last_words {
        assert!(begun.elapsed() < SOON, "each stop takes that long");
    }
}

#[test]
fn a_server_without_an_app_frees_its_port() {
    let server = Server::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr();
    assert!(Server::bind(address).is_err());
    drop(App::builder(shop()).with(server));
    drop(Server::bind(address).unwrap());
}

#[test]
fn a_component_that_fails_its_check_is_shown_until_it_recovers() {
    let is_ill = Arc::new(AtomicBool::new(false));
    let own = Arc::clone(&is_ill);
    let mut how = CheckPolicy::default();
    how.every = Duration::from_millis(5);
    how.down_every = Duration::from_millis(5);
    (how.failures, how.successes) = (1, 1);
    let database = Custom::resource("Database").health(how, move |_| {
        let health = match own.load(SeqCst) {
            true => Health::unhealthy("no route"),
            false => Health::healthy(),
        };
        async move { health }
    });
    let served = Served::start(chain([database, worker("Api")]), |server| server).up();
    served.until("/readyz", |got| got.status == 200);
    for _ in 0..3 {
        is_ill.store(true, SeqCst);
        let got = served.until("/readyz", |got| got.status == 503);
        assert_eq!(got.body, "readiness fails\n[-]Database failed: no route\n");
        let verbose = served.get("/readyz?verbose").body;
        assert_eq!(
            verbose,
            "[-]Database failed: no route\n[+]Api ok\nreadiness fails\n"
        );
        is_ill.store(false, SeqCst);
        served.until("/readyz", |got| got.status == 200);
    }
}

#[test]
fn a_scheduler_that_blocks_does_not_keep_the_server_from_answering() {
    let server = Server::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/startupz", server.local_addr());
    let (asked, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    // All threads that the app has.
    let blocks = Custom::resource("Blocks").start(move |_| {
        wait.lock().unwrap().recv().unwrap();
        async { Ok::<_, String>(()) }
    });
    let app = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let app = App::builder(chain([blocks]))
            .with(server)
            .main(|_| async {});
        runtime.block_on(app.run())
    });
    let got = crate::kit::got(crate::kit::agent().get(url).call().unwrap());
    assert_eq!(got.status, 503);
    asked.send(()).unwrap();
    assert!(app.join().unwrap().is_success());
}

#[test]
fn a_component_that_is_added_is_asked_about_too() {
    let served = Served::start(shop(), |server| server).up();
    let import =
        worker("Import").declare(|import: Declaration| import.health_groups(&["readiness"]));
    served.block_on(served.app().add(import)).unwrap();
    let verbose = served.get("/readyz?verbose").body;
    assert!(verbose.contains("[+]Import ok\n"), "{verbose}");
    let picture = served.until("/lifecycle/graph.svg", |got| got.body.contains("Import"));
    assert_eq!(picture.status, 200);
}
