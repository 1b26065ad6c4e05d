//! The keys of tickets: they grow from the stall's signing keys, so that nobody has to keep more secrets.

use crate::app::App;
use crate::domain::ticket_code::TicketSigner;

const PURPOSE: &str = "rush tickets";

/// Who signs tickets now.
#[must_use]
pub fn signer(app: &App) -> TicketSigner {
    let mut seeds = app.identity.keyring().derive(PURPOSE);
    TicketSigner::new(seeds.swap_remove(0))
}

/// What doors check with, the present key first.
#[must_use]
pub fn public(app: &App) -> Vec<[u8; 32]> {
    let seeds = app.identity.keyring().derive(PURPOSE);
    seeds.into_iter().map(|seed| TicketSigner::new(seed).public_key()).collect()
}
