//! The work a joiner may have to show: a number whose hash begins with so many zero bits. Cheap for one, dear for thousands.

use sha2::{Digest, Sha256};

/// Characters of the longest answer.
const ANSWER_CHARS_MAX: usize = 32;

/// Why the work does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkRefusal {
    /// None was shown.
    WorkIsMissing,
    /// The hash has too few zero bits.
    WorkIsTooLittle,
}

/// Whether SHA-256 of `puzzle:answer` begins with `bits` zero bits.
pub fn check(puzzle: &str, bits: i64, answer: Option<&str>) -> Result<(), WorkRefusal> {
    let answer = answer.filter(|text| !text.is_empty()).ok_or(WorkRefusal::WorkIsMissing)?;
    if answer.len() > ANSWER_CHARS_MAX {
        return Err(WorkRefusal::WorkIsTooLittle);
    }
    let digest = Sha256::digest(format!("{puzzle}:{answer}").as_bytes());
    let first = digest.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    if i64::from(first.leading_zeros()) >= bits { Ok(()) } else { Err(WorkRefusal::WorkIsTooLittle) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_counts_for_its_puzzle_alone() {
        let answer =
            (0..).map(|number: u32| number.to_string()).find(|text| check("a", 12, Some(text)).is_ok());
        let answer = answer.expect("one in four thousand does");
        assert_eq!(check("a", 12, Some(&answer)), Ok(()));
        assert_eq!(check("b", 12, Some(&answer)), Err(WorkRefusal::WorkIsTooLittle));
        assert_eq!(check("a", 12, None), Err(WorkRefusal::WorkIsMissing));
        assert_eq!(check("a", 0, Some(&"9".repeat(33))), Err(WorkRefusal::WorkIsTooLittle));
    }
}
