//! What a stall adds to its mails when they are sent: how they look, and what is attached.

use crate::message::Message;
use kernel::TenantId;

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, in ASCII.
    pub name: String,
    /// Such as `application/pdf`.
    pub content_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How mails on behalf of a tenant look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branding {
    /// The sender's name.
    pub name: String,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The colour of its buttons, `#RRGGBB`.
    pub color: String,
    /// Where its pages are.
    pub url: String,
}

/// What a stall adds.
pub trait Extras: Send + Sync + 'static {
    /// How mails on behalf of `tenant` look; none: as the platform's.
    fn branding(&self, tenant: Option<TenantId>) -> Option<Branding>;
    /// What is attached to `message`. Errors: a sentence for the operator; the mail goes without.
    fn attachments(&self, message: &Message) -> Result<Vec<Attachment>, String>;
    /// The link with which the recipient leaves `list`; a POST to it does so at once (RFC 8058).
    fn unsubscribe_link(&self, message: &Message, list: &str) -> Option<String>;
}

/// Nothing is added.
#[derive(Debug, Clone, Copy)]
pub struct NoExtras;

impl Extras for NoExtras {
    fn branding(&self, _: Option<TenantId>) -> Option<Branding> {
        None
    }

    fn attachments(&self, _: &Message) -> Result<Vec<Attachment>, String> {
        Ok(Vec::new())
    }

    fn unsubscribe_link(&self, _: &Message, _: &str) -> Option<String> {
        None
    }
}
