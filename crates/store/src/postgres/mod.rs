//! PostgreSQL: a bounded pool, one transaction per closure, retry after lost races.

mod connect;
mod pool;
mod session;

pub(crate) use pool::{PgPool, PgSettings};
pub(crate) use session::PgSession;
