//! A mail in the form of the wire: headers, a text and an HTML part, attachments.

use crate::attachment::{Attachment, Branding};
use crate::message::Message;
use crate::settings::Settings;
use crate::template::{Look, Rendered, html};
use kernel::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use std::time::{Duration, SystemTime};

/// What one mail is made of.
pub(crate) struct Parts<'m> {
    pub settings: &'m Settings,
    pub message: &'m Message,
    /// The public id, which makes the Message-ID.
    pub public_id: &'m str,
    pub rendered: &'m Rendered,
    pub branding: &'m Branding,
    pub unsubscribe: Option<String>,
    pub attachments: Vec<Attachment>,
    pub now: Timestamp,
}

/// The Message-ID of a mail: the same for every try, another one each time that an operator sends it again.
pub(crate) fn message_id(public_id: &str, resends: i64, site: &str) -> String {
    if resends == 0 { format!("<{public_id}@{site}>") } else { format!("<{public_id}.{resends}@{site}>") }
}

/// The mail with its envelope. Errors: a sentence; it can never be sent like this.
pub(crate) fn compose(parts: Parts<'_>) -> Result<lettre::Message, String> {
    let Parts { settings, message, rendered, branding, .. } = &parts;
    let from = mailbox(Some(&branding.name), &settings.from)?;
    let since_epoch = Duration::from_secs(u64::try_from(parts.now.as_secs()).unwrap_or(0));
    let mut builder = lettre::Message::builder()
        .from(from)
        .to(mailbox(None, &message.recipient)?)
        .subject(&rendered.subject)
        .date(SystemTime::UNIX_EPOCH + since_epoch)
        .message_id(Some(message_id(parts.public_id, message.resends, &settings.site)))
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .raw_header(plain("Content-Language", &message.locale));
    if let Some(address) = &branding.reply_to {
        builder = builder.reply_to(mailbox(Some(&branding.name), address)?);
    }
    if let Some(link) = &parts.unsubscribe {
        builder = builder
            .raw_header(plain("List-Unsubscribe", &format!("<{link}>")))
            .raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    let body = body(&parts)?;
    builder.multipart(body).map_err(|error| error.to_string())
}

fn body(parts: &Parts<'_>) -> Result<MultiPart, String> {
    let look = Look {
        name: &parts.branding.name,
        color: &parts.branding.color,
        url: &parts.branding.url,
        locale: &parts.message.locale,
        unsubscribe: parts.unsubscribe.as_deref(),
    };
    let html = html(&look, &parts.rendered.subject, &parts.rendered.text).map_err(|fault| fault.0)?;
    let texts = MultiPart::alternative()
        .singlepart(SinglePart::plain(parts.rendered.text.clone()))
        .singlepart(SinglePart::html(html));
    if parts.attachments.is_empty() {
        return Ok(texts);
    }
    let mut mixed = MultiPart::mixed().multipart(texts);
    for Attachment { name, content_type, bytes } in &parts.attachments {
        let content_type = ContentType::parse(content_type).map_err(|error| error.to_string())?;
        mixed = mixed
            .singlepart(lettre::message::Attachment::new(name.clone()).body(bytes.clone(), content_type));
    }
    Ok(mixed)
}

fn mailbox(name: Option<&str>, address: &str) -> Result<Mailbox, String> {
    let address = address.parse().map_err(|_| "the address is none that mail can be sent to".to_owned())?;
    Ok(Mailbox::new(name.map(str::to_owned), address))
}

/// A header whose value is ours.
fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
