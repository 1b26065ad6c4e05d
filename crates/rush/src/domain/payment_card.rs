//! Cards: the mock gateway's test cards in one table (pages, documents and tests read it), and how a card that was sent
//! becomes a token. A card's number is never kept: a token, its last four digits and its brand are.

/// What a test card makes the mock gateway do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardToken {
    /// Approved.
    Approve,
    /// Approved, and told twice by webhook.
    ApproveToldTwice,
    /// Declined without a reason.
    Decline,
    /// Declined: no money.
    InsufficientFunds,
    /// Declined: too old.
    Expired,
    /// Declined: suspected fraud.
    Fraud,
    /// Stumbles at the first charge of a payment, is approved at the second.
    StumbleOnce,
    /// No answer; money was taken, as asking again tells.
    TimeOutCharged,
    /// No answer; no money was taken, as asking again tells.
    TimeOutNotCharged,
    /// No answer and none to any question; money was taken and must go back.
    TimeOutSilent,
    /// Any other card: chance decides, by the seed and the percentage of the configuration.
    Any,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct TestCard {
    /// What it makes the gateway do.
    pub token: CardToken,
    /// Its number.
    pub number: &'static str,
    /// Its token, which may be sent instead of the number.
    pub name: &'static str,
    /// Its brand.
    pub brand: &'static str,
    /// What it does, for people.
    pub effect: &'static str,
}

const fn card(token: CardToken, number: &'static str, name: &'static str, effect: &'static str) -> TestCard {
    TestCard { token, number, name, brand: "visa", effect }
}

/// Every test card.
pub const TEST_CARDS: [TestCard; 10] = [
    card(CardToken::Approve, "4242424242424242", "tok_approve", "Approved"),
    card(CardToken::Decline, "4000000000000002", "tok_decline", "Declined"),
    card(
        CardToken::InsufficientFunds,
        "4000000000009995",
        "tok_insufficient_funds",
        "Declined: not enough money",
    ),
    card(CardToken::Expired, "4000000000000069", "tok_expired", "Declined: expired"),
    card(CardToken::Fraud, "4100000000000019", "tok_fraud", "Declined: suspected fraud"),
    card(
        CardToken::StumbleOnce,
        "4000000000000119",
        "tok_stumble_once",
        "The bank stumbles; retried by itself, then approved",
    ),
    card(
        CardToken::TimeOutCharged,
        "4000000000000341",
        "tok_timeout_charged",
        "The bank does not answer at first, then approves",
    ),
    card(
        CardToken::TimeOutNotCharged,
        "4000000000000358",
        "tok_timeout_not_charged",
        "The bank does not answer; nothing was charged",
    ),
    card(
        CardToken::TimeOutSilent,
        "4000000000000366",
        "tok_timeout_silent",
        "The bank never answers; the money goes back",
    ),
    card(
        CardToken::ApproveToldTwice,
        "4000000000003220",
        "tok_told_twice",
        "Approved, and told twice by webhook",
    ),
];

/// What the token of a card without a row is called.
const ANY: &str = "tok_any";
/// Digits of a card number (ISO/IEC 7812).
const DIGITS: std::ops::RangeInclusive<usize> = 12..=19;

impl CardToken {
    /// As sent and as written in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        TEST_CARDS.iter().find(|card| card.token == self).map_or(ANY, |card| card.name)
    }

    /// Reads what `as_str` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == ANY {
            return Some(Self::Any);
        }
        TEST_CARDS.iter().find(|card| card.name == text).map(|card| card.token)
    }
}

/// A card as we keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What the gateway is sent.
    pub token: CardToken,
    /// Four digits.
    pub last_four: String,
    /// `visa`, `mastercard`, … or `card`.
    pub brand: String,
}

impl Card {
    /// Reads a token or a number; spaces and dashes in a number are allowed. `None`: it is neither.
    #[must_use]
    pub fn read(sent: &str) -> Option<Self> {
        if let Some(card) = TEST_CARDS.iter().find(|card| card.name == sent) {
            return Some(Self::of_number(card.token, card.number));
        }
        let number: String = sent.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        if !DIGITS.contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let known = TEST_CARDS.iter().find(|card| card.number == number);
        Some(Self::of_number(known.map_or(CardToken::Any, |card| card.token), &number))
    }

    fn of_number(token: CardToken, number: &str) -> Self {
        let last_four = number[number.len() - 4..].to_owned();
        Self { token, last_four, brand: brand_of(number).to_owned() }
    }
}

fn brand_of(number: &str) -> &'static str {
    match number.as_bytes() {
        [b'4', ..] => "visa",
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] => "mastercard",
        [b'3', b'4' | b'7', ..] => "amex",
        [b'3', b'5', ..] => "jcb",
        _ => "card",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_test_card_is_found_by_number_and_by_token() {
        for row in TEST_CARDS {
            let by_number = Card::read(row.number).expect(row.number);
            assert_eq!(Card::read(row.name), Some(by_number.clone()));
            assert_eq!((by_number.token, by_number.brand.as_str()), (row.token, row.brand));
            assert_eq!(CardToken::parse(row.token.as_str()), Some(row.token));
        }
        let tokens: HashSet<_> = TEST_CARDS.iter().map(|row| row.token).collect();
        let numbers: HashSet<_> = TEST_CARDS.iter().map(|row| row.number).collect();
        assert_eq!((tokens.len(), numbers.len()), (TEST_CARDS.len(), TEST_CARDS.len()));
        assert_eq!(CardToken::parse(CardToken::Any.as_str()), Some(CardToken::Any));
    }

    #[test]
    fn any_other_number_is_left_to_chance_and_keeps_four_digits() {
        let card = Card::read("5555 5555-5555 4444").expect("a number");
        assert_eq!(
            (card.token, card.last_four.as_str(), card.brand.as_str()),
            (CardToken::Any, "4444", "mastercard")
        );
    }

    #[test]
    fn what_is_neither_token_nor_number_is_refused() {
        for bad in [
            "",
            "4242",
            "tok_free_money",
            "4242x42424242424",
            "42424242424242424242",
            "四二四二四二四二四二四二",
        ] {
            assert_eq!(Card::read(bad), None, "{bad}");
        }
    }
}
