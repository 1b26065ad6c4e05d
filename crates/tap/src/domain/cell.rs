//! A cell and its id, `epoch:column:low:high`. Every id has one spelling, so it can be a key; whether such a cell exists is
//! the grid's to say.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Digits of the longest number: those of `i64::MAX`.
const DIGITS_MAX: usize = 19;

/// A cell of the grid. All four numbers are 0 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CellId {
    epoch: i64,
    column: i64,
    low: i64,
    high: i64,
}

/// Why a text is no cell id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CellIdFault {
    /// There are not four parts between three colons.
    #[error("a cell id has four parts: epoch:column:low:high")]
    PartsAreNotFour,
    /// A part is empty, has something else than digits, or begins with a needless zero.
    #[error("a part of the cell id is not a plain decimal number")]
    PartIsNotPlainDecimal,
    /// A part is larger than any number we have.
    #[error("a part of the cell id is too large")]
    PartIsTooLarge,
    /// The band is empty or upside down.
    #[error("the cell's lower bound is not below its upper bound")]
    BandIsEmpty,
}

impl CellId {
    /// The cell of `epoch` in `column` between `low` and `high` cents; `None` when one is below 0 or the band is empty.
    #[must_use]
    pub const fn new(epoch: i64, column: i64, low: i64, high: i64) -> Option<Self> {
        if epoch < 0 || column < 0 || low < 0 || low >= high {
            return None;
        }
        Some(Self { epoch, column, low, high })
    }

    /// Reads an id; only the very spelling that [`fmt::Display`] writes. Guards run in the order of [`CellIdFault`].
    pub fn parse(text: &str) -> Result<Self, CellIdFault> {
        let mut parts = text.split(':');
        let (Some(epoch), Some(column), Some(low), Some(high), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(CellIdFault::PartsAreNotFour);
        };
        let [epoch, column, low, high] = [number(epoch)?, number(column)?, number(low)?, number(high)?];
        Self::new(epoch, column, low, high).ok_or(CellIdFault::BandIsEmpty)
    }

    /// The epoch whose geometry it has.
    #[must_use]
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Its column on the time axis.
    #[must_use]
    pub const fn column(&self) -> i64 {
        self.column
    }

    /// The lower bound in cents, inclusive.
    #[must_use]
    pub const fn low(&self) -> i64 {
        self.low
    }

    /// The upper bound in cents, inclusive.
    #[must_use]
    pub const fn high(&self) -> i64 {
        self.high
    }

    /// Whether `price` touches it: both bounds belong to it, so a price on a line touches both neighbours.
    #[must_use]
    pub const fn contains(&self, price: i64) -> bool {
        self.low <= price && price <= self.high
    }
}

/// A plain decimal number: digits alone, no needless zero in front.
fn number(part: &str) -> Result<i64, CellIdFault> {
    let is_plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_plain || (part.starts_with('0') && part != "0") {
        return Err(CellIdFault::PartIsNotPlainDecimal);
    }
    if part.len() > DIGITS_MAX {
        return Err(CellIdFault::PartIsTooLarge);
    }
    part.parse().map_err(|_| CellIdFault::PartIsTooLarge)
}

impl fmt::Display for CellId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}:{}", self.epoch, self.column, self.low, self.high)
    }
}

impl FromStr for CellId {
    type Err = CellIdFault;

    fn from_str(text: &str) -> Result<Self, CellIdFault> {
        Self::parse(text)
    }
}

impl TryFrom<String> for CellId {
    type Error = CellIdFault;

    fn try_from(text: String) -> Result<Self, CellIdFault> {
        Self::parse(&text)
    }
}

impl From<CellId> for String {
    fn from(cell: CellId) -> Self {
        cell.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::SmallRng;
    use rand::{Rng as _, SeedableRng as _};

    #[test]
    fn an_id_reads_as_epoch_column_low_high() {
        let cell = CellId::parse("1:357923400:6000000:6001000").expect("an id");
        assert_eq!(
            (cell.epoch(), cell.column(), cell.low(), cell.high()),
            (1, 357_923_400, 6_000_000, 6_001_000)
        );
        assert_eq!(cell.to_string(), "1:357923400:6000000:6001000");
    }

    /// Numbers of every length, so that small and huge ones are equally common.
    fn any_number(random: &mut SmallRng) -> i64 {
        random.random::<i64>().unsigned_abs().wrapping_shr(random.random_range(1..64)) as i64
    }

    #[test]
    fn every_cell_round_trips_through_its_id() {
        const SEED: u64 = 0x0063_656c_6c73;
        let mut random = SmallRng::seed_from_u64(SEED);
        let mut cells = 0;
        for _ in 0..20_000 {
            let [epoch, column, low, high] = [(); 4].map(|()| any_number(&mut random));
            let Some(cell) = CellId::new(epoch, column, low, high) else { continue };
            assert_eq!(CellId::parse(&cell.to_string()), Ok(cell), "seed {SEED}");
            cells += 1;
        }
        assert!(cells > 5_000, "{cells}");
    }

    /// What is read is written the same: no text has a second spelling.
    #[test]
    fn every_text_that_is_read_is_written_back_as_it_was() {
        const SEED: u64 = 0x0074_6578_7473;
        const LETTERS: &[u8] = b"0123456789:::+- \0x";
        let mut random = SmallRng::seed_from_u64(SEED);
        let mut read = 0;
        for _ in 0..200_000 {
            let length = random.random_range(0..14);
            let bytes: Vec<u8> =
                (0..length).map(|_| LETTERS[random.random_range(0..LETTERS.len())]).collect();
            let text = String::from_utf8(bytes).expect("ASCII");
            if let Ok(cell) = CellId::parse(&text) {
                assert_eq!(cell.to_string(), text, "seed {SEED}");
                read += 1;
            }
        }
        assert!(read > 20, "{read}");
    }

    #[test]
    fn other_spellings_are_refused() {
        use CellIdFault::{BandIsEmpty, PartIsNotPlainDecimal, PartIsTooLarge, PartsAreNotFour};
        for (text, fault) in [
            ("", PartsAreNotFour),
            ("1:2:3", PartsAreNotFour),
            ("1:2:3:4:5", PartsAreNotFour),
            ("1:2:3:4:", PartsAreNotFour),
            ("1:2:3:", PartIsNotPlainDecimal),
            (":2:3:4", PartIsNotPlainDecimal),
            ("01:2:3:4", PartIsNotPlainDecimal),
            ("00:2:3:4", PartIsNotPlainDecimal),
            ("+1:2:3:4", PartIsNotPlainDecimal),
            ("-1:2:3:4", PartIsNotPlainDecimal),
            (" 1:2:3:4", PartIsNotPlainDecimal),
            ("1:2:3:4\n", PartIsNotPlainDecimal),
            ("1:2:3:4\0", PartIsNotPlainDecimal),
            ("1:2:3:4.0", PartIsNotPlainDecimal),
            ("1:2:3:0x4", PartIsNotPlainDecimal),
            ("1:2:3:٤", PartIsNotPlainDecimal),
            ("1:2:3:9223372036854775808", PartIsTooLarge),
            ("1:2:3:99999999999999999999", PartIsTooLarge),
            ("1:2:4:4", BandIsEmpty),
            ("1:2:5:4", BandIsEmpty),
        ] {
            assert_eq!(CellId::parse(text), Err(fault), "{text:?}");
        }
        assert!(CellId::parse("0:0:0:9223372036854775807").is_ok());
    }

    #[test]
    fn both_bounds_belong_to_the_cell() {
        let cell = CellId::new(1, 2, 100, 200).expect("a cell");
        let touched = [99, 100, 150, 200, 201].map(|price| cell.contains(price));
        assert_eq!(touched, [false, true, true, true, false]);
    }

    #[test]
    fn it_is_a_text_in_json() {
        let cell = CellId::new(1, 2, 100, 200).expect("a cell");
        assert_eq!(serde_json::to_string(&cell).expect("a text"), r#""1:2:100:200""#);
        assert_eq!(serde_json::from_str::<CellId>(r#""1:2:100:200""#).expect("an id"), cell);
        assert!(serde_json::from_str::<CellId>(r#""1:2:200:100""#).is_err());
    }
}
