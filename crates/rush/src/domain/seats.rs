//! Seats on the ledger: which accounts there are, what their numbers are, why transfers between them happen.
//!
//! A tenant's source issues seats into zones; a reservation is a pending transfer from a zone to a buyer at an event.
//! The zone's floor of 0 is "never oversold", the buyer's ceiling is "never over the cap".

use super::ids::{EventId, ZoneId};
use kernel::{AssetCode, TenantId, UserId};
use ledger::rules::Account;

/// Account codes of this stall; written in tables, never reused.
pub mod account_code {
    /// Issues a tenant's seats; may go below zero by as many as it issued.
    pub const SOURCE: i64 = 1;
    /// The free seats of a zone.
    pub const ZONE: i64 = 2;
    /// The seats of one buyer at one event.
    pub const BUYER: i64 = 3;
}

/// Why seats move; written in tables, never reused.
pub mod transfer_code {
    /// Source to zone: capacity is set or raised. Zone to source: it is lowered.
    pub const CAPACITY: i64 = 1;
    /// Zone to buyer, pending: a reservation.
    pub const RESERVE: i64 = 2;
    /// Post of a reservation.
    pub const CONFIRM: i64 = 3;
    /// Void of a reservation by its buyer, or after the last decline.
    pub const RELEASE: i64 = 4;
    /// Void of a reservation whose time is over.
    pub const EXPIRE: i64 = 5;
    /// Zone to buyer at once: money came late and seats were still there.
    pub const LATE: i64 = 6;
    /// Buyer to zone: a refund gives seats back.
    pub const RETURN: i64 = 7;
}

/// Kinds of locators of this stall; written in tables, never reused.
pub mod locator_kind {
    /// (user, event) to the buyer's account.
    pub const BUYER_ACCOUNT: i64 = 1;
    /// (user, hash of the Idempotency-Key) to the booking.
    pub const BOOKING_KEY: i64 = 2;
}

/// The asset of every account here: whole seats.
#[must_use]
pub fn seat() -> AssetCode {
    const SEAT: Option<AssetCode> = AssetCode::new("SEAT");
    SEAT.expect("four capital letters are a code")
}

/// The account of a tenant's stock; its number is the tenant's.
#[must_use]
pub fn source_account(tenant: TenantId) -> Account {
    Account::new(tenant.0, seat(), account_code::SOURCE, tenant.0, 0)
}

/// The account of a zone's free seats; its number is the zone's.
#[must_use]
pub fn zone_account(zone: ZoneId, event: EventId) -> Account {
    Account::new(zone.0, seat(), account_code::ZONE, zone.0, event.0).with_floor(0)
}

/// The account of a buyer at an event, with the cap as its ceiling.
#[must_use]
pub fn buyer_account(id: i64, user: UserId, event: EventId, cap: i64) -> Account {
    Account::new(id, seat(), account_code::BUYER, user.0, event.0).with_floor(0).with_ceiling(cap)
}
