//! A server that shows the app to probes, tools and people.
//!
//! ```console
//! $ cargo run -p examples --bin 14_status
//! http://127.0.0.1:40123/lifecycle
//! 200 ok
//! 503 readiness fails, [-]Line failed: no dial tone
//! 200 ok
//! ```
//!
//! With `-- --stay` it takes its time to start, its line is cut every few seconds, and the page is at
//! <http://localhost:9090/lifecycle> until Ctrl-C. `EXCHANGE_STATUS` is another address, or `off`.

#![expect(clippy::print_stdout, reason = "a lesson talks to its reader")]

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lifecycle::app::AppBuilder;
use lifecycle::health::Health;
use lifecycle::prelude::*;
use lifecycle::status::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();

fn stays() -> bool {
    std::env::args().any(|argument| argument == "--stay")
}

/// It listens before anything starts, so that a port that is taken is told at once.
fn configure(app: AppBuilder) -> io::Result<AppBuilder> {
    let default = if stays() {
        "localhost:9090"
    } else {
        "localhost:0"
    };
    let Some(server) = Server::from_env("EXCHANGE_STATUS", default)? else {
        return Ok(app);
    };
    let address = *ADDRESS.get_or_init(|| server.local_addr());
    println!("http://{address}/lifecycle");
    Ok(app.with(server))
}

#[resource]
struct Directory;

#[resource]
impl Directory {
    #[start]
    async fn open(cx: Context) -> Self {
        cx.note("reading the numbers");
        sleep(Duration::from_millis(if stays() { 2000 } else { 10 })).await;
        Self
    }
}

#[resource(depends_on = [Directory])]
#[derive(Default)]
struct Line {
    is_cut: AtomicBool,
}

#[resource]
impl Line {
    #[health(every = "20ms", failures = 1)]
    fn listen(&self) -> Health {
        match self.is_cut.load(Relaxed) {
            true => Health::unhealthy("no dial tone"),
            false => Health::healthy(),
        }
    }
}

/// What a load balancer does.
async fn ask(path: &str) -> io::Result<(u16, String)> {
    let address = ADDRESS.get().ok_or(io::ErrorKind::NotConnected)?;
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Ok((status.unwrap_or(0), body.to_owned()))
}

#[lifecycle::app(services = [Line], configure = configure)]
async fn main(cx: Context, line: Arc<Line>) -> io::Result<()> {
    if stays() {
        let pause = Duration::from_secs(4);
        while tokio::time::timeout(pause, cx.shutdown_requested())
            .await
            .is_err()
        {
            line.is_cut.fetch_xor(true, Relaxed);
        }
        return Ok(());
    }
    for (is_cut, expected) in [(false, 200), (true, 503), (false, 200)] {
        line.is_cut.store(is_cut, Relaxed);
        // The next check finds it.
        let answer = loop {
            let (status, answer) = ask("/readyz").await?;
            if status == expected {
                break answer;
            }
            sleep(Duration::from_millis(20)).await;
        };
        println!("{expected} {}", answer.trim_end().replace('\n', ", "));
    }
    Ok(())
}
