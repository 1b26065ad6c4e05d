//! What the ledger's tests share: chance, a world that makes histories, and the translation between ledger and oracle.
#![allow(dead_code, reason = "each test binary uses a part of this")]

pub mod chance;
pub mod mirror;
pub mod world;
