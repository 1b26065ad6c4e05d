//! Every type of value goes in and comes back as it was, one at a time and in bulk.

use store::{BulkSql, Column, MigrationSet, Param, Store, StoreError, params};

const VALUES: MigrationSet = MigrationSet {
    name: "values",
    sqlite: &[("0001_values", SQLITE_TABLE)],
    postgres: &[("0001_values", POSTGRES_TABLE)],
};

const SQLITE_TABLE: &str =
    "CREATE TABLE boxes (id BIGINT PRIMARY KEY, whole BIGINT, truth BOOLEAN, real DOUBLE PRECISION,
  said TEXT, bytes BLOB);
-- down
DROP TABLE boxes;";
const POSTGRES_TABLE: &str =
    "CREATE TABLE boxes (id BIGINT PRIMARY KEY, whole BIGINT, truth BOOLEAN, real DOUBLE PRECISION,
  said TEXT, bytes BYTEA);
-- down
DROP TABLE boxes;";

testkit::on_both_backends! {
    every_type_comes_back_as_it_went_in with [VALUES];
    text_of_every_script_comes_back_and_nul_is_refused with [VALUES];
    placeholders_keep_their_numbers_in_any_order with [VALUES];
    rows_go_in_and_are_found_in_bulk with [VALUES];
    a_missing_row_and_a_second_row_are_errors_where_one_is_expected with [VALUES];
}

type Boxed = (Option<i64>, bool, f64, Option<String>, Option<Vec<u8>>);

const PUT: &str = "INSERT INTO boxes (id, whole, truth, real, said, bytes) VALUES ($1, $2, $3, $4, $5, $6)";
const GET: &str = "SELECT whole, truth, real, said, bytes FROM boxes WHERE id = $1";

fn read(row: &store::Row<'_>) -> Result<Boxed, StoreError> {
    Ok((row.opt_int(0)?, row.bool(1)?, row.real(2)?, row.opt_text(3)?, row.opt_blob(4)?))
}

async fn every_type_comes_back_as_it_went_in(store: Store) {
    let cases: [Boxed; 4] = [
        (Some(i64::MIN), true, 1.0, Some(String::new()), Some(Vec::new())),
        (Some(i64::MAX), false, -0.1, Some("' \" $1 ?1 %_ \\ \n".into()), Some(vec![0, 255, 39, 0])),
        (None, true, f64::MAX, None, None),
        (Some(0), false, 1e-300, Some("x".repeat(100_000)), Some(vec![7; 100_000])),
    ];
    for (id, case) in (0_i64..).zip(cases) {
        let (whole, truth, real, said, bytes) = case.clone();
        let back = store
            .write(move |tx| {
                let values = params![id, whole, truth, real, said.clone(), bytes.clone()];
                assert_eq!(tx.execute(PUT, values)?, 1);
                tx.query_one(GET, params![id], read)
            })
            .await
            .map_err(|error: StoreError| error.to_string());
        assert_eq!(back, Ok(case));
    }
    let null =
        store.read(|tx| tx.query_one("SELECT said FROM boxes WHERE id = 2", &[], |row| row.text(0))).await;
    assert!(matches!(null, Err(StoreError::Corrupt(_))), "{null:?}");
    let moment = kernel::Timestamp::from_secs(5);
    assert_eq!(params![moment, 7_u8, "a", Some("b"), None::<i64>][0], Param::Int(5_000_000));
}

async fn text_of_every_script_comes_back_and_nul_is_refused(store: Store) {
    let texts = ["ก็ลองดู", "🎟️👩‍👩‍👧", "é e\u{301}", "\u{202e}right to left", "\u{feff}", "\u{10ffff}", "Ω≈ç√"];
    for (id, text) in (0_i64..).zip(texts) {
        let back = store
            .write(move |tx| {
                tx.execute("INSERT INTO boxes (id, said) VALUES ($1, $2)", params![id, text])?;
                tx.query_one("SELECT said FROM boxes WHERE id = $1 AND said = $2", params![id, text], |row| {
                    row.text(0)
                })
            })
            .await;
        assert_eq!(back.map_err(|error: StoreError| error.to_string()), Ok(text.to_owned()));
    }
    let nul = store
        .write(|tx| tx.execute("INSERT INTO boxes (id, said) VALUES ($1, $2)", params![100_i64, "a\0b"]))
        .await;
    assert!(matches!(nul, Err(StoreError::Database(_))), "{nul:?}");
    let bulk = store
        .write(|tx| {
            let sql = BulkSql {
                sqlite: "INSERT INTO boxes (id, said) VALUES ($1, $2)",
                postgres: "INSERT INTO boxes (id, said) SELECT * FROM UNNEST($1::bigint[], $2::text[])",
            };
            tx.bulk_execute(sql, &[Column::Int(&[101, 102]), Column::Text(&["fine", "\0"])])
        })
        .await;
    assert!(matches!(bulk, Err(StoreError::Database(_))), "{bulk:?}");
    // A name with NUL belongs to nobody: a look-up finds nothing or says why, and nobody's transaction is harmed.
    store.write(|tx| tx.execute("INSERT INTO boxes (id) VALUES (200)", &[])).await.unwrap();
    let count = store.read(|tx| tx.query_one("SELECT COUNT(*) FROM boxes", &[], |row| row.int(0))).await;
    assert_eq!(count.map_err(|error: StoreError| error.to_string()), Ok(8));
}

async fn placeholders_keep_their_numbers_in_any_order(store: Store) {
    let sql = "SELECT CAST($2 AS TEXT) || '$1' || CAST($1 AS TEXT), CAST($3 AS BIGINT) + CAST($3 AS BIGINT)";
    let row = store
        .read(|tx| tx.query_one(sql, params!["one", "two", 21_i64], |row| Ok((row.text(0)?, row.int(1)?))))
        .await;
    assert_eq!(row.map_err(|error: StoreError| error.to_string()), Ok(("two$1one".to_owned(), 42)));
}

const BULK_PUT: BulkSql = BulkSql {
    sqlite: "INSERT INTO boxes (id, whole, said, bytes, truth, real) VALUES ($1, $2, $3, $4, $5, 0)",
    postgres: "INSERT INTO boxes (id, whole, said, bytes, truth, real)
               SELECT *, 0 FROM UNNEST($1::bigint[], $2::bigint[], $3::text[], $4::bytea[], $5::boolean[])",
};
const BULK_GET: BulkSql = BulkSql {
    sqlite: "SELECT id, whole, said, bytes, truth FROM boxes WHERE id = $1",
    postgres: "SELECT u.at, b.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT id, whole, said, bytes, truth FROM boxes WHERE id = u.id OFFSET 0) b",
};
const BULK_CHANGE: BulkSql = BulkSql {
    sqlite: "UPDATE boxes SET whole = $2 WHERE id = $1",
    postgres: "UPDATE boxes b SET whole = u.whole FROM UNNEST($1::bigint[], $2::bigint[]) AS u(id, whole)
               WHERE b.id = u.id AND b.id = ANY($1::bigint[])",
};

async fn rows_go_in_and_are_found_in_bulk(store: Store) {
    let found = store
        .write(|tx| {
            let columns = [
                Column::Int(&[3, 1, 2]),
                Column::OptInt(&[Some(30), None, Some(i64::MIN)]),
                Column::Text(&["c", "", "ค"]),
                Column::Blob(&[b"\0\xff", b"", b"z"]),
                Column::Bool(&[true, false, true]),
            ];
            assert_eq!(tx.bulk_execute(BULK_PUT, &columns)?, 3);
            assert_eq!(
                tx.bulk_execute(BULK_CHANGE, &[Column::Int(&[1, 9, 2]), Column::Int(&[10, 90, 20])])?,
                2
            );
            assert_eq!(tx.bulk_execute(BULK_CHANGE, &[Column::Int(&[]), Column::Int(&[])])?, 0);
            let mut found = Vec::new();
            // One that is asked for twice and one that is not there.
            tx.bulk_query(BULK_GET, &[Column::Int(&[2, 404, 3, 2])], |asked, row, first| {
                let whole = row.opt_int(first + 1)?;
                found.push((asked, row.int(first)?, whole, row.text(first + 2)?, row.blob(first + 3)?));
                assert!(row.bool(first + 4)?);
                Ok(())
            })?;
            Ok::<_, StoreError>(found)
        })
        .await
        .unwrap();
    let two = |asked| (asked, 2, Some(20), "ค".to_owned(), b"z".to_vec());
    assert_eq!(found, [two(0), (2, 3, Some(30), "c".to_owned(), b"\0\xff".to_vec()), two(3)]);
}

async fn a_missing_row_and_a_second_row_are_errors_where_one_is_expected(store: Store) {
    let one = "SELECT id FROM boxes WHERE id = $1";
    let missing = store.read(move |tx| tx.query_one(one, params![1_i64], |row| row.int(0))).await;
    assert!(matches!(missing, Err(StoreError::Corrupt(_))), "{missing:?}");
    let none = store.read(move |tx| tx.query_opt(one, params![1_i64], |row| row.int(0))).await;
    assert_eq!(none.map_err(|error: StoreError| error.to_string()), Ok(None));
    let two = store.read(|tx| tx.query_opt("SELECT 1 UNION ALL SELECT 2", &[], |row| row.int(0))).await;
    assert!(matches!(two, Err(StoreError::Corrupt(_))), "{two:?}");
}
