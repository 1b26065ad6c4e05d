//! Where events came from, in rows.

use crate::domain::ids::EventId;
use kernel::Timestamp;
use store::{StoreError, Tx, params};

/// What a worker reported beside the terms of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventSource {
    /// The worker's name of the clip.
    pub clip_id: Option<String>,
    /// When the clip began.
    pub clip_started_at: Option<Timestamp>,
    /// How long it is.
    pub clip_duration_s: Option<i64>,
    /// Which model.
    pub llm_model: Option<String>,
    /// How sure, basis points.
    pub confidence_bp: Option<i64>,
    /// Which prompts, a JSON object.
    pub prompt_versions: String,
    /// Of what shape the report was.
    pub schema_version: Option<String>,
    /// The report.
    pub raw: Option<String>,
}

/// Writes the source of a new event.
pub fn insert(tx: &mut Tx<'_>, event: EventId, source: &EventSource) -> Result<(), StoreError> {
    let sql = "INSERT INTO event_sources (event_id, clip_id, clip_started_at, clip_duration_s, llm_model, confidence_bp,
                 prompt_versions, schema_version, raw) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let row = params![
        event.0,
        source.clip_id.clone(),
        source.clip_started_at,
        source.clip_duration_s,
        source.llm_model.clone(),
        source.confidence_bp,
        &source.prompt_versions,
        source.schema_version.clone(),
        source.raw.clone()
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// The source of an event; none where a person opened it.
pub fn by_event(tx: &mut Tx<'_>, event: EventId) -> Result<Option<EventSource>, StoreError> {
    let sql = "SELECT clip_id, clip_started_at, clip_duration_s, llm_model, confidence_bp, prompt_versions, schema_version, raw
               FROM event_sources WHERE event_id = $1";
    tx.query_opt(sql, params![event.0], |row| {
        Ok(EventSource {
            clip_id: row.opt_text(0)?,
            clip_started_at: row.opt_int(1)?.map(Timestamp::from_micros),
            clip_duration_s: row.opt_int(2)?,
            llm_model: row.opt_text(3)?,
            confidence_bp: row.opt_int(4)?,
            prompt_versions: row.text(5)?,
            schema_version: row.opt_text(6)?,
            raw: row.opt_text(7)?,
        })
    })
}
