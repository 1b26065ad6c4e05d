//! The invariants, checked from the raw tables by code that shares nothing with this crate; the binary hands it in.

use futures_util::future::BoxFuture;
use serde_json::Value;

/// Runs the check: `{"ok": bool, "lines": […]}`.
pub type Check = Box<dyn Fn() -> BoxFuture<'static, Value> + Send + Sync>;
