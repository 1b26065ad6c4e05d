//! Voters and events of a load run, and what became of its votes. Only the load profile asks.

use super::event_open::{Draft, Opener, Report};
use super::result_report::{self, EventRef, ResultReport};
use crate::app::App;
use crate::domain::credit::{Movement, credit};
use crate::domain::event::{Choice, Kind, PotEvent};
use crate::domain::event_create::Terms;
use crate::domain::ids::{EventId, StreamerId};
use crate::domain::money::{PROMO, locator_kind, transfer_code, wallet_account};
use crate::domain::role::HeldRoles;
use crate::domain::streamer::{Streamer, StreamerStatus};
use crate::domain::user::{User, UserStatus};
use crate::domain::vote::Vote;
use crate::refusals;
use crate::store::event_sources::EventSource;
use crate::store::{events, streamers, users, votes};
use kernel::{Refusal, Timestamp, UserId};
use ledger::Book;
use serde::Deserialize;
use store::{StoreError, Tx, locator};

/// Live events of a streamer.
const EVENTS_EACH: u64 = 5;
/// How sure a load run is of what it says.
const SURE_BP: i64 = 10_000;

/// How many voters, with how much credit, and how they are numbered.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct LoadVoters {
    /// The number of the first; Telegram's number is made of it.
    pub first: u64,
    /// How many.
    pub count: u32,
    /// Credit of each.
    pub credits: i64,
}

/// How many events, and on which terms.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadEvents {
    /// The number of the first streamer.
    pub first: u64,
    /// How many events, five at each streamer.
    pub count: u32,
    /// What a vote costs.
    pub cost: i64,
    /// Seconds for which they are open.
    pub open_sec: i64,
}

/// Makes voters, each with credit as a gift of the house. Errors: the store; a number that was used before.
pub async fn voters(app: &App, load: LoadVoters) -> Result<Vec<User>, Refusal> {
    let now = app.clock.now();
    let users: Vec<User> =
        (0..u64::from(load.count)).map(|at| user(app, load.first.wrapping_add(at), now)).collect();
    let numbers: Vec<i64> = users.iter().map(|_| app.ids.next(now)).collect();
    let made = users.clone();
    let work = move |tx: &mut Tx<'_>| {
        let mut book = Book::load(tx, &[PROMO])?;
        for (user, number) in made.iter().zip(&numbers) {
            users::insert(tx, user)?;
            book.open(wallet_account(user.id));
            let gift = Movement {
                user: user.id,
                other: PROMO,
                amount: load.credits,
                code: transfer_code::CORRECTION,
            };
            // Nobody owes anything yet, so that no second number is asked for.
            credit(book.rules(), gift, *number, &mut || *number, now)?;
        }
        book.save(tx)
    };
    app.store.write(work).await.map_err(|error: StoreError| Refusal::from(error))?;
    Ok(users)
}

fn user(app: &App, number: u64, now: Timestamp) -> User {
    User {
        id: UserId(app.ids.next(now)),
        // Telegram's numbers have 52 bits.
        tg_user_id: i64::try_from(number & ((1 << 52) - 1)).unwrap_or(0),
        nickname: None,
        username: None,
        first_name: Some("Load".to_owned()),
        last_name: None,
        language: "en".to_owned(),
        roles: HeldRoles::of_everybody(),
        token_version: 0,
        status: UserStatus::Active,
        created_at: now,
    }
}

/// Opens events at streamers of their own. Errors: the store; what opening refuses.
pub async fn open_events(app: &App, load: LoadEvents) -> Result<Vec<PotEvent>, Refusal> {
    let now = app.clock.now();
    let mut opened = Vec::with_capacity(load.count as usize);
    for first in (0..u64::from(load.count)).step_by(usize::try_from(EVENTS_EACH).unwrap_or(1)) {
        let streamer = streamer(app, load.first.wrapping_add(first), now);
        let (opener, count) = (Opener::of(app), EVENTS_EACH.min(u64::from(load.count) - first));
        let work = move |tx: &mut Tx<'_>| {
            streamers::insert(tx, &streamer)?;
            let open = |at| opener.open(tx, &report(streamer.id, at, load))?.map_err(refusals::of_create);
            (0..count).map(open).collect::<Result<Vec<_>, Refusal>>()
        };
        opened.extend(app.store.write(work).await?);
    }
    Ok(opened)
}

fn streamer(app: &App, number: u64, now: Timestamp) -> Streamer {
    Streamer {
        id: StreamerId(app.ids.next(now)),
        username: format!("load_{number:x}"),
        twitch_user_id: None,
        display_name: "Load".to_owned(),
        online: true,
        viewers: 1_000,
        status: StreamerStatus::Ok,
        reason: None,
        absent_polls: 0,
        added_by: UserId(0),
        checked_at: Some(now),
        created_at: now,
    }
}

fn report(streamer: StreamerId, at: u64, load: LoadEvents) -> Report {
    let choice = |id: &str| Choice { id: id.to_owned(), label: id.to_owned() };
    let terms = Terms {
        external_id: format!("load-{at}"),
        title: "Who wins the round?".to_owned(),
        kind: Kind::Prediction,
        options: vec![choice("yes"), choice("no")],
        cost: load.cost,
        open_s: load.open_sec,
        rake_bps: 0,
        blind_s: 0,
        confidence_bp: None,
    };
    Report {
        streamer,
        game: None,
        draft: Draft { terms, cost: Some(load.cost), open_s: Some(load.open_sec) },
        source: EventSource::default(),
        reported_by: "system".to_owned(),
        is_judged: true,
    }
}

/// Closes an event and names its winner, as an operator does: no window, no doubt. Errors: 404, 409, 422.
pub async fn decide(app: &App, event: EventId, option: String) -> Result<(), Refusal> {
    let report = ResultReport {
        streamer: StreamerId(0),
        event: EventRef::Id(event),
        option: Some(option),
        confidence_bp: SURE_BP,
        decided_at: None,
        evidence: "{}".to_owned(),
        prompt_versions: "{}".to_owned(),
        llm_model: None,
        reported_by: "system".to_owned(),
    };
    result_report::decide(app, report).await.map(drop)
}

/// The vote of each user on each event with the event, none where there is none.
pub async fn statuses(
    app: &App,
    places: Vec<(UserId, EventId)>,
) -> Result<Vec<Option<(Vote, PotEvent)>>, Refusal> {
    let find = move |tx: &mut Tx<'_>| {
        places.iter().map(|place| status(tx, *place)).collect::<Result<Vec<_>, StoreError>>()
    };
    Ok(app.store.read(find).await?)
}

fn status(tx: &mut Tx<'_>, (user, event): (UserId, EventId)) -> Result<Option<(Vote, PotEvent)>, StoreError> {
    let Some(seq) = locator::find(tx, user.0, locator_kind::VOTE, event.0)? else { return Ok(None) };
    let found = votes::by_places(tx, &[(event.0, seq)])?.pop();
    Ok(found.zip(events::by_id(tx, event)?))
}

/// How many votes there are.
pub async fn count(app: &App) -> Result<i64, Refusal> {
    Ok(app.store.read(|tx| tx.query_one("SELECT COUNT(*) FROM votes", &[], |row| row.int(0))).await?)
}
