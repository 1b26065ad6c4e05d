//! How a room works, as its owner may change it while people wait.

use kernel::Timestamp;

/// Seconds before the sale at which an automatic room opens its doors.
pub const EARLY_SECS: i64 = 600;

/// Whether there is a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// There is none.
    Off,
    /// From ten minutes before the sale on, or when more people come at once than the threshold says.
    Auto,
    /// There is one.
    On,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Off, Self::Auto, Self::On];

    /// `off`, `auto`, `on`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Auto => "auto",
            Self::On => "on",
        }
    }

    /// The mode of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text)
    }
}

/// The settings of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomSettings {
    /// Whether there is a room.
    pub mode: Mode,
    /// People at once above which an automatic room begins, 1 to 1,000,000.
    pub threshold: i64,
    /// Passes given out at a time at most, 1 to 10,000.
    pub batch: i64,
    /// Milliseconds between two times, 100 to 60,000.
    pub interval_ms: i64,
    /// Passes that may be out unused at once, 1 to 100,000.
    pub concurrent_max: i64,
    /// Seconds a pass is good for, 10 to 3,600.
    pub pass_ttl_secs: i64,
    /// People who may wait, 0 for any number.
    pub size_max: i64,
    /// People who may wait from one address, 0 for any number.
    pub per_address_max: i64,
    /// Bits of work a joiner must show, 0 (none) to 24.
    pub work_bits: i64,
}

impl Default for RoomSettings {
    fn default() -> Self {
        Self {
            mode: Mode::Off,
            threshold: 1_000,
            batch: 100,
            interval_ms: 1_000,
            concurrent_max: 500,
            pass_ttl_secs: 300,
            size_max: 0,
            per_address_max: 0,
            work_bits: 0,
        }
    }
}

/// A setting outside its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be {min} to {max}")]
pub struct SettingsFault {
    /// Its name.
    pub name: &'static str,
    /// The least.
    pub min: i64,
    /// The most.
    pub max: i64,
}

impl RoomSettings {
    /// Errors: the first setting outside its range.
    pub fn check(&self) -> Result<(), SettingsFault> {
        let ranges = [
            ("threshold", self.threshold, 1, 1_000_000),
            ("batch", self.batch, 1, 10_000),
            ("interval_ms", self.interval_ms, 100, 60_000),
            ("max_concurrent", self.concurrent_max, 1, 100_000),
            ("pass_ttl", self.pass_ttl_secs, 10, 3_600),
            ("max_size", self.size_max, 0, 10_000_000),
            ("max_per_address", self.per_address_max, 0, 1_000_000),
            ("work_bits", self.work_bits, 0, 24),
        ];
        let outside = ranges.into_iter().find(|(_, value, min, max)| !(*min..=*max).contains(value));
        outside.map_or(Ok(()), |(name, _, min, max)| Err(SettingsFault { name, min, max }))
    }

    /// Whether there is a room at `now`, for a sale that opens at `opens_at` (none: it is open), when too many people were
    /// there at once `crowded_at`.
    #[must_use]
    pub fn is_on(&self, opens_at: Option<Timestamp>, crowded_at: Option<Timestamp>, now: Timestamp) -> bool {
        match self.mode {
            Mode::Off => false,
            Mode::On => true,
            Mode::Auto => {
                crowded_at.is_some_and(|at| at <= now)
                    || opens_at.is_some_and(|opens_at| opens_at.plus_secs(-EARLY_SECS) <= now)
            }
        }
    }

    /// Passes a second at most.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.batch as f64 * 1_000.0 / self.interval_ms.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_automatic_room_begins_ten_minutes_before_the_sale_or_with_the_crowd() {
        let at = Timestamp::from_secs;
        let auto = RoomSettings { mode: Mode::Auto, ..RoomSettings::default() };
        for (opens_at, crowded_at, now, on) in [
            (None, None, 5_000, false),
            (Some(at(5_000)), None, 4_399, false),
            (Some(at(5_000)), None, 4_400, true),
            (Some(at(5_000)), None, 9_000, true),
            (None, Some(at(10)), 10, true),
            (None, Some(at(10)), 9, false),
        ] {
            assert_eq!(auto.is_on(opens_at, crowded_at, at(now)), on, "{opens_at:?} {crowded_at:?} {now}");
        }
        assert!(RoomSettings { mode: Mode::On, ..auto }.is_on(None, None, at(0)));
        assert!(!RoomSettings { mode: Mode::Off, ..auto }.is_on(Some(at(0)), Some(at(0)), at(9)));
    }

    #[test]
    fn settings_outside_their_range_are_refused_by_name() {
        let settings = RoomSettings::default();
        assert_eq!(settings.check(), Ok(()));
        let bad = RoomSettings { interval_ms: 99, ..settings }.check();
        assert_eq!(bad, Err(SettingsFault { name: "interval_ms", min: 100, max: 60_000 }));
        assert!(RoomSettings { work_bits: 25, ..settings }.check().is_err());
        assert!(Mode::ALL.into_iter().all(|mode| Mode::parse(mode.as_str()) == Some(mode)));
        assert_eq!(Mode::parse("ON"), None);
    }
}
