//! What arguments stand for, and what is said where nobody answers as expected.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use super::{Command, Format};

fn read(arguments: &str) -> Result<Command, String> {
    let arguments = std::iter::once("shop").chain(arguments.split_whitespace());
    Command::try_parse_from(arguments).map_err(|error| error.to_string())
}

#[test]
fn without_a_word_it_runs() {
    assert_eq!(read(""), Ok(Command::Run));
    assert_eq!(read("run"), Ok(Command::Run));
    assert_eq!(read("check"), Ok(Command::Check));
}

#[test]
fn a_graph_has_a_format() {
    assert_eq!(read("graph"), Ok(Command::Graph(Format::Text)));
    for (word, format) in [
        ("text", Format::Text),
        ("dot", Format::Dot),
        ("mermaid", Format::Mermaid),
        ("json", Format::Json),
        #[cfg(feature = "svg")]
        ("svg", Format::Svg),
    ] {
        let graph = Ok(Command::Graph(format));
        assert_eq!(read(&format!("graph --format {word}")), graph);
        assert_eq!(read(&format!("--graph {word}")), graph);
    }
    let error = read("--graph pdf").unwrap_err();
    assert!(error.contains("invalid value 'pdf'"), "{error}");
    assert!(error.contains("possible values: text, dot"), "{error}");
    assert!(read("--graph dot run").is_err());
}

#[test]
fn a_status_has_an_address() {
    let status = |address: &str, json| {
        Ok(Command::Status {
            address: address.to_owned(),
            json,
        })
    };
    assert_eq!(read("status"), status("127.0.0.1:9090", false));
    assert_eq!(
        read("status --address [::1]:80 --json"),
        status("[::1]:80", true)
    );
}

#[test]
fn what_is_misspelt_is_told() {
    let error = read("chekc").unwrap_err();
    assert!(error.contains("check"), "{error}");
}

#[test]
fn they_go_into_a_command_line_of_ones_own() {
    let own = || clap::Command::new("shop").subcommand(clap::Command::new("import"));
    let from = |words: &[&str]| {
        let matches = own().subcommands(super::commands()).get_matches_from(words);
        Command::from_matches(&matches)
    };
    assert_eq!(from(&["shop", "check"]), Some(Command::Check));
    assert_eq!(from(&["shop", "import"]), None);
    assert_eq!(from(&["shop"]), None);
}

/// A server that answers one request with these bytes.
fn answering(bytes: &'static [u8]) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // All of it: what is left unread resets the connection.
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            let mut some = [0; 1024];
            let length = stream.read(&mut some).unwrap();
            asked.extend_from_slice(&some[..length]);
        }
        stream.write_all(bytes).unwrap();
        String::from_utf8(asked).unwrap()
    });
    (address, server)
}

#[test]
fn it_reads_what_a_server_says() {
    let (address, server) = answering(b"HTTP/1.1 503 Service Unavailable\r\na: b\r\n\r\n[-]db\n");
    let (status, body) = super::status::get(&address, "/healthz").unwrap();
    assert_eq!((status, body.as_str()), (503, "[-]db\n"));
    let asked = server.join().unwrap();
    assert!(asked.starts_with("GET /healthz HTTP/1.0\r\nHost: 127.0.0.1:"));
}

#[test]
fn who_is_no_server_is_told() {
    for nonsense in [
        &b""[..],
        b"SSH-2.0\r\n\r\n",
        b"HTTP/1.1 ok\r\n\r\n",
        b"HTTP/1.1 200",
    ] {
        let (address, server) = answering(nonsense);
        let error = super::status::get(&address, "/").unwrap_err();
        assert_eq!(error.to_string(), "what answers there is no status server");
        server.join().unwrap();
    }
}

#[test]
fn an_answer_that_is_cut_short_is_none() {
    let (address, server) = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[+]db");
    let error = super::status::get(&address, "/").unwrap_err();
    assert_eq!(error.to_string(), "its answer was cut short");
    server.join().unwrap();
}

#[test]
fn nobody_there_is_an_error() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    assert!(super::status::get(&free.to_string(), "/").is_err());
    assert!(super::status::get("not an address", "/").is_err());
}
