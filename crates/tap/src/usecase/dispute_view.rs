//! Everything about a player's bets in a span of time, or about one bet: what an operator needs to answer a dispute.

use super::bet_view::{BetFilter, Shown};
use super::money_view::{self, Entry};
use super::{bet_view, incident_record};
use crate::app::App;
use crate::domain::ids::BetId;
use crate::domain::quote_facts::QuoteFacts;
use crate::store::evidence::{self, EvidenceRow};
use crate::store::incidents::IncidentRow;
use crate::store::quotes;
use identity::proofs::wallet::users;
use kernel::{IdSource, Refusal, Timestamp, UserId, WalletAddress};

/// Bets and entries of one answer.
const ROWS_MAX: i64 = 200;

/// Whose bets, or which one.
#[derive(Debug, Clone)]
pub enum About {
    /// A player, by wallet.
    Wallet(WalletAddress),
    /// One bet.
    Bet(BetId),
}

/// What is on record.
#[derive(Debug)]
pub struct Dispute {
    /// The player.
    pub user: UserId,
    /// The bets, each with its quote and its column's evidence.
    pub bets: Vec<(Shown, Option<QuoteFacts>, Option<EvidenceRow>)>,
    /// The player's newest ledger entries of that time.
    pub entries: Vec<Entry>,
    /// What happened to the breaker in that time, newest first.
    pub incidents: Vec<IncidentRow>,
}

/// Gathers it. Errors: 404 where there is no such player or bet.
pub async fn run(
    app: &App,
    about: About,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Dispute, Refusal> {
    let (user, shown) = match about {
        About::Bet(id) => {
            let shown = bet_view::one(app, id, None).await?;
            (shown.bet.user, vec![shown])
        }
        About::Wallet(wallet) => {
            let found = app.store.read(move |tx| users::find_by_wallet(tx, wallet)).await?;
            let user = found.ok_or_else(|| Refusal::not_found("player"))?.id;
            let filter = BetFilter { status: None, from, to, before: None, limit: ROWS_MAX };
            (user, bet_view::list(app, user, filter).await?)
        }
    };
    let mut entries =
        money_view::entries(app, user, to.map_or(i64::MAX, IdSource::first_of), ROWS_MAX).await?;
    entries.retain(|entry| from.is_none_or(|from| entry.at >= from));
    Ok(Dispute {
        user,
        bets: with_records(app, shown).await?,
        entries,
        incidents: incident_record::newest(app, (from, to), ROWS_MAX).await?,
    })
}

async fn with_records(
    app: &App,
    shown: Vec<Shown>,
) -> Result<Vec<(Shown, Option<QuoteFacts>, Option<EvidenceRow>)>, Refusal> {
    let records = app.store.read(move |tx| {
        let record = |shown: Shown, tx: &mut store::Tx<'_>| {
            let quote = quotes::by_seq(tx, shown.bet.quote_seq)?;
            let evidence = evidence::by_id(tx, shown.bet.column)?;
            Ok::<_, store::StoreError>((shown, quote, evidence))
        };
        shown.into_iter().map(|shown| record(shown, tx)).collect::<Result<Vec<_>, _>>()
    });
    Ok(records.await?)
}
