//! Exact decimals as JSON numbers, for clients that draw: every digit is written, none goes through a float of ours.

use crate::domain::decimal::format;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Units of the eighth decimal, written as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number(pub i64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(format(self.0)).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}
