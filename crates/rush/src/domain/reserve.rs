//! The decision behind a reservation: may these seats be held for this buyer now?

use super::ids::{EventId, ShowId, ZoneId};
use super::offer::Offer;
use super::sale_window::{self, SaleRefusal};
use kernel::{TenantId, Timestamp, UserId};
use ledger::TransferRefusal;

/// Seats one request may ask for; the catalogue may allow fewer, never more.
pub const QUANTITY_MAX: i64 = 10;

/// What a buyer asks for. Nothing in it is a price, a tenant or a role from the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReserveRequest {
    /// The buyer, from the verified token.
    pub user: UserId,
    /// The buyer's tenant, from the verified token; none for a global customer.
    pub tenant: Option<TenantId>,
    /// The event named by the caller.
    pub event: EventId,
    /// The show named by the caller.
    pub show: ShowId,
    /// The zone.
    pub zone: ZoneId,
    /// Seats.
    pub quantity: i64,
    /// Hash of the Idempotency-Key.
    pub key_hash: i64,
    /// Hash of the whole request.
    pub request_hash: i64,
}

/// Why no seats were held. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReserveRefusal {
    /// The key was used for another request.
    #[error("the key was used for another request")]
    KeyReused,
    /// Not between 1 and 10, or outside what the zone allows.
    #[error("the quantity is outside {min}..={max}")]
    InvalidQuantity {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// No such zone for this caller, or not in that show and event.
    #[error("there is no such zone in this show")]
    ZoneNotFound,
    /// The sale is not on.
    #[error("the zone is not sold now: {0:?}")]
    Sale(SaleRefusal),
    /// Fewer free seats than asked for.
    #[error("the zone has {available} free seats, {requested} were asked for")]
    ZoneHasTooFewSeats {
        /// Asked for.
        requested: i64,
        /// Free.
        available: i64,
    },
    /// The buyer would be over the cap of the event.
    #[error("the buyer has {current} of at most {max} tickets")]
    BuyerWouldExceedTheCap {
        /// Held and owned.
        current: i64,
        /// The cap.
        max: i64,
    },
    /// The total leaves the range of amounts.
    #[error("the total is too large")]
    TotalTooLarge,
}

/// The guards that need no balances, in order: place, sale, quantity.
pub fn may_ask(
    request: &ReserveRequest,
    offer: Option<&Offer>,
    now: Timestamp,
) -> Result<Offer, ReserveRefusal> {
    let offer = offer.ok_or(ReserveRefusal::ZoneNotFound)?;
    let foreign = request.tenant.is_some_and(|tenant| tenant != offer.tenant);
    if foreign || (offer.event, offer.show) != (request.event, request.show) {
        return Err(ReserveRefusal::ZoneNotFound);
    }
    sale_window::decide(now, offer).map_err(ReserveRefusal::Sale)?;
    let (min, max) = (offer.min_per_order.max(1), offer.max_per_order.min(QUANTITY_MAX));
    if request.quantity < min || request.quantity > max {
        return Err(ReserveRefusal::InvalidQuantity { min, max });
    }
    Ok(*offer)
}

/// Puts the ledger's refusal of a reservation in the stall's words. `free` and `owned` are the balances it looked at.
#[must_use]
pub fn in_our_words(
    refusal: TransferRefusal,
    request: &ReserveRequest,
    cap: i64,
    free: i64,
    owned: i64,
) -> ReserveRefusal {
    match refusal {
        TransferRefusal::CreditAccountWouldExceedItsCeiling => {
            ReserveRefusal::BuyerWouldExceedTheCap { current: owned, max: cap }
        }
        TransferRefusal::DebitAccountWouldFallBelowItsFloor => {
            ReserveRefusal::ZoneHasTooFewSeats { requested: request.quantity, available: free }
        }
        TransferRefusal::AmountMustBePositive => {
            ReserveRefusal::InvalidQuantity { min: 1, max: QUANTITY_MAX }
        }
        TransferRefusal::BalanceWouldOverflow => ReserveRefusal::TotalTooLarge,
        // A zone without an account has nothing to sell. The others cannot be said of a fresh pending transfer.
        TransferRefusal::DebitAccountNotFound
        | TransferRefusal::CreditAccountNotFound
        | TransferRefusal::ExistsWithDifferentTerms
        | TransferRefusal::AccountsMustDiffer
        | TransferRefusal::AccountsHoldDifferentAssets
        | TransferRefusal::PendingTransferNotFound
        | TransferRefusal::PendingTransferHasDifferentAccounts
        | TransferRefusal::PendingTransferAlreadyResolved
        | TransferRefusal::PendingTransferExpired
        | TransferRefusal::AmountExceedsPendingTransfer
        | TransferRefusal::TimeoutNotInTheFuture => ReserveRefusal::ZoneNotFound,
    }
}
