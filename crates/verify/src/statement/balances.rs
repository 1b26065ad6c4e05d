//! Every balance once more: from nothing, entry by entry.

use super::file::{Statement, units};
use crate::claim::{Finding, RuleResult, ensure};
use std::collections::BTreeMap;

/// Closing balances follow from one another, never fall below nothing, and come to what the accounts say.
pub(super) fn verify(statement: &Statement) -> RuleResult {
    let mut balances: BTreeMap<&str, (i128, i128)> = BTreeMap::new();
    for entry in &statement.entries {
        let (now, opening) = balances.entry(&entry.account).or_default();
        *now += entry.signed()?;
        let says = units(&entry.closing)?;
        ensure(*now == says && says >= 0, || {
            format!(
                "entry {} says {}, the entries before it come to another balance",
                entry.id, entry.closing
            )
        })?;
        if statement.from.as_ref().is_some_and(|from| is_before(&entry.at, from)) {
            *opening = *now;
        }
    }
    ensure(balances.len() == statement.accounts.len(), || {
        "an account has no line, or a line no entry".to_owned()
    })?;
    for account in &statement.accounts {
        let found = balances.get(account.id.as_str());
        let says = (units(&account.closing)?, units(&account.opening)?);
        ensure(found == Some(&says), || format!("account {} opens or closes otherwise", account.id))?;
    }
    let lines: Vec<String> =
        statement.accounts.iter().map(|account| format!("{} {}", account.closing, account.symbol)).collect();
    Ok(Finding::Proven(format!("the entries come to {}", lines.join(", "))))
}

/// Whether one moment in UTC is before another; fractions of a second may be missing.
fn is_before(at: &str, from: &str) -> bool {
    let parts = |text: &str| {
        let text = text.trim_end_matches('Z').to_owned();
        let (seconds, fraction) =
            text.split_once('.').map_or((text.clone(), String::new()), |(seconds, fraction)| {
                (seconds.to_owned(), fraction.to_owned())
            });
        (seconds, format!("{fraction:0<9}"))
    };
    parts(at) < parts(from)
}
