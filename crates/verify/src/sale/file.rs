//! What a proof of a sale says, read from its text.

use crate::hex;
use crate::sealed::{Hash, Header, Spelled, hash, number};
use serde::Deserialize;

/// A zone.
pub(super) struct Zone {
    pub(super) account: i64,
    pub(super) name: String,
    pub(super) total: i64,
}

/// What one booking was.
pub(super) struct Booking {
    pub(super) number: i64,
    pub(super) zone: i64,
    pub(super) quantity: i64,
    pub(super) unit_price: i64,
    pub(super) total: i64,
    pub(super) paid: i64,
    pub(super) returned: i64,
    pub(super) given_back: i64,
}

/// A transfer of one of the zones, by the places of its numbers.
#[derive(Clone)]
pub(super) struct Transfer {
    pub(super) numbers: [i64; 13],
    pub(super) asset: String,
}

/// A leaf: a transfer of a zone, or the hash of somebody else's.
pub(super) enum Leaf {
    Own(Transfer),
    Other(Hash),
}

/// A block.
pub(super) struct Block {
    pub(super) header: Header,
    /// Every leaf; none: no transfer of a zone is among them.
    pub(super) leaves: Option<Vec<Leaf>>,
}

/// The proof.
pub(super) struct Sale {
    pub(super) as_of: String,
    pub(super) key: [u8; 32],
    pub(super) zones: Vec<Zone>,
    pub(super) bookings: Vec<Booking>,
    pub(super) blocks: Vec<Block>,
    /// (account, cap)
    pub(super) buyers: Vec<(i64, i64)>,
    pub(super) signature: [u8; 64],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaleFile {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "event")]
    _event: String,
    as_of: String,
    key: String,
    zones: Vec<ZoneFile>,
    bookings: Vec<Vec<String>>,
    blocks: Vec<BlockFile>,
    buyers: Vec<Vec<String>>,
    signature: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneFile {
    account: String,
    name: String,
    total: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockFile {
    height: String,
    at: String,
    count: String,
    root: String,
    previous: String,
    hash: String,
    leaves: Option<Vec<LeafFile>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum LeafFile {
    Own(Vec<String>),
    Other(String),
}

impl Sale {
    /// Reads the text. Errors: a sentence that says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let file: SaleFile =
            serde_json::from_str(text).map_err(|error| format!("it cannot be read: {error}"))?;
        Ok(Self {
            as_of: file.as_of,
            key: hex::bytes(&file.key).ok_or_else(|| "the key is no key".to_owned())?,
            zones: file.zones.into_iter().map(zone).collect::<Result<_, _>>()?,
            bookings: file.bookings.iter().map(|numbers| booking(numbers)).collect::<Result<_, _>>()?,
            blocks: file.blocks.into_iter().map(block).collect::<Result<_, _>>()?,
            buyers: file.buyers.iter().map(|numbers| buyer(numbers)).collect::<Result<_, _>>()?,
            signature: hex::bytes(&file.signature).ok_or_else(|| "the signature is none".to_owned())?,
        })
    }

    /// Every transfer of a zone, in the order of the blocks.
    pub(super) fn transfers(&self) -> impl Iterator<Item = &Transfer> {
        let leaves = self.blocks.iter().filter_map(|block| block.leaves.as_ref()).flatten();
        leaves.filter_map(|leaf| match leaf {
            Leaf::Own(transfer) => Some(transfer),
            Leaf::Other(_) => None,
        })
    }
}

impl Transfer {
    pub(super) const fn id(&self) -> i64 {
        self.numbers[0]
    }

    /// 1 single, 2 pending, 3 post, 4 void.
    pub(super) const fn kind(&self) -> i64 {
        self.numbers[1]
    }

    pub(super) const fn debit(&self) -> i64 {
        self.numbers[2]
    }

    pub(super) const fn credit(&self) -> i64 {
        self.numbers[3]
    }

    pub(super) const fn amount(&self) -> i64 {
        self.numbers[4]
    }

    /// The pending transfer that a post or void resolves.
    pub(super) const fn pending(&self) -> i64 {
        self.numbers[5]
    }

    /// (account, posted, pending) of both accounts right after it.
    pub(super) const fn after(&self) -> [(i64, i64, i64); 2] {
        let n = &self.numbers;
        [(n[2], n[9], n[10]), (n[3], n[11], n[12])]
    }
}

fn numbers<const N: usize>(digits: &[String]) -> Result<[i64; N], String> {
    let read = digits.iter().map(|digits| number(digits)).collect::<Result<Vec<_>, _>>()?;
    read.try_into().map_err(|_| format!("{} numbers where {N} belong", digits.len()))
}

fn zone(file: ZoneFile) -> Result<Zone, String> {
    Ok(Zone { account: number(&file.account)?, name: file.name, total: number(&file.total)? })
}

fn booking(digits: &[String]) -> Result<Booking, String> {
    let [number, zone, quantity, unit_price, total, paid, returned, given_back] = numbers(digits)?;
    Ok(Booking { number, zone, quantity, unit_price, total, paid, returned, given_back })
}

fn buyer(digits: &[String]) -> Result<(i64, i64), String> {
    let [account, cap] = numbers(digits)?;
    Ok((account, cap))
}

fn block(file: BlockFile) -> Result<Block, String> {
    let leaves = file.leaves.map(|leaves| leaves.into_iter().map(leaf).collect::<Result<Vec<_>, _>>());
    Ok(Block {
        header: Header::read(&Spelled {
            numbers: [&file.height, &file.at, &file.count],
            hashes: [&file.root, &file.previous, &file.hash],
        })?,
        leaves: leaves.transpose()?,
    })
}

fn leaf(file: LeafFile) -> Result<Leaf, String> {
    match file {
        LeafFile::Other(digits) => hash(&digits).map(Leaf::Other),
        LeafFile::Own(mut digits) => {
            let asset = digits.pop().ok_or_else(|| "an empty transfer".to_owned())?;
            Ok(Leaf::Own(Transfer { numbers: numbers(&digits)?, asset }))
        }
    }
}
