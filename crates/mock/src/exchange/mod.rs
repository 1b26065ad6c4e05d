//! An exchange of ours on loopback, in the shapes of Binance and, for what is signed, of OKX: prices that move by the seed and
//! the clock alone, candles that agree with them, wallets behind keys, market orders that fill at once.
//!
//! Faults are switched on by `POST /control?fault=away`; `POST /control?key=K&asset=USDT&free=100` sets what lies in a wallet;
//! `POST /control?new_key=K&secret=S&permissions=read,trade` makes an account; `GET /control` tells what is on.

mod account_api;
mod accounts;
mod faults;
mod mock;
mod okx_api;
mod prices;
mod public_api;
mod serve;
mod signatures;

pub use accounts::{DEMO_KEYS, DemoKey};
pub use faults::Fault;
pub use mock::MOCK;
