//! Two identity providers of ours on loopback: Google's OpenID Connect with keys that rotate, and WeChat's own way with both of
//! its doors. Nobody types a password: a browser chooses a person from a page, a test names one (`login_hint`).
//!
//! Faults are switched on by `POST /control?provider=google&fault=wrong_audience`; `POST /control?rotate=keys` publishes new
//! keys; `GET /control` tells what is on.

mod clients;
mod faults;
mod google;
mod mock;
mod page;
mod people;
mod serve;
mod signing;
mod state;
mod wechat;

pub use clients::{CLIENT_ID, CLIENT_SECRET, WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_IN_APP_ID};
pub use faults::Fault;
pub use mock::MOCK;
