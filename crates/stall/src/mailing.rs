//! Mail of a stall: the configuration of the server, which is the ground's, and the job that sends what is due.

use crate::config::{Deployment, Key, KeySpec, Section};
use crate::job::{Job, Scope};
use mail::{Limits, Mailer, Server, Settings, Tls};
use std::time::Duration;

const SMTP_HOST: Key<String> = Key::text("mail.smtp_host", "")
    .about("server that takes our mail; empty: a dry run, nothing leaves this machine; simulated: one of our own that keeps them");
const SMTP_PORT: Key<u32> = Key::small("mail.smtp_port", 1, 65_535, "587").about("its port");
const SMTP_TLS: Key<String> = Key::choice("mail.smtp_tls", &["starttls", "implicit", "none"], "starttls")
    .about("starttls (port 587), implicit (port 465), or none for a server on this machine");
const SMTP_USER: Key<String> =
    Key::text("mail.smtp_user", "").about("who we are to it; empty: it does not ask");
const SMTP_PASSWORD: Key<String> = Key::secret("mail.smtp_password").about("the password of that user");
const FROM: Key<String> =
    Key::text("mail.from", "no-reply@localhost").about("the address that mails are from");
const FROM_NAME: Key<String> =
    Key::text("mail.from_name", "Fairground").about("the sender's name in mails of no tenant");
const CONNECT_MS: Key<u64> =
    Key::natural("mail.connect_ms", 60_000, "5000").about("how long the connection to the server may take");
const SEND_MS: Key<u64> =
    Key::natural("mail.send_ms", 60_000, "10000").about("how long handing over one mail may take");
const PER_RECIPIENT_HOUR: Key<u32> = Key::small("mail.per_recipient_hour", 1, 10_000, "10")
    .about("mails to one address in an hour; what is over waits");
const PER_RECIPIENT_DAY: Key<u32> = Key::small("mail.per_recipient_day", 1, 10_000, "30")
    .about("mails to one address in a day; what is over waits");
const PER_TENANT_SECOND: Key<u32> = Key::small("mail.per_tenant_second", 1, 10_000, "50")
    .about("mails on behalf of one tenant in a second; what is over waits");
const PER_SECOND: Key<u32> = Key::small("mail.per_second", 1, 10_000, "200")
    .about("mails of one stall in a second; what is over waits");

const OUTBOX_URL: Key<String> = Key::text("mail.outbox_url", "").about(
    "where the mails that the server took can be read; set by the simulated server of a demonstration",
);

/// How often it is looked whether a mail is due.
const EVERY: Duration = Duration::from_millis(250);

/// The keys of mail; they are the ground's.
pub const KEYS: &[KeySpec] = &[
    SMTP_HOST.spec,
    OUTBOX_URL.spec,
    SMTP_PORT.spec,
    SMTP_TLS.spec,
    SMTP_USER.spec,
    SMTP_PASSWORD.spec,
    FROM.spec,
    FROM_NAME.spec,
    CONNECT_MS.spec,
    SEND_MS.spec,
    PER_RECIPIENT_HOUR.spec,
    PER_RECIPIENT_DAY.spec,
    PER_TENANT_SECOND.spec,
    PER_SECOND.spec,
];

/// The host that means: a simulated server of our own on loopback, which a process starts for itself.
pub const SIMULATED: &str = "simulated";

/// Whether a simulated server is wanted.
#[must_use]
pub fn is_simulated(section: &Section) -> bool {
    section.get(&SMTP_HOST) == SIMULATED
}

/// How mail leaves, from a section that has these keys.
#[must_use]
pub fn settings(section: &Section, public_url: &str) -> Settings {
    let tls = match section.get(&SMTP_TLS).as_str() {
        "implicit" => Tls::Implicit,
        "none" => Tls::None,
        _ => Tls::StartTls,
    };
    let host = section.get(&SMTP_HOST);
    let server = (!host.is_empty()).then(|| Server {
        host,
        port: u16::try_from(section.get(&SMTP_PORT)).unwrap_or(587),
        user: section.get(&SMTP_USER),
        password: section.get(&SMTP_PASSWORD),
        tls,
        connect_timeout: Duration::from_millis(section.get(&CONNECT_MS)),
        send_timeout: Duration::from_millis(section.get(&SEND_MS)),
    });
    let limits = Limits {
        per_recipient_hour: section.get(&PER_RECIPIENT_HOUR),
        per_recipient_day: section.get(&PER_RECIPIENT_DAY),
        per_tenant_second: section.get(&PER_TENANT_SECOND),
        per_second: section.get(&PER_SECOND),
    };
    let (from, from_name) = (section.get(&FROM), section.get(&FROM_NAME));
    let outbox_url = Some(section.get(&OUTBOX_URL)).filter(|url| !url.is_empty());
    Settings { server, from, from_name, site: host_of(public_url).to_owned(), limits, outbox_url }
}

/// What is wrong with values that are valid alone, a sentence each that begins with the key.
#[must_use]
pub fn problems(section: &Section, deployment: &Deployment) -> Vec<String> {
    let (host, tls) = (section.get(&SMTP_HOST), section.get(&SMTP_TLS));
    let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
    let mut problems = Vec::new();
    if host == SIMULATED {
        if deployment.is_exposed() {
            problems.push(
                "mail.smtp_host: simulated is for demonstrations, nothing leaves this machine".to_owned(),
            );
        }
        return problems;
    }
    if tls == "none" && !host.is_empty() && !is_here {
        problems.push(
            "mail.smtp_tls: none is for a server on this machine; mails hold links that log in".to_owned(),
        );
    }
    if !host.is_empty() && deployment.is_exposed() && section.get(&FROM) == FROM.spec.default {
        problems.push("mail.from: must be an address of yours before mail is sent to others".to_owned());
    }
    problems
}

/// The host of an address, without its port.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    let host = if authority.starts_with('[') {
        "localhost"
    } else {
        authority.split(':').next().unwrap_or_default()
    };
    if host.is_empty() { "localhost" } else { host }
}

/// The job that sends a stall's mails.
#[must_use]
pub fn job(mailer: &Mailer) -> Job {
    let mailer = mailer.clone();
    Job::new("send_mails", EVERY, Scope::OneNode, move || {
        let mailer = mailer.clone();
        Box::pin(async move { mailer.run().await })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_of_an_address_is_its_host() {
        for (url, host) in [
            ("https://tickets.example/x", "tickets.example"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]:8080", "localhost"),
            ("", "localhost"),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
