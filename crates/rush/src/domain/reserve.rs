//! The decision behind a reservation: may these seats be held for this buyer now?

use super::booking::Booking;
use super::ids::{BookingId, EventId, ShowId, ZoneId};
use super::offer::Offer;
use super::queue::{PassRefusal, PresentedPass};
use super::sale_window::{self, SaleRefusal};
use super::seats::{buyer_account, transfer_code};
use kernel::{TenantId, Timestamp, UserId};
use ledger::rules::{Declined, LedgerFault, State, Transfer, TransferRefusal};

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
    /// The pass of a waiting room, where one came.
    pub pass: PresentedPass,
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
    /// There is a waiting room, and the pass does not open it.
    #[error("the waiting room's pass does not open the door: {0}")]
    Queue(PassRefusal),
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
pub fn check_request(
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

/// New numbers for a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// The booking's, which is also its pending transfer's.
    pub booking: BookingId,
    /// Where the seats go.
    pub buyer: BuyerAccount,
}

/// The account of a buyer at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuyerAccount {
    /// It was opened with an earlier reservation.
    Open(i64),
    /// It is opened with this one.
    New(i64),
}

/// Holds seats of `offer` for the buyer, or says why not. A refused request changes nothing in `accounts`.
pub fn decide(
    accounts: &mut State,
    request: &ReserveRequest,
    offer: Option<&Offer>,
    numbers: Numbers,
    now: Timestamp,
) -> Result<Booking, Declined<ReserveRefusal>> {
    let offer = check_request(request, offer, now).map_err(Declined::Refused)?;
    let (user, hash) = (request.user, request.request_hash);
    let booking = Booking::reserve(numbers.booking, user, &offer, request.quantity, hash, now)
        .ok_or(Declined::Refused(ReserveRefusal::TotalTooLarge))?;
    hold(accounts, &booking, numbers.buyer, offer.max_per_user, now)?;
    Ok(booking)
}

/// The pending transfer from the zone to the buyer, whose account is opened with it when it is the first. The zone's floor is
/// the stock, the buyer's ceiling the cap.
fn hold(
    accounts: &mut State,
    booking: &Booking,
    buyer: BuyerAccount,
    cap: i64,
    now: Timestamp,
) -> Result<(), Declined<ReserveRefusal>> {
    let (zone, BuyerAccount::Open(account) | BuyerAccount::New(account)) = (booking.zone.0, buyer);
    let until = booking.expires_at;
    let transfer =
        Transfer::pending(booking.id.0, (zone, account), booking.quantity, until, transfer_code::RESERVE);
    let held = match buyer {
        BuyerAccount::New(_) => {
            let opened = buyer_account(account, booking.user, booking.event, cap);
            accounts.open_and_transfer(opened, &transfer, now)
        }
        BuyerAccount::Open(_) => accounts.transfer_under(cap, &transfer, now),
    };
    held.map(drop).map_err(|refusal| map_refusal(refusal, accounts, &transfer, cap))
}

/// Puts the ledger's refusal of a reservation in the stall's words; what the guards before it rule out is a fault.
fn map_refusal(
    refusal: TransferRefusal,
    accounts: &State,
    transfer: &Transfer,
    cap: i64,
) -> Declined<ReserveRefusal> {
    match refusal {
        TransferRefusal::CreditAccountWouldExceedItsCeiling => {
            let current = accounts.account(transfer.credit).map_or(0, |buyer| buyer.balances.committed());
            Declined::Refused(ReserveRefusal::BuyerWouldExceedTheCap { current, max: cap })
        }
        TransferRefusal::DebitAccountWouldFallBelowItsFloor => {
            let available = accounts.account(transfer.debit).map_or(0, |zone| zone.balances.available());
            let requested = transfer.amount;
            Declined::Refused(ReserveRefusal::ZoneHasTooFewSeats { requested, available })
        }
        // Every zone of the catalogue has its account, quantities are positive, numbers are new, holds last.
        TransferRefusal::AmountMustBePositive
        | TransferRefusal::BalanceWouldOverflow
        | TransferRefusal::DebitAccountNotFound
        | TransferRefusal::CreditAccountNotFound
        | TransferRefusal::ExistsWithDifferentTerms
        | TransferRefusal::AccountsMustDiffer
        | TransferRefusal::AccountsHoldDifferentAssets
        | TransferRefusal::PendingTransferNotFound
        | TransferRefusal::PendingTransferHasDifferentAccounts
        | TransferRefusal::PendingTransferAlreadyResolved
        | TransferRefusal::PendingTransferExpired
        | TransferRefusal::AmountExceedsPendingTransfer
        | TransferRefusal::TimeoutNotInTheFuture => {
            Declined::Fault(LedgerFault { transfer: transfer.id, refusal })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::offer::OfferState;
    use crate::domain::seats::zone_account;
    use kernel::Currency;
    use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};

    const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);
    const ZONE: ZoneId = ZoneId(30);

    fn offer(cap: i64) -> Offer {
        Offer {
            tenant: TenantId(1),
            event: EventId(10),
            show: ShowId(20),
            zone: ZONE,
            price_minor: 2_500,
            currency: Currency::find("USD").expect("a currency"),
            min_per_order: 1,
            max_per_order: 10,
            max_per_user: cap,
            hold_secs: 600,
            state: OfferState::Open,
            opens_at: None,
            closes_at: NOW.plus_secs(3_600),
        }
    }

    fn request(user: i64, quantity: i64) -> ReserveRequest {
        let (event, show) = (EventId(10), ShowId(20));
        let (user, tenant) = (UserId(user), None);
        let pass = PresentedPass::Missing;
        ReserveRequest { user, tenant, event, show, zone: ZONE, quantity, pass, key_hash: 0, request_hash: 0 }
    }

    fn zone_of(seats: i64) -> State {
        let mut zone = zone_account(ZONE, EventId(10));
        zone.balances.credits_posted = seats;
        let mut accounts = State::default();
        accounts.open(zone);
        accounts
    }

    fn available(accounts: &State, id: i64) -> i64 {
        accounts.account(id).map_or(0, |account| account.balances.available())
    }

    fn new_buyer(booking: i64, account: i64) -> Numbers {
        Numbers { booking: BookingId(booking), buyer: BuyerAccount::New(account) }
    }

    #[test]
    fn a_refused_first_reservation_leaves_no_account() {
        let mut accounts = zone_of(1);
        for (quantity, cap, refusal) in [
            (2, 8, ReserveRefusal::ZoneHasTooFewSeats { requested: 2, available: 1 }),
            (1, 0, ReserveRefusal::BuyerWouldExceedTheCap { current: 0, max: 0 }),
            (11, 8, ReserveRefusal::InvalidQuantity { min: 1, max: 10 }),
        ] {
            let refused =
                decide(&mut accounts, &request(5, quantity), Some(&offer(cap)), new_buyer(100, 200), NOW);
            assert_eq!(refused, Err(Declined::Refused(refusal)));
            assert!(accounts.account(200).is_none() && accounts.pending(100).is_none());
            assert_eq!(available(&accounts, ZONE.0), 1);
        }
    }

    #[test]
    fn a_refused_reservation_leaves_an_open_account_as_it_was() {
        let mut accounts = zone_of(9);
        decide(&mut accounts, &request(5, 3), Some(&offer(4)), new_buyer(100, 200), NOW).expect("held");
        let before = accounts.account(200).cloned();
        let open = Numbers { booking: BookingId(101), buyer: BuyerAccount::Open(200) };
        // The cap has been raised since, and the zone has too few seats even so.
        let refused = decide(&mut accounts, &request(5, 7), Some(&offer(20)), open, NOW);
        let too_few = ReserveRefusal::ZoneHasTooFewSeats { requested: 7, available: 6 };
        assert_eq!(refused, Err(Declined::Refused(too_few)));
        assert_eq!(accounts.account(200).cloned(), before, "its ceiling too");
    }

    #[test]
    fn an_unexpected_refusal_of_the_ledger_is_a_fault() {
        let mut empty = State::default();
        let fault = decide(&mut empty, &request(5, 1), Some(&offer(8)), new_buyer(100, 200), NOW);
        let refusal = TransferRefusal::DebitAccountNotFound;
        assert_eq!(fault, Err(Declined::Fault(LedgerFault { transfer: 100, refusal })));
        assert!(empty.account(200).is_none());
    }

    #[test]
    fn on_any_history_no_seat_is_sold_twice_and_no_buyer_is_over_the_cap() {
        let seed = rand::random::<u64>();
        println!("seed {seed}");
        let mut chance = SmallRng::seed_from_u64(seed);
        let mut accounts = zone_of(500);
        let (mut held, mut of_buyer) = (0, [0; 80]);
        for booking in 10_000..12_000 {
            let buyer = chance.random_range(0..80_usize);
            let (account, quantity) = (200 + buyer as i64, chance.random_range(1..=6));
            let known = accounts.account(account).is_some();
            let buyer_account = if known { BuyerAccount::Open(account) } else { BuyerAccount::New(account) };
            let numbers = Numbers { booking: BookingId(booking), buyer: buyer_account };
            let before = accounts.account(account).cloned();
            match decide(&mut accounts, &request(account, quantity), Some(&offer(8)), numbers, NOW) {
                Ok(made) => {
                    held += made.quantity;
                    of_buyer[buyer] += made.quantity;
                    assert_eq!(made.total_minor, 2_500 * quantity);
                }
                Err(Declined::Refused(_)) => assert_eq!(before, accounts.account(account).cloned()),
                Err(Declined::Fault(fault)) => panic!("{fault}"),
            }
            assert!(of_buyer[buyer] <= 8);
            assert_eq!(available(&accounts, ZONE.0), 500 - held);
        }
        assert!(held > 490, "the zone sells out: {held}");
    }
}
