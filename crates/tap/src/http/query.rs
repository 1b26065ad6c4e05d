//! What query strings say in more than one place: pages of rows, and moments.

use kernel::{PublicIds, Refusal, Timestamp, TypedId};
use serde::Deserialize;
use utoipa::IntoParams;

/// Rows of a page at most.
const LIMIT_MAX: i64 = 100;

/// Rows with smaller numbers than `before`, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Where the last page ended.
    pub before: i64,
    /// Rows, 1..=100.
    pub limit: i64,
}

impl Page {
    /// The page that a cursor over ids of kind `I` and a limit (50 if none is given) ask for.
    pub fn read<I: TypedId>(
        public: &PublicIds,
        cursor: Option<&str>,
        limit: Option<i64>,
    ) -> Result<Self, Refusal> {
        let limit = limit.unwrap_or(50);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Refusal::field("limit", "must be from 1 to 100"));
        }
        let before = cursor.map(|text| public.decode::<I>(text)).transpose();
        let before = before.map_err(|_| Refusal::field("cursor", "is none that we gave"))?;
        Ok(Self { before: before.map_or(i64::MAX, TypedId::as_i64), limit })
    }

    /// The cursor after these rows; none after the last page.
    pub fn next<T, I: TypedId>(self, public: &PublicIds, rows: &[T], id: impl Fn(&T) -> I) -> Option<String> {
        let full = i64::try_from(rows.len()).is_ok_and(|count| count == self.limit);
        rows.last().filter(|_| full).map(|last| public.encode(id(last)))
    }
}

/// Which rows of a list that is only turned.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PageQuery {
    /// Where the last page ended.
    cursor: Option<String>,
    /// 1..=100.
    limit: Option<i64>,
}

impl PageQuery {
    /// The page over ids of kind `I` that is asked for.
    pub fn page<I: TypedId>(&self, public: &PublicIds) -> Result<Page, Refusal> {
        Page::read::<I>(public, self.cursor.as_deref(), self.limit)
    }
}

/// A moment, RFC 3339.
pub fn moment(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Refusal> {
    let read = text.map(Timestamp::parse_rfc3339).transpose();
    read.map_err(|problem| Refusal::field(name, &problem))
}
