//! The socket: which channels there are, whose a ticket is, what a new watcher is told first.

use super::state::TapState;
use crate::app::App;
use crate::engine::{GRID, PRICE, SYSTEM, grid_updates, system_update, tick_update};
use crate::refusals;
use crate::usecase::{money_view, session};
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use identity::proofs::wallet::WalletSession;
use kernel::{Refusal, UserId};
use serde_json::json;
use std::sync::Arc;
use web::Refused;
use web::live::{Channel, SocketProtocol, SocketSession, Update, UpgradeRequest};

/// This stall's side of the door.
pub struct TapProtocol(pub Arc<App>);

/// The route of sockets.
pub fn routes() -> axum::Router<TapState> {
    axum::Router::new().route("/tap/ws", get(enter))
}

async fn enter(State(state): State<TapState>, request: UpgradeRequest) -> Result<Response, Refused> {
    state.door.accept(request)
}

/// A session as the door knows it: by its owner, and by when it was opened, which outlives every exchange of its id.
#[must_use]
pub fn socket_session(session: &WalletSession) -> SocketSession {
    SocketSession {
        user: session.user.0,
        session_id: session.opened_at.as_micros(),
        expires_at: session.expires_at,
    }
}

impl SocketProtocol for TapProtocol {
    fn hello(&self) -> String {
        let now_ms = self.0.clock.now().as_micros().div_euclid(1_000);
        let c_now = now_ms.div_euclid(self.0.settings.width_ms);
        let version = env!("CARGO_PKG_VERSION");
        json!({ "server_time_ms": now_ms, "server_time": now_ms, "version": version, "c_now": c_now })
            .to_string()
    }

    fn channel(&self, name: &str) -> Option<Channel> {
        Some(match name {
            "price" => Channel::Public(PRICE.into()),
            "grid" => Channel::Public(GRID.into()),
            "system" => Channel::Public(SYSTEM.into()),
            "user" => Channel::User,
            _ => return None,
        })
    }

    async fn authenticate(&self, ticket: &str) -> Result<SocketSession, Refusal> {
        let session = session::take_ticket(&self.0, ticket).ok_or_else(refusals::invalid_session)?;
        Ok(socket_session(&session))
    }

    async fn snapshot(&self, channel: &str, _: Option<i64>) -> Result<Vec<Update>, Refusal> {
        let view = self.0.market_state.view();
        Ok(match channel {
            "price" => view.tick.iter().map(tick_update).collect(),
            "grid" => grid_updates(&view),
            "system" => vec![system_update(&view)],
            _ => Vec::new(),
        })
    }

    async fn user_head(&self, user: i64) -> Result<u64, Refusal> {
        let last = money_view::last_sequence(&self.0, UserId(user)).await?;
        Ok(last.unsigned_abs())
    }
}
