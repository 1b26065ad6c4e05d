//! Clips, in rows.

use crate::domain::clip::Clip;
use crate::domain::ids::{ClipId, StreamerId};
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

/// Writes a clip, or writes the one of that name anew.
pub fn upsert(tx: &mut Tx<'_>, clip: &Clip, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO media_clips (id, clip_id, streamer_id, url, thumbnail_url, started_at, duration_s, source,
                 ten_min_chunk, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
               ON CONFLICT (streamer_id, clip_id) DO UPDATE SET url = excluded.url, thumbnail_url = excluded.thumbnail_url,
                 started_at = excluded.started_at, duration_s = excluded.duration_s, source = excluded.source,
                 ten_min_chunk = excluded.ten_min_chunk";
    let row = params![
        clip.id.0,
        &clip.name,
        clip.streamer.0,
        &clip.url,
        clip.thumbnail_url.clone(),
        clip.started_at,
        clip.duration_s,
        &clip.source,
        clip.is_ten_min_chunk,
        now
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Clips of a streamer that began before the first moment, or then with a smaller number; newest first.
pub fn of_streamer(
    tx: &mut Tx<'_>,
    streamer: StreamerId,
    before: i64,
    limit: i64,
) -> Result<Vec<Clip>, StoreError> {
    let sql =
        "SELECT id, clip_id, streamer_id, url, thumbnail_url, started_at, duration_s, source, ten_min_chunk
               FROM media_clips c WHERE streamer_id = $1 AND (CAST($2 AS BIGINT) = 0 OR (c.started_at, c.id) <
                 (SELECT b.started_at, b.id FROM media_clips b WHERE b.id = $2))
               ORDER BY started_at DESC, id DESC LIMIT $3";
    let before = if before == i64::MAX { 0 } else { before };
    tx.query(sql, params![streamer.0, before, limit], read)
}

fn read(row: &Row<'_>) -> Result<Clip, StoreError> {
    Ok(Clip {
        id: ClipId(row.int(0)?),
        name: row.text(1)?,
        streamer: StreamerId(row.int(2)?),
        url: row.text(3)?,
        thumbnail_url: row.opt_text(4)?,
        started_at: Timestamp::from_micros(row.int(5)?),
        duration_s: row.int(6)?,
        source: row.text(7)?,
        is_ten_min_chunk: row.bool(8)?,
    })
}
