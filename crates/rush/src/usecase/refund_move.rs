//! What approving a refund moves, inside somebody's transaction, which has locked the booking: its seats go back on sale, its
//! money leaves the booking's account, and a job has the gateway send it. All of it is one commit.

use super::refund_context::{PROCESS, RefundContext};
use crate::availability::Seats;
use crate::domain::booking::Booking;
use crate::domain::ids::PaymentId;
use crate::domain::payment::Payment;
use crate::domain::refund::{Refund, RefundRefusal};
use crate::domain::refund_event;
use crate::domain::refund_money::{self as money, account_code, transfer_code as money_code};
use crate::domain::refund_status::RefundStatus;
use crate::domain::seats::{locator_kind, transfer_code};
use crate::store::{bookings, payments, refunds, tenants};
use kernel::UserId;
use ledger::{Account, Book, Transfer, TransferRefusal};
use store::locator::Locators;
use store::{StoreError, Tx, jobs, locator, outbox};

/// Approves `refund` in the name of `by`, moves what it moves and saves both. The inner error: the ledger or the state table
/// refuses, and the caller's transaction must not commit.
pub(super) fn approve(
    tx: &mut Tx<'_>,
    ctx: &RefundContext,
    booking: &mut Booking,
    refund: &mut Refund,
    by: Option<UserId>,
) -> Result<Result<Option<Seats>, RefundRefusal>, StoreError> {
    if let Err(refusal) = refund.go(RefundStatus::Approved) {
        return Ok(Err(refusal));
    }
    if refund.quantity > booking.seats_owned() {
        return Ok(Err(RefundRefusal::QuantityOutOfRange { max: booking.seats_owned() }));
    }
    let seats = match transfer(tx, ctx, booking, refund)? {
        Ok(seats) => seats,
        Err(refusal) => return Ok(Err(refusal)),
    };
    booking.returned_quantity += refund.quantity;
    bookings::save_state(tx, booking)?;
    (refund.decided_by, refund.decided_at) = (by, Some(ctx.now));
    follow(tx, ctx, refund)?;
    refunds::save(tx, refund)?;
    outbox::append(tx, &[refund_event::of(ctx.next(), refund_event::APPROVED, refund, ctx.now)])?;
    Ok(Ok(seats))
}

/// Has the gateway asked for the refund's money from now on.
pub(super) fn follow(tx: &mut Tx<'_>, ctx: &RefundContext, refund: &mut Refund) -> Result<(), StoreError> {
    let job = ctx.next();
    jobs::enqueue(tx, job, PROCESS, &refund.id.0.to_string(), ctx.now)?;
    refund.job = Some(job);
    Ok(())
}

/// The transfers: seats from the buyer back to the zone, money from what was paid for the booking to what went back.
fn transfer(
    tx: &mut Tx<'_>,
    ctx: &RefundContext,
    booking: &Booking,
    refund: &Refund,
) -> Result<Result<Option<Seats>, RefundRefusal>, StoreError> {
    let gone = || StoreError::Corrupt(format!("booking {} has no payment or buyer", booking.id.0));
    let payment = payments::by_id(tx, PaymentId(booking.id.0))?.ok_or_else(gone)?;
    let buyer = locator::find(tx, booking.user.0, locator_kind::BUYER_ACCOUNT, booking.event.0)?;
    let buyer = buyer.ok_or_else(gone)?;
    let money_accounts = TenantAccounts::find(tx, ctx, refund)?;
    let mut book = Book::load(
        tx,
        &[booking.zone.0, buyer, booking.id.0, money_accounts.takings, money_accounts.returned],
    )?;
    money_accounts.open(&mut book, refund);
    let seats = Transfer::single(ctx.next(), buyer, booking.zone.0, refund.quantity, transfer_code::RETURN);
    let moved = book.transfer(&seats, ctx.now).map(drop);
    if let Err(refusal) = moved.and_then(|()| pay(&mut book, ctx, &payment, refund, &money_accounts)) {
        return refused(refusal, refund);
    }
    book.save(tx)?;
    Ok(Ok(book.account(booking.zone.0).map(|account| Seats::of(account, seats.id))))
}

/// Moves the money, setting apart what was paid for the booking at its first refund. A free ticket moves none.
fn pay(
    book: &mut Book,
    ctx: &RefundContext,
    payment: &Payment,
    refund: &Refund,
    money_accounts: &TenantAccounts,
) -> Result<(), TransferRefusal> {
    if refund.amount_minor == 0 {
        return Ok(());
    }
    let paid = payment.booking.0;
    if book.account(paid).is_none() {
        let account = money::paid_account(payment).ok_or(TransferRefusal::AccountsHoldDifferentAssets)?;
        let apart = Transfer::single(
            ctx.next(),
            money_accounts.takings,
            paid,
            payment.amount_minor,
            money_code::SET_APART,
        );
        book.open_and_transfer(account, &apart, ctx.now)?;
    }
    let back =
        Transfer::single(ctx.next(), paid, money_accounts.returned, refund.amount_minor, money_code::REFUND);
    book.transfer(&back, ctx.now).map(drop)
}

fn refused<T>(refusal: TransferRefusal, refund: &Refund) -> Result<Result<T, RefundRefusal>, StoreError> {
    match refusal {
        TransferRefusal::DebitAccountWouldFallBelowItsFloor => Ok(Err(RefundRefusal::MoreThanWasPaid)),
        other => Err(StoreError::Corrupt(format!("refund {}: {other}", refund.id.0))),
    }
}

/// The accounts of a tenant's money in one currency.
struct TenantAccounts {
    takings: i64,
    returned: i64,
    is_new: bool,
}

impl TenantAccounts {
    /// Finds them; the first refund of the tenant in this currency makes them, one at a time.
    fn find(tx: &mut Tx<'_>, ctx: &RefundContext, refund: &Refund) -> Result<Self, StoreError> {
        if let Some(money_accounts) = Self::known(tx, refund)? {
            return Ok(money_accounts);
        }
        tenants::lock(tx, refund.tenant)?;
        if let Some(money_accounts) = Self::known(tx, refund)? {
            return Ok(money_accounts);
        }
        let money_accounts = Self { takings: ctx.next(), returned: ctx.next(), is_new: true };
        let mut made = Locators::default();
        for (code, id) in [
            (account_code::TAKINGS, money_accounts.takings),
            (account_code::RETURNED, money_accounts.returned),
        ] {
            made.add(refund.tenant.0, money::TENANT_ACCOUNT, Self::key(code, refund), id);
        }
        made.insert(tx)?;
        Ok(money_accounts)
    }

    fn known(tx: &mut Tx<'_>, refund: &Refund) -> Result<Option<Self>, StoreError> {
        let tenant = refund.tenant.0;
        let mut find = |code| locator::find(tx, tenant, money::TENANT_ACCOUNT, Self::key(code, refund));
        let (takings, returned) = (find(account_code::TAKINGS)?, find(account_code::RETURNED)?);
        Ok(takings.zip(returned).map(|(takings, returned)| Self { takings, returned, is_new: false }))
    }

    fn key(code: i64, refund: &Refund) -> i64 {
        money::tenant_account_key(code, refund.currency)
    }

    fn open(&self, book: &mut Book, refund: &Refund) {
        if !self.is_new {
            return;
        }
        let account =
            |id, code| -> Option<Account> { money::tenant_account(id, code, refund.tenant, refund.currency) };
        let both =
            [account(self.takings, account_code::TAKINGS), account(self.returned, account_code::RETURNED)];
        for account in both.into_iter().flatten() {
            book.open(account);
        }
    }
}
