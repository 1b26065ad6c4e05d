//! The seats of zones inside a change of the catalogue: how many are taken, and transfers that set a zone's size.

use super::catalogue_write::Change;
use crate::availability::Seats;
use crate::domain::catalogue_refusal::CatalogueRefusal;
use crate::domain::seats::{transfer_code, zone_account};
use crate::domain::zone::Zone;
use kernel::{Refusal, TenantId};
use ledger::{Book, Transfer, TransferRefusal};
use store::{StoreError, Tx};

/// The accounts of some zones of one tenant, locked until the transaction ends.
pub struct ZoneSeats {
    tenant: TenantId,
    book: Book,
}

impl ZoneSeats {
    /// Takes the accounts of `zones` and their tenant's stock in hand.
    pub fn load(tx: &mut Tx<'_>, tenant: TenantId, zones: &[Zone]) -> Result<Self, StoreError> {
        let mut accounts: Vec<_> = zones.iter().map(|zone| zone.id.0).collect();
        accounts.push(tenant.0);
        Ok(Self { tenant, book: Book::load(tx, &accounts)? })
    }

    /// Refuses where a seat of `zones` is sold or held.
    pub fn must_be_free(&self, zones: &[Zone]) -> Result<(), CatalogueRefusal> {
        let (mut sold, mut held) = (0, 0);
        for (zone, account) in zones.iter().filter_map(|zone| Some((zone, self.book.account(zone.id.0)?))) {
            held += account.balances.debits_pending;
            sold += zone.fields.total_seats - account.balances.posted();
        }
        if sold == 0 && held == 0 { Ok(()) } else { Err(CatalogueRefusal::SeatsAreTaken { sold, held }) }
    }

    /// Opens the account of a new zone and issues all of its seats.
    pub fn issue(&mut self, change: &mut Change<'_>, zone: &Zone) -> Result<(), Refusal> {
        self.book.open(zone_account(zone.id, zone.event));
        self.resize(change, zone, 0)
    }

    /// Brings a zone of `before` seats to the total of its row. Refused by the account's floor where too many are taken.
    pub fn resize(&mut self, change: &mut Change<'_>, zone: &Zone, before: i64) -> Result<(), Refusal> {
        let total = zone.fields.total_seats;
        if total == before {
            return Ok(());
        }
        let (from, to) = if total > before { (self.tenant.0, zone.id.0) } else { (zone.id.0, self.tenant.0) };
        let transfer =
            Transfer::single(change.id(), from, to, (total - before).abs(), transfer_code::CAPACITY);
        match self.book.transfer(&transfer, change.now) {
            Ok(_) => {}
            Err(TransferRefusal::DebitAccountWouldFallBelowItsFloor) => {
                let free = self.book.account(zone.id.0).map_or(0, |account| account.balances.available());
                return Err(CatalogueRefusal::TotalIsBelowTakenSeats {
                    requested: total,
                    minimum: before - free,
                }
                .into());
            }
            Err(other) => return Err(Refusal::internal(format!("the size of zone {}: {other}", zone.id.0))),
        }
        let seats = self.book.account(zone.id.0).map(|account| Seats::of(account, transfer.id));
        change.show_seats(seats);
        Ok(())
    }

    /// Takes every seat of `zones` back into stock, after `must_be_free`.
    pub fn withdraw(&mut self, change: &mut Change<'_>, zones: &[Zone]) -> Result<(), Refusal> {
        for zone in zones {
            let mut emptied = zone.clone();
            emptied.fields.total_seats = 0;
            self.resize(change, &emptied, zone.fields.total_seats)?;
        }
        Ok(())
    }

    /// Writes what changed.
    pub fn save(mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        self.book.save(tx)
    }
}
