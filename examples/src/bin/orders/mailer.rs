//! Confirmation mails. Whoever orders is not to wait for a mail server, so a pool of workers writes them.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use lettre::transport::file;
use lettre::transport::smtp;
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use lifecycle::health::Health;
use lifecycle::pool::{JobError, Unfinished};
use lifecycle::prelude::*;
use thiserror::Error;

use crate::orders::Order;
use crate::settings::Settings;

const FROM: &str = "Orders <orders@example.org>";

/// Mails go to a folder, one file each, and to a mail server if there is one; the folder then has what could not be sent.
/// What is in the queue when the app stops is still written, as far as there is time.
#[worker_pool(
    depends_on = [Settings],
    workers = 2,
    capacity = 1000,
    stop_timeout = "5s",
    health_groups = ["checkout"]
)]
pub(crate) struct Mailer {
    folder: AsyncFileTransport<Tokio1Executor>,
    server: Option<AsyncSmtpTransport<Tokio1Executor>>,
}

#[derive(Debug)]
pub(crate) struct Mail {
    order: i64,
    to: String,
    text: String,
}

#[derive(Debug, Error)]
pub(crate) enum MailError {
    #[error("no mail can be written to that address")]
    Address(#[from] lettre::address::AddressError),
    #[error("the mail cannot be written")]
    Content(#[from] lettre::error::Error),
    #[error("the mail server did not take it")]
    Server(#[from] smtp::Error),
    #[error("the folder did not take it")]
    Folder(#[from] file::Error),
}

#[derive(Debug, Error)]
#[error("cannot make the folder for mails `{}`", path.display())]
struct FolderError {
    path: PathBuf,
    source: io::Error,
}

#[worker_pool]
impl Mailer {
    #[start]
    fn open(settings: Arc<Settings>) -> Result<Self, FolderError> {
        let path = &settings.mails;
        std::fs::create_dir_all(path).map_err(|source| FolderError {
            path: path.clone(),
            source,
        })?;
        let server = settings.smtp.as_ref().map(|(host, port)| {
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
                .port(*port)
                .build()
        });
        Ok(Self {
            folder: AsyncFileTransport::new(path),
            server,
        })
    }

    /// Orders are taken without a mail server too, so it is no reason not to be ready.
    #[health(every = "30s", timeout = "5s", critical = false)]
    async fn reach_server(&self) -> Result<Health, MailError> {
        match &self.server {
            Some(server) if !server.test_connection().await? => {
                Ok(Health::warning("the mail server hung up"))
            }
            _ => Ok(Health::healthy()),
        }
    }

    /// It only borrows the mail, which is still there if this fails or is cut off.
    #[work]
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        match &self.server {
            Some(server) => drop(server.send(mail.message()?).await?),
            None => self.put_into_folder(mail).await?,
        }
        tracing::info!("order {} is confirmed", mail.order);
        Ok(())
    }

    #[job_failed]
    async fn failed(&self, mail: Option<&Mail>, error: &JobError<MailError>) {
        let Some(mail) = mail else { return };
        tracing::warn!("order {} is not confirmed: {error}", mail.order);
        if self.server.is_some() {
            self.keep(mail).await;
        }
    }

    #[unfinished]
    async fn park(&self, mails: Unfinished<Mail>) {
        for mail in &mails.jobs {
            self.keep(mail).await;
        }
    }
}

impl Mailer {
    async fn put_into_folder(&self, mail: &Mail) -> Result<(), MailError> {
        self.folder.send(mail.message()?).await?;
        Ok(())
    }

    /// Puts what was not sent where somebody finds it.
    async fn keep(&self, mail: &Mail) {
        match self.put_into_folder(mail).await {
            Ok(()) => tracing::warn!("the mail for order {} is in the folder", mail.order),
            Err(error) => tracing::error!("no mail for order {}: {error}", mail.order),
        }
    }
}

/// Has an order confirmed. The order stands in any case, so nobody waits for room in the queue.
pub(crate) fn confirm(mailer: &Queue<Mailer>, order: &Order) {
    if let Err(refused) = mailer.try_submit(Mail::of(order)) {
        tracing::warn!("order {} is not confirmed: {refused}", order.id);
    }
}

impl Mail {
    fn of(order: &Order) -> Self {
        let mut text = format!("Thank you for order {}.\n\n", order.id);
        for item in &order.items {
            text += &format!(
                "{} x {} at {}\n",
                item.quantity,
                item.sku,
                money(item.price_cents)
            );
        }
        text += &format!("\n{} in all\n", money(order.total_cents));
        Self {
            order: order.id,
            to: order.email.clone(),
            text,
        }
    }

    fn message(&self) -> Result<Message, MailError> {
        let message = Message::builder()
            .from(FROM.parse()?)
            .to(self.to.parse()?)
            .subject(format!("Your order {}", self.order))
            .body(self.text.clone())?;
        Ok(message)
    }
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
