//! The proof of a bet: everything a stranger needs, from what is on disk.

use crate::app::App;
use crate::domain::bet::{Bet, BetStatus};
use crate::domain::bet_message::BetMessage;
use crate::domain::cell::CellId;
use crate::domain::column::ColumnRow;
use crate::domain::evidence::{Evidence, Rules};
use crate::domain::ids::BetId;
use crate::domain::proof::{
    AcceptedRates, BetFacts, BlockProof, FORMAT, FORMAT_WITH_LEAST_RATE, HeadProof, Proof, QuoteProof,
    RuleFacts, SignedFacts, minutes, tick_row,
};
use crate::domain::quote_facts::QuoteFacts;
use crate::domain::scheme;
use crate::domain::tick::Tick;
use crate::refusals;
use crate::settings::CONTRACT_VERSION;
use crate::store::columns;
use crate::store::ticks::{self, BlockRow};
use crate::store::{bets, evidence, quotes};
use crate::usecase::column_close::window_of;
use identity::proofs::wallet::users;
use kernel::{PublicIds, Refusal};
use store::{StoreError, Tx};

/// A minute of the chain.
const MINUTE_MS: i64 = 60_000;
/// From the end of a minute to its seal on disk, usually.
const SEAL_MS: i64 = 1_000;

/// Everything a proof is made of.
struct Parts {
    bet: Bet,
    wallet: String,
    column: ColumnRow,
    quote: QuoteFacts,
    evidence: Evidence,
    /// The minute that must be sealed.
    last_minute: i64,
    blocks: Vec<BlockRow>,
    ticks: Vec<Tick>,
    head: Option<BlockRow>,
}

/// The sealed text of a bet's proof. Errors: 404; 409 `proof_pending` while the bet has no outcome or the minute of its last
/// tick is not sealed.
pub async fn run(app: &App, id: BetId) -> Result<String, Refusal> {
    let found = app.store.read(move |tx| load(tx, id)).await?;
    let parts = match found {
        Found::Parts(parts) => parts,
        Found::Nothing => return Err(Refusal::not_found("bet")),
        Found::Pending(sealed_at) => return Err(pending(app, sealed_at)),
    };
    let window = window_of(&parts.column).ok_or_else(|| Refusal::internal("rules of another program"))?;
    if parts.head.as_ref().is_none_or(|head| head.minute < parts.last_minute) {
        return Err(pending(app, sealed_at_ms(parts.last_minute)));
    }
    let proof = proof(&app.public, *parts, window.rules).map_err(Refusal::internal)?;
    proof.sealed().map_err(Refusal::internal)
}

enum Found {
    Parts(Box<Parts>),
    Nothing,
    /// Until about this moment, Unix ms.
    Pending(i64),
}

/// When a minute is sealed: its end, and the first tick after it.
fn sealed_at_ms(minute: i64) -> i64 {
    (minute + 1).saturating_mul(MINUTE_MS).saturating_add(SEAL_MS)
}

/// Not yet; a client that comes back when it is told to comes in time.
fn pending(app: &App, sealed_at_ms: i64) -> Refusal {
    let wait_ms = sealed_at_ms.saturating_sub(app.clock.now().as_micros().div_euclid(1_000)).max(1);
    refusals::proof_pending(wait_ms.unsigned_abs().div_ceil(1_000))
}

fn load(tx: &mut Tx<'_>, id: BetId) -> Result<Found, StoreError> {
    let Some(bet) = bets::by_id(tx, id)? else { return Ok(Found::Nothing) };
    match bet.status {
        BetStatus::InsufficientFunds => return Ok(Found::Nothing),
        BetStatus::Confirmed | BetStatus::Won | BetStatus::Lost | BetStatus::Void => {}
    }
    let missing = |what: &str| StoreError::Corrupt(format!("bet {} has no {what}", id.0));
    let column = columns::by_id(tx, bet.column)?.ok_or_else(|| missing("column"))?;
    let window = window_of(&column).ok_or_else(|| missing("known rules"))?;
    if bet.status == BetStatus::Confirmed {
        let (_, last) = minutes(column.t0_ms, window.t1_ms());
        return Ok(Found::Pending(sealed_at_ms(last)));
    }
    let kept = evidence::by_id(tx, bet.column)?.ok_or_else(|| missing("evidence"))?;
    let (first, last) = minutes(column.t0_ms, window.t1_ms());
    // Of ticks that were let go none closes the window any more; they are in no proof either.
    let closing = ticks::closing(tx, window)?;
    let last = last.max(closing.map_or(last, |tick| tick.ts_ms.div_euclid(MINUTE_MS)));
    let blocks = ticks::blocks_around(tx, first, last)?;
    let numbers = blocks.first().zip(blocks.last()).map(|(first, last)| (first.first_seq, last.last_seq));
    Ok(Found::Parts(Box::new(Parts {
        wallet: users::find(tx, bet.user)?.map(|user| user.wallet.lower()).unwrap_or_default(),
        quote: quotes::by_seq(tx, bet.quote_seq)?.ok_or_else(|| missing("quote"))?,
        last_minute: last,
        evidence: serde_json::from_str(&kept.body)
            .map_err(|error| StoreError::Corrupt(format!("evidence: {error}")))?,
        ticks: match numbers {
            Some((first, last)) => ticks::numbered(tx, first, last)?,
            None => Vec::new(),
        },
        blocks,
        head: ticks::head(tx)?,
        bet,
        column,
    })))
}

fn proof(public: &PublicIds, parts: Parts, rules: Rules) -> Result<Proof, String> {
    let cell = CellId::new(parts.column.epoch, parts.column.col, parts.bet.low, parts.bet.high)
        .ok_or("the bet is on no cell")?;
    let blocks = blocks(&parts);
    let mut evidence = parts.evidence.clone();
    // The stored evidence was written before its minutes were sealed; their hashes are known now, and stay known.
    let minutes = evidence.minutes();
    let ours = || parts.blocks.iter().filter(|block| minutes.contains(&block.minute));
    evidence.block_minutes = ours().map(|block| block.minute).collect();
    evidence.block_hashes = ours().map(|block| block.hash.clone()).collect();
    Ok(Proof {
        format: if parts.bet.signed.min_rate.is_some() { FORMAT_WITH_LEAST_RATE } else { FORMAT },
        rule_version: parts.column.rule_version,
        bet: bet_facts(public, &parts, cell),
        signed: signed(&parts, cell)?,
        quote: quote(&parts, rules),
        rules: RuleFacts::of(rules),
        evidence,
        blocks,
        chain_head: match parts.head {
            Some(head) => HeadProof { minute: head.minute, hash: head.hash },
            None => HeadProof { minute: 0, hash: String::new() },
        },
        outcome: parts.bet.status.as_str(),
    })
}

fn bet_facts(public: &PublicIds, parts: &Parts, cell: CellId) -> BetFacts {
    let (bet, column) = (&parts.bet, &parts.column);
    BetFacts {
        bet_id: public.encode(bet.id),
        wallet: parts.wallet.clone(),
        cell_id: cell.to_string(),
        epoch: column.epoch,
        column: column.col,
        width_ms: column.width_ms,
        low: bet.low,
        high: bet.high,
        t0_ms: column.t0_ms,
        t1_ms: column.t1_ms,
        amount: bet.amount,
        rate: bet.rate,
        accepted: bet.signed.min_rate.map(|min_rate| AcceptedRates {
            rate_seen: bet.signed.rate_seen,
            min_rate,
            quote_seen: bet.signed.quote_seen,
        }),
        payout: bet.payout,
        nonce: bet.signed.nonce.clone(),
        placed_at_ms: bet.placed_at.as_micros().div_euclid(1_000),
        status: bet.status.as_str(),
        payout_amount: bet.payout_amount.unwrap_or(0),
    }
}

fn signed(parts: &Parts, cell: CellId) -> Result<SignedFacts, String> {
    let signed = &parts.bet.signed;
    let cell = cell.to_string();
    let text = BetMessage {
        domain: &signed.domain,
        cell: &cell,
        amount: parts.bet.amount,
        rate: signed.rate_seen,
        min_rate: signed.min_rate,
        quote_seq: u64::try_from(signed.quote_seen).map_err(|error| error.to_string())?,
        nonce: &signed.nonce,
        timestamp_ms: signed.signed_at_ms,
        chain_id: u64::try_from(signed.chain_id).map_err(|error| error.to_string())?,
        contract_version: CONTRACT_VERSION,
    };
    let scheme = scheme::of_number(signed.scheme).ok_or("the session key has no known scheme")?;
    let key = if signed.key.is_empty() { String::new() } else { scheme::hex(&signed.key) };
    Ok(SignedFacts {
        scheme: scheme.as_str(),
        key,
        text: text.render(),
        signature: scheme::hex(&signed.signature),
    })
}

fn quote(parts: &Parts, rules: Rules) -> QuoteProof {
    let (bet, quote, column) = (&parts.bet, &parts.quote, &parts.column);
    let grace = i64::from(rules.touch_grace_columns) * column.width_ms;
    QuoteProof {
        quote_seq: quote.seq,
        tick_seq: quote.tick_seq,
        at_ms: quote.at_ms,
        price: quote.price,
        sigma_ppb: quote.sigma_ppb,
        from_ms: column.t0_ms - quote.at_ms,
        until_ms: column.t1_ms + grace - quote.at_ms,
        edge_bp: bet.edge_bp,
        crossing: quote.crossing,
        calibrator_version: quote.calibrator_version,
        p_ppb: bet.p_ppb,
        rate: bet.rate,
    }
}

/// Sealed minutes whose ticks are all still there; none once they were purged.
fn blocks(parts: &Parts) -> Vec<BlockProof> {
    let block = |row: &BlockRow| {
        let of_block = |tick: &&Tick| (row.first_seq..=row.last_seq).contains(&tick.seq);
        let rows: Vec<_> = parts.ticks.iter().filter(of_block).map(tick_row).collect();
        let whole = i64::try_from(rows.len()).is_ok_and(|count| count == row.last_seq - row.first_seq + 1);
        whole.then(|| BlockProof {
            minute: row.minute,
            prev_hash: row.prev_hash.clone(),
            hash: row.hash.clone(),
            ticks: rows,
        })
    };
    let all: Option<Vec<_>> = parts.blocks.iter().map(block).collect();
    all.unwrap_or_default()
}
