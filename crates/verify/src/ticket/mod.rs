//! The ticket of an event: `docs/tickets.md` says what its code holds and what is signed.

mod base64url;

#[cfg(test)]
mod tests;

use crate::claim::{Claim, Finding, RuleResult, ensure};
use crate::{Claims, ProofKind, hex};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;

/// How a file names this kind.
const FORMAT: &str = "fairground-ticket-2";
/// A key and a code.
const BYTES_MAX: usize = 4 * 1024;
/// What is signed begins with this.
const CONTEXT: &str = "fairground rush ticket 2\n";

/// The row of this kind.
pub(crate) const TICKET: ProofKind = ProofKind { format: FORMAT, bytes_max: BYTES_MAX, claims };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TicketFile {
    #[serde(rename = "format")]
    _format: String,
    key: String,
    code: String,
}

/// A ticket as its code says it.
struct Ticket {
    key: [u8; 32],
    /// What is signed: everything before the last colon.
    said: String,
    signature: [u8; 64],
    code: String,
    seat: i64,
    generation: i64,
}

fn claims<'a>(text: &'a str, key: Option<&'a str>) -> Claims<'a> {
    let read = Ticket::read(text);
    let found = |ticket: &Ticket| {
        Finding::Proven(format!(
            "ticket {} of booking {}, passed on {} times",
            ticket.seat, ticket.code, ticket.generation
        ))
    };
    let first = Claim::new("text", read.as_ref().map(found).map_err(String::clone));
    let rest = read.ok().map(|ticket| {
        [
            Claim::new("signature", signature(&ticket, key)),
            Claim::new(
                "good",
                Ok(Finding::Given(
                    "whether it was used, passed on or refunded since is for a door to say".to_owned(),
                )),
            ),
        ]
    });
    Box::new(std::iter::once(first).chain(rest.into_iter().flatten()))
}

impl Ticket {
    /// Reads the text. Errors: a sentence that says what is wrong with it.
    fn read(text: &str) -> Result<Self, String> {
        let file: TicketFile =
            serde_json::from_str(text).map_err(|error| format!("it cannot be read: {error}"))?;
        let key = hex::bytes(&file.key).ok_or_else(|| "the key is no key".to_owned())?;
        let (said, signature) =
            file.code.rsplit_once(':').ok_or_else(|| "the code has no signature".to_owned())?;
        let signature = base64url::decode(signature).ok_or_else(|| "the code has no signature".to_owned())?;
        let parts: Vec<&str> = said.split(':').collect();
        let [_booking, _show, code, seat, generation] = parts[..] else {
            return Err("a code has five parts before its signature".to_owned());
        };
        Ok(Self {
            key,
            signature,
            code: code.to_owned(),
            seat: number(seat)?,
            generation: number(generation)?,
            said: said.to_owned(),
        })
    }
}

/// A whole number in its one spelling.
fn number(digits: &str) -> Result<i64, String> {
    let read = digits.parse::<i64>().ok().filter(|number| *number >= 0 && number.to_string() == digits);
    read.ok_or_else(|| format!("{digits:?} is no number of a ticket"))
}

/// The code is signed by the key in the file, which is the published one where that is given.
fn signature(ticket: &Ticket, published: Option<&str>) -> RuleResult {
    let key = VerifyingKey::from_bytes(&ticket.key).map_err(|_| "the key is no key".to_owned())?;
    let signed = format!("{CONTEXT}{}", ticket.said);
    let holds = key.verify_strict(signed.as_bytes(), &Signature::from_bytes(&ticket.signature)).is_ok();
    ensure(holds, || "the code is not signed by the key".to_owned())?;
    let own = hex::print(&ticket.key);
    match published {
        None => Ok(Finding::Given(format!("signed by key {own}: compare it with those the shop publishes"))),
        Some(published) if published == own => Ok(Finding::Proven("signed by the published key".to_owned())),
        Some(_) => Err("another key than the published one signed".to_owned()),
    }
}
