//! Random histories against an oracle that shares no code: balances after every step, closing balances in the journal, and the
//! sum of it at every past moment.

use crate::harness::{Bench, Person, Pots};
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

testkit::on_both_backends! {
    through crate::harness:
    random_histories_are_what_the_oracle_says;
}

/// Steps of a history.
const STEPS: usize = 120;
/// Units of one whole.
const ONE: i128 = 100_000_000;

/// Two balances in units; that is all there is to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Oracle {
    eth: i128,
    usdt: i128,
}

/// One thing to do, in units.
#[derive(Debug, Clone, Copy)]
enum Step {
    Deposit(i128),
    Withdraw(i128),
    Buy { price: i128, volume: i128, fee: i128, in_base: bool },
    Sell { price: i128, volume: i128, fee: i128 },
    ReverseLast,
}

impl Oracle {
    /// What should come of a step; none: it is refused and nothing changes.
    fn after(self, step: Step, last: Option<(Self, Self)>) -> Option<Self> {
        let notional = |price: i128, volume: i128| (price * volume * 2 + ONE) / (ONE * 2);
        let next = match step {
            Step::Deposit(amount) => Self { usdt: self.usdt + amount, ..self },
            Step::Withdraw(amount) => Self { usdt: self.usdt - amount, ..self },
            Step::Buy { price, volume, fee, in_base } => {
                let (quote_fee, base_fee) = if in_base { (0, fee) } else { (fee, 0) };
                let paid = notional(price, volume);
                (paid > 0).then_some(Self {
                    eth: self.eth + volume - base_fee,
                    usdt: self.usdt - paid - quote_fee,
                })?
            }
            Step::Sell { price, volume, fee } => {
                let got = notional(price, volume) - fee;
                (got > 0 && self.eth >= volume)
                    .then_some(Self { eth: self.eth - volume, usdt: self.usdt + got })?
            }
            Step::ReverseLast => {
                let (before, after) = last?;
                Self { eth: self.eth - after.eth + before.eth, usdt: self.usdt - after.usdt + before.usdt }
            }
        };
        (next.eth >= 0 && next.usdt >= 0).then_some(next)
    }
}

fn text(units: i128) -> String {
    format!("{}.{:08}", units / ONE, units % ONE)
}

fn draw(random: &mut SmallRng) -> Step {
    let small = |random: &mut SmallRng| random.random_range(1..5 * ONE);
    let price = random.random_range(1..50 * ONE);
    match random.random_range(0..10) {
        0..3 => Step::Deposit(random.random_range(1..100 * ONE)),
        3 => Step::Withdraw(random.random_range(1..100 * ONE)),
        4..6 => Step::Buy {
            price,
            volume: small(random),
            fee: random.random_range(0..ONE / 10),
            in_base: random.random_bool(0.5),
        },
        6..8 => Step::Sell { price, volume: small(random), fee: random.random_range(0..ONE) },
        8 => Step::ReverseLast,
        _ => Step::Buy { price: 1, volume: random.random_range(1..ONE), fee: 0, in_base: false },
    }
}

async fn take(bench: &Bench, ann: &Person, pots: &Pots, step: Step, last: Option<&str>) -> (u16, String) {
    let trade = |kind: &str, price, volume, fee| pots.trade(kind, &text(price), &text(volume), &text(fee));
    let body = match step {
        Step::Deposit(amount) => pots.cash("deposit", &text(amount)),
        Step::Withdraw(amount) => pots.cash("withdraw", &text(amount)),
        Step::Buy { price, volume, fee, in_base } => {
            let mut body = trade("long", price, volume, fee);
            if in_base {
                body["info"]["fee_currency"] = json!("ETH");
            }
            body
        }
        Step::Sell { price, volume, fee } => trade("short", price, volume, fee),
        Step::ReverseLast => {
            let Some(last) = last else { return (404, String::new()) };
            let answer = bench.post(ann, &format!("/v1/trading-logs/{last}/reverse"), &Value::Null).await;
            return (answer.status, String::new());
        }
    };
    let answer = bench.log(ann, &body).await;
    (answer.status, answer.json["data"]["id"].as_str().unwrap_or_default().to_owned())
}

async fn random_histories_are_what_the_oracle_says(bench: Bench) {
    let seed = rand::random::<u64>();
    let mut random = SmallRng::seed_from_u64(seed);
    let ann = bench.person("ann").await;
    let pots = bench.pots(&ann, "Grid", "virtual").await;
    let mut oracle = Oracle::default();
    // The last log that can be reversed, and the balances before and after it.
    let mut last: Option<(String, Oracle, Oracle)> = None;
    let mut moments = Vec::new();
    for number in 0..STEPS {
        let step = draw(&mut random);
        let reversible = last.as_ref().map(|(_, before, after)| (*before, *after));
        let expected = oracle.after(step, reversible);
        let (status, id) = take(&bench, &ann, &pots, step, last.as_ref().map(|last| last.0.as_str())).await;
        assert_eq!(
            status == 201,
            expected.is_some(),
            "seed {seed}, step {number}: {step:?} of {oracle:?} gave {status}"
        );
        if let Some(next) = expected {
            last = (!id.is_empty()).then_some((id, oracle, next));
            oracle = next;
        }
        let both = (text(oracle.eth), text(oracle.usdt));
        assert_eq!(bench.both(&ann, &pots).await, both, "seed {seed}, step {number}: {step:?}");
        moments.push((bench.now(), oracle.usdt));
        bench.stall.clock.advance_secs(1);
    }
    for (moment, usdt) in moments.into_iter().step_by(10) {
        for axis in ["recorded", "event"] {
            let path = format!("/v1/sub-accounts/{}/balance?at={}&axis={axis}", pots.usdt, moment.rfc3339());
            assert_eq!(bench.get(&ann, &path).await.json["data"]["balance"], text(usdt), "seed {seed}");
        }
    }
    let path = format!("/v1/transactions/sub-account/{}?limit=1000", pots.usdt);
    let rows = bench.get(&ann, &path).await.json["data"]["transactions"].clone();
    let units =
        |value: &Value| value.as_str().expect("an amount").replace('.', "").parse::<i128>().expect("digits");
    let mut sum = 0;
    for row in rows.as_array().expect("rows").iter().rev() {
        sum += if row["direction"] == "credit" { units(&row["amount"]) } else { -units(&row["amount"]) };
        assert_eq!(units(&row["closing_balance"]), sum, "seed {seed}: the chain is unbroken");
    }
    assert_eq!(sum, oracle.usdt, "seed {seed}");
}
