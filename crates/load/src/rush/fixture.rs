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
    first_user: i64,
    public_ids: PublicIds,
    minter: Minter,
}

impl Fixture {
    /// Prepares what `setup` describes, at `now_s` seconds since 1970. Errors: a sentence when it cannot be used.
    pub fn new(setup: &Setup, keys: &SigningKeys, now_s: i64) -> Result<Self, String> {
        let first_user = setup.first_user.parse().map_err(|_| "the set-up names no first buyer")?;
        let zones = |sold_out: bool| zones_of(setup, sold_out);
        let fixture = Self {
            open: zones(false),
            sold_out: zones(true),
            buyers: setup.users,
            first_user,
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
        let user = UserId::from_i64(self.first_user + i64::from(buyer));
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
