//! Verifying init data: read, signature, age, in this order; nothing that is read is acted upon before the signature.

use super::pairs::Pairs;
use super::{InitData, InitDataFault};
use crate::proofs::hex;
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use kernel::Timestamp;
use sha2::Sha256;

/// Seconds that a client's clock may be ahead of ours.
pub const FUTURE_MAX_S: i64 = 60;
/// With which Telegram signs for third parties.
pub const PRODUCTION_PUBLIC_KEY: &str = "e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d";
/// As above, in Telegram's test environment.
pub const TEST_PUBLIC_KEY: &str = "40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec";

/// Clients write the signature without padding; proxies sometimes add it.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What init data of one bot is signed with, derived from its token.
#[derive(Clone)]
pub struct WebAppKey(Hmac<Sha256>);

impl WebAppKey {
    /// The key of the bot with this token.
    #[must_use]
    pub fn of_token(token: &str) -> Self {
        let secret = mac(b"WebAppData", token.as_bytes()).finalize().into_bytes();
        Self(Hmac::new_from_slice(&secret).expect("HMAC takes keys of every length"))
    }
}

impl std::fmt::Debug for WebAppKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebAppKey(hidden)")
    }
}

fn mac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mac: Hmac<Sha256> = Hmac::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.chain_update(message)
}

/// Telegram's public key for third parties.
#[derive(Debug, Clone, Copy)]
pub struct ThirdPartyKey(VerifyingKey);

impl ThirdPartyKey {
    /// Reads 64 hexadecimal digits. None: no point of the curve.
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        VerifyingKey::from_bytes(&hex::decode_digits(digits)?).ok().map(Self)
    }
}

/// Init data that Telegram signed for the bot of `key` at most `max_age_s` seconds before `now`.
///
/// Errors: the first check it fails, in the order of [`InitDataFault`].
pub fn verify(raw: &str, key: &WebAppKey, now: Timestamp, max_age_s: i64) -> Result<InitData, InitDataFault> {
    let pairs = Pairs::parse(raw)?;
    let hash = pairs.get("hash").ok_or(InitDataFault::HashIsMissing)?;
    let hash: [u8; 32] = hex::decode_digits(hash).ok_or(InitDataFault::HashIsMalformed)?;
    let data = InitData::of(&pairs)?;
    let signed = pairs.lines_without(&["hash"]);
    let mac = key.0.clone().chain_update(signed.as_bytes());
    mac.verify_slice(&hash).map_err(|_| InitDataFault::HashIsWrong)?;
    check_age(data, now, max_age_s)
}

/// As [`verify`], for those who do not have the bot's token: Telegram's own signature for the bot `bot_id`.
///
/// Errors: the first check it fails, in the order of [`InitDataFault`].
pub fn verify_third_party(
    raw: &str,
    bot_id: i64,
    key: &ThirdPartyKey,
    now: Timestamp,
    max_age_s: i64,
) -> Result<InitData, InitDataFault> {
    let pairs = Pairs::parse(raw)?;
    let signature = pairs.get("signature").ok_or(InitDataFault::SignatureIsMissing)?;
    let signature = BASE64URL.decode(signature).map_err(|_| InitDataFault::SignatureIsMalformed)?;
    let signature = Signature::from_slice(&signature).map_err(|_| InitDataFault::SignatureIsMalformed)?;
    let data = InitData::of(&pairs)?;
    let signed = format!("{bot_id}:WebAppData\n{}", pairs.lines_without(&["hash", "signature"]));
    key.0.verify_strict(signed.as_bytes(), &signature).map_err(|_| InitDataFault::SignatureIsWrong)?;
    check_age(data, now, max_age_s)
}

fn check_age(data: InitData, now: Timestamp, max_age_s: i64) -> Result<InitData, InitDataFault> {
    let age_s = now.as_secs().saturating_sub(data.auth_date.as_secs());
    if age_s > max_age_s {
        return Err(InitDataFault::AuthDateIsTooOld);
    }
    if age_s < -FUTURE_MAX_S { Err(InitDataFault::AuthDateIsInTheFuture) } else { Ok(data) }
}
