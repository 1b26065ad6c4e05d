//! The stall's configuration keys, each with its type, bounds and default.

use stall::{Deployment, Key, KeySpec, ProfileDefault, Section};

pub(crate) const DEFAULT_TENANT: Key<String> =
    Key::text("rush.default_tenant", "demo").about("slug of the tenant whose shop an unknown host shows");
pub(crate) const BATCH_MAX: Key<usize> =
    Key::count("rush.batch_max", 1, 4096, "512").about("reservations decided in one transaction at most");
pub(crate) const QUEUE_MAX: Key<usize> = Key::count("rush.queue_max", 1, 1_000_000, "20000")
    .about("reservations that may wait before callers hear 503");
pub(crate) const MOCK_SUCCESS_PERCENT: Key<u32> = Key::small("payments.mock.success_percent", 0, 100, "95")
    .about("how many payments without a test card succeed");
pub(crate) const MOCK_DELAY_MS: Key<u64> =
    Key::natural("payments.mock.delay_ms", 60_000, "100").about("how long the mock gateway takes");
pub(crate) const MOCK_SEED: Key<u64> =
    Key::natural("payments.mock.seed", i64::MAX, "0").about("seed of the mock gateway's chance");
pub(crate) const WEBHOOK_SECRET: Key<String> =
    Key::secret("payments.webhook_secret").about("signs webhooks; needed in production").required();

/// All keys, in the order in which they are printed.
pub const KEYS: &[KeySpec] = &[
    DEFAULT_TENANT.spec,
    BATCH_MAX.spec,
    QUEUE_MAX.spec,
    MOCK_SUCCESS_PERCENT.spec,
    MOCK_DELAY_MS.spec,
    MOCK_SEED.spec,
    WEBHOOK_SECRET.spec,
];

/// A load run measures us, not the pretended wait of the mock gateway, which would only keep connections busy doing nothing;
/// a demonstration is ready within a second although hundreds of tickets are paid for before it opens.
pub const PROFILE_DEFAULTS: &[ProfileDefault] = &[
    ProfileDefault { run: "load", key: MOCK_DELAY_MS.spec.name, value: "0" },
    ProfileDefault { run: "demo", key: MOCK_DELAY_MS.spec.name, value: "5" },
];

/// Every value that is valid alone is valid with the others.
#[must_use]
pub fn problems(_: &Section, _: &Deployment) -> Vec<String> {
    Vec::new()
}
