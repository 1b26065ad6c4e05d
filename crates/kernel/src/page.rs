//! Pages of a list: how a caller asks for one and what is said about it.

/// Rows a page may have at most; larger requests are cut to it so that no list costs more than this.
const PER_PAGE_MAX: u32 = 100;
/// Rows of a page when nothing is said.
const PER_PAGE_DEFAULT: u32 = 20;
/// The largest offset we walk to; beyond it a search is the better tool.
const OFFSET_MAX: u64 = 1_000_000;

/// Which rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Rows to skip.
    pub offset: u64,
    /// Rows to give, 1..=100.
    pub limit: u32,
}

impl PageRequest {
    /// From `page` (1-based) and `per_page`; missing, zero and huge values are brought into range.
    #[must_use]
    pub fn from_page(page: Option<u32>, per_page: Option<u32>) -> Self {
        let limit = per_page.unwrap_or(PER_PAGE_DEFAULT).clamp(1, PER_PAGE_MAX);
        let offset = u64::from(page.unwrap_or(1).max(1) - 1) * u64::from(limit);
        Self { offset: offset.min(OFFSET_MAX), limit }
    }

    /// From `limit` and `offset`.
    #[must_use]
    pub fn from_offset(limit: Option<u32>, offset: Option<u64>) -> Self {
        Self {
            offset: offset.unwrap_or(0).min(OFFSET_MAX),
            limit: limit.unwrap_or(PER_PAGE_DEFAULT).clamp(1, PER_PAGE_MAX),
        }
    }

    /// What to say about a page of this request when there are `total` rows in all.
    #[must_use]
    pub fn meta(self, total: u64) -> PageMeta {
        let per_page = u64::from(self.limit);
        PageMeta {
            page: self.offset / per_page + 1,
            per_page: self.limit,
            total,
            total_pages: total.div_ceil(per_page),
            has_more: self.offset + per_page < total,
        }
    }
}

/// What is said about a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct PageMeta {
    /// 1-based.
    pub page: u64,
    /// Rows per page.
    pub per_page: u32,
    /// Rows in all.
    pub total: u64,
    /// Pages in all.
    pub total_pages: u64,
    /// Whether a further page has rows.
    pub has_more: bool,
}

/// Some rows and what is said about them.
#[derive(Debug, Clone)]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// About them.
    pub meta: PageMeta,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stay_in_range() {
        assert_eq!(PageRequest::from_page(None, None), PageRequest { offset: 0, limit: 20 });
        assert_eq!(PageRequest::from_page(Some(3), Some(9)), PageRequest { offset: 18, limit: 9 });
        assert_eq!(PageRequest::from_page(Some(0), Some(0)).limit, 1);
        assert_eq!(PageRequest::from_page(Some(u32::MAX), Some(u32::MAX)).limit, 100);
        let meta = PageRequest::from_page(Some(2), Some(10)).meta(25);
        assert_eq!((meta.page, meta.total_pages, meta.has_more), (2, 3, true));
    }
}
