//! Prompts, in rows.

use crate::domain::ids::PromptId;
use crate::domain::prompt::{Figures, Prompt, PromptKey, PromptTerms};
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, COALESCE(scope, stage), streamer_id, game_id, version, template, schema_version, model, ",
            "temperature_milli, max_tokens, timeout_ms, retry_count, backoff_ms, cooldown_ms, min_confidence_bp, is_active, ",
            "is_shadow, rollout, created_by, activated_by, created_at, activated_at FROM prompts ",
            $rest
        )
    };
}

/// The least confidence that the active prompt for clips of this streamer and game asks for, basis points: the game's first, then the
/// streamer's, then everybody's. None: there is no active prompt.
pub fn confidence_floor(tx: &mut Tx<'_>, streamer: i64, game: i64) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT min_confidence_bp FROM prompts WHERE is_active AND scope = 'per_clip' AND streamer_id IN (0, $1)
               AND game_id IN (0, $2) ORDER BY game_id DESC, streamer_id DESC LIMIT 1";
    tx.query_opt(sql, params![streamer, game], |row| row.int(0))
}

/// The version of this number; nobody else changes it until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: PromptId) -> Result<Option<Prompt>, StoreError> {
    let sql = tx.pick(select!("WHERE id = $1"), select!("WHERE id = $1 FOR UPDATE"));
    tx.query_opt(sql, params![id.0], read)
}

/// Every version, by purpose, newest first.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Prompt>, StoreError> {
    let sql = select!("ORDER BY COALESCE(stage, scope), streamer_id, game_id, version DESC LIMIT $1");
    tx.query(sql, params![limit], read)
}

/// Versions of a key, newest first.
pub fn of_key(tx: &mut Tx<'_>, key: &PromptKey) -> Result<Vec<Prompt>, StoreError> {
    let sql = select!(
        "WHERE COALESCE(scope, stage) = $1 AND streamer_id = $2 AND game_id = $3 ORDER BY version DESC"
    );
    tx.query(sql, params![&key.purpose, key.streamer, key.game], read)
}

/// Versions of a purpose that are active or tried.
pub fn in_use(tx: &mut Tx<'_>, purpose: &str) -> Result<Vec<Prompt>, StoreError> {
    let sql = select!(
        "WHERE COALESCE(scope, stage) = $1 AND (is_active OR rollout IS NOT NULL) ORDER BY version DESC"
    );
    tx.query(sql, params![purpose], read)
}

/// Versions that are tried.
pub fn tried(tx: &mut Tx<'_>) -> Result<Vec<Prompt>, StoreError> {
    tx.query(select!("WHERE rollout IS NOT NULL ORDER BY id"), &[], read)
}

/// A new version. Errors: `Unique` where another of that number came in between.
pub fn insert(tx: &mut Tx<'_>, prompt: &Prompt) -> Result<(), StoreError> {
    let sql = "INSERT INTO prompts (id, scope, stage, streamer_id, game_id, version, template, schema_version, model,
                 temperature_milli, max_tokens, timeout_ms, retry_count, backoff_ms, cooldown_ms, min_confidence_bp,
                 is_active, is_shadow, created_by, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, FALSE, $17, $18, $19)";
    let (key, terms) = (&prompt.key, &prompt.terms);
    let purpose = Some(key.purpose.clone());
    let (scope, stage) = if key.is_stage() { (None, purpose) } else { (purpose, None) };
    let row = params![
        prompt.id.0,
        scope,
        stage,
        key.streamer,
        key.game,
        prompt.version,
        &terms.template,
        terms.schema_version.clone(),
        &terms.model,
        terms.temperature_milli,
        terms.max_tokens,
        terms.timeout_ms,
        terms.retry_count,
        terms.backoff_ms,
        terms.cooldown_ms,
        terms.min_confidence_bp,
        prompt.is_shadow,
        &prompt.created_by,
        prompt.created_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Writes what can change of a version: whether it is its key's, tried, in shadow.
pub fn save(tx: &mut Tx<'_>, prompt: &Prompt) -> Result<(), StoreError> {
    let sql = "UPDATE prompts SET is_active = $2, is_shadow = $3, rollout = $4, activated_by = $5, activated_at = $6
               WHERE id = $1";
    let rollout = prompt.rollout.as_ref().map(serde_json::to_string).transpose();
    let rollout = rollout.map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let row = params![
        prompt.id.0,
        prompt.is_active,
        prompt.is_shadow,
        rollout,
        prompt.activated_by.clone(),
        prompt.activated_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// How the newest decisions of a version did, 500 at most.
pub fn figures(tx: &mut Tx<'_>, id: PromptId) -> Result<Figures, StoreError> {
    let sql = "SELECT label, error_code, latency_ms FROM llm_decisions WHERE prompt_id = $1 ORDER BY id DESC LIMIT 500";
    let rows = tx.query(sql, params![id.0], |row| {
        let could_tell =
            !matches!(row.text(0)?.as_str(), "uncertain" | "unknown") && row.opt_text(1)?.is_none();
        Ok((could_tell, row.opt_int(2)?.unwrap_or(0)))
    })?;
    let mut latencies: Vec<i64> = rows.iter().map(|(_, latency)| *latency).collect();
    latencies.sort_unstable();
    let at = (latencies.len() * 95).div_ceil(100).saturating_sub(1);
    let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    Ok(Figures {
        decisions: count(rows.len()),
        successes: count(rows.iter().filter(|(could_tell, _)| *could_tell).count()),
        p95_ms: latencies.get(at).copied().unwrap_or(0),
    })
}

fn read(row: &Row<'_>) -> Result<Prompt, StoreError> {
    let rollout = row.opt_text(17)?.map(|text| serde_json::from_str(&text)).transpose();
    let terms = PromptTerms {
        template: row.text(5)?,
        schema_version: row.opt_text(6)?,
        model: row.text(7)?,
        temperature_milli: row.int(8)?,
        max_tokens: row.int(9)?,
        timeout_ms: row.int(10)?,
        retry_count: row.int(11)?,
        backoff_ms: row.int(12)?,
        cooldown_ms: row.int(13)?,
        min_confidence_bp: row.int(14)?,
    };
    Ok(Prompt {
        id: PromptId(row.int(0)?),
        key: PromptKey { purpose: row.text(1)?, streamer: row.int(2)?, game: row.int(3)? },
        version: row.int(4)?,
        terms,
        is_active: row.bool(15)?,
        is_shadow: row.bool(16)?,
        rollout: rollout.map_err(|error| StoreError::Corrupt(format!("a rollout: {error}")))?,
        created_by: row.text(18)?,
        activated_by: row.opt_text(19)?,
        created_at: Timestamp::from_micros(row.int(20)?),
        activated_at: row.opt_int(21)?.map(Timestamp::from_micros),
    })
}
