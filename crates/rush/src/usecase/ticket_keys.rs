//! The keys of tickets: they grow from the stall's signing keys, so that nobody has to keep more secrets.

use crate::app::App;
use crate::domain::ticket_code::TicketSigner;
use crate::domain::ticket_keys::TicketKeys;
use identity::Keyring;

const PURPOSE: &str = "rush tickets";

/// The keys that grow from `keyring`.
#[must_use]
pub fn load(keyring: &Keyring) -> TicketKeys {
    TicketKeys::new(&keyring.derive(PURPOSE))
}

/// Who signs tickets now.
#[must_use]
pub fn signer(app: &App) -> &TicketSigner {
    app.ticket_keys.signer()
}

/// What doors check with, the present key first.
#[must_use]
pub fn public(app: &App) -> Vec<[u8; 32]> {
    app.ticket_keys.public().to_vec()
}
