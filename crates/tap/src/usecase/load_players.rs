//! Players for load runs: users, wallets, money and sessions made directly, because a load run measures bets and not
//! log-ins. Their session ids and wallets are derived from a seed, so that the generator knows them.

use crate::app::App;
use crate::domain::money::{CASH, cash, locator_kind, player_account};
use identity::Secret;
use identity::proofs::wallet::{NamedKey, NewWalletSession, SessionHash, parse_address, sessions, users};
use kernel::{Refusal, Timestamp, UserId, WalletAddress};
use ledger::Book;
use ledger::rules::cash::deposit;
use serde::Deserialize;
use serde_json::{Value, json};
use store::locator::Locators;
use store::{StoreError, Tx};

/// Players of one call; one transaction.
const PLAYERS_MAX: usize = 5_000;
/// The most money a player is given, cents.
const MONEY_MAX: i64 = 1_000_000_000;

/// Who is load.
#[derive(Debug, Deserialize)]
pub struct LoadPlayers {
    /// How each session signs: the resource that a log-in message would name, one a player.
    resources: Vec<String>,
    /// The first player's number; wallets are made of numbers.
    first: u64,
    /// Cents for each.
    money: i64,
}

/// One player to be made.
struct Player {
    session: Secret,
    user: UserId,
    wallet: WalletAddress,
    key: NamedKey,
    deposit: i64,
}

/// Makes them: `{"players":[{"session_id","user","bet_key"?}]}`, in their order.
pub async fn run(app: &App, load: &LoadPlayers) -> Result<Value, Refusal> {
    if load.resources.len() > PLAYERS_MAX || !(1..=MONEY_MAX).contains(&load.money) {
        return Err(Refusal::field("resources", "at most 5000 players with 1 to 1000000000 cents"));
    }
    let now = app.clock.now();
    let players = (load.first..)
        .zip(&load.resources)
        .map(|(number, resource)| player(app, number, resource, now))
        .collect::<Result<Vec<_>, _>>()?;
    let issued: Vec<_> = players.iter().map(|player| (player.session.text(), player.user)).collect();
    let money = load.money;
    let opened = app.store.write(move |tx| make(tx, &players, money, now)).await?;
    let mut rows = Vec::with_capacity(issued.len());
    for ((session_id, user), opened) in issued.into_iter().zip(&opened) {
        app.sessions.insert_opened(opened)?;
        let bet_key = opened.session.issued_key(app.sessions.deriver()).map(|key| key.hex());
        rows.push(json!({ "session_id": session_id, "user": app.public.encode(user), "bet_key": bet_key }));
    }
    Ok(json!({ "players": rows }))
}

fn player(app: &App, number: u64, resource: &str, now: Timestamp) -> Result<Player, Refusal> {
    let key = NamedKey::parse(&app.siwe.key_urn, resource)
        .map_err(|_| Refusal::field("resources", "a resource names no session key"))?;
    let wallet = parse_address(&format!("0x{number:040x}"))
        .map_err(|fault| Refusal::field("first", fault.as_str()))?;
    Ok(Player {
        session: Secret::draw(app.chance.as_ref()),
        user: UserId(app.ids.next(now)),
        wallet,
        key,
        deposit: app.ids.next(now),
    })
}

fn make(
    tx: &mut Tx<'_>,
    players: &[Player],
    money: i64,
    now: Timestamp,
) -> Result<Vec<identity::proofs::wallet::Opened>, StoreError> {
    let mut book = Book::load(tx, &[CASH])?;
    let (mut opened, mut found) = (Vec::with_capacity(players.len()), Locators::default());
    for player in players {
        let user = users::enter(tx, now, player.user, player.wallet)?.id;
        let hash = SessionHash::of(&player.session);
        let new = NewWalletSession { hash, user, wallet: player.wallet, key: player.key };
        opened.push(sessions::open(tx, now, &new)?);
        book.load_accounts(tx, &[user.0])?;
        deposit(book.rules(), &cash(), player_account(user), (player.deposit, money), now)?;
        // Found like a faucet's, by a number that is no day: a player may be made again, and gets money again.
        found.add(user.0, locator_kind::FAUCET, player.deposit, player.deposit);
    }
    book.save(tx)?;
    found.insert(tx)?;
    Ok(opened)
}
