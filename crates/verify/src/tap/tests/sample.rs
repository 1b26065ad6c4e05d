//! Makes proofs: a bet on a band, the ticks around its column, a key that signs.

use crate::hex;
use crate::tap::proof::{
    Bet, Block, ChainHead, ColumnVerdict, Crossing, Evidence, Outcome, Proof, Quote, Rules, Scheme, Signed,
    Tick,
};
use crate::tap::{blocks, quote, seal, session_key, touch};
use ed25519_dalek::Signer as _;

pub const WIDTH_MS: i64 = 5_000;
/// The column begins with a minute, so that its carry-in lies in the block before.
pub const T0_MS: i64 = 29_927_620 * 60_000;
pub const MIDDLE: i64 = 6_000_000;

/// What a sample is made of.
#[derive(Clone)]
pub struct Sample {
    pub scheme: Scheme,
    pub rules: Rules,
    pub low: i64,
    pub high: i64,
    /// Milliseconds from the column's beginning, price, flags.
    pub ticks: Vec<(i64, i64, u8)>,
    pub calibrator_version: i64,
    /// Parts per billion that the calibrator adds.
    pub raised: i64,
}

impl Sample {
    /// A bet on the band from 60,000 to 60,020 USD, while the price walks from 59,990 USD by `step` cents a tick.
    pub fn walking(step: i64) -> Self {
        let price = |tick: i64| MIDDLE - 1_000 + (tick + 30) * step + (tick % 3) * 7;
        Self::of((-30..52).map(|tick| (tick * 100, price(tick), 0)).collect())
    }

    /// The same bet on other ticks.
    pub fn of(ticks: Vec<(i64, i64, u8)>) -> Self {
        Self {
            scheme: Scheme::Ed25519,
            rules: rules(Crossing::Tick),
            low: MIDDLE,
            high: MIDDLE + 2_000,
            ticks,
            calibrator_version: 0,
            raised: 0,
        }
    }

    pub fn won() -> Self {
        Self::walking(100)
    }

    pub fn lost() -> Self {
        Self::walking(1)
    }

    /// Four seconds of the column have no tick, the rest no touch.
    pub fn void() -> Self {
        let mut sample = Self::lost();
        sample.ticks.retain(|(at, _, _)| !(500..4_500).contains(at));
        sample
    }

    pub fn proof(&self) -> Proof {
        let blocks = self.blocks();
        let bet = self.bet();
        let mut proof = Proof {
            format: "fairground-tap-proof-1".to_owned(),
            rule_version: 0,
            signed: Signed {
                scheme: self.scheme,
                key: String::new(),
                text: String::new(),
                signature: String::new(),
            },
            quote: self.quote(),
            rules: self.rules.clone(),
            evidence: evidence(&self.ticks, &self.rules),
            chain_head: ChainHead { minute: 0, hash: String::new() },
            outcome: Outcome::Lost,
            seal: String::new(),
            blocks,
            bet,
        };
        proof.rule_version = proof.evidence.rule_version;
        chain(&mut proof);
        settle(&mut proof);
        sign(&mut proof, 7);
        proof
    }

    pub fn text(&self) -> String {
        sealed(self.proof())
    }

    fn bet(&self) -> Bet {
        Bet {
            bet_id: "0198c2e4-7b1a-8a6c-9f00-3d51c07a0001".to_owned(),
            wallet: "0x52908400098527886e0f7030069857d2e4169ee7".to_owned(),
            cell_id: format!("3:{}:{}:{}", T0_MS / WIDTH_MS, self.low, self.high),
            epoch: 3,
            column: T0_MS / WIDTH_MS,
            width_ms: WIDTH_MS,
            low: self.low,
            high: self.high,
            t0_ms: T0_MS,
            t1_ms: T0_MS + WIDTH_MS,
            amount: 333,
            rate: 0,
            rate_seen: None,
            min_rate: None,
            quote_seen: None,
            payout: 0,
            nonce: "6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f11".to_owned(),
            placed_at_ms: T0_MS - 7_900,
            status: String::new(),
            payout_amount: 0,
        }
    }

    fn quote(&self) -> Quote {
        let at_ms = T0_MS - 8_300;
        let end_ms = T0_MS + WIDTH_MS * (1 + self.rules.touch_grace_columns);
        let mut quote = Quote {
            quote_seq: 123,
            tick_seq: 940,
            at_ms,
            price: MIDDLE - 900,
            sigma_ppb: 89_036,
            from_ms: T0_MS - at_ms,
            until_ms: end_ms - at_ms,
            edge_bp: 600,
            crossing: self.rules.crossing,
            calibrator_version: self.calibrator_version,
            p_ppb: 0,
            rate: 0,
        };
        quote.p_ppb = touch::p_star_ppb(&quote, self.low, self.high) + self.raised;
        quote
    }

    fn blocks(&self) -> Vec<Block> {
        let tick = |(number, (at, price, flags)): (usize, &(i64, i64, u8))| Tick {
            seq: 1_000 + i64::try_from(number).unwrap(),
            ts_ms: T0_MS + at,
            price: *price,
            n: 3,
            flags: *flags,
        };
        let ticks: Vec<Tick> = self.ticks.iter().enumerate().map(tick).collect();
        let minutes = ticks.chunk_by(|one, other| one.ts_ms / 60_000 == other.ts_ms / 60_000);
        let block = |ticks: &[Tick]| Block {
            minute: ticks[0].ts_ms / 60_000,
            prev_hash: String::new(),
            hash: String::new(),
            ticks: ticks.to_vec(),
        };
        minutes.map(block).collect()
    }
}

pub fn rules(crossing: Crossing) -> Rules {
    Rules { touch_grace_columns: 0, crossing, carry_max_ms: 3_000, gap_max_ms: 3_000 }
}

/// The evidence of such ticks, worked out as the samples need it: by plain loops.
fn evidence(ticks: &[(i64, i64, u8)], rules: &Rules) -> Evidence {
    let end = WIDTH_MS * (1 + rules.touch_grace_columns);
    let mut prices: Vec<(i64, i64)> = Vec::new();
    let (mut carry, mut known, mut max_gap_ms, mut seqs) = (None, -3_000, 0, Vec::new());
    for (number, (at, price, _)) in
        ticks.iter().enumerate().filter(|(_, (at, _, _))| (-3_000..end).contains(at))
    {
        if *at < 0 {
            (carry, known) = (Some(*price), *at);
            continue;
        }
        seqs.push(1_000 + i64::try_from(number).unwrap());
        max_gap_ms = max_gap_ms.max(at - known);
        known = *at;
        if prices.last().is_some_and(|(last, _)| last == price) {
            prices.last_mut().unwrap().1 += 1;
        } else {
            prices.push((*price, 1));
        }
    }
    max_gap_ms = max_gap_ms.max(end - known);
    let crossing = if rules.crossing == Crossing::Tick { 1 } else { 5 };
    Evidence {
        epoch: 3,
        c: T0_MS / WIDTH_MS,
        t0_ms: T0_MS,
        t1_ms: T0_MS + end,
        first_seq: seqs.first().copied(),
        last_seq: seqs.last().copied(),
        n_ticks: i64::try_from(seqs.len()).unwrap(),
        min: prices.iter().map(|(price, _)| *price).min(),
        max: prices.iter().map(|(price, _)| *price).max(),
        carry_in_price: carry,
        max_gap_ms,
        verdict: if max_gap_ms > 3_000 { ColumnVerdict::Void } else { ColumnVerdict::Valid },
        rule_version: crossing + rules.touch_grace_columns,
        prices,
        block_minutes: Vec::new(),
        block_hashes: Vec::new(),
    }
}

/// Hashes and chains the blocks anew, and names them in the evidence.
pub fn chain(proof: &mut Proof) {
    let mut before = [0; 32];
    for block in &mut proof.blocks {
        block.prev_hash = hex::print(&before);
        before = blocks::hash(block, &before);
        block.hash = hex::print(&before);
    }
    let minutes = (T0_MS - 3_000) / 60_000..=(proof.evidence.t1_ms - 1) / 60_000;
    let concerned = || proof.blocks.iter().filter(|block| minutes.contains(&block.minute));
    proof.evidence.block_minutes = concerned().map(|block| block.minute).collect();
    proof.evidence.block_hashes = concerned().map(|block| block.hash.clone()).collect();
    if let Some(last) = proof.blocks.last() {
        proof.chain_head = ChainHead { minute: last.minute, hash: last.hash.clone() };
    }
}

/// Makes rate, payout and outcome follow from quote and evidence.
pub fn settle(proof: &mut Proof) {
    proof.quote.rate = quote::rate(&proof.quote).expect("samples are offered");
    let bet = &mut proof.bet;
    bet.rate = proof.quote.rate;
    bet.payout = bet.amount * bet.rate / 100;
    let evidence = &proof.evidence;
    let visited: Vec<i64> =
        evidence.carry_in_price.into_iter().chain(evidence.prices.iter().map(|it| it.0)).collect();
    let is_segment = proof.rules.crossing == Crossing::Segment;
    let inside = |price: &i64| bet.low <= *price && *price <= bet.high;
    let over = |pair: &[i64]| pair[0].min(pair[1]) <= bet.high && pair[0].max(pair[1]) >= bet.low;
    let touched = visited.iter().any(inside) || (is_segment && visited.windows(2).any(over));
    proof.outcome = match evidence.verdict {
        _ if touched => Outcome::Won,
        ColumnVerdict::Valid => Outcome::Lost,
        ColumnVerdict::Void => Outcome::Void,
    };
    bet.status = proof.outcome.name().to_owned();
    bet.payout_amount = match proof.outcome {
        Outcome::Won => bet.payout,
        Outcome::Lost => 0,
        Outcome::Void => bet.amount,
    };
}

/// Renders the text of the bet and signs it with the key of that number.
pub fn sign(proof: &mut Proof, key: u8) {
    let bet = &proof.bet;
    let least = bet.min_rate.map(|least| format!("\nMinRate: {least}")).unwrap_or_default();
    proof.signed.text = format!(
        "Fairground Tap bet\nAction: place_bet\nDomain: 127.0.0.1:8080\nCell: {}\nAmount: {}\nRate: {}{least}\nQuoteSeq: {}\n\
         Nonce: {}\nTimestamp: {}\nChain: 1\nVersion: 1",
        bet.cell_id,
        bet.amount,
        bet.rate_seen.unwrap_or(bet.rate),
        bet.quote_seen.unwrap_or(proof.quote.quote_seq),
        bet.nonce,
        bet.placed_at_ms - 150
    );
    sign_text(&mut proof.signed, key);
}

/// Signs whatever the text is.
pub fn sign_text(signed: &mut Signed, key: u8) {
    match signed.scheme {
        Scheme::Secp256k1 => {
            let secret = k256::ecdsa::SigningKey::from_slice(&[key; 32]).unwrap();
            let hash = session_key::eip191(&signed.text);
            let (signature, id) = secret.sign_prehash_recoverable(&hash);
            signed.key = format!("0x{}", hex::print(&secret.verifying_key().to_sec1_point(true).to_bytes()));
            let v = [27 + u8::from(id.is_y_odd())];
            signed.signature = format!("0x{}{}", hex::print(&signature.to_bytes()), hex::print(&v));
        }
        Scheme::Ed25519 => {
            let secret = ed25519_dalek::SigningKey::from_bytes(&[key; 32]);
            signed.key = format!("0x{}", hex::print(secret.verifying_key().as_bytes()));
            signed.signature = format!("0x{}", hex::print(&secret.sign(signed.text.as_bytes()).to_bytes()));
        }
        Scheme::HmacSha256 => {
            signed.key = String::new();
            signed.signature = format!("0x{}", hex::print(&[key; 32]));
        }
    }
}

/// The text of the proof under a seal that fits.
pub fn sealed(mut proof: Proof) -> String {
    proof.seal = String::new();
    let text = serde_json::to_string(&proof).unwrap();
    let body = text.strip_suffix(",\"seal\":\"\"}").unwrap();
    proof.seal = seal::of(body);
    serde_json::to_string(&proof).unwrap()
}
