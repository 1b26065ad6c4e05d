//! What the server set up for this run, in the form in which requests need it.

use super::control::Setup;
use super::token::Minter;
use crate::keys::SigningKeys;
use kernel::{PublicIds, TypedId as _, UserId};

/// A zone a worker can ask for.
#[derive(Debug, Clone)]
pub struct ZoneOnSale {
    /// The reserve's body up to the quantity.
    pub body: Vec<u8>,
    /// Price of one ticket in minor units.
    pub price_minor: i64,
    /// Currency code of the price.
    pub currency: String,
}

/// The event, the buyers and the means to speak as them. Shared by all workers, never changed.
#[derive(Debug)]
pub struct Fixture {
    /// Zones with seats.
    pub open: Vec<ZoneOnSale>,
    /// Zones without.
    pub sold_out: Vec<ZoneOnSale>,
    /// How many buyers there are.
    pub buyers: u32,
    numbers: Numbers,
    public_ids: PublicIds,
    minter: Minter,
}

/// Which users the buyers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbers {
    /// One after the other, from this one on.
    From(i64),
    /// As the server's first fill scattered them.
    Scattered,
}

/// Where the numbers of a fill's buyers begin.
const FILLED: i64 = 1 << 61;
/// An odd multiplier scatters them.
const SCATTER: u64 = 0x9E37_79B9_7F4A_7C15;

impl Numbers {
    fn user(self, buyer: u32) -> i64 {
        match self {
            Self::From(first) => first + i64::from(buyer),
            Self::Scattered => FILLED | (u64::from(buyer).wrapping_mul(SCATTER) >> 8).cast_signed(),
        }
    }
}

impl Fixture {
    /// Prepares what `setup` describes, at `now_s` seconds since 1970, for buyers of this run or for the first `returning` of a fill.
    /// Errors: a sentence when it cannot be used.
    pub fn new(
        setup: &Setup,
        keys: &SigningKeys,
        now_s: i64,
        returning: Option<u64>,
    ) -> Result<Self, String> {
        let first_user = setup.first_user.parse().map_err(|_| "the set-up names no first buyer")?;
        let returning = returning.map(|filled| u32::try_from(filled).unwrap_or(u32::MAX));
        let zones = |sold_out: bool| zones_of(setup, sold_out);
        let fixture = Self {
            open: zones(false),
            sold_out: zones(true),
            buyers: returning.unwrap_or(setup.users),
            numbers: if returning.is_some() { Numbers::Scattered } else { Numbers::From(first_user) },
            public_ids: PublicIds::new(keys.id_key),
            minter: Minter::new(keys, setup.tenant_id.as_deref(), now_s),
        };
        if fixture.open.is_empty() || fixture.buyers == 0 {
            return Err(String::from("the set-up has no zone on sale or no buyers"));
        }
        Ok(fixture)
    }

    /// Appends the token of buyer number `buyer` (below `buyers`).
    pub fn mint(&self, buyer: u32, out: &mut Vec<u8>) {
        let user = UserId::from_i64(self.numbers.user(buyer));
        self.minter.mint(&self.public_ids.encode(user), out);
    }
}

fn zones_of(setup: &Setup, sold_out: bool) -> Vec<ZoneOnSale> {
    let mut zones = Vec::new();
    for event in &setup.events {
        for zone in event.zones.iter().filter(|zone| zone.sold_out == sold_out) {
            let body = format!(
                r#"{{"event_id":"{}","show_id":"{}","zone_id":"{}","quantity":"#,
                event.event_id, event.show_id, zone.zone_id
            );
            zones.push(ZoneOnSale {
                body: body.into_bytes(),
                price_minor: zone.price_minor,
                currency: zone.currency.clone(),
            });
        }
    }
    zones
}
