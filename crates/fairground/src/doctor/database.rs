//! The databases: reached, encrypted, keeping what they acknowledge, with the tables of this program.

use super::Finding;
use crate::config::{Config, keys};
use pg_connect::Address;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::{Location, Store, StoreConfig};

/// How long a server may take to be reached.
const REACHED_MAX: Duration = Duration::from_secs(6);
/// Seconds by which the clocks of server and database may differ.
const CLOCKS_APART_MAX_S: f64 = 2.0;

/// What is found of the server and of each open stall's tables.
pub async fn findings(config: &Config) -> Vec<Finding> {
    let url = config.get(&keys::DATABASE);
    let mut findings = Vec::new();
    if !url.is_empty() {
        let looked = tokio::time::timeout(REACHED_MAX, server(&url)).await;
        findings.extend(looked.unwrap_or_else(|_| {
            vec![Finding::bad(
                "database",
                "PostgreSQL does not answer",
                "is it running, and may this machine reach it?",
            )]
        }));
    }
    for manifest in config.open_stalls() {
        findings.push(tables(&config.store(manifest.name), (manifest.migrations)().len()).await);
    }
    findings
}

async fn server(url: &str) -> Vec<Finding> {
    // The configuration was read: the address can be.
    let Ok(address) = Address::parse(url) else { return Vec::new() };
    let address = address.to_write().named("fairground doctor");
    let hosts = address.hosts().join(", ");
    let mut findings = vec![encryption(&address, &hosts)];
    let (client, connection) = match address.config().connect(address.tls()).await {
        Ok(connected) => connected,
        Err(error) => {
            let cause =
                std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            findings.push(Finding::bad(
                "database",
                format!("{hosts}: {error}{cause}"),
                "check address, password and pg_hba.conf",
            ));
            return findings;
        }
    };
    let driving = tokio::spawn(connection);
    let sql = "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit'),
                      EXTRACT(EPOCH FROM clock_timestamp())::float8";
    match client.query_one(sql, &[]).await {
        Ok(row) => {
            let (version, fsync, commit): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            findings.push(durability(&version, &fsync, &commit));
            findings.push(clocks(row.get(3)));
        }
        Err(error) => findings.push(Finding::bad("database", error.to_string(), "see the server's log")),
    }
    driving.abort();
    findings
}

fn encryption(address: &Address, hosts: &str) -> Finding {
    if address.is_encrypted() {
        return Finding::good("database tls", format!("encrypted to {hosts}"));
    }
    let is_local = hosts
        .split(", ")
        .all(|host| host == "localhost" || host.starts_with("127.") || host.starts_with('/'));
    if is_local {
        Finding::good("database tls", format!("clear text, to {hosts} on this machine"))
    } else {
        Finding::warn(
            "database tls",
            format!("clear text to {hosts}"),
            "say sslmode=verify-full&sslrootcert=FILE",
        )
    }
}

fn durability(version: &str, fsync: &str, commit: &str) -> Finding {
    let found = format!("PostgreSQL {version}, fsync={fsync}, synchronous_commit={commit}");
    if fsync == "off" || commit == "off" {
        Finding::bad("database", found, "switch both on: it would lose what it acknowledged")
    } else {
        Finding::good("database", found)
    }
}

fn clocks(theirs: f64) -> Finding {
    let ours = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    let apart = (ours - theirs).abs();
    let found = format!("{apart:.1} s apart");
    if apart > CLOCKS_APART_MAX_S {
        Finding::warn("database clock", found, "let both machines follow a time service")
    } else {
        Finding::good("database clock", found)
    }
}

/// The tables of one stall, without making or changing any.
async fn tables(config: &StoreConfig, sets: usize) -> Finding {
    let name = config.name;
    if let Location::Sqlite(path) = &config.location
        && !path.exists()
    {
        return Finding::good(
            "tables",
            format!("{name}: none yet; `serve` or `migrate` makes them{}", in_folder(path)),
        );
    }
    let read = async { Store::open_read_only(config).await?.read(store::applied_migrations).await };
    match read.await {
        Ok(had) => Finding::good("tables", format!("{name}: {} migrations of {sets} sets", had.len())),
        Err(error) => {
            Finding::warn("tables", format!("{name}: {error}"), "`fairground migrate` makes what is missing")
        }
    }
}

fn in_folder(path: &Path) -> String {
    path.parent().map(|folder| format!(" in {}", folder.display())).unwrap_or_default()
}
