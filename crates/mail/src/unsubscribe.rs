//! Leaving a list: a link that names address, tenant and list, signed by us, so that nobody unsubscribes somebody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::{TenantId, Timestamp, TypedId};
use sha2::Sha256;
use store::{StoreError, Tx, params};

/// What is signed begins with this, so that no other text of ours can be taken for a link.
const CONTEXT: &str = "fairground unsubscribe 1\n";

/// Who leaves which list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Whose list; none: the platform's.
    pub tenant: Option<TenantId>,
    /// The list.
    pub list: String,
    /// The address.
    pub recipient: String,
}

impl Leaving {
    fn text(&self) -> String {
        format!("{}\n{}\n{}", self.tenant.map_or(0, TypedId::as_i64), self.list, self.recipient)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '\n');
        let tenant = parts.next()?.parse::<i64>().ok()?;
        let tenant = (tenant != 0).then_some(TenantId(tenant));
        Some(Self { tenant, list: parts.next()?.to_owned(), recipient: parts.next()?.to_owned() })
    }

    /// The token of a link, under `key`.
    #[must_use]
    pub fn token(&self, key: &[u8; 32]) -> String {
        let text = self.text();
        let tag = signer(key, &text).finalize().into_bytes();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&tag[..16]))
    }

    /// Reads a token. `None`: none of these keys made it.
    #[must_use]
    pub fn read(token: &str, keys: &[[u8; 32]]) -> Option<Self> {
        let (text, tag) = token.split_once('.')?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok().filter(|tag| tag.len() == 16)?;
        let is_ours = keys.iter().any(|key| signer(key, &text).verify_truncated_left(&tag).is_ok());
        if is_ours { Self::parse(&text) } else { None }
    }
}

fn signer(key: &[u8; 32], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(CONTEXT.as_bytes());
    mac.update(text.as_bytes());
    mac
}

/// Notes that somebody leaves a list; twice is the same as once. What waits for them is not sent any more.
pub fn leave(tx: &mut Tx<'_>, leaving: &Leaving, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO mail_unsubscribes (tenant_id, list, recipient, unsubscribed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        params![
            leaving.tenant.map_or(0, TypedId::as_i64),
            leaving.list.as_str(),
            leaving.recipient.as_str(),
            now
        ],
    )?;
    Ok(())
}

/// Whether somebody has left a list.
pub fn has(
    tx: &mut Tx<'_>,
    tenant: Option<TenantId>,
    list: &str,
    recipient: &str,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM mail_unsubscribes WHERE tenant_id = $1 AND list = $2 AND recipient = $3";
    let found = tx.query_opt(sql, params![tenant.map_or(0, TypedId::as_i64), list, recipient], |_| Ok(()))?;
    Ok(found.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_its_address_and_nobody_can_make_one_for_another() {
        let leaving = Leaving {
            tenant: Some(TenantId(7)),
            list: "reminders".to_owned(),
            recipient: "ann@example.com".to_owned(),
        };
        let token = leaving.token(&[1; 32]);
        assert_eq!(Leaving::read(&token, &[[2; 32], [1; 32]]), Some(leaving.clone()));
        assert_eq!(Leaving::read(&token, &[[2; 32]]), None);
        let other = Leaving { recipient: "bob@example.com".to_owned(), ..leaving }.token(&[1; 32]);
        let forged =
            format!("{}.{}", other.split('.').next().unwrap(), token.split('.').next_back().unwrap());
        for bad in [forged.as_str(), "", ".", "a.b", &token[..token.len() - 1]] {
            assert_eq!(Leaving::read(bad, &[[1; 32]]), None, "{bad}");
        }
    }
}
