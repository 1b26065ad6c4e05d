//! PostgreSQL: a bounded pool, one transaction per closure, retry after lost races.

mod connect;
mod flight;
mod op;
mod pool;
mod session;
mod worker;

pub(crate) use op::{Encoded, Op, Statement};
pub(crate) use pool::{PgPool, PgSettings};
pub(crate) use session::PgSession;
pub(crate) use worker::PgWorker;
