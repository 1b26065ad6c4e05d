//! What the classifier said, in rows, and its cycles.

use crate::domain::decision::{Decision, DecisionCost};
use crate::domain::ids::{DecisionId, PromptId, RunId, StreamerId};
use crate::domain::stage::Stage;
use kernel::Timestamp;
use store::{Row, StoreError, Tx, params};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, run_id, streamer_id, stage, prompt_id, input_ref, label, confidence_bp, raw_response, latency_ms, ",
            "tokens_in, tokens_out, created_at FROM llm_decisions ",
            $rest
        )
    };
}

/// Begins a cycle in a window; whether it is the first there.
pub fn begin_run(
    tx: &mut Tx<'_>,
    run: RunId,
    (streamer, window): (StreamerId, i64),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO llm_runs (id, streamer_id, started_at, source, status, time_window)
               VALUES ($1, $2, $3, 'streamlink', 'running', $4) ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, params![run.0, streamer.0, now, window])? == 1)
}

/// Ends a cycle: completed, partial or failed.
pub fn end_run(tx: &mut Tx<'_>, run: RunId, status: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE llm_runs SET status = $2, finished_at = $3 WHERE id = $1",
        params![run.0, status, now],
    )?;
    Ok(())
}

/// A decision.
pub fn insert(tx: &mut Tx<'_>, decision: &Decision) -> Result<(), StoreError> {
    let sql = "INSERT INTO llm_decisions (id, run_id, streamer_id, stage, prompt_id, input_ref, raw_response, label,
                 confidence_bp, latency_ms, tokens_in, tokens_out, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let cost = &decision.cost;
    let row = params![
        decision.id.0,
        decision.run.map(|run| run.0),
        decision.streamer.0,
        decision.stage.as_str(),
        decision.prompt.map(|prompt| prompt.0),
        decision.input_ref.clone(),
        cost.raw_response.clone(),
        decision.label,
        decision.confidence_bp,
        cost.latency_ms,
        cost.tokens_in,
        cost.tokens_out,
        decision.created_at
    ];
    tx.execute(sql, row)?;
    Ok(())
}

/// A streamer's decisions with smaller numbers than `before`, newest first.
pub fn of_streamer(
    tx: &mut Tx<'_>,
    streamer: StreamerId,
    before: i64,
    limit: i64,
) -> Result<Vec<Decision>, StoreError> {
    let sql = select!("WHERE streamer_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    tx.query(sql, params![streamer.0, before, limit], read)
}

/// The newest decision of a stage.
pub fn newest(tx: &mut Tx<'_>, streamer: StreamerId, stage: Stage) -> Result<Option<Decision>, StoreError> {
    let sql = select!("WHERE streamer_id = $1 AND stage = $2 ORDER BY id DESC LIMIT 1");
    tx.query_opt(sql, params![streamer.0, stage.as_str()], read)
}

/// The newest decision of a stage in a cycle.
pub fn of_run(tx: &mut Tx<'_>, run: RunId, stage: Stage) -> Result<Option<Decision>, StoreError> {
    let sql = select!("WHERE run_id = $1 AND stage = $2 ORDER BY id DESC LIMIT 1");
    tx.query_opt(sql, params![run.0, stage.as_str()], read)
}

fn read(row: &Row<'_>) -> Result<Decision, StoreError> {
    let (stage, label) = (row.text(3)?, row.text(6)?);
    let corrupt = || StoreError::Corrupt(format!("a decision says {stage} {label}"));
    let stage = Stage::parse(&stage).ok_or_else(corrupt)?;
    Ok(Decision {
        id: DecisionId(row.int(0)?),
        run: row.opt_int(1)?.map(RunId),
        streamer: StreamerId(row.int(2)?),
        stage,
        prompt: row.opt_int(4)?.map(PromptId),
        input_ref: row.opt_text(5)?,
        label: stage.stored(&label).ok_or_else(corrupt)?,
        confidence_bp: row.int(7)?,
        cost: DecisionCost {
            raw_response: row.opt_text(8)?,
            latency_ms: row.opt_int(9)?,
            tokens_in: row.opt_int(10)?,
            tokens_out: row.opt_int(11)?,
        },
        created_at: Timestamp::from_micros(row.int(12)?),
    })
}
