//! Prompts, in rows.

use store::{StoreError, Tx, params};

/// The least confidence that the active prompt for clips of this streamer and game asks for, basis points: the game's first, then the
/// streamer's, then everybody's. None: there is no active prompt.
pub fn confidence_floor(tx: &mut Tx<'_>, streamer: i64, game: i64) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT min_confidence_bp FROM prompts WHERE is_active AND scope = 'per_clip' AND streamer_id IN (0, $1)
               AND game_id IN (0, $2) ORDER BY game_id DESC, streamer_id DESC LIMIT 1";
    tx.query_opt(sql, params![streamer, game], |row| row.int(0))
}
