//! An operator's hands on games: listing, adding, changing and removing them. Each change is on record.

use super::audit_record::{Act, Acting, append};
use crate::app::App;
use crate::domain::game::{Game, GameDraft, GameFault};
use crate::domain::ids::GameId;
use crate::refusals;
use crate::store::games;
use kernel::Refusal;
use serde_json::{Value, json};
use store::{StoreError, Tx};

/// Games with smaller numbers than `before`, newest first.
pub async fn list(app: &App, before: i64, limit: i64) -> Result<Vec<Game>, StoreError> {
    app.store.read(move |tx| games::list(tx, before, limit)).await
}

/// Adds a game. Errors: 400 about a field, or the slug is taken.
pub async fn create(app: &App, acting: Acting, draft: GameDraft) -> Result<Game, Refusal> {
    let now = app.clock.now();
    let game = draft.into_game(None, GameId(app.ids.next(now)), now).map_err(of_fault)?;
    app.store
        .write(move |tx| {
            check_slug(tx, &game)?;
            games::put(tx, &game)?;
            append(tx, &acting, act("game.create", &game, None, Some(shown(&game))), now)?;
            Ok(game.clone())
        })
        .await
}

/// Changes a game. Errors: 404, 400 about a field, the slug is taken.
pub async fn update(app: &App, acting: Acting, id: GameId, draft: GameDraft) -> Result<Game, Refusal> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let before = games::by_id(tx, id)?.ok_or_else(|| Refusal::not_found("game"))?;
            let game = draft.clone().into_game(Some(&before), id, now).map_err(of_fault)?;
            check_slug(tx, &game)?;
            games::put(tx, &game)?;
            append(tx, &acting, act("game.update", &game, Some(shown(&before)), Some(shown(&game))), now)?;
            Ok(game)
        })
        .await
}

/// Removes a game that no event belongs to. Errors: 404, 409.
pub async fn delete(app: &App, acting: Acting, id: GameId) -> Result<(), Refusal> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let game = games::by_id(tx, id)?.ok_or_else(|| Refusal::not_found("game"))?;
            if games::has_events(tx, id)? {
                return Err(refusals::game_has_events());
            }
            games::delete(tx, id)?;
            Ok(append(tx, &acting, act("game.delete", &game, Some(shown(&game)), None), now)?)
        })
        .await
}

fn check_slug(tx: &mut Tx<'_>, game: &Game) -> Result<(), Refusal> {
    let other = games::by_slug(tx, &game.slug)?.filter(|other| other.id != game.id);
    other.map_or(Ok(()), |_| Err(Refusal::field("slug", "is another game's")))
}

fn of_fault((field, problem): GameFault) -> Refusal {
    Refusal::field(field, problem)
}

fn shown(game: &Game) -> Value {
    json!({ "slug": game.slug, "title": game.title, "status": game.status.as_str() })
}

fn act(action: &'static str, game: &Game, before: Option<Value>, after: Option<Value>) -> Act {
    Act { action, target: format!("game:{}", game.id.0), before, after }
}
