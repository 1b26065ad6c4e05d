//! An address as it is configured: `postgres://user:password@host:port,host:port/database?parameter=value&…`.

use crate::AddressFault;
use crate::ssl_mode::SslMode;
use crate::verifier::client_config;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode as Encryption, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long one host may take to be reached.
const CONNECT_MAX: Duration = Duration::from_secs(2);
/// Silence after which the other end is asked whether it is there; a firewall forgets idle connections later than that.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(30);
/// How often it is asked again, and how long what was sent may stay unacknowledged.
const KEEPALIVE_EVERY: Duration = Duration::from_secs(5);

/// An address that can be connected to.
#[derive(Clone)]
pub struct Address {
    config: Config,
    tls: MakeRustlsConnect,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address({:?})", self.config.get_hosts())
    }
}

impl Address {
    /// Reads `url`. Errors: which part of it cannot be used; never the password.
    pub fn parse(url: &str) -> Result<Self, AddressFault> {
        let mut parts = Parts::split(url)?;
        let ssl_mode = parts.take("sslmode");
        let roots = parts.take("sslrootcert").filter(|path| !path.is_empty());
        if let Some(attrs) = parts.take("target_session_attrs") {
            // Other clients call the same thing by this name.
            let attrs = if attrs == "primary" { "read-write".to_owned() } else { attrs };
            parts.parameters.push(("target_session_attrs".to_owned(), attrs));
        }
        let mut config = parts.parse()?;
        let mode = SslMode::choose(ssl_mode.as_deref(), is_local(&config), roots.is_some())?;
        config.ssl_mode(if mode == SslMode::Disable { Encryption::Disable } else { Encryption::Require });
        config.connect_timeout(CONNECT_MAX);
        config.keepalives_idle(KEEPALIVE_AFTER).keepalives_interval(KEEPALIVE_EVERY).keepalives_retries(3);
        config.tcp_user_timeout(KEEPALIVE_EVERY * 3);
        let tls = MakeRustlsConnect::new(client_config(mode, roots.as_deref())?);
        Ok(Self { config, tls })
    }

    /// Takes a server that can be written alone, unless the address asks for another one: after a fail-over the old one
    /// answers, and can keep nothing.
    #[must_use]
    pub fn to_write(mut self) -> Self {
        if self.config.get_target_session_attrs() == TargetSessionAttrs::Any {
            self.config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        self
    }

    /// The same under a name that the server's list of connections shows.
    #[must_use]
    pub fn named(mut self, application: &str) -> Self {
        self.config.application_name(application);
        self
    }

    /// What is connected to.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// How the connection is encrypted.
    #[must_use]
    pub fn tls(&self) -> MakeRustlsConnect {
        self.tls.clone()
    }

    /// The hosts as the address names them, for reports.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        self.config.get_hosts().iter().map(name_of).collect()
    }

    /// Whether what is sent can be read on the way.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.config.get_ssl_mode() != Encryption::Disable
    }
}

fn name_of(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.display().to_string(),
    }
}

/// Whether every host is this machine.
fn is_local(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(std::net::IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            let bare = name.trim_start_matches('[').trim_end_matches(']');
            name == "localhost" || bare.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
    })
}

/// The parts of an address as they are written.
struct Parts<'u> {
    user: Option<&'u str>,
    hosts: &'u str,
    database: &'u str,
    /// Names as they are, values still escaped but for those that were taken.
    parameters: Vec<(String, String)>,
}

impl<'u> Parts<'u> {
    fn split(url: &'u str) -> Result<Self, AddressFault> {
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
        let rest = rest.ok_or(AddressFault::SchemeIsUnknown)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        // A password that was not escaped may hold an `@`: the last one divides.
        let (user, rest) = match rest.rsplit_once('@') {
            Some((user, rest)) => (Some(user), rest),
            None => (None, rest),
        };
        let (hosts, database) = rest.split_once('/').unwrap_or((rest, ""));
        let pair = |text: &str| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            (name.to_owned(), value.to_owned())
        };
        let parameters = query.split('&').filter(|text| !text.is_empty()).map(pair).collect();
        Ok(Self { user, hosts, database, parameters })
    }

    /// Takes a parameter out, with its escapes resolved.
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.parameters.iter().rposition(|(have, _)| have == name)?;
        let value = self.parameters.remove(at).1;
        self.parameters.retain(|(have, _)| have != name);
        Some(unescaped(&value))
    }

    fn parse(&self) -> Result<Config, AddressFault> {
        let bare = |text: String| text.parse::<Config>().is_ok();
        if self.user.is_some_and(|user| {
            user.contains(['@', '/', '#']) || !bare(format!("postgres://{user}@localhost"))
        }) {
            return Err(AddressFault::UserCannotBeRead);
        }
        if !bare(format!("postgres://{}", self.hosts)) {
            return Err(AddressFault::HostCannotBeRead);
        }
        if self.database.contains('/') || !bare(format!("postgres://localhost/{}", self.database)) {
            return Err(AddressFault::DatabaseCannotBeRead);
        }
        for (name, value) in &self.parameters {
            if !bare(format!("postgres://localhost/?{name}={value}")) {
                return Err(AddressFault::ParameterCannotBeRead(name.clone()));
            }
        }
        let config: Config = self
            .whole()
            .parse()
            .map_err(|error: tokio_postgres::Error| AddressFault::PartsDoNotFit(error.to_string()))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(AddressFault::HostCannotBeRead);
        }
        Ok(config)
    }

    fn whole(&self) -> String {
        let user = self.user.map(|user| format!("{user}@")).unwrap_or_default();
        let parameters: Vec<_> =
            self.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
        format!("postgres://{user}{}/{}{query}", self.hosts, self.database)
    }
}

/// `%2F` and its like as the characters they stand for.
fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let escape = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_read_says_which_part_and_never_the_password() {
        let fault = |url: &str| Address::parse(url).map(|_| ()).unwrap_err();
        assert_eq!(fault("mysql://u:s3cret@db/x"), AddressFault::SchemeIsUnknown);
        assert_eq!(fault("postgres://u:s3c@ret@db/x"), AddressFault::UserCannotBeRead);
        assert_eq!(fault("postgres://u:s3cret@db:port/x"), AddressFault::HostCannotBeRead);
        assert_eq!(fault("postgres://u:s3cret@db/x?sslmode=verify"), AddressFault::SslModeIsUnknown);
        assert_eq!(
            fault("postgres://u:s3cret@db/x?sslmode=require&sslcrt=a"),
            AddressFault::ParameterCannotBeRead("sslcrt".into())
        );
        assert!(matches!(
            fault("postgres://u:s3cret@db/x?sslmode=verify-full&sslrootcert=/nowhere"),
            AddressFault::RootsCannotBeRead(_)
        ));
        for url in
            ["postgres://u:s3c@ret@db/x", "postgres://u:s3cret@db:port/x", "postgres://u:s3cret@db/x?a=b"]
        {
            assert!(!fault(url).to_string().contains("s3c"), "{url}");
        }
    }

    #[test]
    fn clear_text_stays_on_this_machine() {
        let encrypted = |url: &str| Address::parse(url).unwrap().is_encrypted();
        assert!(!encrypted("postgres://u@127.0.0.1:5432/x"));
        assert!(!encrypted("postgres://u@localhost/x"));
        assert!(!encrypted("postgres:///x?host=/var/run/postgresql"));
        assert!(encrypted("postgres://u@127.0.0.1,db.example/x"));
        assert!(encrypted("postgres://u@db.example/x"));
        assert!(!encrypted("postgres://u@db.example/x?sslmode=disable"));
        assert!(encrypted("postgres://u@127.0.0.1/x?sslmode=require"));
    }

    #[test]
    fn several_hosts_are_taken_and_one_that_can_be_written_is_asked_for() {
        let address = Address::parse("postgres://u:p%40ss@one:5433,two:5434/x").unwrap().to_write();
        assert_eq!(address.hosts(), ["one", "two"]);
        assert_eq!(address.config().get_ports(), [5433, 5434]);
        assert_eq!(address.config().get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(address.config().get_password(), Some("p@ss".as_bytes()));
        let primary = Address::parse("postgres://one/x?target_session_attrs=primary").unwrap();
        assert_eq!(primary.config().get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
    }
}
