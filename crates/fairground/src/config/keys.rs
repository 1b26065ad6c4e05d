//! The keys of the ground; each stall declares its own. `fairground config` prints them all.

use crate::table;
use stall::{Key, KeySpec, Kind, Profile};
use std::sync::LazyLock;

pub const LISTEN: Key<String> = Key::text("listen", "127.0.0.1:8080").about("address to listen on");
pub const DATA: Key<String> = Key::text("data", "data").about("folder of the embedded databases");
pub const DATABASE: Key<String> =
    Key::text("database", "").about("postgres://… instead of the embedded databases").hidden();
pub const PROFILE: Key<String> = Key::choice("profile", Profile::WORDS, "dev")
    .about("dev, load (adds endpoints for load runs) or production");
pub const PUBLIC_URL: Key<String> =
    Key::text("public_url", "").about("how browsers reach us; for links in mails and Secure cookies");
pub const NODE: Key<u32> =
    Key::small("node", 0, 127, "0").about("number of this node; each node on one database has its own");
pub const CLOCK: Key<String> = Key::choice("clock", &["system", "manual"], "system")
    .about("manual: stands until POST /_clock moves it; refused in production");
pub const LOG_LEVEL: Key<String> =
    Key::text("log.level", "info").about("levels by target, such as info or warn,store=debug");
pub const LOG_FORMAT: Key<String> = Key::choice("log.format", &["auto", "json", "text"], "auto")
    .about("how log lines are written; auto: text on a terminal, JSON elsewhere");
pub const LOG_ACCESS: Key<String> =
    Key::choice("log.access", &["auto", "all", "slow_and_errors", "none"], "auto")
        .about("which requests are logged; auto: all, but slow_and_errors under load and demo");
pub const SIGNING_KEY: Key<Option<Vec<u8>>> =
    Key::secret_hex("auth.signing_key", 32).about("signs access tokens; needed in production").required();
pub const OLDER_SIGNING_KEYS: Key<Vec<Vec<u8>>> = Key::secret_hexes("auth.older_signing_keys", 32)
    .about("earlier signing keys, separated by commas, whose tokens are still believed while they live");
pub const ID_KEY: Key<Option<Vec<u8>>> = Key::secret_hex("auth.id_key", 16)
    .about("keys public ids; must never change; needed in production")
    .required();
pub const BCRYPT_COST: Key<u32> =
    Key::small("auth.bcrypt_cost", 4, 15, "12").about("cost of password hashes");
pub const OPERATIONS_LISTEN: Key<String> = Key::text("operations.listen", "")
    .about("address of a listener of its own for /metrics and /version, such as 127.0.0.1:9090");
pub const OPERATIONS_TOKEN: Key<String> = Key::secret("operations.token")
    .about("opens /metrics and /version to Authorization: Bearer … where others reach us");
pub const CORS_ORIGINS: Key<Vec<String>> =
    Key::list("http.cors_origins", "").about("origins whose pages may call the API with credentials");
pub const TRUSTED_PROXIES: Key<Vec<String>> =
    Key::list("http.trusted_proxies", "").about("addresses or ranges whose X-Forwarded-For is believed");
pub const BODY_BYTES_MAX: Key<usize> =
    Key::count("http.body_bytes_max", 1024, 1 << 20, "65536").about("bytes of the largest request body");
pub const CONNECTIONS_MAX: Key<usize> =
    Key::count("http.connections", 100, 1_000_000, "20000").about("connections open at once");
pub const CONNECTIONS_PER_ADDRESS: Key<usize> =
    Key::count("http.connections_per_address", 0, 1_000_000, "2000").about(
        "connections of one address, at most half of all; 0: only that. Trusted proxies have no limit",
    );
pub const STREAMS_PER_ADDRESS: Key<usize> = Key::count("http.streams_per_address", 0, 1_000_000, "500")
    .about("event streams and sockets of one address, over all stalls; 0: no limit");
pub const RATE_LIMIT_FACTOR: Key<u32> = Key::small("http.rate_limit_factor", 0, 1_000_000, "1")
    .about("multiplies every rate limit; 0 switches them off");
pub const CONNECTIONS: Key<usize> =
    Key::count("store.connections", 1, 200, "8").about("readers of a database, or pooled connections");
pub const DEADLINE_MS: Key<u64> = Key::natural("store.deadline_ms", 600_000, "4500").about(
    "ms a transaction on PostgreSQL may take before callers hear 503; with the wait for its connection",
);
pub const CHECKPOINT_PAGES: Key<u32> = Key::small("store.checkpoint_pages", 100, 1_000_000, "16000")
    .about("WAL pages after which the embedded database checkpoints");
pub const CACHE_KIB: Key<u32> = Key::small("store.cache_kib", 1024, 4_194_304, "2048")
    .about("page cache of the embedded database's writer");
pub const NEWEST_LOCATORS: Key<u32> = Key::small("store.newest_locators", 1, 10_000_000, "200000").about(
    "locators that the embedded database keeps in memory before they are moved into their tree; three times as many at most",
);
pub const CHECK_EVERY_H: Key<i64> = Key::int("check.every_h", 0, 168, "24").about(
    "hours between two checks of all invariants, at 02:00 UTC when it is 24; 0: none. Nothing is ever corrected by itself",
);

/// The word of every stall, separated by commas.
static ALL_STALLS: LazyLock<String> = LazyLock::new(|| table::names().collect::<Vec<_>>().join(","));
/// What `stalls` is for, with the words it takes.
static ABOUT_STALLS: LazyLock<String> =
    LazyLock::new(|| format!("which stalls are open: {}", table::names().collect::<Vec<_>>().join(", ")));

pub const STALLS_OPEN: Key<Vec<String>> = Key::list("stalls", "");

const GROUND: &[KeySpec] = &[
    LISTEN.spec,
    DATA.spec,
    DATABASE.spec,
    PROFILE.spec,
    PUBLIC_URL.spec,
    NODE.spec,
    CLOCK.spec,
    LOG_LEVEL.spec,
    LOG_FORMAT.spec,
    LOG_ACCESS.spec,
    SIGNING_KEY.spec,
    OLDER_SIGNING_KEYS.spec,
    ID_KEY.spec,
    BCRYPT_COST.spec,
    OPERATIONS_LISTEN.spec,
    OPERATIONS_TOKEN.spec,
    CORS_ORIGINS.spec,
    TRUSTED_PROXIES.spec,
    BODY_BYTES_MAX.spec,
    CONNECTIONS_MAX.spec,
    CONNECTIONS_PER_ADDRESS.spec,
    STREAMS_PER_ADDRESS.spec,
    RATE_LIMIT_FACTOR.spec,
    CONNECTIONS.spec,
    DEADLINE_MS.spec,
    CHECKPOINT_PAGES.spec,
    CACHE_KIB.spec,
    NEWEST_LOCATORS.spec,
    CHECK_EVERY_H.spec,
];

/// Every key there is: the ground's, then each stall's.
pub static KEYS: LazyLock<Vec<KeySpec>> = LazyLock::new(|| {
    let open = KeySpec { default: &ALL_STALLS, about: &ABOUT_STALLS, kind: Kind::List, ..STALLS_OPEN.spec };
    let stalls = table::stalls().iter().flat_map(|manifest| manifest.keys.iter().copied());
    let mail = stall::mailing::KEYS.iter().copied();
    GROUND.iter().copied().chain(mail).chain([open]).chain(stalls).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_keys_have_one_name_in_the_file_or_in_the_environment() {
        let (mut names, mut variables) = (HashSet::new(), HashSet::new());
        for key in KEYS.iter() {
            assert!(names.insert(key.name), "{} is declared twice", key.name);
            assert!(variables.insert(key.environment()), "{} is another's variable", key.name);
            assert!(!key.about.is_empty(), "{} does not say what it is for", key.name);
        }
    }

    #[test]
    fn every_default_is_a_value_that_its_key_takes() {
        let bad: Vec<_> = KEYS.iter().filter_map(|key| key.kind.problem(key.default)).collect();
        assert_eq!(bad, [""; 0]);
    }

    #[test]
    fn a_default_of_a_profile_is_of_a_key_of_its_stall_and_fits_it() {
        for manifest in table::stalls() {
            for default in manifest.profile_defaults {
                let key = manifest.keys.iter().find(|key| key.name == default.key).expect(default.key);
                assert_eq!(key.kind.problem(default.value), None, "{}", default.key);
            }
        }
    }
}
