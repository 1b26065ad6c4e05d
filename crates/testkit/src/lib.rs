//! The test kit: fresh databases per backend, a clock that stands still, a stall's front in memory (feature `edge`), the
//! binary as a child process, a browser, and loud skips.
//!
//! Used from tests only; no crate has it among its real dependencies. A story is an async function over a
//! [`Store`](store::Store); [`on_both_backends!`] turns it into two tests, one for SQLite and one for PostgreSQL.
//! What needs a PostgreSQL or a browser is `#[ignore]`d with its reason until it is asked for; what else the machine does not
//! offer is skipped with [`skip`], never silently.

mod answer;
pub mod browser;
pub mod checker;
pub mod contract;
#[cfg(feature = "edge")]
pub mod edge;
pub mod http;
pub mod nats;
#[cfg(feature = "edge")]
pub mod open_stall;
pub mod oracle;
mod postgres;
pub mod server;
mod skip;
mod temp;
pub mod window;

pub use answer::{Answer, Headers};
pub use postgres::{FreshDatabase, POSTGRES_VARIABLE};
pub use skip::skip;
pub use temp::{TempStore, block_on, on_postgres, on_sqlite};

use kernel::{ManualClock, Timestamp};
use std::sync::Arc;

/// A clock standing at 2030-01-01T00:00:00Z: far from the machine's own time, so that a test which mixes the two
/// up fails.
#[must_use]
pub fn standing_clock() -> Arc<ManualClock> {
    const NEW_YEAR_2030_S: i64 = 1_893_456_000;
    Arc::new(ManualClock::new(Timestamp::from_secs(NEW_YEAR_2030_S)))
}

/// Makes two tests of each named story, `NAME::sqlite` and `NAME::postgres`:
///
/// ```text
/// testkit::on_both_backends! {
///     a_seat_is_sold_once with MIGRATIONS;
/// }
/// async fn a_seat_is_sold_once(store: Store) { … }
/// ```
///
/// `MIGRATIONS` is anything that derefs to `[MigrationSet]`; the tables of the ground come by themselves. A story that wants
/// something else than a store is run `through` a module with its own `on_sqlite(story)` and `on_postgres(story)`.
///
/// The second test is `ignored` unless it is asked for (`cargo test -- --include-ignored`), so that a run without PostgreSQL
/// says how much it left out; asked for and without a server, it fails.
#[macro_export]
macro_rules! on_both_backends {
    ($($story:ident with $sets:expr;)+) => {$(
        mod $story {
            #[allow(unused_imports, reason = "a story's migrations may be named by a full path")]
            use super::*;

            #[test]
            fn sqlite() {
                $crate::on_sqlite(&$sets, super::$story);
            }

            #[test]
            #[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
            fn postgres() {
                $crate::on_postgres(&$sets, super::$story);
            }
        }
    )+};
    (through $runner:path: $($story:ident;)+) => {$(
        mod $story {
            use $runner as runner;

            #[test]
            fn sqlite() {
                runner::on_sqlite(super::$story);
            }

            #[test]
            #[ignore = "needs FAIRGROUND_TEST_POSTGRES; run with --include-ignored"]
            fn postgres() {
                runner::on_postgres(super::$story);
            }
        }
    )+};
}
