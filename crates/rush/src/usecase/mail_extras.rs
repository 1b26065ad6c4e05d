//! What mails of the stall have beside their text: the shop's name and colour, the ticket, the way out of a list.

use super::{mail_leave, shop_url, ticket_keys};
use crate::app::App;
use crate::domain::mail_kinds::BOOKING_CONFIRMATION;
use crate::domain::ticket_code::TicketCode;
use crate::domain::ticket_file::{self, TicketFile};
use identity::Email;
use kernel::TenantId;
use mail::{Attachment, Branding, Extras, Message};
use std::sync::Arc;

/// The colour of buttons where a shop has chosen none.
const COLOR: &str = "#a8321f";

/// Gives it.
pub struct MailExtras(pub Arc<App>);

impl Extras for MailExtras {
    fn branding(&self, tenant: Option<TenantId>) -> Option<Branding> {
        let catalogue = self.0.catalogue.current();
        let shop = &catalogue.tenant(tenant?)?.fields;
        let colour = shop.settings.branding.primary_color.clone();
        Some(Branding {
            name: shop.name.clone(),
            reply_to: shop.settings.mail_sender.as_deref().and_then(address),
            color: colour.unwrap_or_else(|| COLOR.to_owned()),
            url: shop_url::pages(&self.0, tenant),
        })
    }

    fn attachments(&self, message: &Message) -> Result<Vec<Attachment>, String> {
        if message.kind != BOOKING_CONFIRMATION.name {
            return Ok(Vec::new());
        }
        let value = |name: &str| message.data.get(name).and_then(|value| value.as_str()).unwrap_or_default();
        let ticket = TicketCode {
            booking: value("booking").to_owned(),
            code: value("confirmation_code").to_owned(),
            admits: value("quantity").parse().map_err(|_| "the mail has no number of seats".to_owned())?,
        };
        let signed = ticket_keys::signer(&self.0).sign(&ticket);
        let file = TicketFile {
            locale: &message.locale,
            event: value("event_name"),
            when: value("show_date"),
            place: &[value("venue_name"), value("venue_address")],
            zone: value("zone_name"),
            admits: ticket.admits,
            holder: value("name"),
            code: &ticket.code,
            signed: &signed,
        };
        let html = ticket_file::html(&file).ok_or("the ticket has no QR picture")?;
        let name = format!("ticket-{}.html", ticket.code);
        Ok(vec![Attachment {
            name,
            content_type: "text/html; charset=utf-8".to_owned(),
            bytes: html.into_bytes(),
        }])
    }

    fn unsubscribe_link(&self, message: &Message, list: &str) -> Option<String> {
        let token = mail_leave::token(&self.0, message.tenant, list, &message.recipient);
        Some(format!("{}/mail/leave?token={token}", shop_url::pages(&self.0, message.tenant)))
    }
}

/// The address in `Demo Hall <hello@hall.example>`, or the whole text. None: there is no address.
fn address(sender: &str) -> Option<String> {
    let inside = sender.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    let address = inside.map_or(sender, |(address, _)| address).trim();
    Email::parse(address).ok().map(|email| email.as_str().to_owned())
}
