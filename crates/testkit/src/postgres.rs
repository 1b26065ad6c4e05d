//! Fresh schemas and databases on the PostgreSQL server that `cargo xtask test` started, or that the developer
//! named. The server itself is never started or stopped here.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio_postgres::NoTls;

/// The variable that names the test server: `postgres://user@host:port/database`.
pub const POSTGRES_VARIABLE: &str = "FAIRGROUND_TEST_POSTGRES";

/// The test server's address. Panics when there is none: a test that needs it is ignored until it is asked for.
fn server_url() -> String {
    let url = std::env::var(POSTGRES_VARIABLE).ok().filter(|url| !url.is_empty());
    url.expect("FAIRGROUND_TEST_POSTGRES names a server: `cargo xtask pg` starts one, `cargo xtask test` brings its own")
}

/// A name no other test uses, in this process or another.
fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{}_{count}", std::process::id(), since.as_micros())
}

/// Runs one statement on a connection of its own.
async fn execute(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let driver = tokio::spawn(connection);
    let done = client.batch_execute(sql).await;
    driver.abort();
    done
}

/// The same from a destructor, which may run inside or outside a runtime: a thread with a small runtime of its own.
fn execute_and_wait(url: String, sql: String) {
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        // The private server goes away as a whole; what cannot be dropped here is gone with it.
        runtime.is_ok_and(|runtime| runtime.block_on(execute(&url, &sql)).is_ok())
    };
    let _dropped = std::thread::spawn(work).join();
}

/// A name for a schema that a store will make, dropped with everything in it when the test ends.
#[derive(Debug)]
pub struct FreshSchema {
    url: String,
    name: String,
}

impl FreshSchema {
    /// Panics when there is no server, or when it refuses. The answer is always there.
    pub async fn create() -> Option<Self> {
        let url = server_url();
        let name = fresh_name();
        let made = execute(&url, &format!("CREATE SCHEMA {name}")).await;
        made.expect("the test server lets us make a schema");
        Some(Self { url, name })
    }

    /// The server's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The schema's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for FreshSchema {
    fn drop(&mut self) {
        execute_and_wait(self.url.clone(), format!("DROP SCHEMA IF EXISTS {} CASCADE", self.name));
    }
}

/// A whole database, for tests that start the binary and let it choose its schemas.
#[derive(Debug)]
pub struct FreshDatabase {
    server: String,
    name: String,
}

impl FreshDatabase {
    /// Panics when there is no server, or when it refuses. The answer is always there.
    pub async fn create() -> Option<Self> {
        let server = server_url();
        let name = fresh_name();
        let made = execute(&server, &format!("CREATE DATABASE {name}")).await;
        made.expect("the test server lets us make a database");
        Some(Self { server, name })
    }

    /// The new database's address.
    #[must_use]
    pub fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap_or((&self.server, ""));
        format!("{server}/{}", self.name)
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        execute_and_wait(self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}
