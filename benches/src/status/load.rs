//! Asks one path over many connections, as fast as it is answered.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const CONNECTIONS: usize = 32;

/// What a load found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answers {
    pub(super) count: u64,
    pub(super) a_second: f64,
}

/// Asks for this long, and then waits for the last answers.
pub(super) fn ask(address: SocketAddr, path: &'static str, time: Duration) -> io::Result<Answers> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let begun = Instant::now();
        let mut clients = JoinSet::new();
        for _ in 0..CONNECTIONS {
            clients.spawn(client(address, path, begun + time));
        }
        let mut count = 0;
        while let Some(client) = clients.join_next().await {
            count += client.map_err(io::Error::other)??;
        }
        Ok(Answers {
            count,
            a_second: count as f64 / begun.elapsed().as_secs_f64(),
        })
    })
}

/// One connection; each answer is as long as the first one, and says the same status.
async fn client(address: SocketAddr, path: &str, end: Instant) -> io::Result<u64> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let mut answer = vec![0; 4096];
    stream.write_all(request.as_bytes()).await?;
    let length = first(&mut stream, &mut answer).await?;
    let mut count = 1;
    while Instant::now() < end {
        stream.write_all(request.as_bytes()).await?;
        stream.read_exact(&mut answer[..length]).await?;
        if !answer.starts_with(b"HTTP/1.1 200 ") {
            return Err(io::Error::other("another answer than the first one"));
        }
        count += 1;
    }
    Ok(count)
}

/// Reads the first answer, and says how long it is.
async fn first(stream: &mut TcpStream, answer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    loop {
        let more = stream.read(&mut answer[read..]).await?;
        if more == 0 {
            return Err(io::Error::other("the server hung up"));
        }
        read += more;
        let text = String::from_utf8_lossy(&answer[..read]);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.and_then(|it| it.parse().ok()).unwrap_or(0);
            if body.len() == length && head.starts_with("HTTP/1.1 200 ") {
                return Ok(read);
            }
            if body.len() >= length {
                return Err(io::Error::other(head.to_owned()));
            }
        }
    }
}
