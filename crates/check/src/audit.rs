//! The audit: numbered without a gap, each entry hashed over the one before it, up to the head. The hash is written here again.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::{Row, Source};
use sha2::{Digest, Sha256};

/// The claim about the audit; none where a database has no audit.
pub(crate) fn claims(source: &mut Source) -> Result<Vec<Claim>, CheckFault> {
    if !source.has_table("audit")? {
        return Ok(Vec::new());
    }
    let mut chained = Claim::new("every entry of the audit follows from the one before it");
    let (mut seq, mut previous) = (0, vec![0; 32]);
    source.for_each(
        "SELECT seq, at, scope, actor, action, target, level, ip, request_id, details, hash FROM audit ORDER BY seq",
        |row| {
            let (number, hash) = (row.int(0)?, row.blob(10)?.to_vec());
            let follows = number == seq + 1 && hash == entry_hash(row, &previous)?;
            chained.check(follows, || format!("entry {number} does not follow entry {seq}"));
            (seq, previous) = (number, hash);
            Ok(())
        },
    )?;
    source.for_each("SELECT seq, hash FROM audit_head", |row| {
        if row.int(0)? != seq || row.blob(1)? != previous {
            chained.add_wrong(|| format!("the head is not entry {seq}"));
        }
        Ok(())
    })?;
    Ok(vec![chained])
}

fn entry_hash(row: &Row<'_>, previous: &[u8]) -> Result<Vec<u8>, CheckFault> {
    let mut hasher = Sha256::new_with_prefix([16]);
    for column in 0..3 {
        hasher.update(row.int(column)?.to_be_bytes());
    }
    for column in 3..10 {
        let text = row.text(column)?;
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    Ok(hasher.chain_update(previous).finalize().to_vec())
}
