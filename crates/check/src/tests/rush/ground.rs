//! A small sound database: the ledger made through its own rules, Rush's rows by hand.

use kernel::{AssetCode, Timestamp};
use ledger::{Account, Book, Hold, Transfer};
use std::path::{Path, PathBuf};
use store::{Location, MigrationSet, Store, StoreConfig, StoreError, migrations_of_the_ground};

pub const SOURCE: i64 = 1000;
pub const ZONES: [i64; 2] = [2001, 2002];
pub const EVENT: i64 = 3001;
/// The tenant's accounts of money: what refunds set apart, and what went back.
pub const MONEY: [i64; 2] = [8001, 8002];
/// Accounts and users of the two buyers.
pub const BUYERS: [(i64, i64); 2] = [(4001, 501), (4002, 502)];
const SOON: Timestamp = Timestamp::from_micros(1_000_000);
const LATER: Timestamp = Timestamp::from_micros(9_000_000);

/// Bookings: (id, buyer, zone, seats, status). 5004 was paid late, 5005 was paid and returned.
pub const BOOKINGS: [(i64, usize, usize, i64, &str); 6] = [
    (5001, 0, 0, 2, "reserved"),
    (5002, 0, 1, 1, "confirmed"),
    (5003, 1, 0, 3, "cancelled"),
    (5004, 1, 0, 1, "confirmed"),
    (5005, 1, 1, 2, "refunded"),
    (5006, 1, 0, 1, "expired"),
];

pub fn location_of(folder: &Path) -> PathBuf {
    folder.join("rush.db")
}

/// Makes the ledger's part, and the users that Rush's tables speak of; the store is closed when this returns.
pub async fn make_ledger(location: Location) {
    let sets: [MigrationSet; 3] = [migrations_of_the_ground(), identity::MIGRATIONS, ledger::MIGRATIONS];
    let store = Store::open(&StoreConfig::new("test", location), &sets).await.unwrap();
    store
        .write(|tx| {
            let mut book = Book::new();
            fill(&mut book);
            book.save(tx)
        })
        .await
        .map_err(|error: StoreError| error.to_string())
        .unwrap();
    store.close().await;
}

fn fill(book: &mut Book) {
    let seat = AssetCode::new("SEAT").unwrap();
    assert!(book.open(Account::new(SOURCE, seat, 1, SOURCE, 0)));
    let baht = AssetCode::new("THB").unwrap();
    assert!(book.open(Account::new(MONEY[0], baht, 40, SOURCE, 0)));
    assert!(book.open(Account::new(MONEY[1], baht, 42, SOURCE, 0)));
    assert!(book.open(Account::new(5005, baht, 41, BUYERS[1].1, SOURCE).with_floor(0).with_ceiling(300)));
    for zone in ZONES {
        assert!(book.open(Account::new(zone, seat, 2, zone, EVENT).with_floor(0)));
    }
    for (account, user) in BUYERS {
        let buyer = Account::new(account, seat, 3, user, EVENT).with_floor(0).with_ceiling(6);
        assert!(book.open(buyer));
    }
    book.transfer(&Transfer::single(4501, SOURCE, ZONES[0], 10, 1), SOON).unwrap();
    book.transfer(&Transfer::single(4502, SOURCE, ZONES[1], 5, 1), SOON).unwrap();
    for (at, (id, buyer, zone, seats, _)) in (0_i64..).zip(BOOKINGS) {
        let ends = (ZONES[zone], BUYERS[buyer].0);
        book.transfer(&Transfer::pending(id, ends, seats, LATER, 2), SOON).unwrap();
        let hold = Hold { id, debit: ends.0, credit: ends.1, amount: seats, expires_at: LATER };
        let next = 6000 + at;
        match id {
            5001 => continue,
            5002 | 5005 => book.transfer(&Transfer::post(next, &hold, 3), SOON).unwrap(),
            5003 => book.transfer(&Transfer::void(next, &hold, 4), SOON).unwrap(),
            _ => book.transfer(&Transfer::void(next, &hold, 5), LATER).unwrap(),
        };
    }
    book.transfer(&Transfer::single(6100, ZONES[0], BUYERS[1].0, 1, 6), LATER).unwrap();
    book.transfer(&Transfer::single(6101, BUYERS[1].0, ZONES[1], 2, 7), LATER).unwrap();
    book.transfer(&Transfer::single(6102, MONEY[0], 5005, 300, 40), LATER).unwrap();
    book.transfer(&Transfer::single(6103, 5005, MONEY[1], 300, 41), LATER).unwrap();
}

/// The ways up of Rush's migrations for a backend (`sqlite`, `postgres`), read from their files.
pub fn rush_tables(backend: &str) -> Vec<String> {
    let folder = Path::new(MIGRATIONS).join(backend);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let up = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        text.split("\n-- down").next().unwrap().to_owned()
    };
    files.iter().map(up).collect()
}

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../rush/migrations");

/// Rush's rows, as statements that both backends speak.
pub fn rush_rows() -> Vec<String> {
    let mut rows = vec![crate::tests::NOT_SEALED.to_owned()];
    for (at, (id, buyer, zone, seats, status)) in (0_i64..).zip(BOOKINGS) {
        let (zone, user) = (ZONES[zone], BUYERS[buyer].1);
        let code =
            if matches!(status, "confirmed" | "refunded") { format!("'BK-{at}'") } else { "NULL".into() };
        rows.push(format!(
            "INSERT INTO bookings (id, tenant_id, user_id, event_id, show_id, zone_id, quantity, unit_price, total,
               currency, status, request_hash, reserved_at, expires_at, confirmation_code, payment_id)
             VALUES ({id}, {SOURCE}, {user}, {EVENT}, 1, {zone}, {seats}, 150, {}, 'THB', '{status}', {at}, 1, 2, {code}, {})",
            seats * 150,
            if code == "NULL" { "NULL".to_owned() } else { id.to_string() }
        ));
        rows.push(format!("INSERT INTO locators (owner, kind, key, id) VALUES ({user}, 2, {at}, {id})"));
        rows.push(event("booking-events", id, "booking.created"));
        let (state, kind) = match status {
            "confirmed" => ("succeeded", "payment.success"),
            "refunded" => ("refunded", "payment.refunded"),
            "cancelled" => ("failed", "payment.failed"),
            _ => continue,
        };
        rows.push(format!(
            "INSERT INTO payments (id, tenant_id, booking_id, user_id, amount, currency, method, gateway, status, attempt,
               asks, charge, initiated_at)
             VALUES ({id}, {SOURCE}, {id}, {user}, {}, 'THB', 'card', 'mock', '{state}', 1, 0, 'ch_{at}', 1)",
            seats * 150
        ));
        rows.push(event("payment-events", id, kind));
    }
    for (zone, seats) in ZONES.into_iter().zip([10, 5]) {
        rows.push(format!(
            "INSERT INTO seat_zones (id, tenant_id, event_id, show_id, name, price_minor, currency, total_seats,
               min_per_order, max_per_order, is_active, sort_order, attributes, created_at, updated_at)
             VALUES ({zone}, {SOURCE}, {EVENT}, 1, 'Floor', 150, 'THB', {seats}, 1, 4, TRUE, 0, '{{}}', 1, 1)"
        ));
    }
    for (account, user) in BUYERS {
        rows.push(format!(
            "INSERT INTO locators (owner, kind, key, id) VALUES ({user}, 1, {EVENT}, {account})"
        ));
    }
    rows.push("UPDATE bookings SET returned_quantity = 2 WHERE id = 5005".to_owned());
    rows.push("UPDATE payments SET refunded_minor = 300 WHERE id = 5005".to_owned());
    rows.push(format!(
        "INSERT INTO refunds (id, tenant_id, booking_id, user_id, event_id, show_id, zone_id, quantity, amount, currency,
           percent, cause, policy, status, requested_by, requested_at)
         VALUES (7005, {SOURCE}, 5005, {}, {EVENT}, 1, {}, 2, 300, 'THB', 100, 'buyer', '', 'refunded', 1, 1)",
        BUYERS[1].1, ZONES[1]
    ));
    rows.push(event("refund-events", 5005, "refund.processed"));
    let led_to =
        [(5002, "confirmed"), (5003, "cancelled"), (5004, "expired"), (5004, "confirmed"), (5006, "expired")];
    rows.extend(led_to.map(|(id, what)| event("booking-events", id, &format!("booking.{what}"))));
    rows.push(event("ticket.inventory", ZONES[0], "zone.capacity_changed"));
    rows.extend(door_rows());
    rows.push(event("topic.of.a.later.version", 1, "something.happened"));
    rows
}

/// Somebody came in by 5002 after another had gone out again; 5004 was passed on.
fn door_rows() -> Vec<String> {
    let check_in = |id: i64, undone: &str| {
        format!(
            "INSERT INTO check_ins (id, tenant_id, event_id, show_id, zone_id, booking_id, seat, generation, gate, user_id, scan_key,
               scanned_at, at, undone_at, undone_by)
             VALUES ({id}, {SOURCE}, {EVENT}, 1, {}, 5002, 1, 0, 'North', 9, {id}, 1, 1, {undone})",
            ZONES[1]
        )
    };
    let ticket = |id: i64, zone: usize, rest: &str| {
        format!(
            "INSERT INTO tickets (booking_id, seat, tenant_id, event_id, show_id, zone_id, generation, holder_id, check_in_id)
             VALUES ({id}, 1, {SOURCE}, {EVENT}, 1, {}, {rest})",
            ZONES[zone]
        )
    };
    vec![
        check_in(7001, "2, 'user:9'"),
        check_in(7002, "NULL, NULL"),
        ticket(5002, 1, "0, NULL, 7002"),
        ticket(5004, 0, "1, 77, NULL"),
        format!("INSERT INTO door_counts (zone_id, event_id, inside) VALUES ({}, {EVENT}, 1)", ZONES[1]),
    ]
}

fn event(topic: &str, key: i64, kind: &str) -> String {
    format!(
        "INSERT INTO outbox (event_id, topic, kind, key, occurred_at, payload)
         VALUES ({key}, '{topic}', '{kind}', {key}, 1, '{{}}')"
    )
}

/// A sound SQLite database in `folder`.
pub fn make_sound(folder: &Path) -> PathBuf {
    let path = location_of(folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(make_ledger(Location::Sqlite(path.clone())));
    let conn = rusqlite::Connection::open(&path).unwrap();
    for sql in rush_tables("sqlite").into_iter().chain(rush_rows()) {
        conn.execute_batch(&sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
    path
}
