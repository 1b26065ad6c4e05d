//! What one connection does: bots that are its own buy and sell in turns, and look at what they have.

use super::control::Bot;
use super::history::{History, LogRequest, TirisRequest};
use super::mix::{TirisKind, TirisMix};
use crate::results::Outcome;
use crate::stall::{Caller, Workload};
use crate::wire::{ExchangeError, IdempotencyKey, Method, RequestBuffer, Response};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::io::Write as _;
use std::sync::Arc;

const LOG_PATH: &[u8] = b"/tiris/v1/trading-logs";
const BATCH_PATH: &[u8] = b"/tiris/v1/trading-logs/batch";
const CEILING_PATH: &[u8] = b"/tiris/_load/ceiling";
/// What a bot buys and sells, and more than any bot can pay for.
const VOLUME: &str = "0.002";
const TOO_MUCH: &str = "10000000";

/// What makes the draws of a run.
#[derive(Debug, Clone, Copy)]
pub struct Seeds {
    /// Decides bots and kinds.
    pub choices: u64,
    /// Begins every key; another in every run, or a second run would replay the first.
    pub keys: u64,
}

/// Bots, as one connection plays them; it lives through all phases of a run.
#[derive(Debug)]
pub struct Bots {
    bots: Arc<Vec<Bot>>,
    mix: TirisMix,
    batch: u32,
    rng: SmallRng,
    keys: IdempotencyKey,
    /// This connection's bots: every `step`th from `first` on.
    first: u32,
    step: u32,
    /// What it remembers.
    pub history: History,
}

/// What a log says.
enum Trade {
    /// A bot buys.
    Long(&'static str),
    /// It sells what it has bought.
    Short(&'static str),
}

impl Bots {
    /// Those of connection `number` of `connections`.
    #[must_use]
    pub fn new(
        number: u32,
        connections: u32,
        bots: Arc<Vec<Bot>>,
        (mix, batch): (TirisMix, u32),
        seeds: Seeds,
    ) -> Self {
        let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self {
            bots,
            mix,
            batch,
            rng: SmallRng::seed_from_u64(seeds.choices ^ spread),
            keys: IdempotencyKey(seeds.keys ^ spread, 0),
            first: number,
            step: connections,
            history: History::default(),
        }
    }

    fn bot(&mut self) -> u32 {
        let all = u32::try_from(self.bots.len()).unwrap_or(u32::MAX);
        let own = all.saturating_sub(self.first).div_ceil(self.step).max(1);
        (self.first + self.step * self.rng.random_range(0..own)).min(all.saturating_sub(1))
    }

    fn new_log(&mut self, batch: u32) -> LogRequest {
        self.keys.1 += 1;
        LogRequest { bot: self.bot(), batch, key: self.keys }
    }

    fn other(&mut self, kind: TirisKind) -> Option<TirisRequest> {
        Some(match kind {
            TirisKind::Replay => TirisRequest::Replay(self.history.any(&mut self.rng)?),
            TirisKind::TooMuch => TirisRequest::TooMuch(self.new_log(0)),
            TirisKind::Informational => TirisRequest::Informational(self.new_log(0)),
            TirisKind::Accounts => TirisRequest::Accounts(self.bot()),
            TirisKind::Transactions => TirisRequest::Transactions(self.bot()),
            TirisKind::Logs => TirisRequest::Logs(self.bot()),
            TirisKind::Log | TirisKind::Ceiling => return None,
        })
    }

    fn write_trade(&self, body: &mut Vec<u8>, bot: u32, trade: &Trade) {
        let Bot { trading_id, stock_account_id, currency_account_id, .. } = &self.bots[bot as usize];
        let (kind, volume) = match trade {
            Trade::Long(volume) => ("long", volume),
            Trade::Short(volume) => ("short", volume),
        };
        write!(
            body,
            r#"{{"trading_id":"{trading_id}","type":"{kind}","source":"bot","message":"load","info":{{"stock_account_id":"{stock_account_id}","currency_account_id":"{currency_account_id}","price":"3000","volume":"{volume}","stock":"ETH","currency":"USDT","fee":"0.006"}}}}"#
        )
        .expect("writing to memory cannot fail");
    }

    /// One log; a bot buys every time, so that no order of answers leaves it without stock to sell.
    fn write_log(
        &self,
        buffer: &mut RequestBuffer,
        path: &[u8],
        log: &LogRequest,
        volume: &'static str,
    ) -> Method {
        buffer.path.extend_from_slice(path);
        self.write_trade(&mut buffer.body, log.bot, &Trade::Long(volume));
        self.authorized(buffer, log)
    }

    /// A batch: it buys and sells in turns, in its order.
    fn write_batch(&self, buffer: &mut RequestBuffer, log: &LogRequest) -> Method {
        buffer.path.extend_from_slice(BATCH_PATH);
        buffer.body.extend_from_slice(br#"{"logs":["#);
        for at in 0..log.batch {
            let trade = if at % 2 == 0 { Trade::Long(VOLUME) } else { Trade::Short(VOLUME) };
            if at > 0 {
                buffer.body.push(b',');
            }
            self.write_trade(&mut buffer.body, log.bot, &trade);
        }
        buffer.body.extend_from_slice(b"]}");
        self.authorized(buffer, log)
    }

    fn write_informational(&self, buffer: &mut RequestBuffer, log: &LogRequest) -> Method {
        buffer.path.extend_from_slice(LOG_PATH);
        let trading = &self.bots[log.bot as usize].trading_id;
        write!(buffer.body, r#"{{"trading_id":"{trading}","type":"prediction","source":"bot","message":"up","info":{{"score":0.7}}}}"#)
            .expect("writing to memory cannot fail");
        self.authorized(buffer, log)
    }

    fn authorized(&self, buffer: &mut RequestBuffer, log: &LogRequest) -> Method {
        buffer.token.extend_from_slice(self.bots[log.bot as usize].token.as_bytes());
        Method::PostKeyed(log.key)
    }

    fn write_new(&self, buffer: &mut RequestBuffer, log: &LogRequest) -> Method {
        match log.batch {
            0 => self.write_log(buffer, LOG_PATH, log, VOLUME),
            _ => self.write_batch(buffer, log),
        }
    }

    fn write_read(&self, buffer: &mut RequestBuffer, bot: u32, path: &str) -> Method {
        buffer.path.extend_from_slice(path.as_bytes());
        buffer.token.extend_from_slice(self.bots[bot as usize].token.as_bytes());
        Method::Get
    }
}

impl Caller for Bots {
    type Kind = TirisKind;
    type Request = TirisRequest;

    /// What cannot be asked yet (nothing to replay) becomes a log.
    fn next_request(&mut self, workload: Workload) -> (TirisKind, TirisRequest) {
        let kind = match workload {
            Workload::Mix => self.mix.pick(self.rng.random_range(0..self.mix.total())),
            Workload::Ceiling => return (TirisKind::Ceiling, TirisRequest::Ceiling(self.new_log(0))),
        };
        match self.other(kind) {
            Some(request) => (kind, request),
            None => (TirisKind::Log, TirisRequest::Log(self.new_log(self.batch))),
        }
    }

    fn write_request(&mut self, request: &TirisRequest, buffer: &mut RequestBuffer) -> Method {
        match request {
            TirisRequest::Log(log) => self.write_new(buffer, log),
            TirisRequest::Replay(earlier) => self.write_new(buffer, &earlier.request),
            TirisRequest::TooMuch(log) => self.write_log(buffer, LOG_PATH, log, TOO_MUCH),
            TirisRequest::Informational(log) => self.write_informational(buffer, log),
            TirisRequest::Ceiling(log) => self.write_log(buffer, CEILING_PATH, log, VOLUME),
            TirisRequest::Accounts(bot) => self.write_read(buffer, *bot, "/tiris/v1/sub-accounts"),
            TirisRequest::Transactions(bot) => {
                self.write_read(buffer, *bot, "/tiris/v1/transactions?limit=100")
            }
            TirisRequest::Logs(bot) => self.write_read(buffer, *bot, "/tiris/v1/trading-logs?limit=100"),
        }
    }

    fn on_response<'a>(
        &mut self,
        request: &TirisRequest,
        response: Result<Response<'a>, ExchangeError>,
        _: u32,
    ) -> Outcome<'a> {
        self.history.on_response(request, response)
    }
}
