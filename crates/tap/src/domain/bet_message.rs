//! The text of a bet that a session key signs: written, read back strictly, compared, and held against the clock.
//!
//! Eleven lines, or twelve with the least acceptable rate, with line feeds between them and none at the end. What does not live here: who signed it, which is
//! identity's, and whether the bet is acceptable.

use std::fmt::Write as _;

/// The longest text that is read: a real one has under 300 bytes, and no field of ours is longer than a host name.
pub const BET_TEXT_BYTES_MAX: usize = 1024;
/// Milliseconds by which a bet's own time may be behind the server's.
pub const TIMESTAMP_AGO_MAX_MS: i64 = 30_000;
/// Milliseconds by which a bet's own time may be ahead of the server's.
pub const TIMESTAMP_AHEAD_MAX_MS: i64 = 5_000;

/// The first two lines: what kind of text this is, so that no log-in and no other text can be taken for a bet.
const HEAD: &str = "Fairground Tap bet\nAction: place_bet\n";
/// Characters of a nonce: a UUID with dashes.
const NONCE_CHARS: usize = 36;
/// Where a UUID has its dashes.
const NONCE_DASHES: [usize; 4] = [8, 13, 18, 23];
/// The longest domain: a host name has at most 253 characters, a port five and a colon.
const DOMAIN_BYTES_MAX: usize = 259;

/// What a bet says. Fields are borrowed as written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BetMessage<'t> {
    /// `host[:port]` of the site.
    pub domain: &'t str,
    /// The cell's id, `epoch:column:low:high`.
    pub cell: &'t str,
    /// Cents staked.
    pub amount: i64,
    /// Hundredths that were seen: 235 is 2.35.
    pub rate: u32,
    /// The least acceptable rate, hundredths, at most `rate`; `None` in texts without that line, which accept `rate` alone.
    pub min_rate: Option<u32>,
    /// The quotes from which the rate was taken.
    pub quote_seq: u64,
    /// A UUID in lower case; one bet, whatever is sent twice.
    pub nonce: &'t str,
    /// When the player tapped: Unix milliseconds.
    pub timestamp_ms: i64,
    /// EIP-155 chain of the wallet.
    pub chain_id: u64,
    /// The version of the rules that the client knows.
    pub contract_version: u32,
}

/// Why a text is no bet: the first line that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BetTextFault {
    /// Over [`BET_TEXT_BYTES_MAX`].
    TextIsTooLong,
    /// The first lines are another text's.
    TextIsNoBet,
    /// Another line stands where this one must.
    LineIsNotInItsPlace(BetLine),
    /// The line stands in its place and holds nothing of its kind.
    LineIsMalformed(BetLine),
    /// Something follows the last line.
    TextGoesOn,
}

/// A line of a bet, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BetLine {
    /// `Domain: `
    Domain,
    /// `Cell: `
    Cell,
    /// `Amount: `
    Amount,
    /// `Rate: `
    Rate,
    /// `MinRate: `, which may be left out.
    MinRate,
    /// `QuoteSeq: `
    QuoteSeq,
    /// `Nonce: `
    Nonce,
    /// `Timestamp: `
    Timestamp,
    /// `Chain: `
    Chain,
    /// `Version: `
    Version,
}

impl BetLine {
    const fn label(self) -> &'static str {
        match self {
            Self::Domain => "Domain: ",
            Self::Cell => "Cell: ",
            Self::Amount => "Amount: ",
            Self::Rate => "Rate: ",
            Self::MinRate => "MinRate: ",
            Self::QuoteSeq => "QuoteSeq: ",
            Self::Nonce => "Nonce: ",
            Self::Timestamp => "Timestamp: ",
            Self::Chain => "Chain: ",
            Self::Version => "Version: ",
        }
    }
}

/// A bet's own time is too far from the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BetTimeRefusal {
    /// Signed more than [`TIMESTAMP_AGO_MAX_MS`] ago.
    SignedTooLongAgo,
    /// More than [`TIMESTAMP_AHEAD_MAX_MS`] ahead.
    SignedInTheFuture,
}

impl<'t> BetMessage<'t> {
    /// The text that is signed.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(HEAD.len() + self.domain.len() + self.cell.len() + 224);
        let _ = write!(text, "{HEAD}Domain: {}\nCell: {}\nAmount: {}", self.domain, self.cell, self.amount);
        let _ = write!(text, "\nRate: {}", self.rate);
        if let Some(min_rate) = self.min_rate {
            let _ = write!(text, "\nMinRate: {min_rate}");
        }
        let _ = write!(text, "\nQuoteSeq: {}\nNonce: {}", self.quote_seq, self.nonce);
        let _ = write!(text, "\nTimestamp: {}\nChain: {}", self.timestamp_ms, self.chain_id);
        let _ = write!(text, "\nVersion: {}", self.contract_version);
        text
    }

    /// Reads a text. Total: every text is a bet or a fault, and [`Self::render`] of a bet is the text.
    pub fn parse(text: &'t str) -> Result<Self, BetTextFault> {
        if text.len() > BET_TEXT_BYTES_MAX {
            return Err(BetTextFault::TextIsTooLong);
        }
        let mut lines = Lines { rest: Some(text.strip_prefix(HEAD).ok_or(BetTextFault::TextIsNoBet)?) };
        let bet = Self {
            domain: lines.read(BetLine::Domain, domain)?,
            cell: lines.read(BetLine::Cell, cell)?,
            amount: lines.read(BetLine::Amount, number)?,
            rate: lines.read(BetLine::Rate, number)?,
            min_rate: lines.read_optional(BetLine::MinRate, number)?,
            quote_seq: lines.read(BetLine::QuoteSeq, number)?,
            nonce: lines.read(BetLine::Nonce, |text| is_nonce(text).then_some(text))?,
            timestamp_ms: lines.read(BetLine::Timestamp, number)?,
            chain_id: lines.read(BetLine::Chain, number)?,
            contract_version: lines.read(BetLine::Version, number)?,
        };
        if lines.rest.is_some() {
            return Err(BetTextFault::TextGoesOn);
        }
        Ok(bet)
    }

    /// Whether `signed` is, byte for byte, the text of this bet.
    #[must_use]
    pub fn matches_text(&self, signed: &str) -> bool {
        self.render() == signed
    }
}

impl std::fmt::Debug for BetMessage<'_> {
    /// Everything but the nonce.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BetMessage")
            .field("cell", &self.cell)
            .field("amount", &self.amount)
            .field("rate", &self.rate)
            .field("min_rate", &self.min_rate)
            .field("quote_seq", &self.quote_seq)
            .field("timestamp_ms", &self.timestamp_ms)
            .finish_non_exhaustive()
    }
}

/// Whether a bet of `timestamp_ms` may still be taken at `now_ms`, both ends included.
pub const fn check_time(timestamp_ms: i64, now_ms: i64) -> Result<(), BetTimeRefusal> {
    let behind_ms = now_ms.saturating_sub(timestamp_ms);
    if behind_ms > TIMESTAMP_AGO_MAX_MS {
        return Err(BetTimeRefusal::SignedTooLongAgo);
    }
    if behind_ms < -TIMESTAMP_AHEAD_MAX_MS {
        return Err(BetTimeRefusal::SignedInTheFuture);
    }
    Ok(())
}

/// A UUID with dashes and lower-case digits: the one spelling, so that a nonce is not used twice in two.
#[must_use]
pub fn is_nonce(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match NONCE_DASHES.contains(&at) {
        true => byte == b'-',
        false => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    text.len() == NONCE_CHARS && text.bytes().enumerate().all(fits)
}

/// The lines that were not read yet. None: all were, so that a line feed at the very end is noticed.
struct Lines<'t> {
    rest: Option<&'t str>,
}

impl<'t> Lines<'t> {
    fn read<T>(&mut self, line: BetLine, read: impl Fn(&'t str) -> Option<T>) -> Result<T, BetTextFault> {
        let rest = self.rest.unwrap_or_default();
        let (said, rest) = rest.split_once('\n').map_or((rest, None), |(said, rest)| (said, Some(rest)));
        self.rest = rest;
        let value = said.strip_prefix(line.label()).ok_or(BetTextFault::LineIsNotInItsPlace(line))?;
        read(value).ok_or(BetTextFault::LineIsMalformed(line))
    }

    /// A line that may be left out.
    fn read_optional<T>(
        &mut self,
        line: BetLine,
        read: impl Fn(&'t str) -> Option<T>,
    ) -> Result<Option<T>, BetTextFault> {
        if !self.rest.is_some_and(|rest| rest.starts_with(line.label())) {
            return Ok(None);
        }
        self.read(line, read).map(Some)
    }
}

/// A number that is not negative, as it is written: no sign, no leading zero, no other digits than ours.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}

/// Four such numbers with colons between them. Whether there is such a cell is the grid's to say.
fn cell(text: &str) -> Option<&str> {
    let mut parts = text.split(':');
    let fits = (0..4).all(|_| parts.next().and_then(number::<u64>).is_some());
    (fits && parts.next().is_none()).then_some(text)
}

/// A host and maybe a port, by its characters.
fn domain(text: &str) -> Option<&str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]_".contains(&byte);
    (!text.is_empty() && text.len() <= DOMAIN_BYTES_MAX && text.bytes().all(fits)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Fairground Tap bet\nAction: place_bet\nDomain: 127.0.0.1:8080\n\
        Cell: 1:357923400:6000000:6001000\nAmount: 500\nRate: 235\nQuoteSeq: 123\n\
        Nonce: 6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f11\nTimestamp: 1795657200000\nChain: 1\nVersion: 1";

    fn bet() -> BetMessage<'static> {
        BetMessage {
            domain: "127.0.0.1:8080",
            cell: "1:357923400:6000000:6001000",
            amount: 500,
            rate: 235,
            min_rate: None,
            quote_seq: 123,
            nonce: "6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f11",
            timestamp_ms: 1_795_657_200_000,
            chain_id: 1,
            contract_version: 1,
        }
    }

    #[test]
    fn the_text_of_a_bet_is_written_and_read_to_the_byte() {
        assert_eq!(bet().render(), TEXT);
        assert_eq!(BetMessage::parse(TEXT), Ok(bet()));
        assert!(bet().matches_text(TEXT));
        assert!(TEXT.len() < 300);
    }

    #[test]
    fn the_least_acceptable_rate_stands_after_the_rate_and_may_be_left_out() {
        let text = TEXT.replacen("Rate: 235\n", "Rate: 235\nMinRate: 212\n", 1);
        let bet = BetMessage { min_rate: Some(212), ..bet() };
        assert_eq!(bet.render(), text);
        assert_eq!(BetMessage::parse(&text), Ok(bet));
        for (from, to, fault) in [
            ("MinRate: 212\n", "MinRate: 0212\n", BetTextFault::LineIsMalformed(BetLine::MinRate)),
            ("MinRate: 212\n", "MinRate: \n", BetTextFault::LineIsMalformed(BetLine::MinRate)),
            ("MinRate: 212\n", "Minrate: 212\n", BetTextFault::LineIsNotInItsPlace(BetLine::QuoteSeq)),
            (
                "Rate: 235\nMinRate: 212",
                "MinRate: 212\nRate: 235",
                BetTextFault::LineIsNotInItsPlace(BetLine::Rate),
            ),
            (
                "MinRate: 212\n",
                "MinRate: 212\nMinRate: 212\n",
                BetTextFault::LineIsNotInItsPlace(BetLine::QuoteSeq),
            ),
        ] {
            assert_eq!(BetMessage::parse(&text.replacen(from, to, 1)), Err(fault), "{from} -> {to}");
        }
    }

    #[test]
    fn a_bet_that_differs_in_one_field_is_not_what_was_signed() {
        let tampered = [
            BetMessage { domain: "127.0.0.1:8081", ..bet() },
            BetMessage { cell: "1:357923401:6000000:6001000", ..bet() },
            BetMessage { amount: 501, ..bet() },
            BetMessage { rate: 236, ..bet() },
            BetMessage { min_rate: Some(235), ..bet() },
            BetMessage { quote_seq: 124, ..bet() },
            BetMessage { nonce: "6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f12", ..bet() },
            BetMessage { timestamp_ms: 1_795_657_200_001, ..bet() },
            BetMessage { chain_id: 2, ..bet() },
            BetMessage { contract_version: 2, ..bet() },
        ];
        for other in tampered {
            assert!(!other.matches_text(TEXT), "{other:?}");
            assert_eq!(BetMessage::parse(&other.render()), Ok(other));
        }
    }

    #[test]
    fn every_line_has_its_place_and_its_form() {
        use BetLine as L;
        use BetTextFault as F;
        let cases = [
            ("Fairground Tap bet", "Fairground Tap bets", F::TextIsNoBet),
            ("place_bet", "login", F::TextIsNoBet),
            ("\nAction", "\n\nAction", F::TextIsNoBet),
            ("Amount: 500\nRate: 235", "Rate: 235\nAmount: 500", F::LineIsNotInItsPlace(L::Amount)),
            ("Amount: 500\n", "Amount: 500\nAmount: 500\n", F::LineIsNotInItsPlace(L::Rate)),
            ("Rate: 235\n", "", F::LineIsNotInItsPlace(L::Rate)),
            ("QuoteSeq", "quoteseq", F::LineIsNotInItsPlace(L::QuoteSeq)),
            ("\nVersion: 1", "", F::LineIsNotInItsPlace(L::Version)),
            ("Amount: 500", "Amount:500", F::LineIsNotInItsPlace(L::Amount)),
            ("Amount: 500", "Amount:  500", F::LineIsMalformed(L::Amount)),
            ("Amount: 500", "Amount: 0500", F::LineIsMalformed(L::Amount)),
            ("Amount: 500", "Amount: +500", F::LineIsMalformed(L::Amount)),
            ("Amount: 500", "Amount: -500", F::LineIsMalformed(L::Amount)),
            ("Amount: 500", "Amount: 5e2", F::LineIsMalformed(L::Amount)),
            ("Amount: 500", "Amount: ５００", F::LineIsMalformed(L::Amount)),
            ("Amount: 500", "Amount: ٥٠٠", F::LineIsMalformed(L::Amount)),
            ("Amount: 500", "Amount: 9223372036854775808", F::LineIsMalformed(L::Amount)),
            ("Rate: 235", "Rate: 4294967296", F::LineIsMalformed(L::Rate)),
            ("Rate: 235", "Rate: ", F::LineIsMalformed(L::Rate)),
            ("Amount: 500\n", "Amount: 500\r\n", F::LineIsMalformed(L::Amount)),
            ("Amount: 500", "Amount: 500\0", F::LineIsMalformed(L::Amount)),
            ("Cell: 1:", "Cell: 01:", F::LineIsMalformed(L::Cell)),
            ("Cell: 1:", "Cell: ", F::LineIsMalformed(L::Cell)),
            (":6001000", ":6001000:1", F::LineIsMalformed(L::Cell)),
            ("127.0.0.1:8080", "", F::LineIsMalformed(L::Domain)),
            ("127.0.0.1:8080", "fаir.example", F::LineIsMalformed(L::Domain)),
            ("127.0.0.1:8080", "fair.example ", F::LineIsMalformed(L::Domain)),
            ("6f1c1f0e", "6F1C1F0E", F::LineIsMalformed(L::Nonce)),
            ("6f1c1f0e-", "6f1c1f0e", F::LineIsMalformed(L::Nonce)),
            ("-8a53-", "8-a53-", F::LineIsMalformed(L::Nonce)),
            ("Version: 1", "Version: 1\n", F::TextGoesOn),
            ("Version: 1", "Version: 1\nVersion: 1", F::TextGoesOn),
            ("Version: 1", "Version: 1 ", F::LineIsMalformed(L::Version)),
        ];
        for (from, to, fault) in cases {
            let text = TEXT.replacen(from, to, 1);
            assert_ne!(text, TEXT, "{from}");
            assert_eq!(BetMessage::parse(&text), Err(fault), "{from} -> {to}");
        }
        for text in ["", "\0", "\n", "é", HEAD, &TEXT.replace('\n', "\r\n"), &format!("\u{feff}{TEXT}")] {
            assert!(BetMessage::parse(text).is_err(), "{text:?}");
        }
        let long = TEXT.replacen("127.0.0.1", &"a".repeat(BET_TEXT_BYTES_MAX), 1);
        assert_eq!(BetMessage::parse(&long), Err(F::TextIsTooLong));
    }

    #[test]
    fn whatever_is_read_is_written_back_as_it_was() {
        for at in 0..TEXT.len() {
            for sign in ['0', '1', 'a', ':', ' ', '\n', '\0', '-', 'é', '٣'] {
                let changed = format!("{}{sign}{}", &TEXT[..at], &TEXT[at + 1..]);
                if let Ok(read) = BetMessage::parse(&changed) {
                    assert_eq!(read.render(), changed);
                    assert_eq!(read == bet(), changed == TEXT, "{changed}");
                }
            }
            assert!(BetMessage::parse(&TEXT[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn numbers_up_to_the_edges_come_back() {
        for amount in [0, 1, i64::MAX] {
            let bet = BetMessage { amount, rate: u32::MAX, quote_seq: u64::MAX, timestamp_ms: 0, ..bet() };
            assert_eq!(BetMessage::parse(&bet.render()), Ok(bet));
        }
    }

    #[test]
    fn a_bet_is_taken_from_thirty_seconds_behind_to_five_ahead() {
        let now_ms = 1_795_657_200_000;
        let check = |offset_ms| check_time(now_ms + offset_ms, now_ms);
        assert_eq!((check(-30_000), check(0), check(5_000)), (Ok(()), Ok(()), Ok(())));
        assert_eq!(check(-30_001), Err(BetTimeRefusal::SignedTooLongAgo));
        assert_eq!(check(5_001), Err(BetTimeRefusal::SignedInTheFuture));
        assert_eq!(check_time(i64::MIN, now_ms), Err(BetTimeRefusal::SignedTooLongAgo));
        assert_eq!(check_time(i64::MAX, -1), Err(BetTimeRefusal::SignedInTheFuture));
    }

    #[test]
    fn the_nonce_is_not_in_a_debug_text() {
        let shown = format!("{:?}", bet());
        assert!(!shown.contains(bet().nonce) && shown.contains(bet().cell), "{shown}");
    }
}
