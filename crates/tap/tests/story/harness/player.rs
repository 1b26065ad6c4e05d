//! Wallets, session keys, log-in messages and bets, written here once more from the specification alone. No facts here.

use super::front::HOME;
use super::{Answer, RequestOptions, Story, user_of};
use axum::http::Method;
use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit, Mac as _};
use k256::ecdsa::SigningKey;
use kernel::UserId;
use serde_json::{Value, json};
use sha3::{Digest as _, Keccak256};
use std::net::IpAddr;
use tap::domain::cell::CellId;
use tap::market_state::View;

/// A key that signs bets.
#[derive(Clone)]
pub enum Key {
    Secp(SigningKey),
    Ed(ed25519_dalek::SigningKey),
    Hmac(Vec<u8>),
}

/// Somebody who is logged in.
#[derive(Clone)]
pub struct Player {
    pub user: UserId,
    pub wallet: String,
    pub session: String,
    pub ticket: String,
    pub key: Key,
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn unhex(text: &str) -> Vec<u8> {
    let digits = text.trim_start_matches("0x");
    (0..digits.len() / 2)
        .map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).expect("hex"))
        .collect()
}

/// Another of an endless row of secrets.
fn secret(number: i64, kind: u8) -> [u8; 32] {
    Keccak256::digest([&number.to_be_bytes()[..], &[kind]].concat()).into()
}

/// The wallet of a number.
pub fn wallet_key(number: i64) -> SigningKey {
    SigningKey::from_slice(&secret(number, 1)).expect("a key")
}

/// Its address, all lower case.
pub fn address(key: &SigningKey) -> String {
    let point = key.verifying_key().to_sec1_point(false);
    let hash: [u8; 32] = Keccak256::digest(&point.as_bytes()[1..]).into();
    format!("0x{}", hex(&hash[12..]))
}

/// `personal_sign`.
pub fn personal_sign(key: &SigningKey, text: &str) -> String {
    let prefixed = format!("\u{19}Ethereum Signed Message:\n{}{text}", text.len());
    let hash: [u8; 32] = Keccak256::digest(prefixed.as_bytes()).into();
    let (signature, id) = key.sign_prehash_recoverable(&hash);
    format!("0x{}{:02x}", hex(&signature.to_bytes()), id.to_byte() + 27)
}

impl Key {
    /// A key of a scheme before the log-in; the server tells the one of `hmac-sha256` later.
    pub fn named(scheme: &str, number: i64) -> Self {
        match scheme {
            "secp256k1" => Self::Secp(SigningKey::from_slice(&secret(number, 2)).expect("a key")),
            "ed25519" => Self::Ed(ed25519_dalek::SigningKey::from_bytes(&secret(number, 3))),
            _ => Self::Hmac(Vec::new()),
        }
    }

    /// How a log-in message names it.
    pub fn resource(&self) -> String {
        match self {
            Self::Secp(key) => {
                format!("urn:tap:session-key:0x{}", hex(key.verifying_key().to_sec1_point(true).as_bytes()))
            }
            Self::Ed(key) => format!("urn:tap:session-key:ed25519:0x{}", hex(key.verifying_key().as_bytes())),
            Self::Hmac(_) => "urn:tap:session-key:hmac-sha256".to_owned(),
        }
    }

    pub fn sign(&self, text: &str) -> String {
        match self {
            Self::Secp(key) => personal_sign(key, text),
            Self::Ed(key) => format!("0x{}", hex(&key.sign(text.as_bytes()).to_bytes())),
            Self::Hmac(secret) => {
                let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).expect("any length");
                mac.update(text.as_bytes());
                format!("0x{}", hex(&mac.finalize().into_bytes()))
            }
        }
    }
}

/// What a log-in message says.
#[derive(Clone)]
pub struct LoginText {
    pub domain: String,
    pub address: String,
    pub statement: String,
    pub uri: String,
    pub chain_id: u64,
    pub nonce: String,
    pub issued_at: String,
    /// Further lines before the resources.
    pub more: String,
    pub resource: String,
}

impl LoginText {
    /// From the answer of the nonce door.
    pub fn of(given: &Value, address: &str, resource: String) -> Self {
        let text = |name: &str| given[name].as_str().expect(name).to_owned();
        Self {
            domain: text("domain"),
            address: address.to_owned(),
            statement: text("statement"),
            uri: text("uri"),
            chain_id: given["chain_id"].as_u64().expect("a chain"),
            nonce: text("nonce"),
            issued_at: text("issued_at"),
            more: String::new(),
            resource,
        }
    }

    pub fn render(&self) -> String {
        let Self { domain, address, statement, uri, chain_id, nonce, issued_at, more, resource } = self;
        format!(
            "{domain} wants you to sign in with your Ethereum account:\n{address}\n\n{statement}\n\nURI: {uri}\n\
             Version: 1\nChain ID: {chain_id}\nNonce: {nonce}\nIssued At: {issued_at}\n{more}Resources:\n- {resource}"
        )
    }
}

/// Asks for a nonce from somewhere.
pub async fn nonce(story: &Story, address: &str, ip: IpAddr) -> Value {
    let path = format!("/tap/api/auth/nonce?wallet={address}");
    let answer = story
        .front
        .request(&Method::GET, &path, RequestOptions { ip: Some(ip), ..RequestOptions::default() })
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json
}

/// Sends a signed log-in.
pub async fn send_login(story: &Story, message: &str, signature: &str, ip: IpAddr) -> Answer {
    story.front.send("/tap/api/auth/login", &json!({ "message": message, "signature": signature }), ip).await
}

impl Player {
    /// A new wallet logs in.
    pub async fn log_in(story: &Story, scheme: &str) -> Self {
        let number = story.fresh();
        Self::log_in_as(story, scheme, number, number).await
    }

    /// Wallet `wallet` logs in with session key `key`.
    pub async fn log_in_as(story: &Story, scheme: &str, wallet: i64, key: i64) -> Self {
        let (wallet, mut key) = (wallet_key(wallet), Key::named(scheme, key));
        let given = nonce(story, &address(&wallet), HOME).await;
        let text = LoginText::of(&given, &address(&wallet), key.resource()).render();
        let answer = send_login(story, &text, &personal_sign(&wallet, &text), HOME).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let told = &answer.json;
        if let Key::Hmac(secret) = &mut key {
            *secret = unhex(told["bet_key"].as_str().expect("a key is told"));
        }
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        Self {
            user: user_of(&story.app, told["user"]["id"].as_str().expect("an id")),
            wallet: text(&told["user"]["wallet"]),
            session: text(&told["session_id"]),
            ticket: text(&told["ws_ticket"]),
            key,
        }
    }
}

/// A cell that can be tapped at a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub cell: CellId,
    pub rate: u32,
    pub quote_seq: i64,
}

impl Offer {
    /// What the newest snapshot offers.
    pub fn all(view: &View) -> Vec<Self> {
        let snapshot = view.snapshots.last().expect("a quote");
        let mut all = Vec::new();
        for part in &snapshot.parts {
            for (at, priced) in part.cells.iter().enumerate() {
                let column = part.first_column + i64::try_from(at % part.columns.len()).expect("small");
                let height = part.geometry.height_cents();
                let low = part.low + i64::try_from(at / part.columns.len()).expect("small") * height;
                let cell = CellId::new(part.geometry.epoch(), column, low, low + height).expect("a cell");
                all.extend(priced.rate.map(|rate| Self { cell, rate, quote_seq: snapshot.facts.seq }));
            }
        }
        all
    }
}

/// A bet to be signed.
#[derive(Debug, Clone)]
pub struct Tap {
    pub domain: String,
    pub cell: String,
    pub amount: i64,
    pub quote_seq: i64,
    pub rate: u32,
    /// The least acceptable rate, in texts that name one.
    pub min_rate: Option<u32>,
    pub nonce: String,
    pub timestamp: i64,
    pub chain_id: u64,
    pub version: u32,
}

impl Tap {
    /// A tap on an offer, now, with a nonce of its own.
    pub fn on(story: &Story, offer: &Offer, amount: i64) -> Self {
        Self {
            domain: story.app.settings.domain.clone(),
            cell: offer.cell.to_string(),
            amount,
            quote_seq: offer.quote_seq,
            rate: offer.rate,
            min_rate: None,
            nonce: uuid::Uuid::from_u128(u128::try_from(story.fresh()).expect("positive") << 64 | 7)
                .to_string(),
            timestamp: story.now_ms(),
            chain_id: 1,
            version: 1,
        }
    }

    /// The text that is signed.
    pub fn text(&self) -> String {
        let Self { domain, cell, amount, quote_seq, rate, nonce, timestamp, chain_id, version, .. } = self;
        let least = self.min_rate.map(|least| format!("MinRate: {least}\n")).unwrap_or_default();
        format!(
            "Fairground Tap bet\nAction: place_bet\nDomain: {domain}\nCell: {cell}\nAmount: {amount}\nRate: {rate}\n\
             {least}QuoteSeq: {quote_seq}\nNonce: {nonce}\nTimestamp: {timestamp}\nChain: {chain_id}\nVersion: {version}"
        )
    }

    /// The request, signed.
    pub fn body(&self, player: &Player) -> Value {
        self.body_with(&player.key.sign(&self.text()))
    }

    /// The request with this signature.
    pub fn body_with(&self, signature: &str) -> Value {
        let mut body = json!({
            "cell_id": self.cell, "amount": self.amount, "quote_seq": self.quote_seq, "rate_seen": self.rate,
            "nonce": self.nonce, "timestamp": self.timestamp, "chain_id": self.chain_id,
            "contract_version": self.version, "signature": signature,
        });
        if let Some(least) = self.min_rate {
            body["min_rate"] = json!(least);
        }
        body
    }
}
