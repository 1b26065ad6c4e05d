//! Gates: devices at the doors of an event, each with a key of its own that can be ended. Whoever runs the event makes them.

use super::event_read;
use crate::app::App;
use crate::domain::field;
use crate::domain::ids::{EventId, GateId};
use crate::store::gates;
use kernel::{Actor, Refusal, Timestamp};
use serde_json::json;
use store::Tx;
use store::audit::{self, Act, Level, Origin};

pub use crate::store::gates::Gate;

/// Characters of the longest name of a gate.
const NAME_CHARS_MAX: usize = 60;
/// Gates of one event: more doors than any hall has.
const GATES_MAX: i64 = 200;

/// A new gate of the event and its key, which is shown this once.
pub async fn create(app: &App, actor: Actor, event: EventId, name: &str) -> Result<(Gate, String), Refusal> {
    let event = event_read::of_runner(app, actor, event)?;
    let name =
        field::name(NAME_CHARS_MAX)(name.to_owned()).map_err(|problem| Refusal::field("name", &problem))?;
    let (now, key) = (app.clock.now(), app.identity.draw_secret());
    let gate = Gate {
        id: GateId(app.ids.next(now)),
        tenant: event.tenant,
        event: event.id,
        name,
        made_by: actor.user,
        made_at: now,
        ended_at: None,
    };
    let (row, hash) = (gate.clone(), key.hash());
    app.store.write(move |tx| insert(tx, &row, &hash)).await?;
    Ok((gate, key.text()))
}

fn insert(tx: &mut Tx<'_>, gate: &Gate, hash: &[u8]) -> Result<(), Refusal> {
    if gates::of_event(tx, gate.event, GATES_MAX)?.len() as i64 >= GATES_MAX {
        return Err(Refusal::field("name", "this event has 200 gates already"));
    }
    gates::insert(tx, gate, hash)?;
    audit::append(tx, &act(gate, (gate.made_by.0, "gate.create"), gate.made_at))?;
    Ok(())
}

/// The gates of the event, ended ones too, in the order they were made.
pub async fn list(app: &App, actor: Actor, event: EventId) -> Result<Vec<Gate>, Refusal> {
    let event = event_read::of_runner(app, actor, event)?.id;
    Ok(app.store.read(move |tx| gates::of_event(tx, event, GATES_MAX)).await?)
}

/// Ends a gate's key at once; ending it again changes nothing.
pub async fn end(app: &App, actor: Actor, event: EventId, id: GateId) -> Result<(), Refusal> {
    let event = event_read::of_runner(app, actor, event)?;
    let (now, scope) = (app.clock.now(), event.tenant.0);
    app.store
        .write(move |tx| {
            if gates::end(tx, event.id, id, now)? > 0 {
                let details = json!({ "event": event.id.0 });
                audit::append(tx, &ended(scope, (actor.user.0, id), now, details))?;
            }
            Ok::<_, Refusal>(())
        })
        .await
}

fn act(gate: &Gate, (user, action): (i64, &'static str), now: Timestamp) -> Act {
    Act {
        at: now,
        scope: gate.tenant.0,
        actor: format!("user:{user}"),
        action,
        target: format!("gate:{}", gate.id.0),
        level: Level::Info,
        origin: Origin::default(),
        details: json!({ "event": gate.event.0, "name": gate.name }),
    }
}

fn ended(scope: i64, (user, gate): (i64, GateId), now: Timestamp, details: serde_json::Value) -> Act {
    Act {
        at: now,
        scope,
        actor: format!("user:{user}"),
        action: "gate.end",
        target: format!("gate:{}", gate.0),
        level: Level::Info,
        origin: Origin::default(),
        details,
    }
}
