//! Reported results, in rows.

use crate::domain::ids::{EventId, ResultId};
use crate::domain::result::{EventResult, ResultState};
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, event_id, option, confidence_bp, decided_at, evidence, prompt_versions, llm_model, reported_by, state, at ",
            "FROM results ",
            $rest
        )
    };
}

/// The result of this number.
pub fn by_id(tx: &mut Tx<'_>, id: ResultId) -> Result<Option<EventResult>, StoreError> {
    tx.query_opt(select!("WHERE id = $1"), params![id.0], read)
}

/// Every result of an event, oldest first.
pub fn of_event(tx: &mut Tx<'_>, event: EventId) -> Result<Vec<EventResult>, StoreError> {
    tx.query(select!("WHERE event_id = $1 ORDER BY id"), params![event.0], read)
}

/// A new result.
pub fn insert(tx: &mut Tx<'_>, result: &EventResult) -> Result<(), StoreError> {
    let sql = "INSERT INTO results (id, event_id, option, confidence_bp, decided_at, evidence, prompt_versions, llm_model,
                 reported_by, state, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let row = params![
        result.id.0,
        result.event.0,
        result.option.and_then(|option| i64::try_from(option).ok()),
        result.confidence_bp,
        result.decided_at,
        &result.evidence,
        &result.prompt_versions,
        result.llm_model.clone(),
        &result.reported_by,
        result.state.as_str(),
        result.at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// Sets where a result stands.
pub fn set_state(tx: &mut Tx<'_>, id: ResultId, state: ResultState) -> Result<(), StoreError> {
    tx.execute("UPDATE results SET state = $2 WHERE id = $1", params![id.0, state.as_str()])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<EventResult, StoreError> {
    let state = row.text(9)?;
    Ok(EventResult {
        id: ResultId(row.int(0)?),
        event: EventId(row.int(1)?),
        option: row.opt_int(2)?.and_then(|option| usize::try_from(option).ok()),
        confidence_bp: row.int(3)?,
        decided_at: Timestamp::from_micros(row.int(4)?),
        evidence: row.text(5)?,
        prompt_versions: row.text(6)?,
        llm_model: row.opt_text(7)?,
        reported_by: row.text(8)?,
        state: ResultState::parse(&state)
            .ok_or_else(|| StoreError::Corrupt(format!("a result is '{state}'")))?,
        at: Timestamp::from_micros(row.int(10)?),
    })
}
