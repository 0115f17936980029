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
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lifecycle::app::AppBuilder;
use lifecycle::health::Handle;
use lifecycle::prelude::*;
use lifecycle::status::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();

fn stays() -> bool {
    std::env::args().any(|arg| arg == "--stay")
}

/// The server listens before anything starts, so a port that is taken is told at once.
fn configure(app: AppBuilder) -> io::Result<AppBuilder> {
    let port = if stays() { 9090 } else { 0 };
    let Some(server) = Server::from_env("EXCHANGE_STATUS", &format!("localhost:{port}"))? else {
        return Ok(app);
    };
    let address = ADDRESS.get_or_init(|| server.local_addr());
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
        sleep(Duration::from_secs(3 * u64::from(stays()))).await;
        Self
    }
}

#[resource(depends_on = [Directory])]
struct Line {
    health: Handle,
}

#[resource]
impl Line {
    #[start]
    fn lay(cx: Context) -> Self {
        Self {
            health: cx.health(),
        }
    }
}

/// What a load balancer asks: the status code, and the answer in one line.
async fn probe(address: &SocketAddr) -> io::Result<String> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.write_all(b"GET /readyz HTTP/1.0\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let code = head.split(' ').nth(1).unwrap_or_default();
    Ok(format!("{code} {}", body.trim_end().replace('\n', ", ")))
}

#[lifecycle::app(services = [Line], configure = configure)]
async fn main(cx: Context, line: Arc<Line>) -> io::Result<()> {
    let pause = Duration::from_secs(if stays() { 4 } else { 0 });
    let times = if stays() { usize::MAX } else { 3 };
    for is_cut in [false, true].into_iter().cycle().take(times) {
        // The line is ill until this is dropped.
        let _cut = is_cut.then(|| line.health.condition("tone", "no dial tone"));
        if let Some(address) = ADDRESS.get().filter(|_| !stays()) {
            println!("{}", probe(address).await?);
        }
        if timeout(pause, cx.shutdown_requested()).await.is_ok() {
            break;
        }
    }
    Ok(())
}
