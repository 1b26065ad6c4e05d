//! What the player signed: the text is exactly what the bet's fields give, the cell is the bet's cell, the key has signed.

use super::proof::{Bet, Proof, Scheme};
use super::session_key;
use crate::claim::{Finding, RuleResult, ensure};

/// A signature is at most this much older than its bet, and at most this much younger: the server's rule for clocks
/// (30 s and 5 s), and what a full queue may add.
const SIGNED_BEFORE_MS_MAX: i64 = 60_000;
const SIGNED_AFTER_MS_MAX: i64 = 5_000;
/// The longest host name, a colon and a port.
const DOMAIN_LEN_MAX: usize = 253 + 6;

pub(super) fn verify(proof: &Proof) -> RuleResult {
    cell(&proof.bet)?;
    names(&proof.bet)?;
    let domain = text(proof)?;
    let signed = &proof.signed;
    match signed.scheme {
        Scheme::Secp256k1 => session_key::secp256k1(&signed.key, &signed.text, &signed.signature)?,
        Scheme::Ed25519 => session_key::ed25519(&signed.key, &signed.text, &signed.signature)?,
        Scheme::HmacSha256 => {
            return Ok(Finding::Given(format!(
                "the text fits the bet at {domain}, but hmac-sha256 cannot be checked by a stranger: only the server has the key"
            )));
        }
    }
    let scheme = if signed.scheme == Scheme::Secp256k1 { "secp256k1" } else { "ed25519" };
    Ok(Finding::Proven(format!(
        "the {scheme} session key signed exactly this bet at {domain}; whose key it is, the log-in said"
    )))
}

/// The cell's id names the bet's epoch, column and band, and the column has its times.
fn cell(bet: &Bet) -> Result<(), String> {
    let id = format!("{}:{}:{}:{}", bet.epoch, bet.column, bet.low, bet.high);
    ensure(bet.cell_id == id, || format!("the cell is {:?}, by its bet {id}", bet.cell_id))?;
    let t0_ms = bet.column * bet.width_ms;
    ensure((bet.t0_ms, bet.t1_ms) == (t0_ms, t0_ms + bet.width_ms), || {
        format!("column {} of {} ms does not begin at {}", bet.column, bet.width_ms, bet.t0_ms)
    })
}

/// Ids that only name: they must look like what they are.
fn names(bet: &Bet) -> Result<(), String> {
    ensure(is_uuid(&bet.nonce), || "the nonce is no UUID in lower case".to_owned())?;
    ensure(is_uuid(&bet.bet_id), || "the bet's id is no UUID in lower case".to_owned())?;
    let digits = bet.wallet.strip_prefix("0x").unwrap_or_default();
    ensure(digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), || {
        "the wallet is no address".to_owned()
    })
}

fn is_uuid(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// Compares the signed text with what the bet gives; the three lines that the bet does not know are read from it, and
/// must be what they can be. Returns the domain.
fn text(proof: &Proof) -> Result<&str, String> {
    let text = &proof.signed.text;
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    let (domain, signed_at, chain) = (line("Domain: "), line("Timestamp: "), line("Chain: "));
    let version = line("Version: ");
    ensure(is_domain(domain), || "the signed text names no domain".to_owned())?;
    let signed_at_ms = number(signed_at).ok_or("the signed text has no time")?;
    ensure(number(chain).is_some() && number(version).is_some(), || {
        "the signed text names no chain".to_owned()
    })?;
    let (bet, quote_seen) = (&proof.bet, proof.quote_seen());
    let least = bet.min_rate.map_or_else(String::new, |least| format!("MinRate: {least}\n"));
    let expected = format!(
        "Fairground Tap bet\nAction: place_bet\nDomain: {domain}\nCell: {}\nAmount: {}\nRate: {}\n{least}QuoteSeq: {quote_seen}\n\
         Nonce: {}\nTimestamp: {signed_at}\nChain: {chain}\nVersion: {version}",
        bet.cell_id,
        bet.amount,
        bet.rate_seen(),
        bet.nonce
    );
    ensure(*text == expected, || "the signed text is not that of this bet".to_owned())?;
    let age_ms = bet.placed_at_ms - signed_at_ms;
    ensure((-SIGNED_AFTER_MS_MAX..=SIGNED_BEFORE_MS_MAX).contains(&age_ms), || {
        format!("the bet was signed {age_ms} ms before it was placed")
    })?;
    Ok(domain)
}

fn is_domain(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte);
    (1..=DOMAIN_LEN_MAX).contains(&text.len()) && text.bytes().all(fits)
}

/// A decimal number below 10^15 without sign or leading zero.
fn number(text: &str) -> Option<i64> {
    let is_canonical = (1..=15).contains(&text.len()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_canonical && text.bytes().all(|byte| byte.is_ascii_digit()))
}
