//! How mail leaves: the server, the sender, the limits.

use std::time::Duration;

/// How the connection to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// It begins in the clear and must change to TLS before anything is said (port 587).
    StartTls,
    /// TLS from the first byte (port 465).
    Implicit,
    /// None: for a server on this machine.
    None,
}

/// The server that takes our mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who we are to it; empty: it does not ask.
    pub user: String,
    /// The password of that user.
    pub password: String,
    /// How the connection is protected.
    pub tls: Tls,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long one mail may take in all.
    pub send_timeout: Duration,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({}:{}, {:?})", self.host, self.port, self.tls)
    }
}

/// How much mail may leave; what is over waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// To one address in an hour.
    pub per_recipient_hour: u32,
    /// To one address in a day.
    pub per_recipient_day: u32,
    /// On behalf of one tenant in a second.
    pub per_tenant_second: u32,
    /// In all, in a second.
    pub per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_recipient_hour: 10, per_recipient_day: 30, per_tenant_second: 50, per_second: 200 }
    }
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The server; none: a dry run, in which nothing leaves this machine.
    pub server: Option<Server>,
    /// The address mails are from.
    pub from: String,
    /// How they call the sender when it is the platform.
    pub from_name: String,
    /// The name of this site, for Message-IDs and for the greeting of the server.
    pub site: String,
    /// Where the mails that the server took can be read; none: with the server.
    pub outbox_url: Option<String>,
    /// How much may leave.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            server: None,
            from: "no-reply@localhost".to_owned(),
            from_name: "Fairground".to_owned(),
            site: "localhost".to_owned(),
            outbox_url: None,
            limits: Limits::default(),
        }
    }
}
