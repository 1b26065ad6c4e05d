//! How often one address is written to: so many mails an hour and a day. What is over waits until the window is free again.

use crate::settings::Limits;
use kernel::Timestamp;
use store::{StoreError, Tx, params};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;

/// When a recipient's next mail may go, of the moments (newest first) at which others went; `None`: now.
fn free_at(sent: &[Timestamp], now: Timestamp, limits: &Limits) -> Option<Timestamp> {
    let window = |most: u32, seconds: i64| {
        let oldest = most.checked_sub(1).and_then(|at| sent.get(usize::try_from(at).ok()?))?;
        let free = oldest.plus_secs(seconds);
        (free > now).then_some(free)
    };
    window(limits.per_recipient_hour, HOUR_S).max(window(limits.per_recipient_day, DAY_S))
}

/// When the next mail to `recipient` may go if `taken` more are on their way; `None`: now.
pub(crate) fn recipient_free_at(
    tx: &mut Tx<'_>,
    (recipient, taken): (&str, usize),
    now: Timestamp,
    limits: &Limits,
) -> Result<Option<Timestamp>, StoreError> {
    let mut sent = vec![now; taken];
    let most = i64::from(limits.per_recipient_hour.max(limits.per_recipient_day));
    sent.extend(tx.query(
        "SELECT sent_at FROM mail_messages WHERE recipient = $1 AND sent_at > $2 ORDER BY sent_at DESC LIMIT $3",
        params![recipient, now.plus_secs(-DAY_S), most],
        |row| Ok(Timestamp::from_micros(row.int(0)?)),
    )?);
    Ok(free_at(&sent, now, limits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_of_an_hour_and_the_thirty_first_of_a_day_wait() {
        let now = Timestamp::from_secs(1_000_000);
        let limits = Limits::default();
        let minutes_ago =
            |minutes: &[i64]| -> Vec<_> { minutes.iter().map(|m| now.plus_secs(-60 * m)).collect() };
        assert_eq!(free_at(&minutes_ago(&[1, 2, 3, 4, 5, 6, 7, 8, 9]), now, &limits), None);
        let ten = minutes_ago(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 50]);
        assert_eq!(free_at(&ten, now, &limits), Some(now.plus_secs(600)));
        let day: Vec<_> = (0..30).map(|n| now.plus_secs(-HOUR_S * 2 - n * 600)).collect();
        assert_eq!(free_at(&day, now, &limits), Some(now.plus_secs(DAY_S - HOUR_S * 2 - 29 * 600)));
    }
}
