//! The proof of a sale as text: what every zone sold, transfer by transfer, in the ledger's sealed blocks, and what was paid, without a
//! name. `docs/sale.md` says how it is verified.

use super::ids::ZoneId;
use std::collections::HashSet;
use std::fmt::Write as _;

/// How a file names its kind.
pub const FORMAT: &str = "fairground-sale-1";
/// What is signed begins with this.
pub const CONTEXT: &[u8] = b"fairground rush sale 1\n";

/// A transfer as it is published: its thirteen numbers, and the asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedTransfer {
    /// As docs/sealing.md has them.
    pub numbers: [i64; 13],
    /// What moved.
    pub asset: String,
    /// The hash of both.
    pub leaf: [u8; 32],
}

/// The header of a block as it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedBlock {
    /// Its number.
    pub height: i64,
    /// When it was sealed, microseconds since 1970.
    pub at_us: i64,
    /// How many transfers it holds.
    pub count: usize,
    /// The root over their leaves.
    pub root: [u8; 32],
    /// The hash of the block before it.
    pub previous: [u8; 32],
    /// Its hash.
    pub hash: [u8; 32],
}

/// What was sold by one booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldBooking {
    /// Its number, which is its pending transfer's.
    pub number: i64,
    /// Its zone.
    pub zone: i64,
    /// Seats that were paid for.
    pub quantity: i64,
    /// What one cost, minor units.
    pub unit_price: i64,
    /// What all cost.
    pub total: i64,
    /// What was charged.
    pub paid: i64,
    /// Seats that were given back.
    pub returned: i64,
    /// What of the money went back.
    pub given_back: i64,
}

/// Where a transfer's debit, credit and code stand among its numbers.
const DEBIT: usize = 2;
const CREDIT: usize = 3;

impl SealedTransfer {
    /// Whether it moves seats of one of these zones.
    #[must_use]
    pub fn is_of(&self, zones: &HashSet<i64>) -> bool {
        zones.contains(&self.numbers[DEBIT]) || zones.contains(&self.numbers[CREDIT])
    }

    /// The account on its other side than `zones`.
    #[must_use]
    pub fn other_side(&self, zones: &HashSet<i64>) -> i64 {
        if zones.contains(&self.numbers[DEBIT]) { self.numbers[CREDIT] } else { self.numbers[DEBIT] }
    }
}

/// The beginning of the file: what was sold, by which key it is signed, and the zones with their seats.
#[must_use]
pub fn head(event: &str, as_of: &str, key: &[u8; 32], zones: &[(ZoneId, String, i64)]) -> String {
    let zones = zones.iter().map(|(zone, name, total)| {
        let name = serde_json::Value::from(name.as_str());
        format!("{{\"account\":\"{}\",\"name\":{name},\"total\":\"{total}\"}}", zone.0)
    });
    format!(
        "{{\"format\":\"{FORMAT}\",\"event\":\"{event}\",\"as_of\":\"{as_of}\",\"key\":\"{}\",\"zones\":[{}],\"bookings\":[",
        hex(key),
        zones.collect::<Vec<_>>().join(",")
    )
}

/// A booking as it stands in the file.
#[must_use]
pub fn booking(sold: &SoldBooking) -> String {
    let numbers = [
        sold.number,
        sold.zone,
        sold.quantity,
        sold.unit_price,
        sold.total,
        sold.paid,
        sold.returned,
        sold.given_back,
    ];
    list(&numbers)
}

/// A block: its header, and where it holds transfers of these zones, every leaf; the transfers of others as their hash.
#[must_use]
pub fn block(block: &SealedBlock, transfers: &[SealedTransfer], zones: &HashSet<i64>) -> String {
    let mut text = format!(
        "{{\"height\":\"{}\",\"at\":\"{}\",\"count\":\"{}\",\"root\":\"{}\",\"previous\":\"{}\",\"hash\":\"{}\"",
        block.height,
        block.at_us,
        block.count,
        hex(&block.root),
        hex(&block.previous),
        hex(&block.hash)
    );
    if transfers.iter().any(|transfer| transfer.is_of(zones)) {
        let leaves: Vec<String> = transfers.iter().map(|transfer| leaf(transfer, zones)).collect();
        let _ = write!(text, ",\"leaves\":[{}]", leaves.join(","));
    }
    text.push('}');
    text
}

fn leaf(transfer: &SealedTransfer, zones: &HashSet<i64>) -> String {
    if !transfer.is_of(zones) {
        return format!("\"{}\"", hex(&transfer.leaf));
    }
    let numbers = list(&transfer.numbers);
    format!("{},\"{}\"]", &numbers[..numbers.len() - 1], transfer.asset)
}

/// A buyer's account and its cap.
#[must_use]
pub fn buyer(account: i64, cap: i64) -> String {
    list(&[account, cap])
}

fn list(numbers: &[i64]) -> String {
    let quoted: Vec<String> = numbers.iter().map(|number| format!("\"{number}\"")).collect();
    format!("[{}]", quoted.join(","))
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
