//! The outside world on loopback: servers that speak somebody else's public protocol, with faults that can be switched on.
//!
//! A mock knows the protocol it speaks and the ground, never a stall: what a stall gets from it are addresses, under the keys
//! of its own configuration. So a stall that misreads a protocol is not agreed with.
//!
//! # How to add a mock
//! A folder with a `mock.rs` that fills in one [`Mock`] (the example is [`venues`]), and a row in [`MOCKS`]. It listens through
//! [`loopback`], takes time and seed from its [`MockOptions`], and ends when its `Closing` begins. The command line
//! (`fairground mock NAME`) and [`start`] find it in the table.

pub mod bot;
mod command;
pub mod exchange;
mod loopback;
mod mock;
pub mod oauth;
pub mod smtp;
pub mod telegram;
pub mod twitch;
pub mod venues;

pub use command::{augment, command, run};
pub use loopback::loopback;
pub use mock::{Mock, MockOptions, Running, Starting};

/// Every mock.
pub const MOCKS: &[Mock] =
    &[venues::MOCK, oauth::MOCK, telegram::MOCK, twitch::MOCK, smtp::MOCK, exchange::MOCK, bot::MOCK];

/// Starts the mock of that name; it runs until `closing` begins. Errors, as a sentence: no such mock, arguments that it cannot
/// use, an address that is not on loopback or cannot be listened on.
pub async fn start(name: &str, options: &MockOptions, closing: web::Closing) -> Result<Running, String> {
    let mock =
        MOCKS.iter().find(|mock| mock.name == name).ok_or_else(|| format!("there is no mock {name}"))?;
    mock.start(options, closing).await
}
