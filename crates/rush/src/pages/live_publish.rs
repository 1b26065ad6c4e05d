//! Publishes the seats of shows to open event pages as they move. One task for the whole process: each change is written
//! out once, however many pages are open. Freshness only; a page that receives nothing polls.

use super::live::{KIND, topic};
use super::present::live_seats;
use super::sales::topic as sales_topic;
use super::state::PagesState;
use crate::domain::catalogue::Snapshot;
use crate::domain::catalogue_view::{ShowView, show_view};
use crate::domain::event::Event;
use crate::domain::ids::{ShowId, ZoneId};
use kernel::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use web::live::Update;

/// The kind of events that tell an organizer that seats moved.
const MOVED: &str = "moved";
/// The shortest time between two rounds: four pictures a second look alive, and a busy sale costs no more than that.
const ROUND_MIN: Duration = Duration::from_millis(250);

/// Runs until the process ends.
pub async fn run(state: PagesState) {
    let mut changes = state.app.availability.watch();
    let mut closing = state.parts.closing.clone();
    let mut published = HashMap::new();
    loop {
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = closing.wait() => return,
        }
        round(&state, &mut published);
        tokio::time::sleep(ROUND_MIN).await;
    }
}

/// Publishes every show whose seats differ from what was published last.
fn round(state: &PagesState, published: &mut HashMap<ShowId, String>) {
    let catalogue = state.app.catalogue.current();
    let now = state.app.clock.now();
    for event in catalogue.tenants().iter().flat_map(|tenant| catalogue.events(tenant.id)) {
        for show in views(state, &catalogue, event, now) {
            if publish(state, published, &show) {
                state.parts.hub.publish(&sales_topic(event.id), Update::total(MOVED, event.id.0, "{}"));
            }
        }
    }
}

fn views(state: &PagesState, catalogue: &Snapshot, event: &Arc<Event>, now: Timestamp) -> Vec<ShowView> {
    let seats = |zone: ZoneId| state.app.availability.of(zone).map(|seats| (seats.available, seats.held));
    let coming = catalogue.shows(event.id).iter().filter(|show| show.fields.over_at() > now);
    coming.map(|show| show_view(catalogue, &seats, event, show, now)).collect()
}

/// Publishes the seats of a show; false: they are as they were.
fn publish(state: &PagesState, published: &mut HashMap<ShowId, String>, show: &ShowView) -> bool {
    let Ok(body) = serde_json::to_string(&live_seats(&state.app.public, show)) else { return false };
    let id = show.show.id;
    let moved = published.get(&id) != Some(&body);
    if moved {
        state.parts.hub.publish(&topic(id), Update::total(KIND, id.0, body.clone()));
        published.insert(id, body);
    }
    moved
}
