//! The keys of tickets: one signs now, it and those before it are believed.

use super::ticket_code::TicketSigner;

/// Kept for the life of the process: making keys of seeds costs more than a signature.
pub struct TicketKeys {
    signer: TicketSigner,
    public: Vec<[u8; 32]>,
}

impl TicketKeys {
    /// The keys that grow from these seeds, the present one first. Panics without a seed: there always is a present one.
    #[must_use]
    pub fn new(seeds: &[[u8; 32]]) -> Self {
        let public = seeds.iter().map(|seed| TicketSigner::new(*seed).public_key()).collect();
        Self { signer: TicketSigner::new(seeds[0]), public }
    }

    /// Who signs now.
    #[must_use]
    pub fn signer(&self) -> &TicketSigner {
        &self.signer
    }

    /// What doors check with, the present key first.
    #[must_use]
    pub fn public(&self) -> &[[u8; 32]] {
        &self.public
    }
}
