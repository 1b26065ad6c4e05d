//! What users hold against what the house holds, with the head of the ledger's chain. For anybody.

use crate::app::App;
use crate::domain::money::account_code;
use crate::domain::receipt::hex;
use crate::store::solvency::{self, KindSum};
use kernel::{Refusal, Timestamp};
use store::StoreError;

/// Days for which Telegram keeps a bot's Stars to itself (spec, section 11.4).
const LOCKED_DAYS: i64 = 21;
const DAY_S: i64 = 86_400;

/// The sums of a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solvency {
    /// Which moment.
    pub at: Timestamp,
    /// Credit in wallets that can be spent.
    pub wallets: i64,
    /// Credit in wallets that waits to be paid out.
    pub held: i64,
    /// Stakes in open pots.
    pub pots: i64,
    /// What users owe.
    pub debts: i64,
    /// Credit that came from Stars, less what went back as Stars.
    pub from_stars: i64,
    /// Credit that the house gave away.
    pub given: i64,
    /// Credit that was paid out.
    pub paid_out: i64,
    /// The house's shares and what no division could share.
    pub earned: i64,
    /// What the house could not get back.
    pub lost: i64,
    /// Stars that were charged and not given back.
    pub stars: i64,
    /// Those of them that Telegram still keeps to itself.
    pub stars_locked: i64,
    /// Height and hash of the newest block of the ledger's chain.
    pub head: Option<(i64, String)>,
}

impl Solvency {
    /// Credit that users can ask for, today or later.
    #[must_use]
    pub const fn outstanding(&self) -> i64 {
        self.wallets + self.held + self.pots
    }
}

/// The sums now.
pub async fn run(app: &App) -> Result<Solvency, Refusal> {
    let now = app.clock.now();
    let found = app.store.read(move |tx| {
        let kinds = solvency::by_kind(tx)?;
        let (stars, stars_locked) = solvency::stars(tx, now.plus_secs(-LOCKED_DAYS * DAY_S))?;
        let head = ledger::seal::head(tx)?.map(|block| (block.height, hex(block.hash.as_slice())));
        Ok::<_, StoreError>(sums(&kinds, (stars, stars_locked), head, now))
    });
    Ok(found.await?)
}

fn sums(
    kinds: &[KindSum],
    (stars, stars_locked): (i64, i64),
    head: Option<(i64, String)>,
    at: Timestamp,
) -> Solvency {
    let of =
        |code| kinds.iter().find(|kind| kind.code == code).map_or((0, 0), |kind| (kind.balance, kind.held));
    let (wallets, held) = of(account_code::WALLET);
    Solvency {
        at,
        wallets,
        held,
        pots: of(account_code::POT).0,
        debts: -of(account_code::DEBT).0,
        from_stars: -of(account_code::STARS).0,
        given: -of(account_code::PROMO).0,
        paid_out: of(account_code::PAYOUT).0,
        earned: of(account_code::RAKE).0 + of(account_code::ROUNDING).0,
        lost: of(account_code::LOSS).0,
        stars,
        stars_locked,
        head,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_users_hold_came_from_stars_or_from_the_house() {
        let kind = |code, balance, held| KindSum { code, balance, held };
        let kinds = [
            kind(account_code::STARS, -500, 0),
            kind(account_code::PROMO, -100, 0),
            kind(account_code::WALLET, 300, 50),
            kind(account_code::POT, 200, 0),
            kind(account_code::RAKE, 40, 0),
            kind(account_code::ROUNDING, 10, 0),
        ];
        let sums = sums(&kinds, (500, 120), None, Timestamp::from_secs(1));
        assert_eq!((sums.outstanding(), sums.from_stars, sums.given, sums.earned), (550, 500, 100, 50));
        assert_eq!(
            sums.outstanding() + sums.earned + sums.paid_out + sums.lost,
            sums.from_stars + sums.given + sums.debts
        );
    }
}
