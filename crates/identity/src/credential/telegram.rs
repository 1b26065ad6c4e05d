//! `fairground credential telegram`: the server's own reading of Telegram's init data, open to anybody's tests.

use super::moment;
use crate::proofs::telegram::{
    InitDataFault, PRODUCTION_PUBLIC_KEY, TEST_PUBLIC_KEY, ThirdPartyKey, WebAppKey, verify,
    verify_third_party,
};
use kernel::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// What the door takes and answers, for `--help`.
pub const TELEGRAM_HELP: &str = r#"One JSON object a line: {"init_data": TEXT, "bot_token": TEXT, "now": TIME, "max_age_s": SECONDS},
or for third parties {"mode": "third_party", "init_data": TEXT, "bot_id": NUMBER, "public_key": HEX, "now": TIME, "max_age_s": SECONDS}.
  init_data   the raw text, as the client hands it over
  now         seconds since 1970, or RFC 3339
  max_age_s   86400 unless given; a date up to 60 s in the future is allowed
  public_key  64 digits, or production or test for Telegram's published keys; production unless given
Answers accept, or reject: and the first check that fails: bad_line, too_long, malformed, duplicate_key, missing_hash,
malformed_hash, missing_signature, malformed_signature, missing_auth_date, malformed_auth_date, missing_user, malformed_user,
bad_hash, bad_signature, expired, in_the_future."#;

/// The longest line that is looked at.
const LINE_BYTES_MAX: usize = 256 * 1024;
/// How old init data may be unless the line says otherwise: a day, as some clients keep it that long.
const MAX_AGE_S: i64 = 24 * 3600;

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    mode: Option<String>,
    init_data: String,
    #[serde(default)]
    bot_token: Option<String>,
    #[serde(default)]
    bot_id: Option<Value>,
    #[serde(default)]
    public_key: Option<String>,
    now: Value,
    #[serde(default)]
    max_age_s: Option<i64>,
}

/// Answers one line: `accept` or `reject:<reason>`. See [`TELEGRAM_HELP`].
#[must_use]
pub fn telegram(line: &str) -> String {
    match judge(line) {
        None => "reject:bad_line".to_owned(),
        Some(Ok(())) => "accept".to_owned(),
        Some(Err(fault)) => format!("reject:{}", fault.as_str()),
    }
}

fn judge(line: &str) -> Option<Result<(), InitDataFault>> {
    if line.len() > LINE_BYTES_MAX {
        return None;
    }
    let line: Line = serde_json::from_str(line).ok()?;
    let (now, max_age_s) = (moment(&line.now)?, line.max_age_s.unwrap_or(MAX_AGE_S));
    match line.mode.as_deref() {
        None | Some("hmac" | "bot") => {
            let key = WebAppKey::of_token(line.bot_token.as_deref()?);
            Some(verify(&line.init_data, &key, now, max_age_s).map(drop))
        }
        Some("third_party") => third_party(&line, now, max_age_s),
        Some(_) => None,
    }
}

fn third_party(line: &Line, now: Timestamp, max_age_s: i64) -> Option<Result<(), InitDataFault>> {
    let bot_id = match line.bot_id.as_ref()? {
        Value::Number(id) => id.as_i64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    let key = match line.public_key.as_deref() {
        None | Some("production") => PRODUCTION_PUBLIC_KEY,
        Some("test") => TEST_PUBLIC_KEY,
        Some(digits) => digits,
    };
    let key = ThirdPartyKey::parse(key)?;
    Some(verify_third_party(&line.init_data, bot_id, &key, now, max_age_s).map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    // Published by the documentation of the Mini Apps kit.
    const PUBLISHED: &str = "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2";

    fn of(line: &Value) -> String {
        telegram(&line.to_string())
    }

    fn line() -> Value {
        let token = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8";
        json!({ "init_data": PUBLISHED, "bot_token": token, "now": 1_662_771_700, "max_age_s": 86_400 })
    }

    fn with(field: &str, value: Value) -> String {
        let mut line = line();
        line[field] = value;
        of(&line)
    }

    #[test]
    fn the_door_answers_as_the_server_decides() {
        assert_eq!(of(&line()), "accept");
        assert_eq!(with("max_age_s", Value::Null), "accept");
        assert_eq!(with("now", json!("2022-09-10T01:01:40Z")), "accept");
        assert_eq!(with("max_age_s", json!(51)), "reject:expired");
        assert_eq!(with("now", json!(1_662_771_587)), "reject:in_the_future");
        assert_eq!(with("bot_token", json!("5768337691:other")), "reject:bad_hash");
        assert_eq!(with("init_data", json!("")), "reject:missing_hash");
        assert_eq!(
            with("init_data", json!(PUBLISHED.replace("auth_date", "date"))),
            "reject:missing_auth_date"
        );
        assert_eq!(with("init_data", json!(PUBLISHED.replace("user=", "usr="))), "reject:missing_user");
        assert_eq!(with("init_data", json!(format!("{PUBLISHED}&query_id=1"))), "reject:duplicate_key");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_refused_and_never_panics() {
        for bad in ["", "{}", "null", "[1]", "\0", r#"{"init_data":1}"#, &"x".repeat(LINE_BYTES_MAX + 1)] {
            assert_eq!(telegram(bad), "reject:bad_line", "{bad:.40}");
        }
        for (field, value) in [
            ("now", json!(1.5)),
            ("now", json!("soon")),
            ("mode", json!("fourth_party")),
            ("bot_token", Value::Null),
            ("max_age_s", json!("long")),
        ] {
            assert_eq!(with(field, value), "reject:bad_line", "{field}");
        }
        for (bot_id, key) in
            [(Value::Null, json!("test")), (json!(1), json!("zz")), (json!("one"), json!("test"))]
        {
            let line = json!({ "mode": "third_party", "init_data": PUBLISHED, "bot_id": bot_id,
                "public_key": key, "now": 1 });
            assert_eq!(of(&line), "reject:bad_line", "{line}");
        }
        assert_eq!(with("max_age_s", json!(i64::MIN)), "reject:expired");
        assert_eq!(with("now", json!(i64::MIN)), "reject:in_the_future");
    }
}
