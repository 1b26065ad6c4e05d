//! `--spike RPS,SECONDS`: a crowd that comes within seconds.

/// Highest rate of any timetable in requests a second: ten times what a loopback on this kind of machine answers.
pub const RATE_MAX: u64 = 1_000_000;
/// Longest climb of a spike in seconds; what climbs longer is no spike.
const SPIKE_S_MAX: u64 = 300;

/// A crowd that comes within seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spike {
    /// Starts a second at its height.
    pub rate: u64,
    /// Seconds of the climb.
    pub climb_s: u64,
}

impl Spike {
    /// Reads `RPS,SECONDS`. Errors: a sentence saying what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let numbers = text.split_once(',').and_then(|(rate, climb_s)| {
            Some((rate.trim().parse::<u64>().ok()?, climb_s.trim().parse::<u64>().ok()?))
        });
        let (rate, climb_s) = numbers.ok_or("two numbers are needed, e.g. 5000,10")?;
        if !(1..=RATE_MAX).contains(&rate) || !(1..=SPIKE_S_MAX).contains(&climb_s) {
            return Err(format!("at most {RATE_MAX} a second, within 1 to {SPIKE_S_MAX} seconds"));
        }
        Ok(Self { rate, climb_s })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_is_a_height_and_a_time() {
        assert_eq!(Spike::parse("5000,10"), Ok(Spike { rate: 5_000, climb_s: 10 }));
        for bad in ["", "5000", "5000,", "0,10", "5000,0", "5000,301", "1000001,10", "-1,10", "a,b", "1,2,3"]
        {
            assert!(Spike::parse(bad).is_err(), "{bad}");
        }
    }
}
