//! The mind of one connection: players that are its own tap what is offered, and look at what they have.

use super::bet_text::BetText;
use super::grid::{Board, Offer, Wall};
use super::history::{Ask, Memory, Tapped};
use super::mix::{TapKind, TapMix};
use super::players::Player;
use crate::results::Outcome;
use crate::stall::{Caller, Goal};
use crate::wire::{Answer, Draft, Failure, Form, uuid_text};
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
pub struct Scene {
    /// Who plays.
    pub crowd: Arc<Vec<Player>>,
    /// What is offered.
    pub wall: Arc<Wall>,
    /// The only column that may be tapped, while bets are stacked on one; afterwards the only one that may not.
    pub column: Option<(i64, bool)>,
}

/// Players, as one connection plays them; it lives through all phases of a run.
#[derive(Debug)]
pub struct Players {
    scene: Arc<Scene>,
    mix: TapMix,
    rng: SmallRng,
    nonces: SmallRng,
    /// This connection's players: every `step`th from `first` on.
    first: u32,
    step: u32,
    /// What it learned.
    pub memory: Memory,
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
    pub fn new(number: u32, connections: u32, scene: Arc<Scene>, mix: TapMix, seeds: Seeds) -> Self {
        let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            scene,
            mix,
            rng: SmallRng::seed_from_u64(seeds.choices ^ spread),
            nonces: SmallRng::seed_from_u64(seeds.nonces ^ spread),
            first: number,
            step: connections,
            memory: Memory::default(),
        }
    }

    /// Whether the newest board offers anything in `column`.
    #[must_use]
    pub fn is_offered(&self, column: i64) -> bool {
        self.board().offers.iter().any(|offer| offer.column == column)
    }

    fn player(&mut self) -> u32 {
        let all = u32::try_from(self.scene.crowd.len()).unwrap_or(u32::MAX);
        let own = all.saturating_sub(self.first).div_ceil(self.step).max(1);
        (self.first + self.step * self.rng.random_range(0..own)).min(all.saturating_sub(1))
    }

    /// A cell that is offered and that `player` has not tapped; any cell when they have tapped all that were drawn.
    fn cell(&mut self, board: &Board, player: u32) -> Offer {
        let column = self.scene.column;
        let allowed = |offer: &&Offer| column.is_none_or(|(column, only)| (offer.column == column) == only);
        let some: Vec<Offer> = match column {
            Some(_) => board.offers.iter().filter(allowed).copied().collect(),
            None => Vec::new(),
        };
        let offers = if some.is_empty() { &board.offers } else { &some };
        let mut offer = offers[self.rng.random_range(0..offers.len())];
        for _ in 0..CELL_DRAWS_MAX {
            if self.memory.take(player, offer.column, offer.low) {
                break;
            }
            offer = offers[self.rng.random_range(0..offers.len())];
        }
        offer
    }

    fn tap(&mut self, player: u32, board: &Board, offer: Offer, amount: i64) -> Tapped {
        let mut nonce: [u8; 16] = self.nonces.random();
        nonce[6] = nonce[6] & 0x0f | 0x40;
        nonce[8] = nonce[8] & 0x3f | 0x80;
        Tapped {
            player,
            cell: board.ids[offer.at as usize].as_str().into(),
            column: offer.column,
            low: offer.low,
            amount,
            rate: offer.rate,
            quote_seq: board.quote_seq,
            nonce,
            timestamp_ms: SystemClock.now().as_micros().div_euclid(1_000),
        }
    }

    fn fresh(&mut self, amount: i64) -> Tapped {
        let (player, board) = (self.player(), self.board());
        let offer = self.cell(&board, player);
        self.tap(player, &board, offer, amount)
    }

    fn board(&self) -> Arc<Board> {
        self.scene.wall.look()
    }

    fn duplicate(&mut self) -> Option<Ask> {
        let board = self.board();
        let made = self.memory.any(&mut self.rng)?;
        let (player, offer) = (made.tapped.player, board.find(made.tapped.column, made.tapped.low)?);
        Some(Ask::Bad(self.tap(player, &board, offer, STAKE)))
    }

    fn look(&mut self, kind: TapKind) -> Option<Ask> {
        Some(match kind {
            TapKind::Balance => Ask::Balance(self.player()),
            TapKind::List => Ask::List(self.player()),
            TapKind::Price => Ask::Price(self.player()),
            TapKind::Grid => Ask::Grid(self.player()),
            TapKind::One => {
                let made = self.memory.any(&mut self.rng)?;
                Ask::One(made.tapped.player, made.bet)
            }
            _ => return None,
        })
    }

    fn form_bet(&self, draft: &mut Draft, path: &[u8], tapped: &Tapped, signs: bool) -> Form {
        let (board, player) = (self.board(), &self.scene.crowd[tapped.player as usize]);
        let nonce = uuid_text(&tapped.nonce);
        draft.path.extend_from_slice(path);
        draft.token.extend_from_slice(player.session.as_bytes());
        let Tapped { cell, amount, rate, quote_seq, timestamp_ms, .. } = tapped;
        let chain_id = board.chain_id;
        write!(
            draft.body,
            r#"{{"cell_id":"{cell}","amount":{amount},"quote_seq":{quote_seq},"rate_seen":{rate},"nonce":"{nonce}","timestamp":{timestamp_ms},"chain_id":{chain_id},"contract_version":1,"signature":""#
        )
        .expect("writing to memory cannot fail");
        if signs {
            let message = BetText {
                domain: &board.domain,
                cell,
                amount: *amount,
                rate: *rate,
                quote_seq: *quote_seq,
                nonce: &nonce,
                timestamp_ms: *timestamp_ms,
                chain_id,
                contract_version: 1,
            };
            player.signer.sign(&message.render(), &mut draft.body);
        } else {
            draft.body.extend_from_slice(NO_SIGNATURE.as_bytes());
        }
        draft.body.extend_from_slice(b"\"}");
        Form::Plain
    }

    fn form_look(&self, draft: &mut Draft, player: u32, path: &str) -> Form {
        draft.path.extend_from_slice(path.as_bytes());
        draft.token.extend_from_slice(self.scene.crowd[player as usize].session.as_bytes());
        Form::Get
    }
}

impl Caller for Players {
    type Kind = TapKind;
    type Ask = Ask;

    /// What cannot be asked yet (nothing to replay) becomes a bet.
    fn draw(&mut self, goal: Goal) -> (TapKind, Ask) {
        let kind = match goal {
            Goal::Mix => self.mix.pick(self.rng.random_range(0..self.mix.total())),
            Goal::Ceiling => return (TapKind::Ceiling, Ask::Ceiling(self.fresh(STAKE))),
        };
        let ask = match kind {
            TapKind::Replay => self.memory.replayable(&mut self.rng).map(Ask::Replay),
            TapKind::Duplicate => self.duplicate(),
            TapKind::BadStake => Some(Ask::Bad(self.fresh(BAD_STAKE))),
            kind => self.look(kind),
        };
        match ask {
            Some(ask) => (kind, ask),
            None => (TapKind::Bet, Ask::Bet(self.fresh(STAKE))),
        }
    }

    fn form(&mut self, ask: &Ask, draft: &mut Draft) -> Form {
        match ask {
            Ask::Bet(tapped) | Ask::Bad(tapped) => self.form_bet(draft, BETS_PATH, tapped, true),
            Ask::Replay(made) => self.form_bet(draft, BETS_PATH, &made.tapped, true),
            Ask::Ceiling(tapped) => self.form_bet(draft, CEILING_PATH, tapped, false),
            Ask::Balance(player) => self.form_look(draft, *player, "/tap/api/balance"),
            Ask::List(player) => self.form_look(draft, *player, "/tap/api/bets?limit=20"),
            Ask::One(player, bet) => {
                self.form_look(draft, *player, &format!("/tap/api/bets/{}", uuid_text(bet)))
            }
            Ask::Price(player) => self.form_look(draft, *player, "/tap/api/prices/latest"),
            Ask::Grid(player) => self.form_look(draft, *player, "/tap/api/grid"),
        }
    }

    fn learn<'a>(&mut self, ask: &Ask, answer: Result<Answer<'a>, Failure>, _: u32) -> Outcome<'a> {
        self.memory.learn(ask, answer)
    }
}
