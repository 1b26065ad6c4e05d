//! Bodies of bindings: under both names that clients use for the exchange, with the passphrase where they put it.

use super::tradings::{missing, named};
use crate::domain::binding::{BindingStatus, PROTECTED_INFO, PlainKeys, SECRET_CHARS_MAX, exchange};
use crate::usecase::binding_create::BindingInput;
use crate::usecase::binding_update::BindingChange;
use kernel::Refusal;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A binding that is wanted.
#[derive(Deserialize, ToSchema)]
pub struct CreateBody {
    /// 1 to 100 characters, unique among the caller's.
    name: Option<String>,
    /// `binance`, `kraken`, `gate`, `coinbase`, `okx` or `virtual`.
    exchange: Option<String>,
    /// The same under another name.
    exchange_type: Option<String>,
    /// `private`, which it is where nothing is said, or `public`.
    r#type: Option<String>,
    /// Sealed; shown to nobody again.
    api_key: Option<String>,
    /// Sealed; shown to nobody again.
    api_secret: Option<String>,
    /// What OKX wants beside them; `info.passphrase` means the same.
    passphrase: Option<String>,
    /// Kept as it is sent, without secrets.
    #[schema(value_type = Option<Object>)]
    info: Option<Map<String, Value>>,
}

/// What is to change.
#[derive(Deserialize, ToSchema)]
pub struct UpdateBody {
    /// 1 to 100 characters.
    name: Option<String>,
    /// Goes with `api_secret`.
    api_key: Option<String>,
    /// Goes with `api_key`.
    api_secret: Option<String>,
    /// What OKX wants beside them.
    passphrase: Option<String>,
    /// `active` or `inactive`.
    status: Option<String>,
    /// Takes the place of what was there.
    #[schema(value_type = Option<Object>)]
    info: Option<Map<String, Value>>,
}

macro_rules! hidden {
    ($($body:ident),*) => {
        $(impl std::fmt::Debug for $body {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($body), "(hidden)"))
            }
        })*
    };
}

hidden!(CreateBody, UpdateBody);

impl CreateBody {
    /// Whether it is to be everybody's. Errors: 400 for another type.
    pub fn is_public(&self) -> Result<bool, Refusal> {
        match self.r#type.as_deref() {
            None | Some("" | "private") => Ok(false),
            Some("public") => Ok(true),
            Some(_) => Err(Refusal::field("type", "must be private or public")),
        }
    }

    /// What is wanted. Errors: 400.
    pub fn input(mut self) -> Result<BindingInput, Refusal> {
        let is_public = self.is_public()?;
        let name = named(&self.name.take().ok_or_else(|| missing("name"))?)?;
        let wanted = [self.exchange.take(), self.exchange_type.take()].into_iter().flatten();
        let wanted = wanted.filter(|name| !name.is_empty()).collect::<Vec<_>>();
        let facts = exchange(wanted.first().ok_or_else(|| missing("exchange"))?);
        let facts = facts.ok_or_else(|| {
            Refusal::field("exchange", "must be binance, kraken, gate, coinbase, okx or virtual")
        })?;
        let (mut info, inner) = without_passphrase(self.info.take());
        info.retain(|name, _| !PROTECTED_INFO.contains(&name.as_str()));
        let keys = if is_public {
            None
        } else {
            let passphrase = self.passphrase.take().or(inner).filter(|text| !text.is_empty());
            if facts.needs_passphrase && passphrase.is_none() {
                return Err(missing("passphrase"));
            }
            let api_key = self.api_key.take().ok_or_else(|| missing("api_key"))?;
            let api_secret = self.api_secret.take().ok_or_else(|| missing("api_secret"))?;
            Some(checked(PlainKeys { api_key, api_secret, passphrase })?)
        };
        let info = Value::Object(info).to_string();
        says_no_secret(keys.as_ref(), &[&name, &info])?;
        Ok(BindingInput { name, exchange: facts.name.to_owned(), keys, info })
    }
}

impl UpdateBody {
    /// What is to change. Errors: 400; 400 `MISSING_FIELD` for a key without its secret.
    pub fn change(self) -> Result<BindingChange, Refusal> {
        let (info, inner) = match self.info {
            None => (None, None),
            Some(info) => {
                let (info, inner) = without_passphrase(Some(info));
                (Some(info), inner)
            }
        };
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let passphrase = filled(self.passphrase).or(inner);
        let keys = match (filled(self.api_key), filled(self.api_secret)) {
            (None, None) => None,
            (Some(api_key), Some(api_secret)) => {
                Some(checked(PlainKeys { api_key, api_secret, passphrase })?)
            }
            (Some(_), None) => return Err(missing("api_secret")),
            (None, Some(_)) => return Err(missing("api_key")),
        };
        let status = self.status.as_deref().map(|word| {
            let status = BindingStatus::parse(word).filter(|status| *status != BindingStatus::Error);
            status.ok_or_else(|| Refusal::field("status", "must be active or inactive"))
        });
        let name = self.name.as_deref().map(named).transpose()?;
        let text = info.clone().map(|info| Value::Object(info).to_string()).unwrap_or_default();
        says_no_secret(keys.as_ref(), &[name.as_deref().unwrap_or_default(), &text])?;
        Ok(BindingChange { name, keys, status: status.transpose()?, info })
    }
}

/// The portal puts the passphrase into `info`; it must not stay there.
fn without_passphrase(info: Option<Map<String, Value>>) -> (Map<String, Value>, Option<String>) {
    let mut info = info.unwrap_or_default();
    for name in ["api_key", "api_secret"] {
        info.remove(name);
    }
    let inner = info.remove("passphrase").and_then(|text| text.as_str().map(str::to_owned));
    (info, inner)
}

/// Keys of a form that can be sent in a header.
fn checked(keys: PlainKeys) -> Result<PlainKeys, Refusal> {
    let is_fit = |text: &str| {
        (1..=SECRET_CHARS_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
    };
    let of = [
        ("api_key", Some(&keys.api_key)),
        ("api_secret", Some(&keys.api_secret)),
        ("passphrase", keys.passphrase.as_ref()),
    ];
    let bad = of.iter().find(|(_, text)| text.is_some_and(|text| !is_fit(text)));
    match bad {
        Some((field, _)) => {
            Err(Refusal::field(field, "must have 1 to 512 printable ASCII characters without blanks"))
        }
        None if keys.api_key == keys.api_secret => {
            Err(Refusal::field("api_secret", "must be another text than the key"))
        }
        None => Ok(keys),
    }
}

/// What is stored in the open must not repeat what is sealed.
fn says_no_secret(keys: Option<&PlainKeys>, texts: &[&str]) -> Result<(), Refusal> {
    let Some(keys) = keys else { return Ok(()) };
    let secrets = [Some(&keys.api_key), Some(&keys.api_secret), keys.passphrase.as_ref()];
    let is_said =
        secrets.into_iter().flatten().any(|secret| texts.iter().any(|text| text.contains(secret.as_str())));
    if is_said {
        Err(Refusal::field("info", "must not repeat a key, a secret or a passphrase"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(value: Value) -> CreateBody {
        serde_json::from_value(value).expect("a body")
    }

    #[test]
    fn the_exchange_goes_under_two_names_and_the_passphrase_into_no_info() {
        let sent = json!({"name": "Main", "exchange_type": "OKX", "api_key": "planted-key", "api_secret": "planted-secret",
                          "info": {"passphrase": "planted-phrase", "testnet": true}});
        assert!(!format!("{:?}", body(sent.clone())).contains("planted"));
        let input = body(sent).input().expect("an input");
        assert_eq!((input.exchange.as_str(), input.info.as_str()), ("okx", r#"{"testnet":true}"#));
        assert_eq!(input.keys.expect("keys").passphrase.as_deref(), Some("planted-phrase"));
    }

    #[test]
    fn what_is_missing_or_repeats_a_secret_is_named() {
        let code = |value: Value| body(value).input().map(drop).expect_err("a refusal").code;
        assert_eq!(code(json!({"name": "Main"})), "MISSING_FIELD");
        assert_eq!(
            code(json!({"name": "M", "exchange": "okx", "api_key": "a", "api_secret": "b"})),
            "MISSING_FIELD"
        );
        assert_eq!(code(json!({"name": "M", "exchange": "mtgox"})), "VALIDATION_ERROR");
        let said = json!({"name": "M", "exchange": "binance", "api_key": "planted", "api_secret": "other",
                          "info": {"note": "my key is planted"}});
        assert_eq!(code(said), "VALIDATION_ERROR");
        let odd = json!({"name": "M", "exchange": "binance", "api_key": "a b", "api_secret": "c"});
        assert_eq!(code(odd), "VALIDATION_ERROR");
        assert!(
            body(json!({"name": "M", "exchange": "kraken", "type": "public"}))
                .input()
                .is_ok_and(|one| one.keys.is_none())
        );
    }
}
