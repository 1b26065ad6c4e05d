//! Placeholders: SQL is written with `$1`; SQLite reads that as a *name* numbered by first appearance, so it gets `?1`. And what a statement is expected to change.

use crate::StoreError;
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Rewritten statements by the address of their text. Statements are `'static`, so this grows to their number and stops.
static REWRITTEN: LazyLock<RwLock<HashMap<(usize, usize), &'static str>>> = LazyLock::new(Default::default);

/// The text for SQLite, made once per statement.
pub(crate) fn for_sqlite(sql: &'static str) -> &'static str {
    let key = (sql.as_ptr() as usize, sql.len());
    if let Some(done) = REWRITTEN.read().get(&key) {
        return done;
    }
    REWRITTEN.write().entry(key).or_insert_with(|| Box::leak(rewrite(sql).into_boxed_str()))
}

/// Replaces `$N` outside quotes by `?N`.
fn rewrite(sql: &str) -> String {
    let mut quoted = false;
    let mut out = String::with_capacity(sql.len());
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        quoted ^= c == '\'';
        let number_follows = chars.peek().is_some_and(char::is_ascii_digit);
        out.push(if c == '$' && !quoted && number_follows { '?' } else { c });
    }
    out
}

/// Refuses a change of more or fewer rows than there should be.
pub(crate) fn expect_rows(table: &str, changed: u64, expected: u64) -> Result<(), StoreError> {
    if changed == expected {
        return Ok(());
    }
    Err(StoreError::Corrupt(format!("{changed} rows of {table} changed where {expected} should have")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_keep_their_numbers_and_quoted_text_stays() {
        assert_eq!(rewrite("SELECT $2 || '$1' || $1"), "SELECT ?2 || '$1' || ?1");
        assert_eq!(for_sqlite("SELECT $1"), "SELECT ?1");
    }
}
