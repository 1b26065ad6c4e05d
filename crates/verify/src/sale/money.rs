//! Money: every seat that was sold was paid for, at its price, and nothing went back that was not taken.

use super::file::{Booking, Sale, Transfer};
use crate::claim::{Finding, RuleResult, ensure};
use std::collections::HashMap;

/// Every booking is one reservation on the ledger, and its money is its seats times their price.
pub(super) fn matched(sale: &Sale) -> RuleResult {
    let reserved: HashMap<i64, &Transfer> = sale
        .transfers()
        .filter(|transfer| transfer.kind() == 2)
        .map(|transfer| (transfer.id(), transfer))
        .collect();
    let booked: HashMap<i64, &Booking> =
        sale.bookings.iter().map(|booking| (booking.number, booking)).collect();
    ensure(booked.len() == sale.bookings.len(), || "a booking is there twice".to_owned())?;
    for booking in &sale.bookings {
        paid(booking)?;
        let transfer = reserved.get(&booking.number);
        let fits = transfer.is_some_and(|transfer| {
            transfer.debit() == booking.zone && transfer.amount() == booking.quantity
        });
        ensure(fits, || format!("booking {} is not what its reservation says", booking.number))?;
    }
    for post in sale.transfers().filter(|transfer| transfer.kind() == 3) {
        let known = booked.contains_key(&post.pending());
        ensure(known, || format!("seats of booking {} were sold and nothing was paid", post.pending()))?;
    }
    let (paid, back) = sale.bookings.iter().fold((0_i128, 0_i128), |(paid, back), booking| {
        (paid + i128::from(booking.paid), back + i128::from(booking.given_back))
    });
    Ok(Finding::Proven(format!(
        "{} bookings were paid, {paid} in all, of which {back} went back",
        sale.bookings.len()
    )))
}

fn paid(booking: &Booking) -> Result<(), String> {
    let price = i128::from(booking.quantity) * i128::from(booking.unit_price);
    let is_paid = price == i128::from(booking.total) && booking.paid == booking.total;
    ensure(is_paid, || format!("booking {} cost {price} and was paid {}", booking.number, booking.paid))?;
    let is_back = (0..=booking.quantity).contains(&booking.returned)
        && (0..=booking.paid).contains(&booking.given_back);
    ensure(is_back && (booking.returned > 0 || booking.given_back == 0), || {
        format!(
            "{} went back for {} seats of booking {}",
            booking.given_back, booking.returned, booking.number
        )
    })
}
