//! Who is there: two people, each with an account at the exchange, two bots on it and one that only plays.

use super::history::{self, Pots};
use crate::app::App;
use crate::domain::binding::PlainKeys;
use crate::domain::ids::{ExchangeBindingId, TradingId};
use crate::domain::role;
use crate::domain::sub_account::symbol;
use crate::domain::trading::TradingType;
use crate::usecase::auth_session::From;
use crate::usecase::binding_create::{self, BindingInput};
use crate::usecase::portfolio::{self, PortfolioInput};
use crate::usecase::sub_account_create::{self, SubAccountInput};
use crate::usecase::trading_create::{self, TradingInput};
use crate::usecase::{binding_reconcile, binding_validate, demo_user};
use kernel::{AssetCode, Refusal, UserId};
use outbound::Request;
use std::sync::Arc;

/// Units of one whole.
const ONE: i64 = 100_000_000;

/// A bot that is to run.
#[derive(Debug, Clone)]
pub struct Bot {
    /// Whose.
    pub user: UserId,
    /// Where its money lies.
    pub pots: Pots,
    /// What it trades.
    pub market: &'static str,
    /// How much at once.
    pub volume: &'static str,
    /// How long it waits between two looks, milliseconds.
    pub every_ms: u64,
    /// Its key at the exchange; none: it plays.
    pub key: Option<(&'static str, &'static str)>,
}

/// A trading that is to be.
struct Planned {
    names: [&'static str; 2],
    market: &'static str,
    funds: i64,
    volume: &'static str,
    every_ms: u64,
    is_real: bool,
}

const TRADINGS: [Planned; 3] = [
    Planned {
        names: ["Ether, short average", "以太坊短均线"],
        market: "ETH/USDT",
        funds: 5_000,
        volume: "0.08",
        every_ms: 2_500,
        is_real: true,
    },
    Planned {
        names: ["Bitcoin, short average", "比特币短均线"],
        market: "BTC/USDT",
        funds: 3_000,
        volume: "0.004",
        every_ms: 3_500,
        is_real: true,
    },
    Planned {
        names: ["Solana, on paper", "索拉纳模拟盘"],
        market: "SOL/USDT",
        funds: 2_500,
        volume: "1.5",
        every_ms: 3_000,
        is_real: false,
    },
];

/// Somebody with an account at both places.
struct PlannedPerson {
    handle: &'static str,
    name: &'static str,
    language: usize,
    key: (&'static str, &'static str),
}

/// Known to the simulated Google and to the simulated exchange; made up, and good there alone.
const PEOPLE: [PlannedPerson; 2] = [
    PlannedPerson {
        handle: "ann",
        name: "Ann_Lee",
        language: 0,
        key: ("simulated-key-of-mei-0001", "simulated-secret-of-mei-0001"),
    },
    PlannedPerson {
        handle: "chen",
        name: "chen_wei",
        language: 1,
        key: ("simulated-key-of-jonas-0002", "simulated-secret-of-jonas-0002"),
    },
];

const BOOKS: [[&str; 4]; 2] = [
    ["Main account", "Core", "Two bots on one account at the exchange", "Grid"],
    ["主账户", "核心组合", "同一交易所账户上的两个机器人", "网格"],
];

/// Plants everything; the bots that are to run. Nothing is planted where it was planted before, or where the outside world is a real one.
pub async fn plant(app: &Arc<App>) -> Result<Vec<Bot>, Refusal> {
    if !app.settings.is_simulated {
        return Ok(Vec::new());
    }
    let mut bots = Vec::new();
    for person in &PEOPLE {
        let email = format!("{}@example.com", person.handle);
        let Some(user) = demo_user::create(app, person.name, &email, role::USER).await? else { continue };
        bots.extend(plant_one(app, user, person).await?);
    }
    Ok(bots)
}

async fn plant_one(app: &Arc<App>, user: UserId, person: &PlannedPerson) -> Result<Vec<Bot>, Refusal> {
    let [account, core, about, _] = BOOKS[person.language];
    let binding = bind(app, user, account, person.key).await?;
    let mut bots = Vec::new();
    for planned in &TRADINGS {
        let pots = open(app, user, (person.language, planned), binding).await?;
        history::plant(app, user, &pots, (planned.market, planned.funds * ONE, planned.volume)).await?;
        let key = planned.is_real.then_some(person.key);
        let Planned { market, volume, every_ms, .. } = *planned;
        bots.push(Bot { user, pots, market, volume, every_ms, key });
    }
    let real: Vec<TradingId> =
        bots.iter().filter(|bot| bot.key.is_some()).map(|bot| bot.pots.trading).collect();
    let input = PortfolioInput {
        name: Some(core.to_owned()),
        description: Some(about.to_owned()),
        info: None,
        tradings: real,
    };
    portfolio::create(app, user, input).await?;
    settle_wallet(app, user, binding, person.key.0).await?;
    Ok(bots)
}

async fn bind(
    app: &App,
    user: UserId,
    name: &str,
    (key, secret): (&str, &str),
) -> Result<ExchangeBindingId, Refusal> {
    let keys = PlainKeys { api_key: key.to_owned(), api_secret: secret.to_owned(), passphrase: None };
    let input = BindingInput {
        name: name.to_owned(),
        exchange: "binance".to_owned(),
        keys: Some(keys),
        info: r#"{"testnet":true}"#.to_owned(),
    };
    let binding = binding_create::run(app, user, input, From::default()).await?.id;
    binding_validate::run(app, user, binding, From::default()).await?;
    Ok(binding)
}

async fn open(
    app: &App,
    user: UserId,
    (language, planned): (usize, &Planned),
    binding: ExchangeBindingId,
) -> Result<Pots, Refusal> {
    let input = TradingInput {
        name: planned.names[language].to_owned(),
        kind: if planned.is_real { TradingType::Real } else { TradingType::Paper },
        binding,
        info: serde_json::json!({"strategy": "short average", "timeframe": "15m"}).to_string(),
    };
    let trading = trading_create::run(app, user, input).await?.trading.id;
    let (base, quote) = planned.market.split_once('/').unwrap_or((planned.market, "USDT"));
    let code = |text: &str| symbol(text).ok_or_else(|| Refusal::internal("a planned market has codes"));
    let (base, quote) = (code(base)?, code(quote)?);
    let pot = async |asset: AssetCode, account_type: &str| {
        let info = serde_json::json!({"account_type": account_type}).to_string();
        let input = SubAccountInput { trading, name: asset.as_str().to_owned(), symbol: asset, info };
        Ok::<_, Refusal>(sub_account_create::run(app, user, input).await?.account.id)
    };
    Ok(Pots {
        trading,
        stock: pot(base, "stock").await?,
        currency: pot(quote, "balance").await?,
        base,
        quote,
    })
}

/// Brings the simulated wallet to what the slices hold, with something outside of them, and something that nothing explains.
async fn settle_wallet(
    app: &App,
    user: UserId,
    binding: ExchangeBindingId,
    key: &str,
) -> Result<(), Refusal> {
    let usdt = symbol("USDT").ok_or_else(|| Refusal::internal("USDT is a code"))?;
    binding_reconcile::declare(app, user, binding, vec![(usdt, 2_000 * ONE)], From::default()).await?;
    for (asset, state) in binding_reconcile::known(app, user, binding).await?.assets {
        // Somebody took 37.50 away by hand; nobody told the ledger.
        let outside = if asset == usdt { 2_000 * ONE - 3_750_000_000 } else { 0 };
        let units = state.allocated().saturating_add(outside);
        let url = format!(
            "{}/control?key={key}&asset={asset}&free={}",
            app.settings.exchange_url,
            crate::domain::decimal::format(units)
        );
        let answer = app.outside.client.send(Request::get(url)).await;
        answer.map_err(Refusal::unavailable)?;
    }
    binding_reconcile::run(app, user, binding, From::default()).await.map(drop)
}
