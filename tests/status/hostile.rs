//! Clients that are slow, greedy or mad: each gets what it deserves, and the next probe is answered as ever.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use lifecycle::Context;
use lifecycle::component::Custom;

use crate::kit::{SOON, Served, read_all, shop, wide};

fn served() -> Served {
    Served::start(shop(), |server| server).up()
}

#[test]
fn who_drips_a_head_is_cut_off() {
    let limit = Duration::from_millis(400);
    let served = Served::start(shop(), |server| server.head_timeout(limit)).up();
    let mut slow = served.connect();
    slow.set_read_timeout(Some(Duration::from_millis(20)))
        .unwrap();
    slow.write_all(b"GET /readyz HTTP/1.1\r\n").unwrap();
    let begun = Instant::now();
    // A byte at a time gains it nothing.
    loop {
        let is_gone = match slow.read(&mut [0; 64]) {
            Ok(_) => true,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        };
        if is_gone || slow.write_all(b"X").is_err() {
            break;
        }
        assert!(begun.elapsed() < SOON, "it goes on");
    }
    assert!(begun.elapsed() >= limit);
    served.serves_on();
}

#[test]
fn who_says_nothing_is_cut_off() {
    let served = Served::start(shop(), |server| {
        server.idle_timeout(Duration::from_millis(300))
    })
    .up();
    let silent = served.connect();
    let mut used = served.connect();
    used.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert_eq!(read_all(silent), "");
    assert!(read_all(used).ends_with("\r\n\r\nok\n"));
    served.serves_on();
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let served = served();
    let long = "a".repeat(9000);
    for request in [
        format!("GET /readyz HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n"),
        format!("GET /readyz?{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("GET /readyz HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(200)),
    ] {
        let answer = served.raw(&request);
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
    served.serves_on();
}

#[test]
fn a_larger_head_may_be_allowed() {
    let served = Served::start(shop(), |server| server.max_head(32 * 1024)).up();
    let cookies = "a".repeat(20_000);
    assert_eq!(
        served.get_with("/readyz", &[("cookie", &cookies)]).status,
        200
    );
}

/// How many connections a client can have here, as many as wanted if possible: both ends are in this process, which may
/// not be allowed that many descriptors.
#[expect(
    clippy::print_stderr,
    reason = "a test that shows less than it could says so"
)]
fn affordable(wanted: usize) -> usize {
    // What the server keeps, and what tests beside this one need.
    const OTHERS: usize = 256 + 200;
    let Some(limit) = descriptors() else {
        return wanted;
    };
    let affordable = wanted.min(limit.saturating_sub(OTHERS));
    if affordable < wanted {
        eprintln!("{affordable} connections instead of {wanted}: no more than {limit} descriptors");
    }
    affordable
}

/// How many descriptors this process may have, once it is allowed all that it can be.
#[cfg(unix)]
fn descriptors() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: maximum,
        maximum,
    };
    let limit = match setrlimit(Resource::Nofile, most) {
        Ok(()) => maximum,
        Err(_) => current,
    };
    limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
fn descriptors() -> Option<usize> {
    None
}

#[test]
fn thousands_of_idle_connections_keep_nobody_out() {
    let served = served();
    let wanted = affordable(2000);
    assert!(wanted > 400, "too few descriptors to show anything");
    let mut idle = Vec::new();
    for number in 0..wanted {
        idle.push(TcpStream::connect(served.address).unwrap());
        if number % 100 == 0 {
            served.serves_on();
        }
    }
    served.serves_on();
    // The first had to make room, the last ones are still there.
    idle[0].set_read_timeout(Some(SOON)).unwrap();
    assert!(matches!(idle[0].read(&mut [0]), Ok(0) | Err(_)));
    let last = idle.last_mut().unwrap();
    last.write_all(b"GET /readyz HTTP/1.0\r\n\r\n").unwrap();
    assert!(read_all(idle.pop().unwrap()).ends_with("ok\n"));
}

#[test]
fn a_connection_that_is_being_answered_need_not_make_room() {
    let served = Served::start(shop(), |server| server.max_connections(2)).up();
    let mut listening = served.connect();
    listening
        .write_all(b"GET /lifecycle/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut some = [0; 16];
    listening.read_exact(&mut some).unwrap();
    let _idle: Vec<TcpStream> = (0..20).map(|_| served.connect()).collect();
    served.serves_on();
    // What comes next still comes.
    listening.read_exact(&mut some).unwrap();
}

#[test]
fn garbage_is_answered_with_an_error_or_not_at_all() {
    let served = served();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..200 {
        let length = random.usize(1..2000);
        let garbage: Vec<u8> = std::iter::repeat_with(|| random.u8(..))
            .take(length)
            .collect();
        let mut stream = served.connect();
        let _ = stream.write_all(&garbage);
        let _ = stream.shutdown(Shutdown::Write);
        let answer = read_all(stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    for text in [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /\u{0} HTTP/1.1\r\n\r\n",
    ] {
        let mut stream = served.connect();
        stream.write_all(text.as_bytes()).unwrap();
        let _ = stream.shutdown(Shutdown::Write);
        let answer = read_all(stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{text:?}: {answer}"
        );
    }
    served.serves_on();
}

#[test]
fn a_client_that_has_said_all_still_gets_its_answer() {
    let served = Served::start(shop(), |server| server.metrics(|| "up 1\n".to_owned())).up();
    // The second takes a while, on another thread.
    for (path, body) in [("/readyz", "ok\n"), ("/metrics", "up 1\n")] {
        for _ in 0..100 {
            let mut stream = served.connect();
            let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            stream.write_all(request.as_bytes()).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let answer = read_all(stream);
            assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{answer}");
        }
    }
}

#[test]
fn requests_may_come_one_after_the_other_without_a_pause() {
    let served = served();
    let one = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let last = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answers = served.raw(&format!("{}{last}", one.repeat(500)));
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 501);
    served.serves_on();
}

#[test]
fn who_asks_much_and_reads_nothing_is_cut_off() {
    let served = Served::start(shop(), |server| {
        server.idle_timeout(Duration::from_millis(500))
    })
    .up();
    let mut greedy = served.connect();
    greedy
        .set_write_timeout(Some(Duration::from_millis(100)))
        .unwrap();
    let many = "GET /lifecycle HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100);
    let begun = Instant::now();
    loop {
        match greedy.write_all(many.as_bytes()) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => served.serves_on(),
            Err(_) => break,
        }
        assert!(begun.elapsed() < SOON, "it goes on");
    }
    served.serves_on();
}

#[test]
fn a_huge_body_is_not_read() {
    let served = served();
    let mut stream = served.connect();
    stream
        .write_all(
            b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000000\r\n\r\n",
        )
        .unwrap();
    let chunk = vec![b'x'; 1 << 16];
    let begun = Instant::now();
    let mut sent = 0;
    while stream.write_all(&chunk).is_ok() {
        sent += chunk.len();
        assert!(sent < 1 << 28, "all of it is taken");
        assert!(begun.elapsed() < SOON);
    }
    served.serves_on();
}

#[test]
fn listeners_that_do_not_read_are_let_go_and_hold_up_nobody() {
    // More than the system buffers for a connection.
    let talks = (0..3000).map(|n| {
        Custom::service(format!("C{n}")).run(|cx: Context| async move {
            cx.note("x".repeat(1000));
            cx.shutdown_requested().await;
        })
    });
    let limit = Duration::from_millis(300);
    let served = Served::start(wide(talks), |server| {
        server.request_timeout(limit).max_listeners(4)
    })
    .up();
    served.until("/lifecycle.json", |got| got.body.len() > 4_000_000);
    let mut deaf: Vec<TcpStream> = (0..4).map(|_| served.connect()).collect();
    for stream in &mut deaf {
        stream
            .write_all(b"GET /lifecycle/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        stream.read_exact(&mut [0; 16]).unwrap();
    }
    served.serves_on();
    // Their places are free again.
    let begun = Instant::now();
    while !served
        .first_line("/lifecycle/events")
        .starts_with("HTTP/1.1 200")
    {
        assert!(begun.elapsed() < SOON);
    }
    served.serves_on();
    assert!(served.stop().is_success());
}

#[test]
fn listeners_that_do_not_read_do_not_keep_the_app_from_ending() {
    let served = Served::start(shop(), |server| server).up();
    let mut deaf = served.connect();
    deaf.write_all(b"GET /lifecycle/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    deaf.read_exact(&mut [0; 16]).unwrap();
    let begun = Instant::now();
    assert!(served.stop().is_success());
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}
