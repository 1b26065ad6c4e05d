//! Who asks: a bearer session id, believed by its hash.

use super::state::TapState;
use crate::app::App;
use crate::refusals;
use crate::usecase::session;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use identity::proofs::wallet::Found;
use kernel::{Actor, Refusal, Role, Timestamp};
use std::sync::Arc;
use web::{Refused, TokenVerifier, bearer};

/// A player who is logged in. Refusal: 401 `invalid_session`.
#[derive(Debug, Clone)]
pub struct Player(pub Found);

impl FromRequestParts<TapState> for Player {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &TapState) -> Result<Self, Refused> {
        let shown = bearer(&parts.headers).ok_or_else(refusals::invalid_session)?;
        let shown = shown.map_err(|_| refusals::invalid_session())?;
        Ok(Self(session::find(&state.app, shown).await?))
    }
}

/// The one role of this stall.
const PLAYER: Role = Role::new("player").expect("a short lower-case word");

/// Tells the edge whose rate bucket pays: from memory alone, a session of another node counts as its address.
pub struct SessionVerifier(pub Arc<App>);

impl TokenVerifier for SessionVerifier {
    fn verify(&self, token: &str, now: Timestamp) -> Result<Actor, Refusal> {
        let found = self.0.sessions.get(token, now).ok_or_else(refusals::invalid_session)?;
        Ok(Actor { user: found.session.user, tenant: None, role: PLAYER })
    }
}
