//! Every key there is: its name, what it may be, its default and what it is for. `fairground config` prints this list.

/// What a key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number within bounds.
    Int(i64, i64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Texts separated by commas (a list in the file).
    List,
    /// Hex digits, at least this many bytes. Never printed.
    SecretHex(usize),
    /// Such digits several times, separated by commas. Never printed.
    SecretHexes(usize),
    /// A text that is never printed.
    Secret,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its dotted name in the file; `FAIRGROUND_` and upper case with `_` in the environment.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Its default; empty: not set.
    pub default: &'static str,
    /// What it is for.
    pub about: &'static str,
}

const fn key(name: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Key {
    Key { name, kind, default, about }
}

/// All keys.
pub const KEYS: &[Key] = &[
    key("listen", Kind::Text, "127.0.0.1:8080", "address to listen on"),
    key("data", Kind::Text, "data", "folder of the embedded databases"),
    key("database", Kind::Text, "", "postgres://… instead of the embedded databases"),
    key(
        "profile",
        Kind::Choice(&["dev", "load", "production"]),
        "dev",
        "dev, load (adds endpoints for load runs) or production",
    ),
    key("public_url", Kind::Text, "", "how browsers reach us; for links in mails and Secure cookies"),
    key("node", Kind::Int(0, 127), "0", "number of this node; each node on one database has its own"),
    key(
        "clock",
        Kind::Choice(&["system", "manual"]),
        "system",
        "manual: stands until POST /_clock moves it; refused in production",
    ),
    key("log.level", Kind::Text, "info", "a tracing filter, such as info or rush=debug"),
    key("log.format", Kind::Choice(&["json", "text"]), "json", "how log lines are written"),
    key(
        "log.access",
        Kind::Choice(&["auto", "all", "slow_and_errors", "none"]),
        "auto",
        "which requests are logged; auto: all, but slow_and_errors under load and demo",
    ),
    key("auth.signing_key", Kind::SecretHex(32), "", "signs access tokens; needed in production"),
    key(
        "auth.older_signing_keys",
        Kind::SecretHexes(32),
        "",
        "earlier signing keys, separated by commas, whose tokens are still believed while they live",
    ),
    key("auth.id_key", Kind::SecretHex(16), "", "keys public ids; must never change; needed in production"),
    key("auth.bcrypt_cost", Kind::Int(4, 15), "12", "cost of password hashes"),
    key("http.cors_origins", Kind::List, "", "origins whose pages may call the API with credentials"),
    key("http.trusted_proxies", Kind::List, "", "addresses or ranges whose X-Forwarded-For is believed"),
    key("http.body_bytes_max", Kind::Int(1024, 1 << 20), "65536", "bytes of the largest request body"),
    key(
        "http.rate_limit_factor",
        Kind::Int(0, 1_000_000),
        "1",
        "multiplies every rate limit; 0 switches them off",
    ),
    key("store.connections", Kind::Int(1, 200), "8", "readers of a database, or pooled connections"),
    key(
        "store.checkpoint_pages",
        Kind::Int(100, 1_000_000),
        "16000",
        "WAL pages after which the embedded database checkpoints",
    ),
    key(
        "store.cache_kib",
        Kind::Int(1024, 4_194_304),
        "2048",
        "page cache of the embedded database's writer",
    ),
    key(
        "check.every_h",
        Kind::Int(0, 168),
        "24",
        "hours between two checks of all invariants, at 02:00 UTC when it is 24; 0: none. Nothing is ever corrected by itself",
    ),
    key("stalls", Kind::List, "rush,tap", "which stalls are open: rush, tap"),
    key(
        "tap.width_ms",
        Kind::Choice(&["1000", "2000", "5000", "10000", "30000", "60000"]),
        "5000",
        "width of a column",
    ),
    key("tap.edge_bp", Kind::Int(0, 5_000), "600", "the house's base edge in basis points"),
    key(
        "tap.crossing",
        Kind::Choice(&["tick", "segment"]),
        "tick",
        "what touches a cell: a tick in it, or also a jump over it",
    ),
    key("tap.touch_grace_columns", Kind::Int(0, 3), "0", "columns by which the window of touch is longer"),
    key("tap.warm_up_s", Kind::Int(1, 3_600), "300", "seconds of prices before the first quote"),
    key("tap.recovery_s", Kind::Int(1, 600), "30", "seconds of fresh prices before betting opens again"),
    key(
        "tap.repair_s",
        Kind::Int(0, 60),
        "60",
        "seconds in which a venue's history may still repair a void column",
    ),
    key("tap.min_sources", Kind::Int(1, 8), "2", "venues that must agree on the price"),
    key(
        "tap.bankroll",
        Kind::Int(0, 1_000_000_000_000),
        "10000000000",
        "the house's first bankroll in cents",
    ),
    key(
        "tap.cell_max",
        Kind::Int(10_000, 1_000_000_000_000),
        "2000000",
        "the most that one cell may owe, in cents",
    ),
    key("tap.chain_ids", Kind::List, "1", "chains whose accounts may log in"),
    key("tap.domain", Kind::Text, "", "host[:port] that log-in messages must name; public_url's by default"),
    key(
        "tap.feeds",
        Kind::Choice(&["venues", "simulator", "none"]),
        "venues",
        "where prices come from: the public venues, our simulator of them on loopback, or nowhere",
    ),
    key("tap.simulator_seed", Kind::Int(0, i64::MAX), "1", "seed of the venue simulator"),
    key(
        "tap.recording",
        Kind::Text,
        "",
        "a recording to replay instead of live prices (see demo --recording)",
    ),
    key("tap.binance_urls", Kind::List, "", "socket addresses of Binance; the public ones by default"),
    key("tap.binance_history_url", Kind::Text, "", "where Binance's history is; the public one by default"),
    key("tap.coinbase_urls", Kind::List, "", "socket addresses of Coinbase Exchange"),
    key("tap.coinbase_history_url", Kind::Text, "", "where Coinbase's history is"),
    key("tap.kraken_urls", Kind::List, "", "socket addresses of Kraken v2"),
    key("tap.kraken_history_url", Kind::Text, "", "where Kraken's history is"),
    key(
        "tap.faucet",
        Kind::Choice(&["auto", "on", "off"]),
        "auto",
        "play money for whoever asks; auto: outside production, on loopback",
    ),
    key(
        "tap.admin_token",
        Kind::Secret,
        "",
        "opens the operators' endpoints under /tap/admin; empty: there are none",
    ),
    key(
        "tap.tick_retention_h",
        Kind::Int(1, 8_760),
        "168",
        "hours for which ticks are kept; evidence is kept for ever",
    ),
    key("tap.batch_max", Kind::Int(1, 4096), "100", "bets decided in one transaction at most"),
    key("tap.queue_max", Kind::Int(1, 1_000_000), "10000", "bets that may wait before callers hear 503"),
    key("rush.default_tenant", Kind::Text, "demo", "slug of the tenant whose shop an unknown host shows"),
    key("rush.batch_max", Kind::Int(1, 4096), "512", "reservations decided in one transaction at most"),
    key(
        "rush.queue_max",
        Kind::Int(1, 1_000_000),
        "20000",
        "reservations that may wait before callers hear 503",
    ),
    key(
        "payments.mock.success_percent",
        Kind::Int(0, 100),
        "95",
        "how many payments without a test card succeed",
    ),
    key("payments.mock.delay_ms", Kind::Int(0, 60_000), "100", "how long the mock gateway takes"),
    key("payments.mock.seed", Kind::Int(0, i64::MAX), "0", "seed of the mock gateway's chance"),
    key("payments.webhook_secret", Kind::Secret, "", "signs webhooks; needed in production"),
];

impl Key {
    /// Its name in the environment.
    #[must_use]
    pub fn environment(&self) -> String {
        format!("FAIRGROUND_{}", self.name.replace('.', "_").to_uppercase())
    }

    /// Whether its value is never printed.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::SecretHex(_) | Kind::SecretHexes(_) | Kind::Secret)
            || self.name == "database"
    }

    /// What is wrong with `value`, as a sentence that never repeats a secret.
    #[must_use]
    pub fn problem(&self, value: &str) -> Option<String> {
        match self.kind {
            Kind::Text | Kind::List | Kind::Secret => None,
            Kind::Int(least, most) => {
                let fits = value.parse::<i64>().is_ok_and(|number| (least..=most).contains(&number));
                (!fits).then(|| format!("must be a whole number from {least} to {most}, not '{value}'"))
            }
            Kind::Choice(words) => (!words.contains(&value))
                .then(|| format!("must be one of {}, not '{value}'", words.join(", "))),
            Kind::SecretHex(_) | Kind::SecretHexes(_) if value.is_empty() => None,
            Kind::SecretHex(bytes) => {
                (!is_hex(value, bytes)).then(|| format!("must be at least {bytes} bytes in hex"))
            }
            Kind::SecretHexes(bytes) => {
                let good = value.split(',').all(|one| is_hex(one.trim(), bytes));
                (!good)
                    .then(|| format!("must be texts of at least {bytes} bytes in hex, separated by commas"))
            }
        }
    }
}

fn is_hex(text: &str, bytes_min: usize) -> bool {
    text.len().is_multiple_of(2)
        && text.len() / 2 >= bytes_min
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
