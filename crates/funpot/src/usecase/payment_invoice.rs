//! Making an invoice in Stars: the row first, then Telegram's link. The same request finds the same invoice.

use super::auth_session::draw;
use crate::app::App;
use crate::domain::ids::PaymentId;
use crate::domain::live_config::NumberKey;
use crate::domain::money::locator_kind;
use crate::domain::payment::{INVOICE_S, InvoiceRefusal, Payment, PaymentStatus, stars_for};
use crate::gateway::telegram::StarInvoice;
use crate::limits::INVOICE;
use crate::refusals;
use crate::store::payments;
use kernel::{Meaning, Refusal, Timestamp, UserId};
use std::sync::Arc;
use store::keyed::hash63;
use store::{StoreError, Tx, locator};

/// Random bytes of a payload.
const PAYLOAD_BYTES: usize = 24;

/// An invoice that can be paid at its link. Errors: 400 not whole Stars, 422 the key was used, 429, 502.
pub async fn run(app: &App, user: UserId, amount: i64, key: Option<String>) -> Result<Payment, Refusal> {
    let rate = app.config.load().number(NumberKey::StarsRate);
    let stars = stars_for(amount, rate).map_err(refusals::of_invoice)?;
    let now = app.clock.now();
    let key_hash = key.map(|key| hash63(&[b"invoice", key.as_bytes()]));
    let target = Target { user, amount, rate, key_hash };
    let found = find(app, target, now).await?;
    let payment = match found {
        Some(payment) => payment,
        None => insert(app, target, stars, now).await?,
    };
    if payment.link.is_some() { Ok(payment) } else { link(app, payment, now).await }
}

/// Which invoice is asked for.
#[derive(Debug, Clone, Copy)]
struct Target {
    user: UserId,
    amount: i64,
    rate: i64,
    key_hash: Option<i64>,
}

async fn find(app: &App, target: Target, now: Timestamp) -> Result<Option<Payment>, Refusal> {
    let found: Result<Option<Payment>, StoreError> = app.store.read(move |tx| find_in(tx, target, now)).await;
    is_same(found?, target)
}

fn find_in(tx: &mut Tx<'_>, target: Target, now: Timestamp) -> Result<Option<Payment>, StoreError> {
    let Target { user, amount, rate, key_hash } = target;
    let Some(key_hash) = key_hash else { return payments::open_one(tx, user, (amount, rate), now) };
    let known = locator::find(tx, user.0, locator_kind::INVOICE_KEY, key_hash)?;
    known.map(|id| payments::by_id(tx, PaymentId(id))).transpose().map(Option::flatten)
}

fn is_same(found: Option<Payment>, target: Target) -> Result<Option<Payment>, Refusal> {
    match found {
        Some(payment) if payment.amount != target.amount => {
            Err(refusals::of_invoice(InvoiceRefusal::KeyWasUsed))
        }
        other => Ok(other),
    }
}

/// Two requests of one key at once: the one that comes second finds the invoice of the first.
async fn insert(app: &App, target: Target, stars: i64, now: Timestamp) -> Result<Payment, Refusal> {
    let payment = Payment {
        id: PaymentId(app.ids.next(now)),
        user: target.user,
        amount: target.amount,
        stars,
        rate: target.rate,
        status: PaymentStatus::Pending,
        payload: draw::<PAYLOAD_BYTES>(&*app.chance),
        link: None,
        created_at: now,
        expires_at: now.plus_secs(INVOICE_S),
    };
    let invoice = app.public.encode(payment.id);
    let (limits, config) = (Arc::clone(&app.limits), app.config.load_full());
    let inserted: Result<Payment, Refusal> = app
        .store
        .write(move |tx| {
            if let Some(known) = find_in(tx, target, now)? {
                return Ok(known);
            }
            // Only a new invoice costs a token.
            limits.take(INVOICE, &config, target.user.0, now)?;
            payments::insert(tx, &payment, &invoice)?;
            if let Some(hash) = target.key_hash {
                locator::insert(tx, target.user.0, locator_kind::INVOICE_KEY, hash, payment.id.0)?;
            }
            Ok(payment.clone())
        })
        .await;
    match (inserted, find(app, target, now).await?) {
        (Ok(payment), _) => is_same(Some(payment), target)?.ok_or_else(|| Refusal::not_found("invoice")),
        // On PostgreSQL two may insert at once; the key is good for the first.
        (Err(refusal), Some(known)) if refusal.meaning == Meaning::Internal => Ok(known),
        (Err(refusal), _) => Err(refusal),
    }
}

/// Asks Telegram for the link. What is asked for again while it is unknown asks again.
async fn link(app: &App, mut payment: Payment, now: Timestamp) -> Result<Payment, Refusal> {
    let invoice = StarInvoice {
        title: format!("{} credit", payment.amount),
        description: format!("{} credit for votes in FunPot, for {} Stars", payment.amount, payment.stars),
        payload: payment.payload.clone(),
        stars: payment.stars,
    };
    let link = app.bot.create_invoice_link(&invoice).await.map_err(refusals::of_bot)?;
    let (id, kept) = (payment.id, link.clone());
    app.store.write(move |tx| payments::set_link(tx, id, &kept, now)).await?;
    payment.link = Some(link);
    Ok(payment)
}
