//! How often whom may ask what at the edge. Limits that operators change while running (votes, invoices, workers) are not here.

use cluster::RateClass;
use web::RateRules;

/// A Mini App polls several things at once.
const API: RateClass = RateClass::new("funpot_api", 600, 200);
/// Votes have a limit of their own, per streamer; workers and Telegram have theirs.
const MACHINES: RateClass = RateClass::new("funpot_machines", 1_000_000, 1_000_000);
const LOAD: RateClass = RateClass::new("funpot_load", 1_000_000, 1_000_000);

/// The rules of the stall's routes.
#[must_use]
pub fn rules() -> RateRules {
    RateRules {
        routes: Vec::new(),
        prefixes: vec![
            ("/funpot", API),
            ("/funpot/internal", MACHINES),
            ("/funpot/integrations", MACHINES),
            ("/funpot/_load", LOAD),
        ],
    }
}
