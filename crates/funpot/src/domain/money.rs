//! Money on the ledger: which accounts there are, what their numbers are, why transfers between them happen.
//!
//! Every unit that users have came from `STARS` or from `PROMO`; each stake lies in its event's pot until the event is settled,
//! after which the pot is empty. What a reversal cannot take back from a wallet stands as debt.

use kernel::{AssetCode, UserId};
use ledger::rules::Account;

/// Account codes of this stall; written in tables, never reused.
pub mod account_code {
    /// Stars that Telegram charged: below zero by what was ever topped up.
    pub const STARS: i64 = 1;
    /// What left the house.
    pub const PAYOUT: i64 = 2;
    /// The house's shares.
    pub const RAKE: i64 = 3;
    /// What no division can share.
    pub const ROUNDING: i64 = 4;
    /// What the house gives away.
    pub const PROMO: i64 = 5;
    /// What the house could not get back.
    pub const LOSS: i64 = 6;
    /// A user's credit.
    pub const WALLET: i64 = 7;
    /// What a user owes; never above zero.
    pub const DEBT: i64 = 8;
    /// The stakes of an event.
    pub const POT: i64 = 9;
}

/// Why money moves; written in tables, never reused.
pub mod transfer_code {
    /// Stars to wallet.
    pub const STARS_TOPUP: i64 = 1;
    /// Wallet to pot.
    pub const VOTE_COST: i64 = 2;
    /// Pot to wallet: the vote won.
    pub const REWARD: i64 = 3;
    /// Pot to wallet: the stake comes back.
    pub const VOTE_REFUND: i64 = 4;
    /// Pot to rake.
    pub const RAKE: i64 = 5;
    /// Pot to rounding.
    pub const ROUNDING: i64 = 6;
    /// Promo to wallet.
    pub const REFERRAL_BONUS: i64 = 7;
    /// Wallet, or debt, back to promo.
    pub const REFERRAL_REVERSAL: i64 = 8;
    /// Wallet to payout: pending until it is decided.
    pub const WITHDRAW: i64 = 9;
    /// Wallet, or debt, back to Stars.
    pub const STARS_REFUND: i64 = 10;
    /// By two persons' word.
    pub const CORRECTION: i64 = 11;
    /// Wallet to debt: what was owed is paid first.
    pub const DEBT_REPAID: i64 = 12;
    /// Payout back to wallet: a request for money was refused, or is paid in another way.
    pub const WITHDRAW_RELEASE: i64 = 13;

    /// The name of a reason, as users read it.
    #[must_use]
    pub const fn name(code: i64) -> &'static str {
        match code {
            STARS_TOPUP => "stars_topup",
            VOTE_COST => "vote_cost",
            REWARD => "reward",
            VOTE_REFUND => "vote_refund",
            RAKE => "rake",
            ROUNDING => "rounding",
            REFERRAL_BONUS => "referral_bonus",
            REFERRAL_REVERSAL => "referral_reversal",
            WITHDRAW => "withdraw",
            STARS_REFUND => "stars_refund",
            DEBT_REPAID => "debt_repaid",
            WITHDRAW_RELEASE => "withdraw_release",
            _ => "correction",
        }
    }
}

/// Kinds of locators of this stall; written in tables, never reused.
pub mod locator_kind {
    /// (user, hash of the key) to the event that was voted on with it: a key is spent for ever.
    pub const VOTE_KEY: i64 = 1;
    /// (user, event) to the number of the vote in its event: one vote each.
    pub const VOTE: i64 = 2;
    /// (user, transfer) to the same: movements of a wallet that are not found by their votes.
    pub const WALLET_ENTRY: i64 = 10;
    /// (user, hash of the key) to the invoice that was made with it.
    pub const INVOICE_KEY: i64 = 11;
}

/// The account Stars come from.
pub const STARS: i64 = 1;
/// The account of what left.
pub const PAYOUT: i64 = 2;
/// The house's shares.
pub const RAKE: i64 = 3;
/// What no division can share.
pub const ROUNDING: i64 = 4;
/// What the house gives away.
pub const PROMO: i64 = 5;
/// What the house could not get back.
pub const LOSS: i64 = 6;

/// The asset of every account here: the internal unit.
#[must_use]
pub fn unit() -> AssetCode {
    const INT: Option<AssetCode> = AssetCode::new("INT");
    INT.expect("three capital letters are a code")
}

/// The accounts of the house and of the world outside; all of them may go below zero.
#[must_use]
pub fn house_accounts() -> [Account; 6] {
    [
        (STARS, account_code::STARS),
        (PAYOUT, account_code::PAYOUT),
        (RAKE, account_code::RAKE),
        (ROUNDING, account_code::ROUNDING),
        (PROMO, account_code::PROMO),
        (LOSS, account_code::LOSS),
    ]
    .map(|(id, code)| Account::new(id, unit(), code, 0, 0))
}

/// A user's credit; its number is the user's.
#[must_use]
pub fn wallet_account(user: UserId) -> Account {
    Account::new(user.0, unit(), account_code::WALLET, user.0, 0).with_floor(0)
}

/// The number of a user's debt: the wallet's, negated, which is no other account's.
#[must_use]
pub const fn debt_of(user: UserId) -> i64 {
    -user.0
}

/// What a user owes: at or below zero.
#[must_use]
pub fn debt_account(user: UserId) -> Account {
    Account::new(debt_of(user), unit(), account_code::DEBT, user.0, 0).with_ceiling(0)
}

/// The stakes of an event; its number is the event's.
#[must_use]
pub fn pot_account(event: i64) -> Account {
    Account::new(event, unit(), account_code::POT, event, event).with_floor(0)
}
