//! Answers as this stall's clients expect them: `{success, data|error, metadata: {timestamp, trace_id}}`.

use crate::refusals::spell;
use kernel::{PageMeta, Refusal, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use web::{EnvelopeFormat, ErrorBody, SuccessTail};

/// The envelope. Lists are objects of their own inside `data`.
#[derive(Debug)]
pub struct TirisFormat;

#[derive(Serialize)]
struct Failure<'a> {
    success: bool,
    error: ErrorBody<'a>,
    metadata: Metadata<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    timestamp: String,
    trace_id: &'a str,
}

fn write_tail(body: &mut Vec<u8>, trace_id: &str, at: Timestamp) {
    body.extend_from_slice(br#","metadata":"#);
    let metadata = Metadata { timestamp: at.rfc3339(), trace_id };
    serde_json::to_writer(&mut *body, &metadata).expect("texts are JSON");
    body.push(b'}');
}

impl EnvelopeFormat for TirisFormat {
    const SUCCESS_TAIL: Option<SuccessTail> = Some(write_tail);

    fn success<T: Serialize>(
        body: &mut Vec<u8>,
        data: &T,
        _: Option<PageMeta>,
    ) -> Result<(), serde_json::Error> {
        body.extend_from_slice(br#"{"success":true,"data":"#);
        serde_json::to_writer(body, data)
    }

    fn refusal(refusal: &Refusal, trace_id: &str, at: Timestamp) -> String {
        let error = ErrorBody { code: spell(refusal.code), ..ErrorBody::of(refusal) };
        let failure =
            Failure { success: false, error, metadata: Metadata { timestamp: at.rfc3339(), trace_id } };
        serde_json::to_string(&failure).expect("texts are JSON")
    }
}

web::answers!(TirisFormat);

/// A success as it is documented.
#[derive(Debug, Serialize, ToSchema)]
pub struct Enveloped<T: ToSchema> {
    /// Always true.
    pub success: bool,
    /// What was asked for.
    pub data: T,
    /// About the request.
    pub metadata: MetadataData,
}

/// About a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct MetadataData {
    /// When it arrived, RFC 3339.
    pub timestamp: String,
    /// Its id.
    pub trace_id: String,
}

/// What was done, in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageData {
    /// For people.
    pub message: &'static str,
}
