//! What a device kept while it had no network, as its page sends it: a short list of scans as JSON in a form.

use crate::app::App;
use crate::usecase::check_in::Shown;
use crate::usecase::check_in_merge::{self, Merged};
use crate::usecase::door::DoorAccess;
use kernel::{Refusal, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
struct KeptScan {
    key: String,
    code: String,
    scanned_at: String,
    #[serde(default)]
    gate: String,
}

/// Merges them: how many stand, how many let somebody in twice, how many were not good, and each of the latter two.
pub(super) async fn run(app: &App, access: &DoorAccess, scans: &str) -> Result<Value, Refusal> {
    let unreadable = |_| Refusal::field("scans", "is no list of scans");
    let kept: Vec<KeptScan> = serde_json::from_str(scans).map_err(unreadable)?;
    let shown = kept.into_iter().map(shown_of).collect::<Result<Vec<_>, _>>()?;
    let merged = check_in_merge::run(app, access, shown).await?;
    let count = |fits: fn(&Merged) -> bool| merged.iter().filter(|one| fits(one)).count();
    let conflicts = count(|one| one.is_conflict);
    let stand = count(|one| one.admission.is_ok());
    Ok(json!({
        "merged": stand,
        "conflicts": conflicts,
        "refused": merged.len() - stand - conflicts,
        "scans": merged.iter().filter_map(problem).collect::<Vec<_>>(),
    }))
}

fn shown_of(scan: KeptScan) -> Result<Shown, Refusal> {
    let bad = |_| Refusal::field("scanned_at", "must be a moment as of RFC 3339");
    let scanned_at = Some(Timestamp::parse_rfc3339(&scan.scanned_at).map_err(bad)?);
    Ok(Shown { code: scan.code, gate: scan.gate, show: None, key: scan.key, scanned_at })
}

fn problem(merged: &Merged) -> Option<Value> {
    let refusal = merged.admission.as_ref().err()?;
    Some(json!({ "key": merged.key, "code": refusal.code, "message": refusal.message }))
}
