//! Exchanges: each binding with its mask, what its key may do, every use of it, the wallet beside its slices, and what nothing
//! explains, with the entry that would mend it.

use super::figures::{amount, moment, money, signed};
use super::sign_in::Plain;
use super::state::PagesState;
use super::visitor::{Frame, Visitor, see_other};
use super::words::Words;
use crate::domain::ids::{ExchangeBindingId, ReconciliationId};
use crate::domain::reconcile::AssetState;
use crate::refusals;
use crate::usecase::binding::{self, Binding};
use crate::usecase::binding_reconcile::{self, Reconciled};
use crate::usecase::reconciliation::{self, Item};
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{AssetCode, PublicIds, Refusal, Timestamp};
use store::audit::Entry;
use web::Refused;
use web::shell::Shell;

/// Bindings of one page at most.
const BINDINGS_MAX: i64 = 20;
/// Uses of a key that are shown.
const USES_SHOWN: usize = 8;

/// One asset of a wallet.
#[derive(Debug, Clone)]
pub struct Line {
    /// Of what.
    pub asset: String,
    /// What the exchange says.
    pub wallet: String,
    /// What the slices hold.
    pub allocated: String,
    /// What is declared to be nobody's slice.
    pub outside: String,
    /// What nothing explains.
    pub unexplained: String,
    /// Whether there is such.
    pub differs: bool,
}

/// An amount that nothing explains.
#[derive(Debug, Clone)]
pub struct Unexplained {
    /// Its number.
    pub id: String,
    /// How much, with its sign.
    pub amount: String,
    /// Why, most likely.
    pub why: &'static str,
    /// The smallest entry that mends it.
    pub proposal: String,
}

/// A use of a key.
#[derive(Debug, Clone)]
pub struct Used {
    /// When.
    pub at: String,
    /// What was done.
    pub what: String,
    /// Whether the exchange refused.
    pub is_bad: bool,
}

/// A binding.
#[derive(Debug, Clone)]
pub struct Bound {
    /// Its number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Which exchange.
    pub exchange: String,
    /// What is shown of its key.
    pub mask: String,
    /// Where it stands.
    pub status: &'static str,
    /// What its key may do.
    pub may: String,
    /// When it was last used.
    pub last_used: String,
    /// The wallet beside its slices.
    pub lines: Vec<Line>,
    /// When the exchange was last asked for it.
    pub asked_at: Option<String>,
    /// What nothing explains.
    pub items: Vec<Unexplained>,
    /// What its key was used for.
    pub uses: Vec<Used>,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "exchanges.html")]
pub struct ExchangesPage {
    /// Around it.
    pub shell: Shell,
    /// Around it.
    pub frame: Frame,
    /// The words.
    pub w: &'static Words,
    /// The bindings.
    pub bindings: Vec<Bound>,
}

/// Shows them.
pub async fn page(State(state): State<PagesState>, visitor: Visitor) -> Result<Response, Refused> {
    let user = match visitor.require() {
        Ok(user) => user.actor.user,
        Err(to_sign_in) => return Ok(*to_sign_in),
    };
    let (app, w) = (&state.app, visitor.words);
    let mut bindings = Vec::new();
    for one in binding::own(app, user, (BINDINGS_MAX, 0)).await?.rows {
        let compared = binding_reconcile::known(app, user, one.id).await?;
        let uses = binding::uses(app, user, one.id).await?;
        bindings.push(bound(&app.public, w, (&one, &compared, &uses)));
    }
    let shell = visitor.shell(w.exchanges, "/tiris/exchanges");
    let page = ExchangesPage { shell, frame: visitor.frame(), w, bindings };
    Ok(visitor.answer(&page))
}

fn bound(public: &PublicIds, w: &Words, (one, compared, uses): (&Binding, &Reconciled, &[Entry])) -> Bound {
    let info: serde_json::Value = serde_json::from_str(&one.info).unwrap_or_default();
    let may = info["capabilities"]
        .as_array()
        .map(|names| names.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(", "));
    Bound {
        id: public.encode(one.id),
        name: one.name.clone(),
        exchange: one.exchange.clone(),
        mask: one.mask.clone().unwrap_or_default(),
        status: one.status.as_str(),
        may: may.unwrap_or_else(|| "–".to_owned()),
        asked_at: compared.asked_at.map(moment),
        last_used: one.last_used_at.map_or_else(|| "–".to_owned(), moment),
        lines: compared.assets.iter().map(line).collect(),
        items: compared.open.iter().map(|item| unexplained(public, w, item)).collect(),
        uses: uses.iter().take(USES_SHOWN).map(used).collect(),
    }
}

fn line((asset, state): (&AssetCode, &AssetState)) -> Line {
    let text = |units| amount(units, asset.as_str());
    Line {
        asset: asset.as_str().to_owned(),
        wallet: text(state.wallet),
        allocated: text(state.allocated()),
        outside: text(state.outside.unwrap_or(0)),
        unexplained: text(state.unexplained()),
        differs: state.unexplained() != 0,
    }
}

fn unexplained(public: &PublicIds, w: &Words, item: &Item) -> Unexplained {
    let proposal: serde_json::Value = serde_json::from_str(&item.proposal).unwrap_or_default();
    let what = match proposal["type"].as_str() {
        Some("deposit") => w.deposit,
        Some("withdraw") => w.withdraw,
        _ => w.outside,
    };
    let units = proposal["amount"].as_str().and_then(|text| crate::domain::decimal::parse(text).ok());
    Unexplained {
        id: public.encode(item.id),
        amount: signed(item.amount, &item.asset),
        why: w.of_cause(&item.cause),
        proposal: format!("{what}: {}", money(units.unwrap_or(0), &item.asset)),
    }
}

fn used(entry: &Entry) -> Used {
    let details: serde_json::Value = serde_json::from_str(&entry.details).unwrap_or_default();
    let purpose = details["purpose"].as_str().unwrap_or_default();
    let fault = details["fault"].as_str().unwrap_or_default();
    let what = [entry.action.as_str(), purpose, fault].into_iter().filter(|word| !word.is_empty());
    let at: Timestamp = entry.at;
    Used {
        at: moment(at),
        what: what.collect::<Vec<_>>().join(" · "),
        is_bad: entry.level != store::audit::Level::Info,
    }
}

/// Asks the exchange and compares.
pub async fn reconcile(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<Plain>,
) -> Result<Response, Refused> {
    let id = state.app.public.decode::<ExchangeBindingId>(&id).map_err(|_| refusals::binding_not_found())?;
    if let Some(user) = posted(&visitor, &form)? {
        binding_reconcile::run(&state.app, user, id, visitor.from.clone()).await?;
    }
    Ok(see_other("/tiris/exchanges"))
}

/// Makes the entry that an item proposes, or puts the item away.
pub async fn settle(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path((id, verb)): Path<(String, String)>,
    Form(form): Form<Plain>,
) -> Result<Response, Refused> {
    let id =
        state.app.public.decode::<ReconciliationId>(&id).map_err(|_| refusals::reconciliation_not_found())?;
    if let Some(user) = posted(&visitor, &form)? {
        let from = visitor.from.clone();
        let done = match verb.as_str() {
            "apply" => reconciliation::apply(&state.app, user, id, from).await,
            "dismiss" => reconciliation::dismiss(&state.app, user, id, from).await,
            _ => return Err(Refusal::not_found("page").into()),
        };
        // Twice pressed is once done.
        if let Err(refusal) = done
            && refusal.code != "RECONCILIATION_ITEM_SETTLED"
        {
            return Err(refusal.into());
        }
    }
    Ok(see_other("/tiris/exchanges"))
}

/// Whose form it is; none for who is signed out meanwhile. Errors: 403 for a form that no page of ours made.
fn posted(visitor: &Visitor, form: &Plain) -> Result<Option<kernel::UserId>, Refusal> {
    let Some(user) = &visitor.user else { return Ok(None) };
    if visitor.made_form(&form.csrf) { Ok(Some(user.actor.user)) } else { Err(Refusal::forbidden()) }
}
