//! Sixteen bytes as the hyphenated text of a UUID, for fields with `#[serde(with)]`.

use super::{uuid_bytes, uuid_text};
use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

/// Errors: as the serializer's.
pub fn serialize<S: Serializer>(bytes: &[u8; 16], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&uuid_text(bytes))
}

/// Errors: not the hyphenated text of a UUID.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 16], D::Error> {
    let text = String::deserialize(deserializer)?;
    uuid_bytes(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no UUID")))
}
