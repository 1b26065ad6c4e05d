//! The socket: which channels there are, whose a token is, what a new watcher is sent first.

use super::access::switched_on;
use super::answer::Data;
use super::query::id;
use super::state::PotState;
use crate::app::App;
use crate::domain::ids::{GameId, StreamerId};
use crate::domain::live_config::Flag;
use crate::live::asyncapi;
use crate::live::frames::{EVENT_UPDATED, updated};
use crate::tokens;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use kernel::{Refusal, UserId};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use store::keyed::hash63;
use web::live::{Channel, SocketOpening, SocketProtocol, SocketSession, Update, UpgradeRequest};
use web::{Query, Refused};

/// This stall's side of the door.
pub struct PotProtocol(pub Arc<App>);

/// The routes of sockets.
pub fn routes() -> Router<PotState> {
    Router::new()
        .route("/funpot/realtime", get(enter))
        .route("/funpot/ws", get(enter))
        .route("/funpot/asyncapi.json", get(document))
}

/// What sockets send and understand.
async fn document() -> Data<Value> {
    Data(asyncapi::document())
}

/// Whose stream is watched from the beginning.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Watch {
    streamer_id: Option<String>,
}

async fn enter(
    State(state): State<PotState>,
    Query(watch): Query<Watch>,
    request: UpgradeRequest,
) -> Result<Response, Refused> {
    switched_on(&state, Flag::Realtime)?;
    let session = match request.token() {
        Some(token) => Some(session(&state.app, token?)?),
        None => None,
    };
    let streamer = watch.streamer_id.as_deref();
    let streamer =
        streamer.map(|text| id::<StreamerId>(&state.app.public, "streamerId", text)).transpose()?;
    let channels =
        streamer.map(|id| format!("streamer:{}", state.app.public.encode(id))).into_iter().collect();
    state.endpoint.accept_with(request, SocketOpening { session, channels })
}

/// Seconds for which a socket stays after its token is over, so that its client can renew it.
const RENEW_WITHIN_S: i64 = 30;

fn session(app: &App, token: &str) -> Result<SocketSession, Refusal> {
    let verified = app.tokens.read(token, app.clock.now()).map_err(tokens::refusal)?;
    let session = verified.session.unwrap_or_default();
    let session_id = hash63(&[session.as_bytes()]);
    Ok(SocketSession {
        user: verified.actor.user.0,
        session_id,
        expires_at: verified.expires_at.plus_secs(RENEW_WITHIN_S),
    })
}

impl SocketProtocol for PotProtocol {
    fn hello(&self) -> String {
        String::from("{}")
    }

    fn channel(&self, name: &str) -> Option<Channel> {
        let (kind, id) = name.split_once(':')?;
        let public = &self.0.public;
        let topic = || name.to_owned().into();
        match kind {
            "streamer" => public.decode::<StreamerId>(id).ok().map(|_| Channel::SignedIn(topic())),
            "game" => public.decode::<GameId>(id).ok().map(|_| Channel::SignedIn(topic())),
            "user" => {
                let owner = public.decode::<UserId>(id).ok()?.0;
                Some(Channel::Owned { owner, topic: topic() })
            }
            _ => None,
        }
    }

    async fn authenticate(&self, ticket: &str) -> Result<SocketSession, Refusal> {
        session(&self.0, ticket)
    }

    async fn snapshot(&self, channel: &str, _: Option<i64>) -> Result<Vec<Update>, Refusal> {
        let app = &self.0;
        let streamer =
            channel.strip_prefix("streamer:").and_then(|id| app.public.decode::<StreamerId>(id).ok());
        let Some(streamer) = streamer else { return Ok(Vec::new()) };
        let now = app.clock.now();
        let events = app.live.of_streamer(streamer);
        let shown = events.iter().filter(|live| live.event.takes_votes(now) && !live.event.is_blind(now));
        let frame = |live: &Arc<crate::live::LiveEvent>| {
            let body = updated(&app.public, &live.event, &live.counts().tallies);
            Update::total(EVENT_UPDATED, live.event.id.0, body.to_string())
        };
        Ok(shown.map(frame).collect())
    }

    async fn user_head(&self, _: i64) -> Result<u64, Refusal> {
        Ok(0)
    }
}
