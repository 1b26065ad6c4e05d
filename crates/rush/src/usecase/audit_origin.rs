//! Where the request that is being handled came from, for whoever records what it did. The doors set it around a request; work
//! of our own has none.

use std::future::Future;
use store::audit::Origin;

tokio::task_local! {
    static ORIGIN: CallOrigin;
}

/// Where a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallOrigin {
    /// Address and id of the request.
    pub origin: Origin,
    /// What the caller's program calls itself, shortened; empty where it says nothing.
    pub agent: String,
}

/// Does `work` as coming from `origin`.
pub async fn scope<F: Future>(origin: CallOrigin, work: F) -> F::Output {
    ORIGIN.scope(origin, work).await
}

/// Where the request that is being handled came from; empty for work of our own.
#[must_use]
pub fn current() -> CallOrigin {
    ORIGIN.try_with(Clone::clone).unwrap_or_default()
}
