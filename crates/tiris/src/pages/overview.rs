//! The portfolio: what everything is worth, group by group, each trading with its curve.

use super::chart::{Chart, chart};
use super::figures::{money, percent, signed};
use super::state::PagesState;
use super::visitor::{Frame, Visitor};
use super::words::Words;
use crate::app::App;
use crate::domain::candle::{Range, Timeframe};
use crate::domain::ids::TradingId;
use crate::usecase::curve::{self, CurveQuery, CurveView};
use crate::usecase::trading::{self, TradingView};
use crate::usecase::{portfolio, reconciliation};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kernel::{Refusal, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;
use web::Refused;
use web::shell::Shell;

/// Tradings whose curves one page draws.
const TRADINGS_MAX: usize = 40;
/// Steps of a curve.
const STEPS: i64 = 96;
/// Units of a small picture.
const SPARK: (i64, i64) = (140, 36);
/// Units of a large picture.
const LARGE: (i64, i64) = (960, 220);
/// What everything is counted in where a trading does not say.
const QUOTE: &str = "USDT";

/// A trading in a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where its page is.
    pub href: String,
    /// Its name.
    pub name: String,
    /// real or simulated.
    pub kind: &'static str,
    /// Whether it is a real one.
    pub is_real: bool,
    /// active, paused, inactive.
    pub status: &'static str,
    /// What it is worth.
    pub equity: String,
    /// What it gained since money was paid in.
    pub change: String,
    /// The same as a share.
    pub share: String,
    /// Whether it lost.
    pub falls: bool,
    /// Its curve.
    pub spark: Option<Chart>,
}

/// Tradings that are looked at together.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// For people.
    pub about: String,
    /// What it is worth.
    pub equity: String,
    /// What it gained.
    pub change: String,
    /// The same as a share.
    pub share: String,
    /// Whether it lost.
    pub falls: bool,
    /// Its curve.
    pub curve: Option<Chart>,
    /// The highest and the lowest value of the curve.
    pub bounds: (String, String),
    /// Its tradings.
    pub rows: Vec<Row>,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "overview.html")]
pub struct OverviewPage {
    /// Around it.
    pub shell: Shell,
    /// Around it.
    pub frame: Frame,
    /// The words.
    pub w: &'static Words,
    /// What everything is worth.
    pub total: String,
    /// The groups.
    pub groups: Vec<Group>,
    /// Items that nothing explains.
    pub open_items: i64,
    /// Whether prices are missing yet.
    pub warming: bool,
}

/// A trading with its curve.
struct Drawn {
    view: TradingView,
    curve: CurveView,
}

impl Drawn {
    fn equity(&self) -> i64 {
        let last = self.curve.curve.points.iter().rev().find_map(|point| point.equity);
        last.or_else(|| self.curve.curve.points.last().map(|point| point.quote)).unwrap_or(0)
    }

    fn funds(&self) -> i64 {
        self.curve.curve.initial_funds
    }

    fn values(&self) -> Vec<Option<i64>> {
        values(&self.curve)
    }
}

/// What a trading was worth at each step; nothing before money came.
pub(super) fn values(curve: &CurveView) -> Vec<Option<i64>> {
    let points = &curve.curve.points;
    points.iter().map(|point| point.equity.filter(|equity| *equity != 0)).collect()
}

/// The last day in steps of a quarter of an hour.
pub(super) fn last_day(now: Timestamp) -> CurveQuery {
    let timeframe = Timeframe { name: "15m", seconds: 900 };
    CurveQuery {
        timeframe,
        range: Range::recent(timeframe, STEPS, now),
        stock: None,
        quote: None,
        exchange: None,
    }
}

/// Shows it.
pub async fn page(State(state): State<PagesState>, visitor: Visitor) -> Result<Response, Refused> {
    let user = match visitor.require() {
        Ok(user) => user.actor.user,
        Err(to_sign_in) => return Ok(*to_sign_in),
    };
    let (app, w) = (&state.app, visitor.words);
    let drawn = drawn(app, &visitor).await?;
    let portfolios = portfolio::list(app, user).await?;
    let open_items = reconciliation::list(app, user, Some("open".to_owned()), (1, 0)).await?.total;
    let mut grouped: HashSet<TradingId> = HashSet::new();
    let mut groups = Vec::new();
    for one in &portfolios {
        grouped.extend(&one.tradings);
        let of =
            drawn.iter().filter(|drawn| one.tradings.contains(&drawn.view.trading.id)).collect::<Vec<_>>();
        groups.push(group(app, w, (&one.name, &one.description), &of));
    }
    let others: Vec<_> = drawn.iter().filter(|drawn| !grouped.contains(&drawn.view.trading.id)).collect();
    if !others.is_empty() {
        groups.push(group(app, w, (w.other_tradings, ""), &others));
    }
    let total = drawn.iter().fold(0_i64, |sum, one| sum.saturating_add(one.equity()));
    let page = OverviewPage {
        shell: visitor.shell(w.overview, "/tiris/portfolio"),
        frame: visitor.frame(),
        w,
        total: money(total, QUOTE),
        groups,
        open_items,
        warming: drawn.iter().any(|one| one.curve.gaps > 0),
    };
    Ok(visitor.answer(&page))
}

async fn drawn(app: &Arc<App>, visitor: &Visitor) -> Result<Vec<Drawn>, Refusal> {
    let mut all = Vec::new();
    for view in trading::own(app, visitor.reader(), None).await?.into_iter().take(TRADINGS_MAX) {
        let curve = curve::view(app, visitor.reader(), view.trading.id, &last_day(visitor.now)).await?;
        all.push(Drawn { view, curve });
    }
    Ok(all)
}

fn group(app: &App, w: &Words, (name, about): (&str, &str), of: &[&Drawn]) -> Group {
    let equity = of.iter().fold(0_i64, |sum, one| sum.saturating_add(one.equity()));
    let funds = of.iter().fold(0_i64, |sum, one| sum.saturating_add(one.funds()));
    let curve = chart(&summed(of), &[], LARGE);
    let bound = |units: Option<i64>| units.map_or_else(String::new, |units| money(units, QUOTE));
    Group {
        name: name.to_owned(),
        about: about.to_owned(),
        equity: money(equity, QUOTE),
        change: signed(equity.saturating_sub(funds), QUOTE),
        share: percent(equity.saturating_sub(funds), funds),
        falls: equity < funds,
        bounds: (bound(curve.as_ref().map(|curve| curve.high)), bound(curve.as_ref().map(|curve| curve.low))),
        curve,
        rows: of.iter().map(|one| row(app, w, one)).collect(),
    }
}

/// What several tradings were worth together; a step at which none was known is a gap.
fn summed(of: &[&Drawn]) -> Vec<Option<i64>> {
    let all: Vec<Vec<Option<i64>>> = of.iter().map(|one| one.values()).collect();
    let steps = all.iter().map(Vec::len).max().unwrap_or(0);
    let at = |step: usize| {
        let known: Vec<i64> = all.iter().filter_map(|values| values.get(step).copied().flatten()).collect();
        (!known.is_empty()).then(|| known.into_iter().fold(0_i64, i64::saturating_add))
    };
    (0..steps).map(at).collect()
}

fn row(app: &App, w: &Words, one: &Drawn) -> Row {
    let trading = &one.view.trading;
    let (equity, funds) = (one.equity(), one.funds());
    let is_real = !trading.kind.is_simulated();
    Row {
        href: format!("/tiris/tradings/{}", app.public.encode(trading.id)),
        name: trading.name.clone(),
        kind: if is_real { w.real } else { w.paper },
        is_real,
        status: trading.status.as_str(),
        equity: money(equity, QUOTE),
        change: signed(equity.saturating_sub(funds), QUOTE),
        share: percent(equity.saturating_sub(funds), funds),
        falls: equity < funds,
        spark: chart(&one.values(), &[], SPARK),
    }
}
