//! A log as somebody sent it, read into a request: the type first, then the shape of what it says.

use super::ids::{SubAccountId, TradingId, TransactionId};
use super::log_info::{self, InfoFault, Posting};
use super::log_post::LogRequest;
use super::log_type::{BusinessType, Source, TYPE_CHARS_MAX};
use kernel::{PublicIds, Timestamp, TypedId, UserId};

/// Bytes of the longest message.
const MESSAGE_BYTES_MAX: usize = 16 * 1024;
/// Bytes of the longest `info`.
const INFO_BYTES_MAX: usize = 64 * 1024;

/// The fields as they were sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogForm<'f> {
    /// A public id.
    pub trading_id: &'f str,
    /// Any word of 1 to 50 characters.
    pub kind: &'f str,
    /// `manual` or `bot`.
    pub source: &'f str,
    /// At least one character.
    pub message: &'f str,
    /// A public id.
    pub sub_account_id: Option<&'f str>,
    /// A public id.
    pub transaction_id: Option<&'f str>,
    /// RFC 3339.
    pub event_time: Option<&'f str>,
    /// A JSON object.
    pub info: Option<&'f str>,
}

/// The first thing that is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormFault {
    /// A field of the log itself.
    Field {
        /// Which.
        field: &'static str,
        /// What.
        problem: &'static str,
    },
    /// What moves money has an `info` of another shape.
    Info(InfoFault),
}

const fn field(field: &'static str, problem: &'static str) -> FormFault {
    FormFault::Field { field, problem }
}

/// Reads a form of `user`'s. Ids that are well formed and not ours name nobody's rows.
pub fn read(user: UserId, form: LogForm<'_>, public: &PublicIds) -> Result<LogRequest, FormFault> {
    let kind = form.kind.trim();
    if !(1..=TYPE_CHARS_MAX).contains(&kind.chars().count()) {
        return Err(field("type", "must have 1 to 50 characters"));
    }
    let source = Source::parse(form.source).ok_or(field("source", "must be manual or bot"))?;
    if form.message.is_empty() || form.message.len() > MESSAGE_BYTES_MAX {
        return Err(field("message", "must have 1 to 16384 bytes"));
    }
    let info = form.info.filter(|info| *info != "null").unwrap_or("{}");
    if !info.trim_start().starts_with('{') || info.len() > INFO_BYTES_MAX {
        return Err(field("info", "must be a JSON object of at most 65536 bytes"));
    }
    let business = BusinessType::parse(kind);
    let posting: Option<Posting> = business
        .map(|business| log_info::parse(business, info, public).map_err(FormFault::Info))
        .transpose()?;
    Ok(LogRequest {
        is_promise: true,
        user,
        trading: id::<TradingId>("trading_id", form.trading_id, public)?,
        kind: business.map_or(kind, |business| business.as_str()).to_owned(),
        source,
        message: form.message.to_owned(),
        sub_account: optional::<SubAccountId>("sub_account_id", form.sub_account_id, public)?,
        transaction: optional::<TransactionId>("transaction_id", form.transaction_id, public)?,
        event_time: form.event_time.map(moment).transpose()?,
        info: info.trim().to_owned(),
        posting,
    })
}

fn moment(text: &str) -> Result<Timestamp, FormFault> {
    Timestamp::parse_rfc3339(text).map_err(|_| field("event_time", "must be a moment in RFC 3339"))
}

fn optional<I: TypedId>(
    name: &'static str,
    text: Option<&str>,
    public: &PublicIds,
) -> Result<Option<I>, FormFault> {
    text.filter(|text| !text.is_empty()).map(|text| id(name, text, public)).transpose()
}

fn id<I: TypedId>(name: &'static str, text: &str, public: &PublicIds) -> Result<I, FormFault> {
    match public.decode(text) {
        Ok(id) => Ok(id),
        Err(_) if uuid::Uuid::try_parse(text).is_ok() => Ok(I::from_i64(0)),
        Err(_) => Err(field(name, "must be a UUID")),
    }
}
