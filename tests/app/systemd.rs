//! What a service manager hears, by a real socket and in paused time.

use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lifecycle::Context;
use lifecycle::health::Health;
use lifecycle::plan::Restart;
use lifecycle::systemd::Systemd;
use lifecycle::testing::TestApp;

use crate::kit::{Done, Graph, Logged, Trace, fails, ms, secs, takes, works};

/// The manager.
struct Manager {
    folder: PathBuf,
    socket: UnixDatagram,
}

impl Manager {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lifecycle-notify-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let socket = bind(&folder.join("socket"));
        Self { folder, socket }
    }

    fn path(&self) -> PathBuf {
        self.folder.join("socket")
    }

    /// Its socket is there no more; then again.
    fn leaves(&self) {
        std::fs::remove_file(self.path()).unwrap();
    }

    fn returns(&mut self) {
        self.socket = bind(&self.path());
    }

    fn watch(&self, app: TestApp) -> TestApp {
        app.with(|app| app.with(Systemd::at(self.path())))
    }

    /// All messages since the last call, the lines of each with a space between.
    fn heard(&self) -> Vec<String> {
        heard(&self.socket)
    }

    /// All messages of this time. A socket holds no more than some ten.
    async fn hears(&self, time: Duration) -> Vec<String> {
        let mut all = self.heard();
        for _ in 0..time.as_millis() / 100 {
            takes(ms(100)).await.unwrap();
            all.extend(self.heard());
        }
        all
    }

    /// The same without what depends on the time that is left.
    fn told(&self) -> Vec<String> {
        let lines = self.heard().into_iter().map(|message| {
            let lines = message.split(" EXTEND_TIMEOUT_USEC=").next();
            lines.unwrap_or_default().to_owned()
        });
        lines
            .filter(|message| !message.starts_with("EXTEND_TIMEOUT_USEC="))
            .collect()
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn bind(path: &std::path::Path) -> UnixDatagram {
    let socket = UnixDatagram::bind(path).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

fn heard(socket: &UnixDatagram) -> Vec<String> {
    let mut all = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        match socket.recv(&mut buffer) {
            Ok(length) => {
                let text = std::str::from_utf8(&buffer[..length]).unwrap();
                assert!(text.ends_with('\n'), "{text:?}");
                all.push(text.trim_end().replace('\n', " "));
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return all,
            Err(error) => panic!("{error}"),
        }
    }
}

/// `base` and `api` on it, which takes a second each way.
fn shop() -> Graph {
    Graph::new()
        .resource("base", &[], |c| c)
        .service("api", &["base"], |c| {
            c.start(|_| takes(secs(1)))
                .run(works)
                .stop(|_| takes(secs(1)))
        })
}

#[test]
fn the_manager_hears_how_an_app_starts_works_and_stops() {
    let manager = Manager::new();
    manager.watch(shop().app()).run(|app| async move {
        takes(ms(900)).await.unwrap();
        assert_eq!(manager.told(), ["STATUS=starting: 1 of 2"]);
        assert!(app.started().await);
        takes(ms(1)).await.unwrap();
        assert_eq!(manager.told(), ["READY=1 STATUS=running"]);
        takes(secs(3_600)).await.unwrap();
        assert_eq!(manager.told(), [""; 0], "nothing new");
        app.app().shutdown("enough");
        takes(ms(500)).await.unwrap();
        assert_eq!(
            manager.told(),
            ["STOPPING=1 STATUS=stopping: it was asked to, 0 of 2 down"]
        );
        assert!(app.ended().await.report.is_success());
        assert_eq!(manager.told(), ["STATUS=ended"]);
    });
}

#[test]
fn an_app_that_is_over_at_once_was_ready_and_then_stopped() {
    let manager = Manager::new();
    let graph = Graph::new().service("job", &[], |c| c.run(|_| takes(ms(0))));
    let ended = manager.watch(graph.app()).run_to_end();
    assert!(ended.report.is_success());
    let heard = manager.told();
    let turns: Vec<_> = heard
        .iter()
        .filter_map(|message| message.split(' ').next())
        .filter(|line| line.ends_with("=1"))
        .collect();
    // In one message, the manager would take only the last one.
    assert_eq!(turns, ["READY=1", "STOPPING=1"]);
}

#[test]
fn a_start_that_fails_says_why_and_is_never_ready() {
    let manager = Manager::new();
    let graph = Graph::new().resource("db", &[], |c| c.start(|_| fails("no route to host")));
    let ended = manager.watch(graph.app()).run_to_end();
    assert_eq!(ended.report.exit_code(), 69);
    let heard = manager.told();
    assert!(
        heard.iter().any(|it| it.starts_with("STOPPING=1")),
        "{heard:?}"
    );
    assert!(!heard.iter().any(|it| it.contains("READY")), "{heard:?}");
    assert_eq!(
        heard.last().unwrap(),
        "STOPPING=1 STATUS=failed: `db` failed in start: no route to host"
    );
}

#[test]
fn a_start_that_takes_too_long_says_so() {
    let manager = Manager::new();
    let graph = Graph::new().resource("db", &[], |c| c.start(|_| crate::kit::hangs()));
    let _ended = manager.watch(graph.app()).run_to_end();
    assert_eq!(
        manager.told().last().unwrap(),
        "STOPPING=1 STATUS=failed: `db` timed out in start after 30 s"
    );
}

#[test]
fn a_note_says_who_is_busy_and_cannot_say_anything_else() {
    let manager = Manager::new();
    let graph = Graph::new().resource("db", &[], |c| {
        c.start(|cx: Context| async move {
            cx.note("migrating 3/10\nREADY=1");
            takes(secs(1)).await
        })
    });
    manager.watch(graph.app()).run(|app| async move {
        takes(ms(900)).await.unwrap();
        assert_eq!(
            manager.told().last().unwrap(),
            "STATUS=starting: 0 of 1; db: migrating 3/10 READY=1"
        );
        assert!(app.started().await);
        takes(ms(1)).await.unwrap();
        assert_eq!(manager.told(), ["READY=1 STATUS=running"]);
    });
}

#[test]
fn a_status_of_any_length_is_cut() {
    let manager = Manager::new();
    let graph = Graph::new().resource("db", &[], |c| {
        c.start(|cx: Context| async move {
            cx.note("ä".repeat(100_000));
            takes(secs(1)).await
        })
    });
    manager.watch(graph.app()).run(|app| async move {
        takes(ms(900)).await.unwrap();
        assert!(!app.app().has_started());
        let heard = manager.told();
        let last = heard.last().unwrap();
        assert!(last.ends_with("..") && last.chars().count() < 320, "{last}");
    });
}

#[test]
fn a_thousand_notes_a_second_are_four_messages() {
    let manager = Manager::new();
    let graph = Graph::new().resource("db", &[], |c| {
        c.start(|cx: Context| async move {
            for i in 0..5_000 {
                cx.note(format!("row {i}"));
                takes(ms(1)).await?;
            }
            Done::Ok(())
        })
    });
    manager.watch(graph.app()).run(|app| async move {
        let heard = manager.hears(secs(4)).await;
        assert!((12..=17).contains(&heard.len()), "{}", heard.len());
        assert!(app.started().await);
        takes(ms(1)).await.unwrap();
        assert_eq!(manager.told().last().unwrap(), "READY=1 STATUS=running");
    });
}

/// The values of `EXTEND_TIMEOUT_USEC` in whole seconds.
fn extensions(heard: &[String]) -> Vec<u64> {
    let values = heard
        .iter()
        .filter_map(|it| it.split_once("EXTEND_TIMEOUT_USEC="));
    values
        .map(|(_, value)| value.parse::<u64>().unwrap() / 1_000_000)
        .collect()
}

#[test]
fn while_starting_each_sign_of_progress_asks_for_what_is_left_of_the_budget() {
    let manager = Manager::new();
    let graph = Graph::new().resource("db", &[], |c| {
        c.declare(|d| d.start_timeout(secs(1_000)))
            .start(|cx: Context| async move {
                takes(secs(20)).await?;
                cx.note("half way");
                takes(secs(20)).await?;
                cx.extend(secs(600));
                takes(secs(300)).await
            })
            .stop(|_| takes(secs(1)))
    });
    manager.watch(graph.app()).run(|app| async move {
        takes(secs(1)).await.unwrap();
        assert!(
            extensions(&manager.heard())
                .iter()
                .all(|it| [64, 65].contains(it))
        );
        takes(secs(18)).await.unwrap();
        assert_eq!(manager.heard(), [""; 0], "nothing was shown");
        takes(secs(2)).await.unwrap();
        assert_eq!(extensions(&manager.heard()), [45]);
        takes(secs(20)).await.unwrap();
        assert_eq!(extensions(&manager.heard()), [605]);
        assert!(app.started().await);
        takes(secs(1)).await.unwrap();
        assert_eq!(extensions(&manager.heard()), [0; 0], "it is up");
        app.app().shutdown("enough");
        assert!(app.ended().await.report.is_success());
        let stopping = extensions(&manager.heard());
        assert_eq!(stopping.first(), Some(&30), "{stopping:?}");
    });
}

#[test]
fn no_manager_is_asked_to_wait_for_longer_than_an_hour() {
    let manager = Manager::new();
    let app = manager.watch(shop().app());
    let app = app.with(|app| app.start_budget(Duration::MAX));
    app.run(|app| async move {
        takes(ms(500)).await.unwrap();
        assert!(!app.app().has_started());
        let asked = extensions(&manager.heard());
        assert!(asked.contains(&3_600), "{asked:?}");
        assert!(asked.iter().all(|it| *it <= 3_600), "{asked:?}");
    });
}

#[test]
fn one_that_has_failed_for_good_degrades_the_app() {
    let manager = Manager::new();
    let graph = shop().service("mail", &[], |c| {
        c.declare(|d| d.optional(true)).run(|_| fails("no paper"))
    });
    manager.watch(graph.app()).run(|app| async move {
        assert!(app.started().await);
        takes(secs(1)).await.unwrap();
        assert_eq!(
            manager.told().last().unwrap(),
            "READY=1 STATUS=component failed: mail"
        );
    });
}

#[test]
fn a_manager_that_takes_nothing_holds_nobody_up_and_hears_it_later() {
    let manager = Manager::new();
    let filler = UnixDatagram::unbound().unwrap();
    filler.set_nonblocking(true).unwrap();
    while filler.send_to(b"full\n", manager.path()).is_ok() {}
    manager.watch(shop().app()).run(|app| async move {
        assert!(app.started().await);
        takes(secs(10)).await.unwrap();
        let heard = manager.told();
        assert!(heard.iter().all(|it| it == "full"), "{heard:?}");
        takes(secs(1)).await.unwrap();
        assert_eq!(manager.told(), ["READY=1 STATUS=running"]);
        while filler.send_to(b"full\n", manager.path()).is_ok() {}
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn a_manager_that_begins_anew_hears_it_too() {
    let mut manager = Manager::new();
    manager.leaves();
    manager.watch(shop().app()).run(|app| async move {
        assert!(app.started().await);
        takes(secs(10)).await.unwrap();
        manager.returns();
        takes(secs(1)).await.unwrap();
        assert_eq!(manager.told(), ["READY=1 STATUS=running"]);
        manager.leaves();
        assert!(app.stop().await.report.is_success());
    });
}

#[test]
fn an_address_that_cannot_be_one_is_as_good_as_none() {
    for address in ["", "@", "notify", "vsock:2:1", "/\0"] {
        let systemd = Systemd::at(address);
        let ended = shop().app().with(|app| app.with(systemd));
        ended.run(|app| async move {
            assert!(app.started().await);
            assert!(app.stop().await.report.is_success());
        });
    }
}

#[test]
fn what_cannot_be_used_is_logged_when_the_app_begins() {
    // Here nobody listens yet.
    let systemd = Systemd::at("notify");
    let trace = Trace::default();
    tracing::subscriber::with_default(Logged::on(trace.clone()), || {
        let app = shop().app().with(|app| app.with(systemd));
        app.run(|app| async move {
            assert!(app.started().await);
            assert!(app.stop().await.report.is_success());
        });
    });
    let complaint = "the service manager cannot be told anything: its socket \"notify\": neither a whole path nor `@` and a name";
    let heard = trace.all();
    let count = heard.iter().filter(|line| line.contains(complaint)).count();
    assert_eq!(count, 1, "{heard:#?}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_abstract_socket_is_one() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;

    let name = format!("lifecycle-notify-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let socket = UnixDatagram::bind_addr(&address).unwrap();
    socket.set_nonblocking(true).unwrap();
    let systemd = Systemd::at(format!("@{name}"));
    let app = shop().app().with(|app| app.with(systemd));
    app.run(|app| async move {
        assert!(app.started().await);
        takes(ms(1)).await.unwrap();
        assert_eq!(heard(&socket).last().unwrap(), "READY=1 STATUS=running");
    });
}

/// Beats every half second for so long, then no more.
async fn beats(cx: Context, times: u32) -> Done {
    for _ in 0..times {
        takes(ms(500)).await?;
        cx.beat();
    }
    cx.shutdown_requested().await;
    Ok(())
}

#[test]
fn the_watchdog_hears_of_an_app_twice_in_its_time() {
    let manager = Manager::new();
    let systemd = Systemd::at(manager.path()).watchdog(secs(10));
    let app = shop().app().with(|app| app.with(systemd));
    app.run(|app| async move {
        assert!(app.started().await);
        takes(secs(1)).await.unwrap();
        let _ = manager.heard();
        assert_eq!(manager.hears(secs(60)).await, ["WATCHDOG=1"; 12]);
    });
}

#[test]
fn the_watchdog_hears_nothing_from_an_app_that_misses_a_heartbeat() {
    let manager = Manager::new();
    let systemd = Systemd::at(manager.path()).watchdog(secs(1));
    let graph = Graph::new().service("pump", &[], |c| {
        c.declare(|d| {
            d.heartbeat(secs(1))
                .stop_timeout(secs(60))
                .restart(Restart::OnFailure)
        })
        // It is recalled for having missed one, and takes its time to end.
        .run(|cx| async move {
            beats(cx, 20).await?;
            takes(secs(20)).await
        })
    });
    let app = graph.app().with(|app| app.with(systemd));
    app.run(|app| async move {
        assert!(app.started().await);
        let count = |heard: Vec<String>| heard.iter().filter(|it| *it == "WATCHDOG=1").count();
        assert!(count(manager.hears(secs(10)).await) >= 20);
        let _ = manager.hears(secs(2)).await;
        assert_eq!(count(manager.hears(secs(15)).await), 0);
        let _ = manager.hears(secs(10)).await;
        // It was restarted.
        assert!(count(manager.hears(secs(5)).await) > 8);
    });
}

#[test]
fn one_that_is_ill_degrades_the_app_and_keeps_it_alive() {
    let manager = Manager::new();
    let systemd = Systemd::at(manager.path()).watchdog(secs(1));
    let graph = Graph::new().resource("db", &[], |c| {
        c.start(|cx: Context| async move {
            let health = cx.health();
            cx.spawn("replica", async move {
                takes(secs(5)).await?;
                let _guard = health.condition("replica", Health::warning("3 s behind"));
                takes(secs(5)).await
            });
            Done::Ok(())
        })
    });
    let app = graph.app().with(|app| app.with(systemd));
    app.run(|app| async move {
        assert!(app.started().await);
        let heard = manager.hears(secs(20)).await;
        let told: Vec<_> = heard.iter().filter(|it| it.contains("STATUS=")).collect();
        assert_eq!(
            told[told.len() - 2..],
            ["STATUS=warning: db: 3 s behind", "STATUS=running"]
        );
        let beats = heard.iter().filter(|it| *it == "WATCHDOG=1").count();
        assert!((40..=41).contains(&beats), "{beats}");
    });
}

#[test]
fn one_that_is_down_is_not_ill_and_up_again_it_is() {
    let manager = Manager::new();
    let graph = shop().service("mail", &[], |c| {
        c.declare(|d| d.optional(true))
            .run(|cx: Context| async move {
                let _guard = cx
                    .health()
                    .condition("paper", Health::unhealthy("no paper"));
                works(cx).await
            })
    });
    manager.watch(graph.app()).run(|app| async move {
        assert!(app.started().await);
        let mail = app.app().component("mail").unwrap();
        let ill = "STATUS=unhealthy: mail: no paper";
        takes(secs(1)).await.unwrap();
        let last = manager.told().pop().unwrap();
        assert!(last.ends_with(ill), "{last}");
        assert!(mail.disable().await.is_ok());
        takes(secs(1)).await.unwrap();
        assert_eq!(manager.told().last().unwrap(), "STATUS=running");
        assert!(mail.enable().await.is_ok());
        takes(secs(1)).await.unwrap();
        assert_eq!(manager.told().last().unwrap(), ill);
    });
}
