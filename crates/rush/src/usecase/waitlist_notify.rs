//! Tells those who wait for seats that some are free again: in the order in which they asked, as far as the seats go, and the
//! next ones a quarter of an hour later.

use super::{mail_language, shop_url};
use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::ids::ZoneId;
use crate::domain::mail_kinds::WAITLIST_ALERT;
use crate::domain::waitlist::{Entry, OFFER_S, next};
use crate::domain::{sale_window, show_time};
use crate::store::mail::waitlist;
use identity::{addressee, users};
use kernel::Timestamp;
use ledger::Book;
use mail::NewMail;
use serde_json::{Map, Value};
use std::sync::Arc;
use store::{StoreError, Tx};

/// Places of one line that one step looks at.
const LOOK_MAX: i64 = 200;

/// Tells whom there is to tell, in every zone that anybody waits for; how many.
pub async fn run(app: &Arc<App>) -> Result<usize, StoreError> {
    let zones = app.store.read(waitlist::zones).await?;
    let mut told = 0;
    for zone in zones {
        let (now, app) = (app.clock.now(), Arc::clone(app));
        let store = app.store.clone();
        // Looked at by a reader first, so that a line that does not move costs the writer nothing.
        let looking = Arc::clone(&app);
        let is_due = store.read(move |tx| Ok::<_, StoreError>(!due(&looking, tx, zone, now)?.is_empty()));
        if is_due.await? {
            told += store.write(move |tx| step(&app, tx, zone, now)).await?;
        }
    }
    Ok(told)
}

/// Whom to tell now. Nobody, while the zone is not sold.
fn due(app: &App, tx: &mut Tx<'_>, zone: ZoneId, now: Timestamp) -> Result<Vec<Entry>, StoreError> {
    let catalogue = app.catalogue.fresh(tx)?;
    if catalogue.offer(zone).is_none_or(|offer| sale_window::decide(now, offer).is_err()) {
        return Ok(Vec::new());
    }
    let Some(account) = Book::peek(tx, zone.0)? else { return Ok(Vec::new()) };
    let free = account.balances.available();
    let announced = waitlist::announced(tx, zone, now.plus_secs(-OFFER_S))?;
    let waiting = waitlist::waiting(tx, zone, LOOK_MAX)?;
    Ok(next(&waiting, free, announced).into_iter().cloned().collect())
}

fn step(app: &App, tx: &mut Tx<'_>, zone: ZoneId, now: Timestamp) -> Result<usize, StoreError> {
    let entries = due(app, tx, zone, now)?;
    let catalogue = app.catalogue.fresh(tx)?;
    for entry in &entries {
        if waitlist::notified(tx, entry.id, now)?
            && let Some(mail) = alert(app, tx, &catalogue, entry, now)?
        {
            mail::queue(tx, &mail)?;
        }
    }
    Ok(entries.len())
}

/// The mail. `None`: who waits has no account any more, or the zone is gone.
fn alert(
    app: &App,
    tx: &mut Tx<'_>,
    catalogue: &Snapshot,
    entry: &Entry,
    now: Timestamp,
) -> Result<Option<NewMail>, StoreError> {
    let Some(user) = users::by_id(tx, entry.user)?.filter(|user| user.is_active) else { return Ok(None) };
    let locale = mail_language::of(tx, catalogue, entry.user, Some(entry.tenant))?;
    let pages = shop_url::pages(app, Some(entry.tenant));
    let Some(data) = values(catalogue, entry, (&addressee(&user.name), &locale), &pages) else {
        return Ok(None);
    };
    Ok(Some(NewMail {
        id: app.ids.next(now),
        kind: &WAITLIST_ALERT,
        tenant: Some(entry.tenant),
        user: Some(entry.user),
        about: Some(format!("waitlist:{}", entry.id)),
        recipient: user.email,
        locale,
        data,
        now,
        due_at: now,
    }))
}

fn values(
    catalogue: &Snapshot,
    entry: &Entry,
    (name, locale): (&str, &str),
    pages: &str,
) -> Option<Map<String, Value>> {
    let zone = catalogue.zone(entry.zone)?;
    let (show, event) = (&catalogue.show(zone.show)?.fields, &catalogue.event(zone.event)?.fields);
    let shop = catalogue.tenant(entry.tenant).map_or("", |tenant| tenant.fields.name.as_str());
    let text = [
        ("name", name.to_owned()),
        ("shop", shop.to_owned()),
        ("event_name", event.name.clone()),
        ("show_date", show_time::in_words_of(show.starts_at, &event.venue.timezone, locale)),
        ("zone_name", zone.fields.name.clone()),
        ("quantity", entry.quantity.to_string()),
        ("rebook_url", format!("{pages}/events/{}", event.slug)),
    ];
    Some(text.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect())
}
