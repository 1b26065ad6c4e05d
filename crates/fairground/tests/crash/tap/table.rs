//! Speaks Tap's API and the load profile's control calls over HTTP. What to ask and when is decided elsewhere.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use std::io::Result;
use std::net::SocketAddr;
use testkit::Answer;
use testkit::http::Client;

/// How players sign: with a key that the server tells them.
const RESOURCE: &str = "urn:tap:session-key:hmac-sha256";
/// Bets in one question about outcomes: a body of 8 KiB holds so many.
const QUESTION_MAX: usize = 150;
/// Rows of one page, the server's limit.
const PAGE: usize = 100;

/// The players and where they play.
#[derive(Debug)]
pub struct Table {
    pub players: Vec<Player>,
    address: SocketAddr,
}

/// Somebody who is logged in.
#[derive(Debug)]
pub struct Player {
    bearer: String,
    key: Vec<u8>,
}

/// The grid as it was shown: what a tap must name.
#[derive(Debug)]
pub struct Grid {
    pub cells: Vec<Cell>,
    quote_seq: i64,
    domain: String,
    chain_id: i64,
}

/// A cell that is offered.
#[derive(Debug, Clone)]
pub struct Cell {
    id: String,
    pub rate: i64,
}

impl Table {
    /// Has the server make `players` players with `money` cents each.
    pub fn open(address: SocketAddr, players: usize, money: i64) -> Self {
        let wishes = json!({ "resources": vec![RESOURCE; players], "first": 1, "money": money });
        let made = control(address, "POST", "/tap/_load/players", &wishes);
        let player = |row: &Value| Player {
            bearer: format!("Bearer {}", text(&row["session_id"])),
            key: unhex(text(&row["bet_key"])),
        };
        let players: Vec<_> = list(&made["players"]).map(player).collect();
        assert!(!players.is_empty(), "no players: {made}");
        Self { players, address }
    }

    /// Every point at which the server can be made to end.
    pub fn stop_points(&self) -> Vec<String> {
        let said = control(self.address, "GET", "/tap/_load/stop", &Value::Null);
        list(&said["points"]).map(|name| text(name).to_owned()).collect()
    }

    /// Has the server end when it reaches `point` for the `times`-th time.
    pub fn stop_at(&self, point: &str, times: u32) {
        control(self.address, "POST", "/tap/_load/stop", &json!({ "point": point, "times": times }));
    }

    /// What became of bets, in their order; null for one that is not there.
    pub fn statuses(&self, bets: &[&str]) -> Vec<Value> {
        let mut found = Vec::with_capacity(bets.len());
        for part in bets.chunks(QUESTION_MAX) {
            let said = control(self.address, "POST", "/tap/_load/statuses", &json!({ "bet_ids": part }));
            found.extend(list(&said["statuses"]).cloned());
        }
        assert_eq!(found.len(), bets.len(), "one outcome per bet");
        found
    }

    /// The signed body of a bet.
    pub fn sign(
        &self,
        player: usize,
        grid: &Grid,
        (cell, amount): (&Cell, i64),
        (nonce, timestamp): (&str, i64),
    ) -> String {
        let Grid { quote_seq, domain, chain_id, .. } = grid;
        let Cell { id, rate } = cell;
        let text = format!(
            "Fairground Tap bet\nAction: place_bet\nDomain: {domain}\nCell: {id}\nAmount: {amount}\nRate: {rate}\n\
             QuoteSeq: {quote_seq}\nNonce: {nonce}\nTimestamp: {timestamp}\nChain: {chain_id}\nVersion: 1"
        );
        let mut mac =
            Hmac::<sha2::Sha256>::new_from_slice(&self.players[player].key).expect("any key will do");
        mac.update(text.as_bytes());
        let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        json!({
            "cell_id": id, "amount": amount, "quote_seq": quote_seq, "rate_seen": rate, "nonce": nonce,
            "timestamp": timestamp, "chain_id": chain_id, "contract_version": 1, "signature": format!("0x{digits}"),
        })
        .to_string()
    }

    /// Sends a signed bet, for the first time or again.
    pub fn place(&self, client: &mut Client, player: usize, body: &str) -> Result<Answer> {
        let headers = [("authorization", self.players[player].bearer.as_str())];
        client.send("POST", "/tap/api/bets", &headers, body.as_bytes())
    }

    /// The proof of a bet, once there is one.
    pub fn proof(&self, player: usize, bet: &str) -> Option<Vec<u8>> {
        let answer = self.get(player, &format!("/tap/api/bets/{bet}/proof"));
        match answer.status {
            200 => Some(answer.body),
            409 => None,
            status => panic!("a proof was answered with {status}: {}", answer.json),
        }
    }

    /// What a player has.
    pub fn balance(&self, player: usize) -> Value {
        self.get(player, "/tap/api/balance").json
    }

    /// Every row of a paged list (`bets`, or the `entries` of `ledger`), newest first.
    pub fn all(&self, player: usize, path: &str, rows: &str) -> Vec<Value> {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let answer = self.get(player, &format!("/tap/api/{path}?limit={PAGE}{cursor}"));
            let page = answer.json;
            assert_eq!(answer.status, 200, "{path}: {page}");
            found.extend(list(&page[rows]).cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    }

    fn get(&self, player: usize, path: &str) -> Answer {
        let headers = [("authorization", self.players[player].bearer.as_str())];
        let answer = Client::new(self.address).send("GET", path, &headers, b"");
        answer.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

impl Grid {
    /// The grid of now: the cells of the first `columns` that can be tapped; none while betting is not open.
    pub fn look(client: &mut Client, columns: i64) -> Result<Self> {
        let grid = client.get("/tap/api/grid")?.json;
        let near = grid["first_placeable"].as_i64().unwrap_or_default() + columns;
        let is_open = grid["betting"] == "open";
        let cell = |cell: &Value| {
            let rate = cell["rate"].as_i64()?;
            let offered = is_open && cell["column"].as_i64()? < near;
            offered.then(|| Cell { id: text(&cell["cell_id"]).to_owned(), rate })
        };
        Ok(Self {
            cells: list(&grid["cells"]).filter_map(cell).collect(),
            quote_seq: grid["quote_seq"].as_i64().unwrap_or_default(),
            domain: grid["domain"].as_str().unwrap_or_default().to_owned(),
            chain_id: grid["chain_id"].as_i64().unwrap_or_default(),
        })
    }
}

/// A control call; the test cannot go on when it fails.
fn control(address: SocketAddr, method: &str, path: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = Client::new(address).send(method, path, &[], body.as_bytes());
    let answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
    assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.json);
    answer.json
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("expected a text, got {value}"))
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.trim_start_matches("0x");
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("a key is hex digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}
