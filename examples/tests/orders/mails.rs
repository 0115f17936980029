//! Confirmation mails: into a folder, to a server, and when the server is not there.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use crate::client::{Client, order};
use crate::service::{Folder, Service};

/// The mails in the folder of a service that has ended.
fn mails(folder: &Folder) -> Vec<String> {
    let files = fs::read_dir(folder.0.join("mails")).unwrap();
    files
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn every_order_is_confirmed_before_the_end() {
    let folder = Folder::new("mails");
    let (service, address) = Service::start(&folder);
    let client = Client::new(&address);
    for _ in 0..10 {
        assert_eq!(client.post(&order("CUP-MUG", 2)).0, 201);
    }
    assert_eq!(client.post(&order("CUP-MUG", 1_000)).0, 409);
    service.terminate();
    let text = service.ends(0);
    let mails = mails(&folder);
    assert_eq!(mails.len(), 10, "{text}");
    for id in 1..=10 {
        let subject = format!("Subject: Your order {id}\r\n");
        let mail = mails.iter().find(|mail| mail.contains(&subject));
        let mail = mail.unwrap_or_else(|| panic!("no mail for order {id}: {mails:?}"));
        assert!(mail.contains("To: someone@example.org\r\n"), "{mail}");
        assert!(mail.contains("2 x CUP-MUG at "), "{mail}");
    }
}

/// A mail server that takes one mail; gives what was said to it.
fn server(listener: TcpListener) -> JoinHandle<String> {
    thread::spawn(move || {
        loop {
            let (stream, _) = listener.accept().unwrap();
            let said = serve(stream);
            // The health check only looks whether somebody is there.
            if said.ends_with("\n.\n") {
                return said;
            }
        }
    })
}

/// Answers until there is a mail, or the client hangs up.
fn serve(mut stream: TcpStream) -> String {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut said = String::new();
    let mut in_mail = false;
    let mut answer: &[u8] = b"220 here\r\n";
    while stream.write_all(answer).is_ok()
        && !said.ends_with("\n.\n")
        && let Some(Ok(line)) = lines.next()
    {
        answer = match line.as_str() {
            "." => b"250 taken\r\n",
            _ if in_mail => b"",
            "DATA" => b"354 go on\r\n",
            "QUIT" => b"221 bye\r\n",
            _ => b"250 fine\r\n",
        };
        in_mail = line == "DATA" || in_mail && line != ".";
        said += &line;
        said.push('\n');
    }
    said
}

#[test]
fn a_mail_server_gets_the_mails_if_there_is_one() {
    let folder = Folder::new("smtp");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let smtp = listener.local_addr().unwrap().to_string();
    let server = server(listener);
    let (mut service, address) = Service::start_with(&folder, &[("ORDERS_SMTP", &smtp)]);
    assert_eq!(Client::new(&address).post(&order("CUP-MUG", 1)).0, 201);
    service.wait_for("order 1 is confirmed");
    let said = server.join().unwrap();
    assert!(said.contains("RCPT TO:<someone@example.org>"), "{said}");
    assert!(said.contains("Subject: Your order 1"), "{said}");
    service.terminate();
    service.ends(0);
    assert!(mails(&folder).is_empty());
}

#[test]
fn a_mail_that_no_server_takes_is_in_the_folder() {
    let folder = Folder::new("no-smtp");
    // Bound and given back: nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let smtp = listener.local_addr().unwrap().to_string();
    drop(listener);
    let (service, address) = Service::start_with(&folder, &[("ORDERS_SMTP", &smtp)]);
    assert_eq!(Client::new(&address).post(&order("CUP-MUG", 1)).0, 201);
    service.terminate();
    let text = service.ends(0);
    assert!(
        text.contains("order 1 is not confirmed: the job failed: the mail server did not take it"),
        "{text}"
    );
    let kept = "the mail for order 1 is in the folder";
    assert!(text.contains(kept), "{text}");
    assert!(mails(&folder)[0].contains("Subject: Your order 1"));
}

#[test]
fn a_mail_that_hangs_is_in_the_folder_too_when_the_time_is_up() {
    let folder = Folder::new("slow-smtp");
    // It listens and never says a word.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let smtp = listener.local_addr().unwrap().to_string();
    let (service, address) = Service::start_with(&folder, &[("ORDERS_SMTP", &smtp)]);
    assert_eq!(Client::new(&address).post(&order("CUP-MUG", 1)).0, 201);
    service.terminate();
    let text = service.ends(75);
    assert!(
        text.contains("jobs of `Mailer`: 0 done, 1 unfinished"),
        "{text}"
    );
    assert!(mails(&folder)[0].contains("Subject: Your order 1"));
}

#[test]
fn bad_settings_for_mails_are_named() {
    let folder = Folder::new("mail-settings");
    let text = Service::spawn(&folder, &[("ORDERS_SMTP", "here")]).ends(78);
    assert!(text.contains("because: ORDERS_SMTP is \"here\""), "{text}");
    let text = Service::spawn(&folder, &[("ORDERS_MAILS", "")]).ends(78);
    assert!(text.contains("because: ORDERS_MAILS is empty"), "{text}");
    fs::write(folder.0.join("mails"), "a file").unwrap();
    let text = Service::spawn(&folder, &[]).ends(69);
    assert!(
        text.contains("because: cannot make the folder for mails `mails`"),
        "{text}"
    );
}
