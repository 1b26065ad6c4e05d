//! Inviting: codes that nobody can guess, who is bound to whom, and what a top-up earns the inviter. Pure.

use kernel::{Timestamp, UserId};

/// Random bytes of a code: 50 bits are used.
pub const CODE_BYTES: usize = 10;
/// Letters and digits of a code, without those that look alike.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// What comes before a code in a start parameter.
const PREFIX: &str = "ref_";
/// Basis points of the whole.
const WHOLE_BP: i128 = 10_000;
/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// A user's part in inviting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Who.
    pub user: UserId,
    /// With what they invite others.
    pub code: String,
    /// Who invited them; set at the first login or never.
    pub inviter: Option<UserId>,
    /// The inviter's share of top-ups, as it was when they were bound.
    pub percent_bp: i64,
    /// Since when.
    pub created_at: Timestamp,
}

/// A code of random bytes.
#[must_use]
pub fn code_of(bytes: [u8; CODE_BYTES]) -> String {
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// The code that a start parameter carries.
#[must_use]
pub fn code_in(start_param: &str) -> Option<&str> {
    let code = start_param.strip_prefix(PREFIX)?;
    let is_code = code.len() == CODE_BYTES && code.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then_some(code)
}

/// What bounds a bonus beside the share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BonusTerms {
    /// Days after the invitee's first login for which there is one.
    pub days: i64,
    /// The most that one invitee can earn their inviter.
    pub cap: i64,
    /// What this invitee earned already, reversed ones left out.
    pub earned: i64,
}

/// What a paid top-up of `credit` earns the inviter; 0 for nothing.
#[must_use]
pub fn bonus(invitee: &Referral, credit: i64, terms: &BonusTerms, now: Timestamp) -> i64 {
    let is_late = now >= invitee.created_at.plus_secs(terms.days.saturating_mul(DAY_S));
    if invitee.inviter.is_none() || is_late {
        return 0;
    }
    let share = i128::from(credit) * i128::from(invitee.percent_bp) / WHOLE_BP;
    let left = terms.cap.saturating_sub(terms.earned).max(0);
    i64::try_from(share).unwrap_or(i64::MAX).clamp(0, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_its_start_parameter_alone() {
        let code = code_of([0, 1, 2, 31, 32, 255, 7, 8, 9, 10]);
        assert_eq!(code, "ABC9A9HJKL");
        assert_eq!(code_in(&format!("ref_{code}")), Some(code.as_str()));
        for none in
            ["", "ref_", "ABC9A9HJKL", "ref_ABC9A9HJK", "ref_ABC9A9HJKLM", "ref_abc9a9hjkl", "ref_ABC9A9HJK0"]
        {
            assert_eq!(code_in(none), None, "{none}");
        }
    }

    #[test]
    fn a_bonus_is_a_share_rounded_down_within_its_time_and_cap() {
        let start = Timestamp::from_secs(0);
        let invitee = Referral {
            user: UserId(2),
            code: String::new(),
            inviter: Some(UserId(1)),
            percent_bp: 500,
            created_at: start,
        };
        let terms = BonusTerms { days: 180, cap: 100_000, earned: 0 };
        let at = |day: i64| Timestamp::from_secs(day * DAY_S);
        for (credit, earned, day, expected) in [
            (1_000, 0, 0, 50),
            (1_019, 0, 0, 50),
            (19, 0, 0, 0),
            (1_000, 99_980, 0, 20),
            (1_000, 100_000, 0, 0),
            (1_000, 200_000, 0, 0),
            (1_000, 0, 179, 50),
            (1_000, 0, 180, 0),
            (i64::MAX, 0, 0, 100_000),
        ] {
            let terms = BonusTerms { earned, ..terms };
            assert_eq!(bonus(&invitee, credit, &terms, at(day)), expected, "{credit} {earned} {day}");
        }
        let alone = Referral { inviter: None, ..invitee };
        assert_eq!(bonus(&alone, 1_000, &terms, start), 0);
    }
}
