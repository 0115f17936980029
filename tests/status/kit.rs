//! An app that is served, and clients of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use lifecycle::app::{RunReport, Running};
use lifecycle::component::Custom;
use lifecycle::plan::{EdgeKind, Plan, PlanBuilder};
use lifecycle::status::Server;
use lifecycle::{App, AppHandle, Context};
use tokio::runtime::Runtime;
use ureq::Agent;

/// How long anything may take that is to happen at once.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// How long a probe may take on a busy machine: less than the time after which the server itself gives up an answer.
const AT_ONCE: Duration = Duration::from_secs(9);

/// An app, its runtime, and where its server listens.
pub(crate) struct Served {
    runtime: Runtime,
    running: Running,
    pub(crate) address: SocketAddr,
    agent: Agent,
}

/// An answer: the status, the headers by lower-case names, the body.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    headers: ureq::http::HeaderMap,
    pub(crate) body: String,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(SOON))
        .build();
    config.into()
}

impl Served {
    pub(crate) fn start(plan: Plan, server: impl FnOnce(Server) -> Server) -> Self {
        let server = server(Server::bind("127.0.0.1:0").unwrap());
        let address = server.local_addr();
        let runtime = Runtime::new().unwrap();
        let running = {
            let _inside = runtime.enter();
            App::builder(plan).name("shop").with(server).start()
        };
        Self {
            runtime,
            running,
            address,
            agent: agent(),
        }
    }

    /// Waits until everything is up.
    pub(crate) fn up(self) -> Self {
        assert!(self.runtime.block_on(self.app().started()));
        self
    }

    pub(crate) fn app(&self) -> AppHandle {
        self.running.app()
    }

    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&self, path: &str) -> Got {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Got {
        let request = self.agent.get(self.url(path));
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        got(request.call().unwrap())
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Got {
        // A body that is refused unread ends the connection, so each has one of its own.
        let request = agent().post(self.url(path));
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        got(request.send(body).unwrap())
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        stream.set_write_timeout(Some(SOON)).unwrap();
        stream
    }

    /// Sends this as it is, and gives what comes back until the server closes.
    pub(crate) fn raw(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        read_all(stream)
    }

    /// The first line of the answer.
    pub(crate) fn first_line(&self, path: &str) -> String {
        let mut stream = self.connect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line
    }

    /// Asks again until the answer is as wanted.
    #[track_caller]
    pub(crate) fn until(&self, path: &str, wanted: impl Fn(&Got) -> bool) -> Got {
        let begun = Instant::now();
        loop {
            let got = self.get(path);
            if wanted(&got) {
                return got;
            }
            let body: String = got.body.chars().take(2000).collect();
            let status = got.status;
            assert!(begun.elapsed() < SOON, "{path} stays at {status}: {body}");
        }
    }

    /// A normal probe is answered well, and soon.
    #[track_caller]
    pub(crate) fn serves_on(&self) {
        let begun = Instant::now();
        // A connection of its own, as probes have.
        let got = got(agent().get(self.url("/readyz")).call().unwrap());
        assert_eq!((got.status, &*got.body), (200, "ok\n"));
        assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    }

    pub(crate) fn stop(self) -> RunReport {
        self.app().shutdown("the test is over");
        self.runtime.block_on(self.running.wait())
    }
}

pub(crate) fn got(mut answer: ureq::http::Response<ureq::Body>) -> Got {
    Got {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.body_mut().read_to_string().unwrap(),
    }
}

/// What comes until the other side closes, or resets the connection.
pub(crate) fn read_all(mut stream: TcpStream) -> String {
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => all.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}, after {:?}", String::from_utf8_lossy(&all)),
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// Components of which each depends on the one before.
pub(crate) fn chain(components: impl IntoIterator<Item = Custom>) -> Plan {
    let mut plan = PlanBuilder::default();
    let mut last = None;
    for component in components {
        let node = plan.custom(component);
        if let Some(last) = last {
            plan.depend(node, last, EdgeKind::Hard);
        }
        last = Some(node);
    }
    plan.build().unwrap()
}

/// Components that do not depend on each other.
pub(crate) fn wide(components: impl IntoIterator<Item = Custom>) -> Plan {
    let mut plan = PlanBuilder::default();
    for component in components {
        plan.custom(component);
    }
    plan.build().unwrap()
}

/// A service that works until it is told to stop.
pub(crate) fn worker(name: &str) -> Custom {
    Custom::service(name).run(|cx: Context| async move {
        cx.shutdown_requested().await;
    })
}

/// A database, and an API that depends on it.
pub(crate) fn shop() -> Plan {
    chain([Custom::resource("Database"), worker("Api")])
}
