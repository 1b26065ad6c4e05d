//! Candles in rows.

use crate::domain::candle::{Candle, Range, Series};
use kernel::Timestamp;
use store::{BulkSql, Column, StoreError, Tx, params};

const PUT: BulkSql = BulkSql {
    sqlite: "INSERT INTO candles (ex, market, tf, ts, o, h, l, c, v, is_final)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (ex, market, tf, ts) DO UPDATE SET o = excluded.o, h = excluded.h, l = excluded.l, c = excluded.c,
               v = excluded.v, is_final = excluded.is_final WHERE NOT candles.is_final",
    postgres: "INSERT INTO candles (ex, market, tf, ts, o, h, l, c, v, is_final)
               SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                 $7::bigint[], $8::bigint[], $9::bigint[], $10::boolean[])
               ON CONFLICT (ex, market, tf, ts) DO UPDATE SET o = excluded.o, h = excluded.h, l = excluded.l, c = excluded.c,
                 v = excluded.v, is_final = excluded.is_final WHERE NOT candles.is_final",
};

/// Enters candles; a final one never changes again.
pub fn put(tx: &mut Tx<'_>, series: &Series, rows: &[Candle]) -> Result<(), StoreError> {
    let ints = |of: fn(&Candle) -> i64| rows.iter().map(of).collect::<Vec<_>>();
    let texts = |text| vec![text; rows.len()];
    let finals: Vec<bool> = rows.iter().map(|row| row.is_final).collect();
    tx.bulk_execute(
        PUT,
        &[
            Column::Text(&texts(series.exchange.as_str())),
            Column::Text(&texts(series.market.as_str())),
            Column::Text(&texts(series.timeframe.name)),
            Column::Int(&ints(|row| row.ts.as_micros())),
            Column::Int(&ints(|row| row.open)),
            Column::Int(&ints(|row| row.high)),
            Column::Int(&ints(|row| row.low)),
            Column::Int(&ints(|row| row.close)),
            Column::Int(&ints(|row| row.volume)),
            Column::Bool(&finals),
        ],
    )?;
    Ok(())
}

/// The candles of a range, in the order of time.
pub fn range(tx: &mut Tx<'_>, series: &Series, range: Range) -> Result<Vec<Candle>, StoreError> {
    let sql = "SELECT ts, o, h, l, c, v, is_final FROM candles
               WHERE ex = $1 AND market = $2 AND tf = $3 AND ts >= $4 AND ts < $5 ORDER BY ts";
    let which = params![&series.exchange, &series.market, series.timeframe.name, range.start, range.end];
    tx.query(sql, which, |row| {
        Ok(Candle {
            ts: Timestamp::from_micros(row.int(0)?),
            open: row.int(1)?,
            high: row.int(2)?,
            low: row.int(3)?,
            close: row.int(4)?,
            volume: row.int(5)?,
            is_final: row.bool(6)?,
        })
    })
}
