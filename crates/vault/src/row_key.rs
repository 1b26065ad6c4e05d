//! The data key of one row, while a value of the row is sealed or opened.

use crate::VaultFault;
use crate::cipher::{self, Key};
use crate::sealed::Sealed;
use zeroize::Zeroizing;

/// The row that a data key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowOf<'a> {
    /// The table.
    pub table: &'a str,
    /// The row's id.
    pub id: i64,
}

impl RowOf<'_> {
    /// What a value of `column` is bound to.
    fn column(self, column: &str) -> String {
        format!("{}|{}|{column}", self.table, self.id)
    }

    /// What the wrapped data key is bound to.
    pub(crate) fn data_key(self, version: u32) -> String {
        format!("{}|{}|data_key|{version}", self.table, self.id)
    }
}

/// A data key in the open; overwritten when it is dropped.
pub struct RowKey<'a> {
    pub(crate) row: RowOf<'a>,
    pub(crate) key: Key,
}

impl RowKey<'_> {
    /// Seals `value` for `column` of this row. `fill` overwrites its argument with unguessable bytes.
    #[must_use]
    pub fn seal(&self, column: &str, value: &[u8], fill: &dyn Fn(&mut [u8])) -> Vec<u8> {
        let nonce = cipher::draw_nonce(fill);
        Sealed::assemble(nonce, &cipher::encrypt(&self.key, nonce, value, &self.row.column(column)))
    }

    /// Opens what was sealed for `column` of this row. Errors: see [`VaultFault`]; another place is one.
    pub fn open(&self, column: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultFault> {
        let sealed = Sealed::of(sealed)?;
        cipher::decrypt(&self.key, sealed.nonce, sealed.encrypted, &self.row.column(column))
    }
}

impl std::fmt::Debug for RowKey<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RowKey({:?}, hidden)", self.row)
    }
}
