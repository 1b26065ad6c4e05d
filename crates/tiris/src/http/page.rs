//! Pages and times in query strings, and what is said about a page: nested as documented, and flat for older clients.

use kernel::{Meaning, Refusal, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// Rows of a page when nothing is said.
const LIMIT_DEFAULT: i64 = 100;
/// Rows of a page at most.
const LIMIT_MAX: i64 = 1_000;
/// Rows that may be skipped; beyond it a filter is the better tool.
const OFFSET_MAX: i64 = 10_000_000;

fn bad_query(text: &'static str) -> Refusal {
    Refusal::new(Meaning::Invalid, "INVALID_QUERY_PARAMS", text)
}

/// Limit and offset. Errors: 400 `INVALID_QUERY_PARAMS`.
pub fn window(limit: Option<&str>, offset: Option<&str>) -> Result<(i64, i64), Refusal> {
    let number = |text: &str| text.parse::<i64>().ok();
    let limit = limit.map_or(Some(LIMIT_DEFAULT), number).filter(|limit| (1..=LIMIT_MAX).contains(limit));
    let offset = offset.map_or(Some(0), number).filter(|offset| (0..=OFFSET_MAX).contains(offset));
    Ok((
        limit.ok_or_else(|| bad_query("limit must be from 1 to 1000"))?,
        offset.ok_or_else(|| bad_query("offset must be from 0 to 10000000"))?,
    ))
}

/// A moment, RFC 3339; a blank in it was a plus sign. Errors: 400 with `code`.
pub fn moment(code: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let read = Timestamp::parse_rfc3339(&text.replace(' ', "+"));
    read.map(Some).map_err(|_| Refusal::new(Meaning::Invalid, code, "Moments are written as RFC 3339."))
}

/// Two moments in their order. Errors: 400 with `code`.
pub fn ordered(
    code: &'static str,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Refusal> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            Err(Refusal::new(Meaning::Invalid, code, "The range ends before it begins."))
        }
        range => Ok(range),
    }
}

/// What is said about a page.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct PageData {
    /// Rows in all.
    pub total: i64,
    /// Rows of a page.
    pub limit: i64,
    /// Rows that were skipped.
    pub offset: i64,
    /// Whether further rows follow.
    pub has_more: bool,
    /// The same again, as documented.
    pub pagination: PaginationData,
}

/// The documented block.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct PaginationData {
    /// Rows in all.
    pub total: i64,
    /// Rows of a page.
    pub limit: i64,
    /// Rows that were skipped.
    pub offset: i64,
    /// Whether further rows follow.
    pub has_more: bool,
    /// Where the next page begins; none after the last.
    pub next_offset: Option<i64>,
}

impl PageData {
    /// About a page of `rows` rows.
    #[must_use]
    pub fn of(total: i64, (limit, offset): (i64, i64), rows: usize) -> Self {
        let next = offset + i64::try_from(rows).unwrap_or(i64::MAX);
        let has_more = rows > 0 && next < total;
        let next_offset = has_more.then_some(next);
        let pagination = PaginationData { total, limit, offset, has_more, next_offset };
        Self { total, limit, offset, has_more, pagination }
    }
}
