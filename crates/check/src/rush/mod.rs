//! What Rush adds: seats are units, a booking has the number of its pending transfer. Its tables against the ledger's.

mod bookings;
mod buyers;
mod doors;
mod observer;
mod outbox;
mod payments;
mod queues;
mod refunds;
mod replayed;
mod zones;

use crate::observer::StallChecks;
use observer::RushObserver;

/// Rush's row.
pub(crate) const CHECKS: StallChecks = StallChecks {
    name: "rush",
    observer: || Box::new(RushObserver::default()),
    dumped: &[
        ("tenants", "tenant"),
        ("categories", "category"),
        ("events", "event"),
        ("shows", "show"),
        ("seat_zones", "zone"),
        ("bookings", "booking"),
        ("payments", "payment"),
        ("refunds", "refund"),
        ("check_ins", "check_in"),
        ("queue_passes", "queue_pass"),
    ],
};

/// Codes of accounts, as written in tables: a buyer's account at an event.
const BUYER: i64 = 3;
/// What was paid for a booking that has refunds and did not go back; what went back to a tenant's buyers.
const PAID: i64 = 41;
const RETURNED: i64 = 42;
/// Codes of transfers, as written in tables: a reservation, the void of an overdue hold, seats taken for money that came late,
/// seats given back by a refund.
const RESERVE: i64 = 2;
const EXPIRE: i64 = 5;
const LATE: i64 = 6;
const RETURN: i64 = 7;
/// Kinds of locators, as written in tables.
const BUYER_ACCOUNT: i64 = 1;
const BOOKING_KEY: i64 = 2;
