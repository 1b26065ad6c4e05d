//! One corruption a test case: what is done, and the claims that must fail, no more and no fewer.

use super::ground::make_sound;
use crate::tests::{AUDITED, OF_BLOCKS, TAKEN_ONCE, check_file};
use std::collections::BTreeSet;
use std::path::Path;

const ZERO: &str = "each asset sums to zero";
const EQUAL: &str = "every balance equals its transfers";
const LIMITS: &str = "no floor and no ceiling is crossed";
const CHAIN: &str = "the balances after every transfer follow from one another";
const FORMED: &str = "every transfer is well formed and between accounts of one asset";
const RELATED: &str = "every post and every void fits its pending transfer";
const ONCE: &str = "every pending transfer is posted or voided at most once";
const HELD: &str = "the holds are exactly the open pending transfers";
const AGREE: &str = "every booking agrees with its transfer";
const TOTAL: &str = "every booking's total is its price times its quantity";
const CODE: &str = "every confirmation code is its booking's alone in its tenant";
const BUYER: &str = "every buyer has exactly the tickets of their bookings, within the cap";
const ZONE: &str = "every zone's seats are sold, held or free, and no more than there are";
const PAID: &str = "every confirmed booking has exactly one succeeded payment of its total, and no other has";
const FOUND: &str = "every booking and every buyer is found by its locator, and nothing else is";
const REFUND: &str = "every refund gives seats and money back once, and never more than was paid";
const CAUSE: &str = "every event in the outbox has its cause";
const TICKET: &str = "every ticket is its booking's, and inside by a check-in that stands";
const INSIDE: &str = "nobody is inside twice by one ticket";
const COUNTED: &str = "the counts at the doors are the check-ins that stand";

/// (what is done, the claims it breaks).
const CORRUPTIONS: &[(&str, &[&str])] = &[
    // Balances.
    ("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE id = 2001", &[ZERO, EQUAL]),
    ("UPDATE accounts SET debits_pending = debits_pending - 1 WHERE id = 2001", &[EQUAL]),
    ("UPDATE accounts SET credits_pending = 0 WHERE id = 4001", &[EQUAL]),
    (
        "UPDATE accounts SET debits_posted = debits_posted + 1 WHERE id = 4002;
         UPDATE accounts SET credits_posted = credits_posted + 1 WHERE id = 4001",
        &[EQUAL],
    ),
    ("UPDATE accounts SET floor = 5 WHERE id = 2002", &[LIMITS]),
    ("UPDATE accounts SET ceiling = 2 WHERE id = 4001", &[LIMITS]),
    ("UPDATE accounts SET asset = 'THB' WHERE id = 4001", &[ZERO, FORMED]),
    (
        "INSERT INTO accounts SELECT 9, asset, 9, 9, 9, NULL, NULL, 0, 0, 0, 7 FROM accounts WHERE id = 2001",
        &[ZERO, EQUAL],
    ),
    // Transfers.
    ("UPDATE transfers SET debit_posted_after = debit_posted_after + 1 WHERE id = 5003", &[CHAIN]),
    ("UPDATE transfers SET credit_pending_after = 0 WHERE id = 5001", &[CHAIN]),
    ("UPDATE transfers SET amount = 11 WHERE id = 4501", &[EQUAL, CHAIN, ZONE]),
    ("UPDATE transfers SET expires_at = NULL WHERE id = 5001", &[FORMED, HELD]),
    ("UPDATE transfers SET pending_id = 5001 WHERE id = 4501", &[FORMED]),
    ("UPDATE transfers SET expires_at = at WHERE id = 5001", &[FORMED, HELD]),
    ("UPDATE transfers SET at = 9000000 WHERE id = 6001", &[RELATED]),
    (
        "INSERT INTO transfers SELECT 7000, 4, debit, credit, amount, 5002, NULL, 4, at, 0, 0, 0, 0
         FROM transfers WHERE id = 6001",
        &[ONCE],
    ),
    (
        "INSERT INTO transfers SELECT 7000, 4, debit, credit, amount, 123456, NULL, 4, at, 0, 0, 0, 0
         FROM transfers WHERE id = 6001",
        &[RELATED],
    ),
    ("DELETE FROM transfers WHERE id = 6002", &[EQUAL, CHAIN, HELD, AGREE, BUYER, ZONE]),
    // Holds.
    ("DELETE FROM holds WHERE id = 5001", &[HELD]),
    ("UPDATE holds SET amount = 1 WHERE id = 5001", &[HELD]),
    ("UPDATE holds SET expires_at = expires_at + 1 WHERE id = 5001", &[HELD]),
    ("INSERT INTO holds SELECT 5002, debit, credit, amount, expires_at FROM holds WHERE id = 5001", &[HELD]),
    ("INSERT INTO holds SELECT 77, debit, credit, amount, expires_at FROM holds WHERE id = 5001", &[HELD]),
    // Bookings.
    ("UPDATE bookings SET status = 'expired' WHERE id = 5003", &[AGREE, CAUSE]),
    ("UPDATE bookings SET zone_id = 2002 WHERE id = 5003", &[AGREE]),
    ("UPDATE bookings SET event_id = 1 WHERE id = 5003", &[AGREE]),
    ("UPDATE bookings SET user_id = 501 WHERE id = 5003", &[AGREE, FOUND]),
    ("UPDATE bookings SET quantity = 2, total = 300 WHERE id = 5003", &[AGREE]),
    ("UPDATE bookings SET total = total + 1 WHERE id = 5003", &[TOTAL]),
    ("UPDATE bookings SET unit_price = 9223372036854775807 WHERE id = 5003", &[TOTAL]),
    ("DELETE FROM bookings WHERE id = 5006", &[AGREE, FOUND, CAUSE]),
    ("DELETE FROM transfers WHERE id = 6100", &[EQUAL, CHAIN, AGREE, BUYER, ZONE]),
    ("DROP INDEX bookings_by_code; UPDATE bookings SET confirmation_code = 'BK-1' WHERE id = 5004", &[CODE]),
    ("UPDATE bookings SET confirmation_code = NULL WHERE id = 5004", &[CODE]),
    ("UPDATE bookings SET confirmation_code = 'BK-9' WHERE id = 5001", &[CODE]),
    ("UPDATE seat_zones SET total_seats = 9 WHERE id = 2001", &[ZONE]),
    // Payments.
    ("DELETE FROM payments WHERE id = 5003", &[CAUSE]),
    ("DELETE FROM payments WHERE id = 5002; DELETE FROM outbox WHERE topic = 'payment-events'", &[PAID]),
    ("UPDATE payments SET amount = amount - 1 WHERE id = 5002", &[PAID]),
    ("UPDATE payments SET currency = 'USD' WHERE id = 5002", &[PAID]),
    ("UPDATE payments SET user_id = 502 WHERE id = 5002", &[PAID]),
    ("UPDATE payments SET status = 'succeeded' WHERE id = 5003", &[PAID]),
    ("UPDATE payments SET status = 'failed' WHERE id = 5002", &[PAID, CAUSE]),
    ("UPDATE bookings SET payment_id = 5001 WHERE id = 5002", &[PAID]),
    (
        "INSERT INTO payments (id, tenant_id, booking_id, user_id, amount, currency, method, gateway, status, attempt,
           asks, charge, initiated_at)
         SELECT 9000, tenant_id, booking_id, user_id, amount, currency, method, gateway, status, attempt, asks, charge,
           initiated_at FROM payments WHERE id = 5002",
        &[PAID],
    ),
    // Refunds.
    ("UPDATE refunds SET amount = 301 WHERE id = 7005", &[REFUND]),
    ("UPDATE refunds SET quantity = 1 WHERE id = 7005", &[REFUND]),
    ("UPDATE refunds SET status = 'rejected' WHERE id = 7005", &[REFUND]),
    ("UPDATE refunds SET status = 'processing' WHERE id = 7005", &[REFUND]),
    ("UPDATE refunds SET booking_id = 5002 WHERE id = 7005", &[REFUND]),
    ("UPDATE refunds SET currency = 'USD' WHERE id = 7005", &[REFUND]),
    ("DELETE FROM refunds", &[REFUND]),
    ("UPDATE payments SET refunded_minor = 299 WHERE id = 5005", &[REFUND]),
    ("UPDATE bookings SET returned_quantity = 1 WHERE id = 5005", &[AGREE, REFUND]),
    ("UPDATE bookings SET returned_quantity = 1 WHERE id = 5002", &[AGREE, BUYER, ZONE, REFUND]),
    ("UPDATE outbox SET key = 5001 WHERE topic = 'refund-events'", &[CAUSE]),
    (
        "INSERT INTO refunds SELECT 7006, tenant_id, booking_id, user_id, event_id, show_id, zone_id, quantity, amount, currency,
           percent, cause, reason, policy, status, requested_by, requested_at, decided_by, decided_at, decision_note,
           processed_at, last_error, job_id FROM refunds WHERE id = 7005",
        &[REFUND],
    ),
    // Locators and events.
    ("UPDATE locators SET id = 5002 WHERE owner = 501 AND kind = 2 AND id = 5001", &[FOUND]),
    ("DELETE FROM locators WHERE kind = 1 AND owner = 502", &[FOUND]),
    ("INSERT INTO locators VALUES (501, 2, 99, 5001)", &[FOUND]),
    ("UPDATE locators SET key = 1 WHERE kind = 1 AND owner = 502", &[FOUND]),
    ("INSERT INTO locator_log SELECT 1, owner, kind, key, id, FALSE FROM locators WHERE kind = 1 AND owner = 502;
      INSERT INTO locator_log SELECT 2, owner, kind, key, id, FALSE FROM locators WHERE kind = 1 AND owner = 502", &[TAKEN_ONCE]),
    ("INSERT INTO locator_log SELECT 1, owner, kind, key, id + 1, FALSE FROM locators WHERE kind = 1 AND owner = 502",
      &[TAKEN_ONCE, FOUND]),
    ("INSERT INTO locator_log SELECT 1, owner, kind, key, NULL, TRUE FROM locators WHERE kind = 1 AND owner = 502", &[FOUND]),
    ("INSERT INTO locator_log VALUES (1, 501, 2, 99, 5001, FALSE)", &[FOUND]),
    ("UPDATE outbox SET key = 404 WHERE event_id = 5001", &[CAUSE]),
    ("UPDATE outbox SET key = 404 WHERE topic = 'ticket.inventory'", &[CAUSE]),
    ("UPDATE outbox SET kind = 'payment.refunded' WHERE kind = 'payment.success'", &[CAUSE]),
    ("UPDATE outbox SET kind = 'booking.confirmed' WHERE event_id = 5001", &[CAUSE]),
    // Doors.
    ("UPDATE tickets SET seat = 9 WHERE booking_id = 5002", &[TICKET, INSIDE]),
    ("UPDATE tickets SET zone_id = 2002 WHERE booking_id = 5004", &[TICKET]),
    ("UPDATE tickets SET generation = 1 WHERE booking_id = 5002", &[TICKET]),
    ("UPDATE tickets SET check_in_id = NULL WHERE booking_id = 5002", &[INSIDE]),
    ("UPDATE check_ins SET undone_at = NULL, undone_by = NULL WHERE id = 7001", &[INSIDE, COUNTED]),
    ("UPDATE check_ins SET undone_at = 2, undone_by = 'user:9' WHERE id = 7002", &[TICKET, COUNTED]),
    ("UPDATE door_counts SET inside = 2", &[COUNTED]),
    ("DELETE FROM door_counts", &[COUNTED]),
];

/// Rows of waiting rooms hold bytes that are spelled otherwise on each database: a shop's own story makes and corrupts them,
/// `crates/rush/tests/queue_check.rs`.
pub const OF_QUEUES: [&str; 3] = [
    "every waiting room's log is whole, up to its head",
    "turns come in the order of the shuffle, then of joining",
    "every pass is a turn of its owner, used for one booking of theirs at most",
];

/// What a sound database of these tests has no rows for.
pub const MAY_BE_EMPTY: [&str; 6] =
    [OF_BLOCKS[1], AUDITED, TAKEN_ONCE, OF_QUEUES[0], OF_QUEUES[1], OF_QUEUES[2]];

#[test]
fn a_sound_database_passes_every_claim() {
    let folder = tempfile::tempdir().unwrap();
    let results = check_file("rush", &make_sound(folder.path()));
    let broken: Vec<_> = results.iter().filter(|result| !result.ok).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(
        results.iter().all(|result| result.count > 0 || MAY_BE_EMPTY.contains(&result.name)),
        "{results:#?}"
    );
}

#[test]
fn a_database_whose_locators_are_in_the_log_is_as_sound() {
    let folder = tempfile::tempdir().unwrap();
    let sound = make_sound(folder.path());
    let halves = "INSERT INTO locator_log (owner, kind, key, id, replaces)
                    SELECT owner, kind, key, id, FALSE FROM locators WHERE kind = 1;
                  INSERT INTO locator_log (owner, kind, key, id, replaces)
                    SELECT owner, kind, key, id + 7, TRUE FROM locators WHERE kind = 2;
                  INSERT INTO locator_log (owner, kind, key, id, replaces)
                    SELECT owner, kind, key, id, TRUE FROM locators WHERE kind = 2;
                  DELETE FROM locators WHERE kind = 1 AND owner = 502";
    corrupt(&sound, halves);
    let broken: Vec<_> = check_file("rush", &sound).into_iter().filter(|result| !result.ok).collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn each_corruption_breaks_exactly_the_claims_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let sound = make_sound(folder.path());
    let (mut broken, mut surprises) = (BTreeSet::new(), Vec::new());
    for (sql, expected) in CORRUPTIONS {
        let copy = folder.path().join("copy.db");
        std::fs::copy(&sound, &copy).unwrap();
        corrupt(&copy, sql);
        let results = check_file("rush", &copy);
        let failed: BTreeSet<_> =
            results.iter().filter(|result| !result.ok).map(|result| result.name).collect();
        let expected: BTreeSet<_> = expected.iter().copied().collect();
        if failed != expected {
            surprises.push(format!("{sql}\n  breaks {failed:#?}\n  and not {expected:#?}"));
        }
        broken.extend(failed);
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    let never: Vec<_> = check_file("rush", &sound)
        .iter()
        .map(|result| result.name)
        .filter(|name| !broken.contains(name) && !OF_BLOCKS.contains(name) && *name != AUDITED)
        .filter(|name| !OF_QUEUES.contains(name))
        .collect();
    assert!(never.is_empty(), "no corruption breaks {never:?}");
}

fn corrupt(path: &Path, sql: &str) {
    let conn = rusqlite::Connection::open(path).unwrap();
    // What the tables' own checks would refuse is exactly what a second pair of eyes is for.
    conn.execute_batch("PRAGMA ignore_check_constraints = ON").unwrap();
    conn.execute_batch(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    assert!(conn.total_changes() > 0, "nothing was corrupted by {sql}");
}
