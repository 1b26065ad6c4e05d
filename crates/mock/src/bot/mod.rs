//! A trading bot of ours: it watches a price, trades at a simulated exchange with the keys it was told, and says what it did in the
//! events of a strategy's executor. It publishes to NATS where it is told one, else over HTTP to a server, else it keeps its events
//! until somebody fetches them (`GET /events?after=N`).
//!
//! A bot is run by the command line, or by whoever posts its orders to `/bots`. Faults: `POST /control?fault=silent` loses the next
//! fill's event, `fault=twice` publishes each event twice.

mod control;
mod mock;
mod orders;
mod publish;
mod run;
mod strategy;

pub use mock::MOCK;
pub use orders::Orders;
