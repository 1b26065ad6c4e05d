//! The demo: a shop with people and a catalogue, planted through the verbs that everybody uses.
//!
//! Everything is relative to the moment of planting: one event under load, one sold out, one that opens in twenty minutes,
//! one whose sale ends in a minute, two that are over, one draft, and several more.

mod plan;
mod sales;
mod visitors;

use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::field::Patch;
use crate::domain::ids::{EventId, ShowId};
use crate::domain::role;
use crate::domain::tenant::TenantInput;
use crate::usecase::{
    category_create, demo_people, event_create, event_lifecycle, show, show_create, tenant_create,
    zone_create,
};
use futures_util::FutureExt as _;
use kernel::{Actor, Refusal, TenantId, Timestamp, UserId};
use plan::{Plan, PlannedEvent};
use serde_json::json;
use std::sync::Arc;

/// The shop's slug; also the default of the configuration.
pub const SLUG: &str = "demo";
/// The event that the simulated visitors crowd.
const HOT_SLUG: &str = "skyline-homecoming-night";
/// The venues' zone.
const TIMEZONE: &str = "Asia/Bangkok";

/// Who can log in, for the command's greeting.
pub const WHO: &str = "Log in as mali@example.test with the password Lamp-lit-7. There are also organizer@example.test, whose
events are under /rush/organizer, admin@example.test (/rush/refunds) and platform@example.test, with the same one.";

/// Addresses and passwords of those whom the pages are for, for the log-in page.
#[must_use]
pub fn accounts() -> Vec<(String, String)> {
    demo_people::PEOPLE
        .iter()
        .filter(|person| person.role == role::CUSTOMER)
        .map(|person| (person.email.to_owned(), demo_people::PASSWORD.to_owned()))
        .collect()
}

/// Simulated visitors who come, buy, hesitate and leave.
const VISITORS: u32 = 300;

/// The stall's part of the demonstration.
#[must_use]
pub fn demo(app: &Arc<App>) -> stall::Demo {
    let (planted, visited) = (Arc::clone(app), Arc::clone(app));
    stall::Demo {
        seed: Box::new(move || {
            async move { seed(&planted, planted.clock.now()).await.map_err(|refusal| refusal.to_string()) }
                .boxed()
        }),
        crowd: Box::new(move || vec![visitors::start(&visited, VISITORS)]),
        welcome: format!("{VISITORS} simulated visitors are buying at this moment.\n\n{WHO}"),
    }
}

/// Whether `event` is the one that the simulated visitors crowd.
#[must_use]
pub fn is_hot(snapshot: &Snapshot, event: EventId) -> bool {
    snapshot.event(event).is_some_and(|event| event.fields.slug == HOT_SLUG)
}

/// Plants the demo around `now`. A database that has it already is left as it is.
pub async fn seed(app: &Arc<App>, now: Timestamp) -> Result<(), Refusal> {
    if app.catalogue.current().tenant_by_slug(SLUG).is_some() {
        return Ok(());
    }
    let plan = Plan::read()?;
    let tenant = shop(app).await?;
    let people = demo_people::run(app, tenant).await?;
    let planting = Planting { app, now, admin: people.admin, organizer: people.organizer };
    for category in plan.categories {
        category_create::run(app, planting.admin, category).await?;
    }
    for event in &plan.events {
        planting.event(event).await?;
    }
    sales::one_ticket(app, people.buyer).await
}

async fn shop(app: &App) -> Result<TenantId, Refusal> {
    // Nobody is there yet to open the shop: the platform does.
    let platform = Actor { user: UserId(0), tenant: None, role: role::SUPER_ADMIN };
    let branding =
        json!({ "primary_color": "#c8452f", "secondary_color": "#20304a", "accent_color": "#b7791f" });
    let input = TenantInput {
        name: "Lamplight Tickets".into(),
        slug: SLUG.into(),
        settings: json!({ "branding": branding, "mail_sender": "tickets@example.test" }).into(),
        ..TenantInput::default()
    };
    Ok(tenant_create::run(app, platform, input).await?.id)
}

struct Planting<'a> {
    app: &'a Arc<App>,
    now: Timestamp,
    admin: Actor,
    organizer: Actor,
}

impl Planting<'_> {
    async fn event(&self, planned: &PlannedEvent) -> Result<(), Refusal> {
        let mut input = planned.input(self.now);
        input.category_id = self.category(&planned.category);
        let event = event_create::run(self.app, self.organizer, input).await?.event.id;
        let mut shows = Vec::new();
        for show in &planned.shows {
            let input = show.input(self.now, TIMEZONE);
            let id = show_create::run(self.app, self.organizer, event, input).await?.show.id;
            for zone in &planned.zones {
                zone_create::run(self.app, self.organizer, id, zone.clone()).await?;
            }
            shows.push(id);
        }
        if planned.draft {
            return Ok(());
        }
        event_lifecycle::publish(self.app, self.organizer, event).await?;
        self.cancel(planned, &shows).await?;
        sales::sell(self.app, event, planned.sold_percent).await?;
        self.let_pass(planned, &shows).await
    }

    async fn cancel(&self, planned: &PlannedEvent, shows: &[ShowId]) -> Result<(), Refusal> {
        for (_, id) in planned.shows.iter().zip(shows).filter(|(show, _)| show.cancelled) {
            show::cancel(self.app, self.organizer, *id).await?;
        }
        Ok(())
    }

    /// Shows that are over were announced, sold, and then moved to the day on which they happened.
    async fn let_pass(&self, planned: &PlannedEvent, shows: &[ShowId]) -> Result<(), Refusal> {
        for (show, id) in planned.shows.iter().zip(shows) {
            if let Some(moved) = show.moved(self.now, TIMEZONE) {
                show::update(self.app, self.organizer, *id, moved).await?;
            }
        }
        Ok(())
    }

    fn category(&self, slug: &str) -> Patch<String> {
        let snapshot = self.app.catalogue.current();
        let tenant = self.organizer.tenant.unwrap_or(TenantId(0));
        let found = snapshot.categories(tenant).iter().find(|category| category.fields.slug == slug);
        found.map_or(Patch::Absent, |category| self.app.public.encode(category.id).into())
    }
}
