//! What a cancelled ticket gives back, by the time that is left to the show: the table as it was at the purchase, kept with
//! the booking as a text.

use super::tenant_settings::RefundStep;
use kernel::Timestamp;

/// Microseconds of an hour.
const HOUR_MICROS: i64 = 3_600_000_000;

/// A refund table: steps of falling hours, each with the percent that it still gives back; below the last one nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefundPolicy {
    steps: Vec<RefundStep>,
}

impl RefundPolicy {
    /// The policy of a tenant's table, whose steps fall.
    #[must_use]
    pub fn of(steps: &[RefundStep]) -> Self {
        Self { steps: steps.to_vec() }
    }

    /// As kept with a booking: `168:100,72:50`; empty for a policy that gives nothing back.
    #[must_use]
    pub fn write(&self) -> String {
        let steps = self.steps.iter().map(|step| format!("{}:{}", step.hours_before, step.percent));
        steps.collect::<Vec<_>>().join(",")
    }

    /// Reads what `write` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let step = |part: &str| {
            let (hours, percent) = part.split_once(':')?;
            Some(RefundStep { hours_before: hours.parse().ok()?, percent: percent.parse().ok()? })
        };
        Some(Self { steps: text.split(',').map(step).collect::<Option<_>>()? })
    }

    /// Percent, 0..=100, that is given back at `now` of a show that starts at `starts_at`. A step holds from exactly its hours
    /// before the start on backwards: at 72 h left the step of 72 h still holds, a microsecond later it does not. Hours are of
    /// 3600 seconds, whatever the venue's clocks do in between.
    #[must_use]
    pub fn percent_at(&self, starts_at: Timestamp, now: Timestamp) -> i64 {
        let left = starts_at.as_micros().saturating_sub(now.as_micros());
        let holds = |step: &&RefundStep| left >= step.hours_before.saturating_mul(HOUR_MICROS) && left > 0;
        self.steps.iter().find(holds).map_or(0, |step| step.percent)
    }

    /// Until when the percent of `now` holds; `None` when it is the last one, nothing.
    #[must_use]
    pub fn holds_until(&self, starts_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let percent = self.percent_at(starts_at, now);
        let last = self.steps.iter().rfind(|step| step.percent == percent && percent > 0)?;
        Some(starts_at.plus_secs(-last.hours_before.saturating_mul(3600)))
    }
}

/// What `quantity` seats of `unit_price_minor` give back at `percent`, rounded down to a minor unit: parts of a booking never
/// sum to more than was paid. `None`: it leaves the range of amounts.
#[must_use]
pub fn refund_amount(unit_price_minor: i64, quantity: i64, percent: i64) -> Option<i64> {
    let paid = i128::from(unit_price_minor) * i128::from(quantity);
    i64::try_from(paid * i128::from(percent) / 100).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::show_time::LocalMoment;
    use crate::domain::tenant_settings::TenantSettings;

    fn usual() -> RefundPolicy {
        RefundPolicy::of(&TenantSettings::default().refund_table)
    }

    #[test]
    fn a_step_holds_to_the_microsecond() {
        let show = Timestamp::from_secs(1_895_000_000);
        let before = |hours: i64, micros: i64| {
            usual().percent_at(show, Timestamp::from_micros(show.as_micros() - hours * HOUR_MICROS + micros))
        };
        assert_eq!((before(168, -1), before(168, 0), before(168, 1)), (100, 100, 50));
        assert_eq!((before(72, -1), before(72, 0), before(72, 1)), (50, 50, 0));
        assert_eq!((before(0, -1), before(0, 0), before(-1, 0)), (0, 0, 0));
        let always = RefundPolicy::of(&[RefundStep { hours_before: 0, percent: 80 }]);
        let at = |micros| always.percent_at(show, Timestamp::from_micros(show.as_micros() + micros));
        assert_eq!((at(-1), at(0), at(1)), (80, 0, 0), "a show that has begun gives nothing back");
    }

    #[test]
    fn hours_are_counted_and_clocks_that_are_put_forward_do_not_matter() {
        // Berlin puts its clocks forward on 2030-03-31 at 02:00: seven days before noon of April 1 are 167 of its hours.
        let at = |date: &str, hour: &str| {
            LocalMoment::read(hour).and_then(|hour| hour.at(date, "Europe/Berlin")).expect("a moment")
        };
        let show = at("2030-04-01", "12:00");
        assert_eq!(usual().percent_at(show, at("2030-03-25", "12:00")), 50, "167 hours are left");
        assert_eq!(usual().percent_at(show, at("2030-03-25", "11:00")), 100, "168 hours are left");
        // Bangkok has no such day: a week there is 168 hours.
        let at = |date: &str| {
            LocalMoment::read("20:00").and_then(|hour| hour.at(date, "Asia/Bangkok")).expect("a moment")
        };
        assert_eq!(usual().percent_at(at("2030-04-01"), at("2030-03-25")), 100);
    }

    #[test]
    fn a_percent_says_until_when_it_holds() {
        let show = Timestamp::from_secs(1_895_000_000);
        let until = |hours_left: i64| usual().holds_until(show, show.plus_secs(-hours_left * 3600));
        assert_eq!(until(200), Some(show.plus_secs(-168 * 3600)));
        assert_eq!(until(100), Some(show.plus_secs(-72 * 3600)));
        assert_eq!(until(10), None);
    }

    #[test]
    fn policies_are_read_back_and_junk_is_not() {
        for policy in [usual(), RefundPolicy::default()] {
            assert_eq!(RefundPolicy::parse(&policy.write()), Some(policy));
        }
        for junk in [",", "1", "1:", "a:b", "1:2,"] {
            assert_eq!(RefundPolicy::parse(junk), None, "{junk}");
        }
    }

    #[test]
    fn parts_never_sum_to_more_than_the_whole() {
        assert_eq!(refund_amount(150_000, 2, 50), Some(150_000));
        assert_eq!(refund_amount(i64::MAX, 2, 100), None);
        for (price, percent) in [(33, 50), (1, 99), (333, 33), (0, 100)] {
            let one = refund_amount(price, 1, percent).expect("small");
            assert!(one * 3 <= refund_amount(price, 3, percent).expect("small"), "{price} {percent}");
        }
    }
}
