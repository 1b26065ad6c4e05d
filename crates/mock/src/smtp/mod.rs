//! A mail server of ours: it takes every mail over SMTP, keeps it, and shows it over HTTP on the port before.
//!
//! `GET /mails` lists what it has, `GET /mails/1` is one as it came, `/control?fault=later` switches a fault on.

mod conversation;
mod decode;
mod faults;
mod kept;
mod mock;
mod serve;

pub use decode::decoded;
pub use faults::Fault;
pub use kept::KeptMail;
pub use mock::MOCK;

use kept::Mailbox;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::task::JoinHandle;
use web::Closing;

/// The running simulation. Cloning shares its mailbox.
pub struct SimulatedSmtp {
    address: SocketAddr,
    smtp_address: SocketAddr,
    mailbox: Arc<Mailbox>,
    tasks: [JoinHandle<()>; 2],
}

/// Starts it; it runs until `closing` begins. SMTP listens on the port after `listen`, or on a free one when that is 0. Errors,
/// as a sentence: an address that is not on loopback or cannot be listened on.
pub async fn start(listen: SocketAddr, closing: Closing) -> Result<SimulatedSmtp, String> {
    let http = crate::loopback(listen).await?;
    let next = if listen.port() == 0 { 0 } else { listen.port().saturating_add(1) };
    let smtp = crate::loopback(SocketAddr::new(listen.ip(), next)).await?;
    let address = http.local_addr().map_err(|error| error.to_string())?;
    let smtp_address = smtp.local_addr().map_err(|error| error.to_string())?;
    let mailbox = Arc::new(Mailbox::default());
    let router = serve::router(Arc::clone(&mailbox));
    let until = closing.clone();
    let pages = tokio::spawn(async move {
        web::serve(http, router, until).await;
    });
    let server = tokio::spawn(conversation::accept(smtp, Arc::clone(&mailbox), closing));
    Ok(SimulatedSmtp { address, smtp_address, mailbox, tasks: [pages, server] })
}

impl SimulatedSmtp {
    /// Where it shows what it has, over HTTP.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it takes mails.
    #[must_use]
    pub const fn smtp_address(&self) -> SocketAddr {
        self.smtp_address
    }

    /// Where it shows what it has, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every mail it has, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<KeptMail> {
        self.mailbox.mails()
    }

    /// Switches a fault on; the one before is over.
    pub fn set_fault(&self, fault: Fault) {
        self.mailbox.set_fault(fault);
    }

    /// Returns once it is over; that begins when its `closing` does.
    pub async fn ended(self) {
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "the simulated mail server panicked");
            }
        }
    }
}
