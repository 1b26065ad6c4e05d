//! Acts that need two persons: the second says the very same as the first, and is another.

use crate::store::approvals::{self, Approval};
use kernel::{Timestamp, UserId};
use store::{StoreError, Tx};

/// Where an act stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// A second person must say the same.
    AwaitsApproval,
    /// Two persons have; the first of them.
    Given(UserId),
}

/// Takes one person's word. Another word for the same act takes the place of the first one.
pub fn consent(
    tx: &mut Tx<'_>,
    (action, target): (&str, &str),
    approval: &Approval,
    now: Timestamp,
) -> Result<Consent, StoreError> {
    let before = approvals::find(tx, action, target)?;
    match before.filter(|before| before.request == approval.request && before.first != approval.first) {
        Some(before) => {
            approvals::remove(tx, action, target)?;
            Ok(Consent::Given(before.first))
        }
        None => {
            approvals::put(tx, (action, target), approval, now)?;
            Ok(Consent::AwaitsApproval)
        }
    }
}
