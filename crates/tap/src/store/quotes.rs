//! Quotes that bets were made at.

use crate::domain::quote_facts::QuoteFacts;
use std::sync::Arc;
use store::{BulkSql, Column, Row, StoreError, Tx, params};

const INSERT: BulkSql = BulkSql {
    sqlite: "INSERT INTO quotes (id, at_ms, tick_seq, price, sigma_ppb, crossing, calibrator_version, touch_grace_columns)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
    postgres: "INSERT INTO quotes (id, at_ms, tick_seq, price, sigma_ppb, crossing, calibrator_version, touch_grace_columns)
               SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[],
                 $7::bigint[], $8::bigint[]) ON CONFLICT (id) DO NOTHING",
};

/// Keeps quotes; one that is kept already stays as it is.
pub fn keep<'q>(
    tx: &mut Tx<'_>,
    quotes: impl Iterator<Item = &'q Arc<QuoteFacts>>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = quotes.collect();
    let column = |of: fn(&QuoteFacts) -> i64| rows.iter().map(|quote| of(quote)).collect::<Vec<_>>();
    let crossings: Vec<_> = rows.iter().map(|quote| quote.crossing).collect();
    tx.bulk_write(
        INSERT,
        &[
            Column::Int(&column(|q| q.seq)),
            Column::Int(&column(|q| q.at_ms)),
            Column::Int(&column(|q| q.tick_seq)),
            Column::Int(&column(|q| q.price)),
            Column::Int(&column(|q| q.sigma_ppb)),
            Column::Text(&crossings),
            Column::Int(&column(|q| q.calibrator_version)),
            Column::Int(&column(|q| q.touch_grace_columns)),
        ],
    )
}

/// The quotes numbered `from..to`, oldest first, at most `limit`.
pub fn between(tx: &mut Tx<'_>, from: i64, to: i64, limit: i64) -> Result<Vec<QuoteFacts>, StoreError> {
    let sql =
        "SELECT id, at_ms, tick_seq, price, sigma_ppb, crossing, calibrator_version, touch_grace_columns
               FROM quotes WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3";
    tx.query(sql, params![from, to, limit], read)
}

/// The quote of this number.
pub fn by_seq(tx: &mut Tx<'_>, seq: i64) -> Result<Option<QuoteFacts>, StoreError> {
    let sql =
        "SELECT id, at_ms, tick_seq, price, sigma_ppb, crossing, calibrator_version, touch_grace_columns
               FROM quotes WHERE id = $1";
    tx.query_opt(sql, params![seq], read)
}

fn read(row: &Row<'_>) -> Result<QuoteFacts, StoreError> {
    let crossing = match row.text(5)?.as_str() {
        "tick" => "tick",
        "segment" => "segment",
        other => return Err(StoreError::Corrupt(format!("a quote says '{other}'"))),
    };
    Ok(QuoteFacts {
        seq: row.int(0)?,
        at_ms: row.int(1)?,
        tick_seq: row.int(2)?,
        price: row.int(3)?,
        sigma_ppb: row.int(4)?,
        crossing,
        calibrator_version: row.int(6)?,
        touch_grace_columns: row.int(7)?,
    })
}
