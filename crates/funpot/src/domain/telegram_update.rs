//! What an update of Telegram means to us, whatever else it carries. Pure.

use super::payment::Purchase;
use serde_json::Value;

/// An update, by what it asks of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// Somebody is about to pay and waits for our answer.
    PreCheckout {
        /// The query to answer.
        query: String,
        /// What for.
        purchase: Purchase,
    },
    /// Somebody paid.
    Paid(PaidUpdate),
    /// The Stars of a charge went back.
    Refunded {
        /// Which charge.
        charge: String,
    },
    /// Somebody wrote a command.
    Command {
        /// The chat to answer in.
        chat: i64,
        /// Which.
        command: Command,
    },
    /// Nothing that concerns us.
    Other,
}

/// A payment that Telegram reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidUpdate {
    /// What for.
    pub purchase: Purchase,
    /// Telegram's name for the charge.
    pub charge: String,
    /// When, in seconds since 1970.
    pub date: i64,
}

/// What the bot answers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Says hello and how to open the app.
    Start,
    /// Says how to get help with a payment.
    PaySupport,
    /// Says the terms.
    Terms,
    /// Says what is kept of a user.
    Privacy,
}

impl Command {
    /// The command at the beginning of a message; a bot's name may stand behind it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.split_whitespace().next()?;
        match word.split('@').next()? {
            "/start" => Some(Self::Start),
            "/paysupport" => Some(Self::PaySupport),
            "/terms" => Some(Self::Terms),
            "/privacy" => Some(Self::Privacy),
            _ => None,
        }
    }

    /// The answer.
    #[must_use]
    pub fn reply(self, app_url: &str) -> String {
        match self {
            Self::Start => format!(
                "Put your Stars on what happens next in the stream. Open the app: {app_url}\n\n\
                 /terms /privacy /paysupport"
            ),
            Self::PaySupport => String::from(
                "Help with a payment: write to us here with the date and the amount. Credit that you bought and have not \
                 used can be refunded in Stars. We answer within two working days; Telegram's own support cannot help \
                 with purchases made here.",
            ),
            Self::Terms => String::from(
                "Credit is bought with Telegram Stars and spent on votes. A pot is split among those who were right, less \
                 the house's share, which is taken from the losing side alone; every settled event has a receipt that \
                 anybody can recompute. An event without a result gives every stake back. You must be of age and may not \
                 vote where the law forbids it.",
            ),
            Self::Privacy => String::from(
                "We keep your Telegram number, the name you show there, a nickname if you choose one, your votes and your \
                 payments. Receipts name nobody. In the app's settings you can export what we keep, or have it erased; \
                 entries of the ledger stay, under a pseudonym.",
            ),
        }
    }
}

/// Reads an update. What cannot be read concerns nobody.
#[must_use]
pub fn read(update: &Value) -> Update {
    let known = pre_checkout(&update["pre_checkout_query"]).or_else(|| message(&update["message"]));
    known.unwrap_or(Update::Other)
}

fn purchase(from: &Value, payment: &Value) -> Option<Purchase> {
    Some(Purchase {
        tg_user_id: from["id"].as_i64()?,
        currency: payment["currency"].as_str()?.to_owned(),
        stars: payment["total_amount"].as_i64()?,
        payload: payment["invoice_payload"].as_str()?.to_owned(),
    })
}

fn pre_checkout(query: &Value) -> Option<Update> {
    let id = query["id"].as_str()?.to_owned();
    Some(Update::PreCheckout { query: id, purchase: purchase(&query["from"], query)? })
}

fn message(message: &Value) -> Option<Update> {
    let charge = |payment: &Value| payment["telegram_payment_charge_id"].as_str().map(str::to_owned);
    let paid = &message["successful_payment"];
    if let Some(charge) = charge(paid) {
        let (purchase, date) = (purchase(&message["from"], paid)?, message["date"].as_i64()?);
        return Some(Update::Paid(PaidUpdate { purchase, charge, date }));
    }
    if let Some(charge) = charge(&message["refunded_payment"]) {
        return Some(Update::Refunded { charge });
    }
    let command = Command::parse(message["text"].as_str()?)?;
    Some(Update::Command { chat: message["chat"]["id"].as_i64()?, command })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_kind_of_update_is_known_by_what_it_carries() {
        let from = json!({ "id": 42 });
        let payment = json!({ "currency": "XTR", "total_amount": 5, "invoice_payload": "p",
            "telegram_payment_charge_id": "c" });
        let purchase = Purchase { tg_user_id: 42, currency: "XTR".into(), stars: 5, payload: "p".to_owned() };
        let query = json!({ "pre_checkout_query": { "id": "q", "from": from, "currency": "XTR",
            "total_amount": 5, "invoice_payload": "p" } });
        assert_eq!(read(&query), Update::PreCheckout { query: "q".into(), purchase: purchase.clone() });
        let paid = json!({ "message": { "from": from, "date": 7, "successful_payment": payment } });
        assert_eq!(read(&paid), Update::Paid(PaidUpdate { purchase, charge: "c".into(), date: 7 }));
        let refunded = json!({ "message": { "from": from, "date": 7, "refunded_payment": payment } });
        assert_eq!(read(&refunded), Update::Refunded { charge: "c".into() });
        let written = |text: &str| json!({ "message": { "chat": { "id": 9 }, "text": text } });
        for (text, command) in [
            ("/start ref_ABC", Command::Start),
            ("/paysupport@fair_bot", Command::PaySupport),
            ("/terms", Command::Terms),
            ("/privacy please", Command::Privacy),
        ] {
            assert_eq!(read(&written(text)), Update::Command { chat: 9, command }, "{text}");
        }
        for other in
            [json!({}), json!([]), json!(null), written("hello"), written("/startle"), json!({ "poll": {} })]
        {
            assert_eq!(read(&other), Update::Other, "{other}");
        }
    }
}
