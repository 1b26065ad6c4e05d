//! What query strings say in more than one place: pages of rows with a cursor.

use kernel::{PublicIds, Refusal, Timestamp, TypedId};
use serde::Deserialize;
use utoipa::IntoParams;

/// Rows of a page at most, and where nobody says.
const LIMIT_MAX: i64 = 100;
const LIMIT: i64 = 20;

/// Rows with smaller numbers than `before`, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Where the last page ended.
    pub before: i64,
    /// Rows, 1..=100.
    pub limit: i64,
}

/// Which rows of a list that is only turned.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PageQuery {
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// 1..=100; 20 where nothing is said.
    pub limit: Option<i64>,
}

impl PageQuery {
    /// The page over ids of kind `I` that is asked for. Errors: 400.
    pub fn page<I: TypedId>(&self, public: &PublicIds) -> Result<Page, Refusal> {
        let limit = self.limit.unwrap_or(LIMIT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Refusal::field("limit", "must be from 1 to 100"));
        }
        let before = self.cursor.as_deref().map(|text| public.decode::<I>(text)).transpose();
        let before = before.map_err(|_| Refusal::field("cursor", "is none that we gave"))?;
        Ok(Page { before: before.map_or(i64::MAX, TypedId::as_i64), limit })
    }
}

impl Page {
    /// The cursor after these rows; none after the last page.
    pub fn next<T, I: TypedId>(self, public: &PublicIds, rows: &[T], id: impl Fn(&T) -> I) -> Option<String> {
        let full = i64::try_from(rows.len()).is_ok_and(|count| count == self.limit);
        rows.last().filter(|_| full).map(|last| public.encode(id(last)))
    }
}

/// A moment in a body, RFC 3339, if one is given. Errors: 400.
pub fn moment(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, Refusal> {
    let moment = text.map(Timestamp::parse_rfc3339).transpose();
    moment.map_err(|problem| Refusal::field(field, &problem))
}

/// An id in a query or a body. Errors: 400.
pub fn id<I: TypedId>(public: &PublicIds, field: &str, text: &str) -> Result<I, Refusal> {
    public.decode(text).map_err(|_| Refusal::field(field, "is no such id"))
}
