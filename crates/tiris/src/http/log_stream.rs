//! The live stream of a user's logs (SSE). Each has its number among the user's as its id; who comes back with the last one gets
//! what followed, without a gap and without a repetition, for every row is read from the database.

use super::caller::Member;
use super::log_data;
use super::state::TirisState;
use crate::app::App;
use crate::domain::trading_log::TradingLog;
use crate::usecase::log_view;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use kernel::{Refusal, UserId};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Refused;

/// The routes of the stream.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new().routes(routes!(stream_logs))
}

/// Rows read at a time.
const ROWS: i64 = 100;
/// How long a quiet stream waits before it looks by itself: another node may have written.
const QUIET: Duration = Duration::from_secs(2);

/// What a stream goes on with.
struct Cursor {
    app: Arc<App>,
    user: UserId,
    /// The last number that was sent.
    seq: i64,
    ready: VecDeque<TradingLog>,
    written: broadcast::Receiver<i64>,
}

/// The caller's logs as they are written; `Last-Event-ID` says after which. Each event is a log, its id the log's number.
#[utoipa::path(get, path = "/tiris/v1/trading-logs/stream", tag = "trading-logs",
    responses((status = 200, description = "Server-sent events, each a trading log.", content_type = "text/event-stream"),
        web::openapi::Refusals), security(("bearer" = [])))]
async fn stream_logs(
    State(state): State<TirisState>,
    member: Member,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refused> {
    let app = Arc::clone(&state.app);
    let user = member.0.user;
    let written = app.written.subscribe();
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let seq = match last {
        Some(text) => {
            text.parse::<i64>().map_err(|_| Refusal::field("Last-Event-ID", "is none that we gave"))?
        }
        None => log_view::last_seq(&app, user).await?,
    };
    let cursor = Cursor { app, user, seq, ready: VecDeque::new(), written };
    let events = stream::unfold(cursor, |cursor| async move {
        let (event, cursor) = next(cursor).await?;
        Some((Ok(event), cursor))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// The next event; none when the database does not answer: the client comes back with its last id.
async fn next(mut cursor: Cursor) -> Option<(Event, Cursor)> {
    loop {
        if let Some(log) = cursor.ready.pop_front() {
            cursor.seq = log.seq;
            let data = log_data::log(&cursor.app.public, &log);
            let event = Event::default().id(log.seq.to_string()).event("trading_log");
            return Some((event.json_data(&data).ok()?, cursor));
        }
        let rows = log_view::after(&cursor.app, cursor.user, cursor.seq, ROWS).await.ok()?;
        cursor.ready.extend(rows);
        if cursor.ready.is_empty() {
            wait(&mut cursor).await?;
        }
    }
}

/// Until something of the user's was written, or it is time to look; none when the stall closes.
async fn wait(cursor: &mut Cursor) -> Option<()> {
    let user = cursor.user.0;
    let written = async {
        loop {
            match cursor.written.recv().await {
                Ok(whose) if whose == user => return Some(()),
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => return Some(()),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    };
    tokio::time::timeout(QUIET, written).await.unwrap_or(Some(()))
}
