//! What one connection does: players that are its own tap what is offered, and look at what they have.

use super::bet_text::BetText;
use super::grid::{GridSnapshot, LiveGrid, Offer};
use super::history::{BetRequest, History, TapRequest};
use super::mix::{TapKind, TapMix};
use super::players::Player;
use crate::results::Outcome;
use crate::stall::{Caller, Workload};
use crate::wire::{ExchangeError, Method, RequestBuffer, Response, uuid_text};
use kernel::{Clock as _, SystemClock};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::io::Write as _;
use std::sync::Arc;

const BETS_PATH: &[u8] = b"/tap/api/bets";
const CEILING_PATH: &[u8] = b"/tap/_load/ceiling";
/// Every bet's stake, cents: the smallest preset, so that limits are about money and not about load.
const STAKE: i64 = 100;
/// No preset.
const BAD_STAKE: i64 = 101;
/// Draws before giving up to find a cell that the player has not tapped.
const CELL_DRAWS_MAX: u32 = 8;
/// As long as a signature of the longest scheme; the ceiling looks at none.
const NO_SIGNATURE: &str = "0x00000000000000000000000000000000000000000000000000000000000000000000000000000000\
     0000000000000000000000000000000000000000000000001b";

/// What all connections share.
#[derive(Debug)]
pub struct Game {
    /// Who plays.
    pub players: Arc<Vec<Player>>,
    /// What is offered.
    pub grid: Arc<LiveGrid>,
    /// The only column that may be tapped, while bets are stacked on one; afterwards the only one that may not.
    pub column: Option<(i64, bool)>,
}

/// Players, as one connection plays them; it lives through all phases of a run.
#[derive(Debug)]
pub struct Players {
    game: Arc<Game>,
    mix: TapMix,
    rng: SmallRng,
    nonces: SmallRng,
    /// This connection's players: every `step`th from `first` on.
    first: u32,
    step: u32,
    /// What it remembers.
    pub history: History,
}

/// What makes the draws of a run.
#[derive(Debug, Clone, Copy)]
pub struct Seeds {
    /// Decides players, cells and kinds.
    pub choices: u64,
    /// Decides nonces; another in every run, or a second run would replay the first.
    pub nonces: u64,
}

impl Players {
    /// Those of connection `number` of `connections`.
    #[must_use]
    pub fn new(number: u32, connections: u32, game: Arc<Game>, mix: TapMix, seeds: Seeds) -> Self {
        let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            game,
            mix,
            rng: SmallRng::seed_from_u64(seeds.choices ^ spread),
            nonces: SmallRng::seed_from_u64(seeds.nonces ^ spread),
            first: number,
            step: connections,
            history: History::default(),
        }
    }

    /// Whether the newest grid offers anything in `column`.
    #[must_use]
    pub fn is_offered(&self, column: i64) -> bool {
        self.grid().offers.iter().any(|offer| offer.column == column)
    }

    fn player(&mut self) -> u32 {
        let all = u32::try_from(self.game.players.len()).unwrap_or(u32::MAX);
        let own = all.saturating_sub(self.first).div_ceil(self.step).max(1);
        (self.first + self.step * self.rng.random_range(0..own)).min(all.saturating_sub(1))
    }

    /// A cell that is offered and that `player` has not tapped; any cell when they have tapped all that were drawn.
    fn cell(&mut self, grid: &GridSnapshot, player: u32) -> Offer {
        let column = self.game.column;
        let allowed = |offer: &&Offer| column.is_none_or(|(column, only)| (offer.column == column) == only);
        let some: Vec<Offer> = match column {
            Some(_) => grid.offers.iter().filter(allowed).copied().collect(),
            None => Vec::new(),
        };
        let offers = if some.is_empty() { &grid.offers } else { &some };
        let mut offer = offers[self.rng.random_range(0..offers.len())];
        for _ in 0..CELL_DRAWS_MAX {
            if self.history.claim_cell(player, offer.column, offer.low) {
                break;
            }
            offer = offers[self.rng.random_range(0..offers.len())];
        }
        offer
    }

    fn bet_on(&mut self, player: u32, grid: &GridSnapshot, offer: Offer, amount: i64) -> BetRequest {
        let mut nonce: [u8; 16] = self.nonces.random();
        nonce[6] = nonce[6] & 0x0f | 0x40;
        nonce[8] = nonce[8] & 0x3f | 0x80;
        BetRequest {
            player,
            cell: grid.ids[offer.at as usize].as_str().into(),
            column: offer.column,
            low: offer.low,
            amount,
            rate: offer.rate,
            min_rate: grid.least_rate(offer.rate),
            quote_seq: grid.quote_seq,
            nonce,
            timestamp_ms: SystemClock.now().as_micros().div_euclid(1_000),
        }
    }

    fn new_bet(&mut self, amount: i64) -> BetRequest {
        let (player, grid) = (self.player(), self.grid());
        let offer = self.cell(&grid, player);
        self.bet_on(player, &grid, offer, amount)
    }

    fn grid(&self) -> Arc<GridSnapshot> {
        self.game.grid.latest()
    }

    fn duplicate(&mut self) -> Option<TapRequest> {
        let grid = self.grid();
        let earlier = &self.history.any_bet(&mut self.rng)?.request;
        let (player, offer) = (earlier.player, grid.find(earlier.column, earlier.low)?);
        Some(TapRequest::Bad(self.bet_on(player, &grid, offer, STAKE)))
    }

    fn read(&mut self, kind: TapKind) -> Option<TapRequest> {
        Some(match kind {
            TapKind::Balance => TapRequest::Balance(self.player()),
            TapKind::List => TapRequest::List(self.player()),
            TapKind::Price => TapRequest::Price(self.player()),
            TapKind::Grid => TapRequest::Grid(self.player()),
            TapKind::One => {
                let earlier = self.history.any_bet(&mut self.rng)?;
                TapRequest::One(earlier.request.player, earlier.bet)
            }
            _ => return None,
        })
    }

    fn write_bet(&self, buffer: &mut RequestBuffer, path: &[u8], bet: &BetRequest, signs: bool) -> Method {
        let (grid, player) = (self.grid(), &self.game.players[bet.player as usize]);
        let nonce = uuid_text(&bet.nonce);
        buffer.path.extend_from_slice(path);
        buffer.token.extend_from_slice(player.session.as_bytes());
        let BetRequest { cell, amount, rate, min_rate, quote_seq, timestamp_ms, .. } = bet;
        let chain_id = grid.chain_id;
        write!(
            buffer.body,
            r#"{{"cell_id":"{cell}","amount":{amount},"quote_seq":{quote_seq},"rate_seen":{rate},"min_rate":{min_rate},"nonce":"{nonce}","timestamp":{timestamp_ms},"chain_id":{chain_id},"contract_version":1,"signature":""#
        )
        .expect("writing to memory cannot fail");
        if signs {
            let message = BetText {
                domain: &grid.domain,
                cell,
                amount: *amount,
                rate: *rate,
                min_rate: *min_rate,
                quote_seq: *quote_seq,
                nonce: &nonce,
                timestamp_ms: *timestamp_ms,
                chain_id,
                contract_version: 1,
            };
            player.signer.sign(&message.render(), &mut buffer.body);
        } else {
            buffer.body.extend_from_slice(NO_SIGNATURE.as_bytes());
        }
        buffer.body.extend_from_slice(b"\"}");
        Method::Post
    }

    fn write_read(&self, buffer: &mut RequestBuffer, player: u32, path: &str) -> Method {
        buffer.path.extend_from_slice(path.as_bytes());
        buffer.token.extend_from_slice(self.game.players[player as usize].session.as_bytes());
        Method::Get
    }
}

impl Caller for Players {
    type Kind = TapKind;
    type Request = TapRequest;

    /// What cannot be asked yet (nothing to replay) becomes a bet.
    fn next_request(&mut self, workload: Workload) -> (TapKind, TapRequest) {
        let kind = match workload {
            Workload::Mix => self.mix.pick(self.rng.random_range(0..self.mix.total())),
            Workload::Ceiling => return (TapKind::Ceiling, TapRequest::Ceiling(self.new_bet(STAKE))),
        };
        let request = match kind {
            TapKind::Replay => self.history.replayable(&mut self.rng).map(TapRequest::Replay),
            TapKind::Duplicate => self.duplicate(),
            TapKind::BadStake => Some(TapRequest::Bad(self.new_bet(BAD_STAKE))),
            kind => self.read(kind),
        };
        match request {
            Some(request) => (kind, request),
            None => (TapKind::Bet, TapRequest::Bet(self.new_bet(STAKE))),
        }
    }

    fn write_request(&mut self, request: &TapRequest, buffer: &mut RequestBuffer) -> Method {
        match request {
            TapRequest::Bet(bet) | TapRequest::Bad(bet) => self.write_bet(buffer, BETS_PATH, bet, true),
            TapRequest::Replay(earlier) => self.write_bet(buffer, BETS_PATH, &earlier.request, true),
            TapRequest::Ceiling(bet) => self.write_bet(buffer, CEILING_PATH, bet, false),
            TapRequest::Balance(player) => self.write_read(buffer, *player, "/tap/api/balance"),
            TapRequest::List(player) => self.write_read(buffer, *player, "/tap/api/bets?limit=20"),
            TapRequest::One(player, bet) => {
                self.write_read(buffer, *player, &format!("/tap/api/bets/{}", uuid_text(bet)))
            }
            TapRequest::Price(player) => self.write_read(buffer, *player, "/tap/api/prices/latest"),
            TapRequest::Grid(player) => self.write_read(buffer, *player, "/tap/api/grid"),
        }
    }

    fn on_response<'a>(
        &mut self,
        request: &TapRequest,
        response: Result<Response<'a>, ExchangeError>,
        _: u32,
    ) -> Outcome<'a> {
        self.history.on_response(request, response)
    }
}
