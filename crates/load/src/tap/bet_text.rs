//! The text of a bet that a session key signs, written as `docs/proof.md` shows it. Tap reads it with code of its own.

use std::fmt::Write as _;

/// What a bet says. Fields are borrowed as written.
#[derive(Debug, Clone, Copy)]
pub struct BetText<'t> {
    /// `host[:port]` of the site.
    pub domain: &'t str,
    /// The cell's id, `epoch:column:low:high`.
    pub cell: &'t str,
    /// Cents staked.
    pub amount: i64,
    /// Hundredths that were seen: 235 is 2.35.
    pub rate: u32,
    /// The least acceptable rate, hundredths.
    pub min_rate: u32,
    /// The quotes from which the rate was taken.
    pub quote_seq: u64,
    /// A UUID in lower case.
    pub nonce: &'t str,
    /// When the player tapped: Unix milliseconds.
    pub timestamp_ms: i64,
    /// EIP-155 chain of the wallet.
    pub chain_id: u64,
    /// The version of the rules that the client knows.
    pub contract_version: u32,
}

impl BetText<'_> {
    /// Twelve lines with line feeds between them and none at the end.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(320);
        // Writing to memory cannot fail.
        let _ = write!(text, "Fairground Tap bet\nAction: place_bet\nDomain: {}", self.domain);
        let _ = write!(text, "\nCell: {}\nAmount: {}\nRate: {}", self.cell, self.amount, self.rate);
        let _ =
            write!(text, "\nMinRate: {}\nQuoteSeq: {}\nNonce: {}", self.min_rate, self.quote_seq, self.nonce);
        let _ = write!(text, "\nTimestamp: {}\nChain: {}", self.timestamp_ms, self.chain_id);
        let _ = write!(text, "\nVersion: {}", self.contract_version);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `docs/proof.md`.
    fn documented() -> String {
        let page = include_str!("../../../../docs/proof.md");
        let (_, text) = page.split_once("```\nFairground Tap bet\n").expect("the page shows a bet's text");
        format!("Fairground Tap bet\n{}", text.split_once("\n```").expect("the example ends").0)
    }

    #[test]
    fn the_text_of_a_bet_is_the_documented_one_to_the_byte() {
        let bet = BetText {
            domain: "127.0.0.1:8080",
            cell: "1:359131440:6000000:6001000",
            amount: 500,
            rate: 209,
            min_rate: 189,
            quote_seq: 123,
            nonce: "6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f11",
            timestamp_ms: 1_795_657_192_030,
            chain_id: 1,
            contract_version: 1,
        };
        assert_eq!(bet.render(), documented());
    }
}
