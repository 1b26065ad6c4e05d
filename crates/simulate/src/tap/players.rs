//! The players: each looks at the grid now and then and taps the rate that it shows, which takes its way to the server. Quotes are the
//! market state's own, and they are refused like everybody.

use super::args::{Plan, Strategy};
use super::bets::{inputs_of, model_ppb};
use kernel::UserId;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::sync::Arc;
use tap::domain::cell::CellId;
use tap::domain::grid::{PRESETS, ROWS};
use tap::domain::pricing::RateInputs;
use tap::domain::quote::{QUOTE_AGE_MAX_MS, Snapshot};
use tap::market_state::View;
use tap::usecase::bot_place::BotTap;

/// Between two looks of one player, ms.
const BETWEEN_LOOKS_MS: std::ops::Range<i64> = 1_500..12_000;
/// People tap columns and rows this near.
const NEAR_COLUMNS: i64 = 6;
const NEAR_ROWS: i64 = 3;
/// Cells that a sharp player compares before a tap.
const COMPARED: usize = 32;

struct Player {
    user: UserId,
    chance: SmallRng,
    next_look_ms: i64,
    /// What is about to be tapped, and when.
    planned: Option<(i64, BotTap)>,
}

/// All players.
pub(super) struct Players {
    players: Vec<Player>,
    habits: Habits,
}

/// What all players of a run have in common.
#[derive(Clone, Copy)]
struct Habits {
    strategy: Strategy,
    /// The volatility that a sharp player knows, ppb; without it the quote's is believed.
    sigma_ppb: Option<i64>,
    tolerance_percent: Option<u32>,
    /// Between two grids that are shown.
    rhythm_ms: i64,
    delay_ms: i64,
}

impl Players {
    pub fn new(users: &[UserId], plan: &Plan, sigma_ppb: Option<i64>) -> Self {
        let player = |(number, user): (u64, &UserId)| Player {
            user: *user,
            chance: SmallRng::seed_from_u64(plan.seed.wrapping_mul(1_000_003).wrapping_add(number)),
            next_look_ms: i64::MIN,
            planned: None,
        };
        let habits = Habits {
            strategy: plan.strategy,
            sigma_ppb,
            tolerance_percent: plan.tolerance_percent,
            rhythm_ms: plan.rhythm_ms,
            delay_ms: plan.delay_ms,
        };
        Self { players: (0..).zip(users).map(player).collect(), habits }
    }

    /// What is tapped at `now_ms`, in the players' order.
    pub fn taps(&mut self, view: &View, now_ms: i64) -> Vec<BotTap> {
        let habits = self.habits;
        let choice = |player: &mut Player| player.act(view, now_ms, habits);
        self.players.iter_mut().filter_map(choice).collect()
    }
}

impl Player {
    fn act(&mut self, view: &View, now_ms: i64, habits: Habits) -> Option<BotTap> {
        if let Some((_, tap)) = self.planned.take_if(|(at_ms, _)| *at_ms <= now_ms) {
            return Some(tap);
        }
        if self.next_look_ms == i64::MIN {
            // Nobody begins at the same moment.
            self.next_look_ms = now_ms + self.chance.random_range(0..BETWEEN_LOOKS_MS.end);
        }
        if now_ms < self.next_look_ms {
            return None;
        }
        self.next_look_ms = now_ms + self.chance.random_range(BETWEEN_LOOKS_MS);
        let (quote, cell) = match habits.strategy {
            Strategy::Even => any(shown(view, habits.rhythm_ms)?, &mut self.chance, |_| true),
            Strategy::Near => any(shown(view, habits.rhythm_ms)?, &mut self.chance, |at| {
                at.columns < NEAR_COLUMNS && at.rows <= NEAR_ROWS
            }),
            Strategy::Sharp => best(view, &mut self.chance, now_ms, habits.sigma_ppb),
        }?;
        let amount = PRESETS[self.chance.random_range(0..4)];
        let tap =
            BotTap { user: self.user, quote, cell, amount, tolerance_percent: habits.tolerance_percent };
        let delay_ms = self.chance.random_range(0..=habits.delay_ms);
        if habits.strategy == Strategy::Sharp || delay_ms == 0 {
            return Some(tap);
        }
        self.planned = Some((now_ms + delay_ms, tap));
        None
    }
}

/// Where a cell lies: columns after the first that is offered, rows from the price.
struct Distance {
    columns: i64,
    rows: i64,
}

/// The newest grid that a page shows which is told every `rhythm_ms`.
fn shown(view: &View, rhythm_ms: i64) -> Option<&Arc<Snapshot>> {
    view.snapshots.iter().rev().find(|quote| quote.facts.at_ms % rhythm_ms == 0)
}

/// A cell of the quote that is offered and wanted; any that is offered where none is wanted.
fn any(
    quote: &Arc<Snapshot>,
    chance: &mut SmallRng,
    is_wanted: fn(&Distance) -> bool,
) -> Option<(Arc<Snapshot>, CellId)> {
    let offered = offered(quote);
    let wanted: Vec<_> = offered.iter().filter(|(at, _)| is_wanted(at)).collect();
    let cell = if wanted.is_empty() {
        offered.get(chance.random_range(0..offered.len().max(1)))?.1
    } else {
        wanted[chance.random_range(0..wanted.len())].1
    };
    Some((Arc::clone(quote), cell))
}

fn offered(quote: &Snapshot) -> Vec<(Distance, CellId)> {
    let mut all = Vec::new();
    let first = quote.parts.first().map_or(0, |part| part.first_column);
    for part in &quote.parts {
        let (current, lowest) = (part.geometry.row_of(quote.facts.price), part.geometry.row_of(part.low));
        let width = part.columns.len().max(1);
        for (at, priced) in part.cells.iter().enumerate() {
            let place = (i64::try_from(at % width), i64::try_from(at / width));
            let (Ok(column), Ok(row)) = place else { continue };
            let column = part.first_column + column;
            if let (Some(cell), Some(_)) = (part.geometry.cell(column, lowest + row), priced.rate) {
                all.push((Distance { columns: column - first, rows: (lowest + row - current).abs() }, cell));
            }
        }
    }
    all
}

/// The tap with the highest expectation among some cells, at any quote that is still taken, by the newest price.
fn best(
    view: &View,
    chance: &mut SmallRng,
    now_ms: i64,
    sigma_ppb: Option<i64>,
) -> Option<(Arc<Snapshot>, CellId)> {
    let facts = view.facts.as_ref()?;
    let geometry = *view.heights.as_ref()?.newest();
    let current = geometry.column_of(now_ms);
    let quotes: Vec<_> =
        view.snapshots.iter().filter(|quote| now_ms - quote.facts.at_ms <= QUOTE_AGE_MAX_MS).collect();
    let mut found: Option<(i128, Arc<Snapshot>, CellId)> = None;
    for _ in 0..COMPARED {
        let column = current + chance.random_range(2..2 + 2 * NEAR_COLUMNS);
        let row = geometry.row_of(facts.price) + chance.random_range(-ROWS / 4..=ROWS / 4);
        let Some(cell) = view.geometry_of(column).and_then(|geometry| geometry.cell(column, row)) else {
            continue;
        };
        let rate = |quote: &&&Arc<Snapshot>| quote.find(&cell).and_then(|quoted| quoted.priced.rate);
        let Some(quote) = quotes.iter().max_by_key(|quote| rate(quote)) else { continue };
        let Some(rate) = rate(&quote) else { continue };
        let inputs = RateInputs {
            low: cell.low(),
            high: cell.high(),
            from_ms: geometry.starts_at_ms(column) - facts.at_ms,
            until_ms: geometry.ends_at_ms(column, facts.touch_grace_columns) - facts.at_ms,
            sigma_ppb: sigma_ppb.unwrap_or(facts.sigma_ppb),
            ..inputs_of(facts)
        };
        let expected = i128::from(rate) * i128::from(model_ppb(&inputs));
        if found.as_ref().is_none_or(|(best, ..)| expected > *best) {
            found = Some((expected, Arc::clone(quote), cell));
        }
    }
    found.map(|(_, quote, cell)| (quote, cell))
}
