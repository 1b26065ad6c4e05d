//! Bare JSON successes, and refusals as `{"error":{code,message,details?},"timestamp","requestId"}`.

use crate::refusals::spell;
use kernel::{PageMeta, Refusal, Timestamp};
use serde::Serialize;
use web::{EnvelopeFormat, ErrorBody};

/// How this stall writes answers.
#[derive(Debug)]
pub struct PotFormat;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure<'a> {
    error: ErrorBody<'a>,
    timestamp: String,
    request_id: &'a str,
}

impl EnvelopeFormat for PotFormat {
    fn success<T: Serialize>(
        body: &mut Vec<u8>,
        data: &T,
        _: Option<PageMeta>,
    ) -> Result<(), serde_json::Error> {
        serde_json::to_writer(body, data)
    }

    fn refusal(refusal: &Refusal, request_id: &str, at: Timestamp) -> String {
        let code = spell(refusal.code);
        let error = ErrorBody { code: &code, ..ErrorBody::of(refusal) };
        let failure = Failure { error, timestamp: at.rfc3339(), request_id };
        serde_json::to_string(&failure).expect("texts are JSON")
    }
}

web::answers!(PotFormat);
