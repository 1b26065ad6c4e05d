//! The stall's configuration keys, each with its type, bounds and default; what they mean together is in `settings`.

use crate::feeds::Protocol;
use stall::{Deployment, Flag, Key, KeySpec, Profile, ProfileDefault, Section};

pub(crate) const WIDTH_MS: Key<i64> =
    Key::one_of("tap.width_ms", &["1000", "2000", "5000", "10000", "30000", "60000"], "5000")
        .about("width of a column");
pub(crate) const EDGE_BP: Key<i64> =
    Key::int("tap.edge_bp", 0, 5_000, "600").about("the house's base edge in basis points");
pub(crate) const CROSSING: Key<String> = Key::choice("tap.crossing", &["tick", "segment"], "tick")
    .about("what touches a cell: a tick in it, or also a jump over it");
pub(crate) const TOUCH_GRACE_COLUMNS: Key<i64> =
    Key::int("tap.touch_grace_columns", 0, 3, "0").about("columns by which the window of touch is longer");
pub(crate) const WARM_UP_S: Key<i64> =
    Key::int("tap.warm_up_s", 1, 3_600, "300").about("seconds of prices before the first quote");
pub(crate) const RECOVERY_S: Key<i64> =
    Key::int("tap.recovery_s", 1, 600, "30").about("seconds of fresh prices before betting opens again");
pub(crate) const REPAIR_S: Key<u64> = Key::natural("tap.repair_s", 60, "60")
    .about("seconds in which a venue's history may still repair a void column");
pub(crate) const MIN_SOURCES: Key<u32> =
    Key::small("tap.min_sources", 1, 8, "2").about("venues that must agree on the price");
pub(crate) const BANKROLL: Key<i64> = Key::int("tap.bankroll", 0, 1_000_000_000_000, "10000000000")
    .about("the house's first bankroll in cents");
pub(crate) const CELL_MAX: Key<i64> = Key::int("tap.cell_max", 10_000, 1_000_000_000_000, "2000000")
    .about("the most that one cell may owe, in cents");
pub(crate) const CHAIN_IDS: Key<Vec<u64>> =
    Key::numbers("tap.chain_ids", "1").about("chains whose accounts may log in");
pub(crate) const DOMAIN: Key<String> =
    Key::text("tap.domain", "").about("host[:port] that log-in messages must name; public_url's by default");
pub(crate) const FEEDS: Key<String> = Key::choice("tap.feeds", &["venues", "simulator", "none"], "venues")
    .about("where prices come from: the public venues, our simulator of them on loopback, or nowhere");
pub(crate) const SIMULATOR_SEED: Key<u64> =
    Key::natural("tap.simulator_seed", i64::MAX, "1").about("seed of the venue simulator");
pub(crate) const RECORDING: Key<String> = Key::text("tap.recording", "")
    .about("a recording to replay instead of live prices (see demo --recording)");
pub(crate) const BINANCE_URLS: Key<Vec<String>> =
    Key::list("tap.binance_urls", "").about("socket addresses of Binance; the public ones by default");
pub(crate) const BINANCE_HISTORY_URL: Key<String> =
    Key::text("tap.binance_history_url", "").about("where Binance's history is; the public one by default");
pub(crate) const COINBASE_URLS: Key<Vec<String>> =
    Key::list("tap.coinbase_urls", "").about("socket addresses of Coinbase Exchange");
pub(crate) const COINBASE_HISTORY_URL: Key<String> =
    Key::text("tap.coinbase_history_url", "").about("where Coinbase's history is");
pub(crate) const KRAKEN_URLS: Key<Vec<String>> =
    Key::list("tap.kraken_urls", "").about("socket addresses of Kraken v2");
pub(crate) const KRAKEN_HISTORY_URL: Key<String> =
    Key::text("tap.kraken_history_url", "").about("where Kraken's history is");
pub(crate) const FAUCET: Key<String> = Key::choice("tap.faucet", &["auto", "on", "off"], "auto")
    .about("play money for whoever asks; auto: outside production, on loopback");
pub(crate) const ADMIN_TOKEN: Key<String> = Key::secret("tap.admin_token")
    .about("opens the operators' endpoints under /tap/admin; empty: there are none");
pub(crate) const TICK_RETENTION_H: Key<i64> = Key::int("tap.tick_retention_h", 1, 8_760, "168")
    .about("hours for which ticks are kept; evidence is kept for ever");
pub(crate) const BATCH_MAX: Key<usize> =
    Key::count("tap.batch_max", 1, 4096, "100").about("bets decided in one transaction at most");
pub(crate) const QUEUE_MAX: Key<usize> =
    Key::count("tap.queue_max", 1, 1_000_000, "10000").about("bets that may wait before callers hear 503");

/// All keys, in the order in which they are printed.
pub const KEYS: &[KeySpec] = &[
    WIDTH_MS.spec,
    EDGE_BP.spec,
    CROSSING.spec,
    TOUCH_GRACE_COLUMNS.spec,
    WARM_UP_S.spec,
    RECOVERY_S.spec,
    REPAIR_S.spec,
    MIN_SOURCES.spec,
    BANKROLL.spec,
    CELL_MAX.spec,
    CHAIN_IDS.spec,
    DOMAIN.spec,
    FEEDS.spec,
    SIMULATOR_SEED.spec,
    RECORDING.spec,
    BINANCE_URLS.spec,
    BINANCE_HISTORY_URL.spec,
    COINBASE_URLS.spec,
    COINBASE_HISTORY_URL.spec,
    KRAKEN_URLS.spec,
    KRAKEN_HISTORY_URL.spec,
    FAUCET.spec,
    ADMIN_TOKEN.spec,
    TICK_RETENTION_H.spec,
    BATCH_MAX.spec,
    QUEUE_MAX.spec,
];

const fn when(run: &'static str, key: &KeySpec, value: &'static str) -> ProfileDefault {
    ProfileDefault { run, key: key.name, value }
}

/// What a kind of run would rather have.
pub const PROFILE_DEFAULTS: &[ProfileDefault] = &[
    // Nothing of a load run or a demonstration leaves this machine, and nobody waits five minutes for the first quote.
    when("load", &FEEDS.spec, "simulator"),
    when("load", &WARM_UP_S.spec, "5"),
    when("load", &RECOVERY_S.spec, "2"),
    when("load", &BATCH_MAX.spec, "512"),
    // A load run asks what the machine can do, not what a house would risk: no run is to end at a limit of money.
    when("load", &BANKROLL.spec, "1000000000000"),
    when("load", &CELL_MAX.spec, "1000000000000"),
    when("demo", &FEEDS.spec, "simulator"),
    when("demo", &WARM_UP_S.spec, "10"),
    when("demo", &RECOVERY_S.spec, "5"),
];

/// Short ways to say a key.
pub const FLAGS: &[Flag] = &[Flag {
    long: "recording",
    value: "FILE",
    key: RECORDING.spec.name,
    about: "Prices for Tap from a recording of Binance's frames (.gz) or trades (.csv) instead of live ones",
}];

/// The keys that say where a venue is: its sockets, and its history.
pub(crate) const fn addresses(protocol: Protocol) -> (&'static Key<Vec<String>>, &'static Key<String>) {
    match protocol {
        Protocol::Binance => (&BINANCE_URLS, &BINANCE_HISTORY_URL),
        Protocol::Coinbase => (&COINBASE_URLS, &COINBASE_HISTORY_URL),
        Protocol::Kraken => (&KRAKEN_URLS, &KRAKEN_HISTORY_URL),
    }
}

/// Seconds of fresh prices that players with money at stake are owed before betting opens again.
const RECOVERY_PRODUCTION_MIN_S: i64 = 30;

/// What is wrong with values that are valid alone.
#[must_use]
pub fn problems(section: &Section, deployment: &Deployment) -> Vec<String> {
    let mut problems = Vec::new();
    if deployment.profile == Profile::Production && section.get(&RECOVERY_S) < RECOVERY_PRODUCTION_MIN_S {
        problems.push("tap.recovery_s: must be at least 30 in profile production".to_owned());
    }
    if deployment.profile == Profile::Production && section.get(&FAUCET) == "on" {
        problems.push("tap.faucet: play money is refused in profile production".to_owned());
    }
    problems
}
