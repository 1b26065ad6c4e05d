//! What each stall says about its own routes, and the merged table that is asked on every request.

use super::RateRules;
use super::prefixes::PrefixTable;
use crate::envelope::Envelope;

/// What a stall says about its own routes, handed to the edge as one value. Prefixes are whole segments below the stall's
/// own (`/shop`, `/shop/api`); among all stalls' the longest wins.
#[derive(Debug, Clone, Default)]
pub struct RouteSettings {
    /// How refusals are written; [`Envelope::WRAPPED`] below no prefix.
    pub envelopes: Vec<(&'static str, Envelope)>,
    /// Which route pays from which bucket; a route below no rule is not limited.
    pub rates: RateRules,
    /// Bytes of the largest body that is read, where it is not the whole site's.
    pub body_bytes_max: Vec<(&'static str, usize)>,
}

/// The settings of all stalls in force.
#[derive(Debug)]
pub(crate) struct RouteTable {
    envelopes: PrefixTable<Envelope>,
    body_bytes_max: PrefixTable<usize>,
    /// The whole site's.
    body_bytes_max_else: usize,
}

impl RouteTable {
    pub fn new(routes: &[RouteSettings], body_bytes_max: usize) -> Self {
        let envelopes = routes.iter().flat_map(|stall| &stall.envelopes);
        let limits = routes.iter().flat_map(|stall| &stall.body_bytes_max);
        Self {
            envelopes: envelopes.copied().collect(),
            body_bytes_max: limits.copied().collect(),
            body_bytes_max_else: body_bytes_max,
        }
    }

    pub fn envelope_at(&self, path: &str) -> Envelope {
        self.envelopes.at(path).copied().unwrap_or(Envelope::WRAPPED)
    }

    pub fn body_bytes_max_at(&self, path: &str) -> usize {
        self.body_bytes_max.at(path).copied().unwrap_or(self.body_bytes_max_else)
    }
}
