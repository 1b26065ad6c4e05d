//! Events of this stall and their subscribers, a file each. Everything here may run twice for one event: its effect is noted
//! in the inbox in the same transaction.

mod booking_mails;
mod mail_rounds;

use crate::app::App;
use std::sync::Arc;

/// Every subscriber of the stall.
#[must_use]
pub fn subscribers(app: &Arc<App>) -> Vec<Arc<dyn bus::Subscriber>> {
    vec![Arc::new(booking_mails::BookingMails(Arc::clone(app))), Arc::new(mail_rounds::MailRounds)]
}
