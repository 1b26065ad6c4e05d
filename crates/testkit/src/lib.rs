//! The test kit: fresh databases per backend, a clock that stands still, the binary as a child process, a browser,
//! and loud skips.
//!
//! Used from tests only; no crate has it among its real dependencies. A story is an async function over a
//! [`Store`](store::Store); [`on_both_backends!`] turns it into two tests, one for SQLite and one for PostgreSQL.
//! What the machine does not offer is skipped with [`skip`], never silently.

pub mod browser;
pub mod checker;
pub mod http;
pub mod oracle;
mod postgres;
pub mod server;
mod temp;
pub mod window;

pub use postgres::{FreshDatabase, POSTGRES_VARIABLE};
pub use temp::{TempStore, on_postgres, on_sqlite};

use kernel::{ManualClock, Timestamp};
use std::io::Write as _;
use std::sync::Arc;

/// A clock standing at 2030-01-01T00:00:00Z: far from the machine's own time, so that a test which mixes the two
/// up fails.
#[must_use]
pub fn standing_clock() -> Arc<ManualClock> {
    const NEW_YEAR_2030_S: i64 = 1_893_456_000;
    Arc::new(ManualClock::new(Timestamp::from_secs(NEW_YEAR_2030_S)))
}

/// Says loudly that this test did not run, and why. The caller returns afterwards.
///
/// The line goes past libtest's capture, because `cargo xtask test` counts it.
pub fn skip(reason: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    let line = format!("SKIPPED: {name} ({reason})\n");
    std::io::stderr().lock().write_all(line.as_bytes()).expect("standard error is open while tests run");
}

/// Makes two tests of each named story, `NAME::on_sqlite` and `NAME::on_postgres`:
///
/// ```text
/// testkit::on_both_backends! {
///     a_seat_is_sold_once with MIGRATIONS;
/// }
/// async fn a_seat_is_sold_once(store: Store) { … }
/// ```
///
/// `MIGRATIONS` is anything that derefs to `[MigrationSet]`; the tables of the ground come by themselves.
#[macro_export]
macro_rules! on_both_backends {
    ($($story:ident with $sets:expr;)+) => {$(
        mod $story {
            #[allow(unused_imports, reason = "a story's migrations may be named by a full path")]
            use super::*;

            #[test]
            fn on_sqlite() {
                $crate::on_sqlite(&$sets, super::$story);
            }

            #[test]
            fn on_postgres() {
                $crate::on_postgres(&$sets, super::$story);
            }
        }
    )+};
}
