//! A flight: several statements sent one behind the other without waiting, and their answers in the same order.
//!
//! The server works them off in order, each seeing what the one before did, and after a failure refuses the rest up to the end of
//! the transaction: a `COMMIT` at the end of a failed flight rolls back.

use super::op::{Answer, Op, Statement};
use crate::StoreError;
use deadpool_postgres::Object;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Why a flight failed, and at which of its statements. Those behind it had no effect, unless the connection was lost.
pub(super) struct Failed {
    pub at: usize,
    pub error: StoreError,
}

type Sent<'s> = Pin<Box<dyn Future<Output = Result<Answer, tokio_postgres::Error>> + 's>>;

/// A statement that can be sent.
enum Ready<'o> {
    Script(&'o str),
    Query(tokio_postgres::Statement, &'o Statement),
    Change(tokio_postgres::Statement, &'o Statement),
}

/// Sends all and waits for all answers.
pub(super) async fn run(client: &Object, ops: &[Op]) -> Result<Vec<Answer>, Failed> {
    let ready = prepare(client, ops).await?;
    let mut sent: Vec<Sent<'_>> = ready.iter().map(|one| send(client, one)).collect();
    let first = poll_fn(|context| Poll::Ready(launch(&mut sent, context))).await;
    let mut answers = Vec::with_capacity(ops.len());
    for (at, answer) in first.into_iter().enumerate() {
        let answer = match answer {
            Poll::Ready(answer) => answer,
            Poll::Pending => sent[at].as_mut().await,
        };
        answers.push(answer.map_err(|error| Failed { at, error: ops[at].failure(error) })?);
    }
    Ok(answers)
}

/// The first poll of each sends it. What could not be sent ends the flight: nothing may be sent behind it.
fn launch(
    sent: &mut [Sent<'_>],
    context: &mut Context<'_>,
) -> Vec<Poll<Result<Answer, tokio_postgres::Error>>> {
    let mut first = Vec::with_capacity(sent.len());
    for one in sent {
        first.push(one.as_mut().poll(context));
        if matches!(first.last(), Some(Poll::Ready(Err(_)))) {
            break;
        }
    }
    first
}

/// Statements that this connection has not had yet are prepared first, one after the other.
async fn prepare<'o>(client: &Object, ops: &'o [Op]) -> Result<Vec<Ready<'o>>, Failed> {
    let mut ready = Vec::with_capacity(ops.len());
    for (at, op) in ops.iter().enumerate() {
        let failed = |error| Failed { at, error: op.failure(error) };
        let one = match op {
            Op::Script(text) => Ok(Ready::Script(text)),
            Op::Query(one) => client.prepare_cached(one.sql).await.map(|to| Ready::Query(to, one)),
            Op::Change(one) => client.prepare_cached(one.sql).await.map(|to| Ready::Change(to, one)),
            Op::Exact(one, ..) => client.prepare_cached(one.counted()).await.map(|to| Ready::Change(to, one)),
        };
        ready.push(one.map_err(failed)?);
    }
    Ok(ready)
}

fn send<'s>(client: &'s Object, one: &'s Ready<'_>) -> Sent<'s> {
    Box::pin(async move {
        match one {
            Ready::Script(text) => client.batch_execute(text).await.map(|()| Answer::Changed(0)),
            Ready::Query(to, one) => client.query(to, &one.references()).await.map(Answer::Rows),
            Ready::Change(to, one) => client.execute(to, &one.references()).await.map(Answer::Changed),
        }
    })
}
