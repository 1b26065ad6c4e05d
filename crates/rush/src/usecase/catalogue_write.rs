//! One change of the catalogue: what every verb that writes it has in common.
//!
//! The rows, their facts in the outbox and the catalogue's new epoch commit together; afterwards this node shows the change.

use crate::app::App;
use crate::availability::Seats;
use crate::domain::catalogue_event;
use crate::domain::event::Event;
use crate::domain::tenant::Tenant;
use crate::store::catalogue;
use kernel::{IdSource, Refusal, Timestamp};
use std::sync::Arc;
use store::keyed::{self, Attempt};
use store::{StoreError, Tx, outbox};

/// The status that is recorded with the number of what an attempt made.
const MADE: u16 = 201;

/// One run of a change. It may be run again, so what it collects begins empty each time.
pub struct Change<'a> {
    /// New numbers.
    pub ids: &'a IdSource,
    /// The present.
    pub now: Timestamp,
    facts: Vec<kernel::Event>,
    seats: Vec<Seats>,
}

impl Change<'_> {
    /// A new number.
    pub fn id(&self) -> i64 {
        self.ids.next(self.now)
    }

    /// Enqueues a fact for the outbox; it leaves with the commit.
    pub fn enqueue(&mut self, fact: kernel::Event) {
        self.facts.push(fact);
    }

    /// Enqueues what happened to an event.
    pub fn enqueue_of_event(&mut self, kind: &str, event: &Event) {
        let fact = catalogue_event::of_event(self.id(), kind, event, self.now);
        self.enqueue(fact);
    }

    /// Enqueues what happened to a tenant.
    pub fn enqueue_of_tenant(&mut self, kind: &str, tenant: &Tenant) {
        let fact = catalogue_event::of_tenant(self.id(), kind, tenant, self.now);
        self.enqueue(fact);
    }

    /// Publishes the seats of a zone after the commit.
    pub fn show_seats(&mut self, seats: impl IntoIterator<Item = Seats>) {
        self.seats.extend(seats);
    }
}

/// Runs `work` in a transaction, with a new epoch, and shows its effect. `Err` changes nothing.
pub async fn run<T, F>(app: &App, mut work: F) -> Result<T, Refusal>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>, &mut Change<'_>) -> Result<T, Refusal> + Send + 'static,
{
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    let written = app.store.write(move |tx| {
        let mut change = Change { ids: &ids, now, facts: Vec::new(), seats: Vec::new() };
        let value = work(tx, &mut change)?;
        outbox::append(tx, &change.facts)?;
        catalogue::bump(tx, ids.next(now))?;
        Ok::<_, Refusal>((value, change.seats))
    });
    let (value, seats) = written.await?;
    app.availability.publish(seats);
    app.catalogue.refresh(&app.store, now).await?;
    Ok(value)
}

/// The same for a verb that makes something new, once for `attempt` where there is one: its number. A repeated attempt gets
/// the number of what the first one made.
pub async fn create<F>(app: &App, attempt: Option<Attempt>, mut work: F) -> Result<i64, Refusal>
where
    F: FnMut(&mut Tx<'_>, &mut Change<'_>) -> Result<i64, Refusal> + Send + 'static,
{
    let created = run(app, move |tx, change| {
        let Some(attempt) = &attempt else { return work(tx, change) };
        let now = change.now;
        let made = keyed::answer(tx, attempt, now, |tx| {
            let id = work(tx, change)?;
            Ok::<_, Refusal>((MADE, id.to_string().into_bytes()))
        })?;
        let number = std::str::from_utf8(&made.body).ok().and_then(|text| text.parse().ok());
        // The same key on another kind of verb has another hash and is refused before this.
        number.ok_or_else(|| StoreError::Corrupt("an attempt that made nothing with a number".into()).into())
    });
    created.await
}
