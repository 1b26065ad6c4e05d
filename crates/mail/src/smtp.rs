//! One mail over SMTP: connect, protect, log in, hand over. What went wrong before the hand-over is the way's fault and never
//! a bounce; what broke during it is in doubt.

use crate::attempts::Outcome;
use crate::settings::{Server, Tls};
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::time::timeout;

/// Characters of an answer that are kept.
const ANSWER_CHARS_MAX: usize = 300;

/// Sends one mail; how that ended and what was answered.
pub(crate) async fn send(
    server: &Server,
    site: &str,
    (envelope, bytes): (&Envelope, &[u8]),
) -> (Outcome, String) {
    let connected = match timeout(server.connect_timeout, connect(server, site)).await {
        Ok(connected) => connected,
        Err(_) => return (Outcome::Deferred, "the server did not answer in time".to_owned()),
    };
    let mut connection = match connected {
        Ok(connection) => connection,
        Err(error) => return (Outcome::Deferred, short(&error)),
    };
    let ended = match timeout(server.send_timeout, connection.send(envelope, bytes)).await {
        Ok(Ok(response)) => {
            let words: Vec<_> = response.message().collect();
            (Outcome::Accepted, cut(&format!("{} {}", response.code(), words.join(" "))))
        }
        Ok(Err(error)) if error.is_permanent() => (Outcome::Bounced, short(&error)),
        Ok(Err(error)) if error.is_transient() || error.is_client() => (Outcome::Deferred, short(&error)),
        Ok(Err(error)) => (Outcome::InDoubt, short(&error)),
        Err(_) => (Outcome::InDoubt, "the server did not take the mail in time".to_owned()),
    };
    // What it says to a farewell changes nothing.
    let _ended = timeout(server.connect_timeout, connection.quit()).await;
    ended
}

async fn connect(server: &Server, site: &str) -> Result<AsyncSmtpConnection, Error> {
    let hello = ClientId::Domain(site.to_owned());
    let tls = match server.tls {
        Tls::None => None,
        Tls::Implicit | Tls::StartTls => Some(TlsParameters::new(server.host.clone())?),
    };
    let (at_once, later) = if server.tls == Tls::Implicit { (tls, None) } else { (None, tls) };
    let address = (server.host.as_str(), server.port);
    let mut connection =
        AsyncSmtpConnection::connect_tokio1(address, Some(server.connect_timeout), &hello, at_once, None)
            .await?;
    if let Some(tls) = later {
        // A server that does not offer it is refused: nothing is said in the clear.
        connection.starttls(tls, &hello).await?;
    }
    if !server.user.is_empty() {
        let credentials = Credentials::new(server.user.clone(), server.password.clone());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
    }
    Ok(connection)
}

/// An error with its cause, without what we sent.
fn short(error: &Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    cut(&format!("{error}{cause}"))
}

fn cut(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(ANSWER_CHARS_MAX).collect()
}
