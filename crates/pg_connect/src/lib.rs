//! How a PostgreSQL address is read and its server is proved: hosts, `sslmode`, `sslrootcert`. Clear text leaves this machine
//! only where the address says `sslmode=disable`.
//!
//! What does not live here: anything that is asked of a database once it is reached. The check uses this crate too, and shares
//! nothing else with the server.

mod address;
mod fault;
mod ssl_mode;
mod verifier;

pub use address::Address;
pub use fault::AddressFault;
pub use tokio_postgres_rustls::MakeRustlsConnect;
