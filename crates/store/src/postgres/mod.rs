//! PostgreSQL: a bounded pool, one transaction per closure, retry after lost races.

mod pool;
mod session;

pub(crate) use pool::PgPool;
pub(crate) use session::PgSession;
