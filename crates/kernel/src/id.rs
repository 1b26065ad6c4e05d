//! Ids: time-sorted `i64` inside, keyed UUIDs (version 8) outside.
//! What does not live here: which tables use them.

use crate::{Timestamp, TypeTag};
use siphasher::sip::SipHasher24;
use std::hash::Hasher;
use std::sync::atomic::{AtomicU64, Ordering};

/// Milliseconds since 1970 at which our ids begin (2024-01-01T00:00:00Z).
const EPOCH_MS: i64 = 1_704_067_200_000;
/// Bits that number the ids of one node within one millisecond.
const SEQUENCE_BITS: u32 = 14;
/// Bits that number the nodes; 128 nodes may make ids at once.
const NODE_BITS: u32 = 7;
/// Bits of the keyed check inside a public id; a guess passes once in 2^50.
const CHECK_BITS: u32 = 50;

/// Makes ids that grow with time and never repeat on one node.
///
/// Layout, high to low: 42 bits of milliseconds since 2024, 7 bits of node, 14 bits of sequence.
/// When the clock steps back or a millisecond is exhausted, it runs ahead of the clock instead of repeating.
#[derive(Debug)]
pub struct IdSource {
    node: u64,
    /// The last (millisecond << SEQUENCE_BITS | sequence) handed out.
    last: AtomicU64,
}

impl IdSource {
    /// A source for node `node` (0..=127; higher bits are cut).
    #[must_use]
    pub fn new(node: u8) -> Self {
        Self { node: u64::from(node) & ((1 << NODE_BITS) - 1), last: AtomicU64::new(0) }
    }

    /// The next id at `now`; larger than every id this source made before.
    pub fn next(&self, now: Timestamp) -> i64 {
        let ms = u64::try_from(now.as_micros() / 1000 - EPOCH_MS).unwrap_or(0);
        let floor = ms << SEQUENCE_BITS;
        let step = |last: u64| Some(floor.max(last + 1));
        let previous = match self.last.fetch_update(Ordering::AcqRel, Ordering::Acquire, step) {
            Ok(previous) | Err(previous) => previous,
        };
        let tick = floor.max(previous + 1);
        let (ms, sequence) = (tick >> SEQUENCE_BITS, tick & ((1 << SEQUENCE_BITS) - 1));
        ((ms << (NODE_BITS + SEQUENCE_BITS)) | (self.node << SEQUENCE_BITS) | sequence).cast_signed()
    }

    /// The least id that could have been made at `moment`: to compare ids with times. For a moment beyond the last id, the
    /// last millisecond's.
    #[must_use]
    pub fn first_of(moment: Timestamp) -> i64 {
        const LAST_MS: u64 = i64::MAX.cast_unsigned() >> (NODE_BITS + SEQUENCE_BITS);
        let ms = u64::try_from(moment.as_micros() / 1000 - EPOCH_MS).unwrap_or(0).min(LAST_MS);
        (ms << (NODE_BITS + SEQUENCE_BITS)).cast_signed()
    }

    /// Never hands out an id at or below `id` of this node again (called at start with the largest stored id).
    pub fn skip_past(&self, id: i64) {
        let id = id.cast_unsigned();
        let tick = ((id >> (NODE_BITS + SEQUENCE_BITS)) << SEQUENCE_BITS) | ((1 << SEQUENCE_BITS) - 1);
        self.last.fetch_max(tick, Ordering::AcqRel);
    }
}

/// A number that names one kind of thing. `TAG` makes a booking's id useless where a zone's is expected.
pub trait TypedId: Copy + Sized {
    /// Of the one table [`crate::tags`]; unique among all kinds of the platform.
    const TAG: TypeTag;
    /// What a caller calls it, for messages.
    const NAME: &'static str;
    /// Wraps a stored number.
    fn from_i64(raw: i64) -> Self;
    /// The number as stored.
    fn as_i64(self) -> i64;
}

/// Declares a typed id: `typed_id!(ZoneId, tags::ZONE, "zone")`, with a tag of [`tags`](crate::tags).
#[macro_export]
macro_rules! typed_id {
    ($name:ident, $tag:expr, $label:expr) => {
        #[doc = concat!("The id of a ", $label, ": a time-sorted number inside, a keyed UUID outside.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);
        impl $crate::TypedId for $name {
            const TAG: $crate::TypeTag = $tag;
            const NAME: &'static str = $label;
            fn from_i64(raw: i64) -> Self {
                Self(raw)
            }
            fn as_i64(self) -> i64 {
                self.0
            }
        }
    };
}

/// The text is no id of the expected kind made with our key. Callers answer as for an unknown id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct BadPublicId;

/// Turns inside numbers into outside UUIDs and back, so that a wrong, guessed or foreign-type id is refused unread.
///
/// 122 free bits of a version 8 UUID: the number (64), the type tag (8), a SipHash-2-4 of both under our key (50).
#[derive(Clone)]
pub struct PublicIds {
    key: [u8; 16],
}

impl std::fmt::Debug for PublicIds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicIds(key hidden)")
    }
}

impl PublicIds {
    /// A codec under `key`; every node and every restart must use the same one.
    #[must_use]
    pub fn new(key: [u8; 16]) -> Self {
        Self { key }
    }

    /// The outside form, 36 characters of lower-case hex and dashes.
    #[must_use]
    pub fn encode<I: TypedId>(&self, id: I) -> String {
        let number = id.as_i64().cast_unsigned();
        let bits = (u128::from(number) << 58)
            | (u128::from(I::TAG.as_u8()) << CHECK_BITS)
            | u128::from(self.check(number, I::TAG.as_u8()));
        let (a, b, c) = (bits >> 74, (bits >> 62) & 0xfff, bits & ((1 << 62) - 1));
        let uuid = (a << 80) | (0x8 << 76) | (b << 64) | (0b10 << 62) | c;
        uuid::Uuid::from_u128(uuid).hyphenated().to_string()
    }

    /// Reads the outside form back. Errors: anything that `encode` with this key and kind did not make.
    pub fn decode<I: TypedId>(&self, text: &str) -> Result<I, BadPublicId> {
        let bits = parse_hyphenated(text).ok_or(BadPublicId)?;
        if (bits >> 76) & 0xf != 0x8 || (bits >> 62) & 0b11 != 0b10 {
            return Err(BadPublicId);
        }
        let packed = ((bits >> 80) << 74) | (((bits >> 64) & 0xfff) << 62) | (bits & ((1 << 62) - 1));
        let number = u64::try_from(packed >> 58).map_err(|_| BadPublicId)?;
        let tag = u8::try_from((packed >> CHECK_BITS) & 0xff).map_err(|_| BadPublicId)?;
        let check = u64::try_from(packed & ((1 << CHECK_BITS) - 1)).map_err(|_| BadPublicId)?;
        if tag != I::TAG.as_u8() || check != self.check(number, tag) {
            return Err(BadPublicId);
        }
        Ok(I::from_i64(number.cast_signed()))
    }

    fn check(&self, number: u64, tag: u8) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.key);
        hasher.write_u64(number);
        hasher.write_u8(tag);
        hasher.finish() >> (64 - CHECK_BITS)
    }
}

/// Only the one spelling we hand out: 36 characters with dashes (no braces, no URN, either case).
fn parse_hyphenated(text: &str) -> Option<u128> {
    if text.len() != 36 {
        return None;
    }
    uuid::Uuid::try_parse(text).ok().map(|uuid| uuid.as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;
    typed_id!(Apple, crate::tags::EXAMPLE_1, "apple");
    typed_id!(Pear, crate::tags::EXAMPLE_2, "pear");

    #[test]
    fn a_public_id_comes_back_as_the_number_it_was() {
        let ids = PublicIds::new([7; 16]);
        for raw in [0, 1, -1, i64::MAX, i64::MIN, 123_456_789_012_345] {
            assert_eq!(ids.decode::<Apple>(&ids.encode(Apple(raw))), Ok(Apple(raw)));
        }
    }

    #[test]
    fn ids_compare_with_every_moment() {
        let moment = Timestamp::from_secs(1_795_000_000);
        let id = IdSource::new(3).next(moment);
        assert!(IdSource::first_of(moment) <= id && id < IdSource::first_of(moment.plus_secs(1)));
        // The year 9999, and the last moment there is, are after everything.
        for late in [Timestamp::from_secs(253_402_300_799), Timestamp::from_micros(i64::MAX)] {
            assert!(IdSource::first_of(late) > id, "{late:?}");
        }
        assert_eq!(IdSource::first_of(Timestamp::from_micros(i64::MIN)), 0);
    }

    #[test]
    fn a_foreign_kind_a_foreign_key_and_a_flipped_digit_are_refused() {
        let ids = PublicIds::new([7; 16]);
        let text = ids.encode(Apple(42));
        assert!(ids.decode::<Pear>(&text).is_err());
        assert!(PublicIds::new([8; 16]).decode::<Apple>(&text).is_err());
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            let altered = String::from_utf8(bytes).expect("ASCII stays ASCII");
            assert!(altered == text || ids.decode::<Apple>(&altered).is_err(), "{altered}");
        }
        for junk in ["", "x", "00000000-0000-0000-0000-000000000000", "\0", &"f".repeat(36)] {
            assert!(ids.decode::<Apple>(junk).is_err());
        }
    }

    #[test]
    fn ids_grow_even_when_the_clock_steps_back_or_stands() {
        let source = IdSource::new(3);
        let mut last = 0;
        for step in 0..50_000_i64 {
            let now = Timestamp::from_micros(1_800_000_000_000_000 - (step % 7) * 1_000_000);
            let id = source.next(now);
            assert!(id > last);
            last = id;
        }
        let later = IdSource::new(3);
        later.skip_past(last);
        assert!(later.next(Timestamp::from_micros(0)) > last);
    }
}
