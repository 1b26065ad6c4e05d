//! What a user would pick instead, on this machine in this hour: Redis with a script, PostgreSQL with a transaction on a hot row,
//! SQLite with a transaction a request. Each is asked for its bare reserve, without HTTP, tokens, keys or facts for others.

use super::{Options, load};
use crate::machine::find_program;
use crate::postgres;
use crate::process::{Background, Program, output};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Checks stock and cap, takes a seat, remembers the buyer, and a hold that runs out.
const SCRIPT: &str = "local free = tonumber(redis.call('GET', 'zone') or '0') \
    if free < 1 then return 0 end \
    if tonumber(redis.call('HGET', 'buyers', ARGV[1]) or '0') >= 4 then return -1 end \
    redis.call('DECRBY', 'zone', 1) redis.call('HINCRBY', 'buyers', ARGV[1], 1) \
    redis.call('SETEX', 'hold:' .. ARGV[1], 600, 1) return 1";
/// The same as a transaction.
const RESERVE: &str = "\\set buyer random(1, 100000)
BEGIN;
UPDATE zones SET free = free - 1 WHERE id = 1 AND free >= 1;
INSERT INTO bookings (buyer) VALUES (:buyer);
COMMIT;
";
/// Its tables.
const TABLES: &str = "CREATE TABLE zones (id INT PRIMARY KEY, free BIGINT NOT NULL);
INSERT INTO zones VALUES (1, 1000000000);
CREATE TABLE bookings (id BIGSERIAL PRIMARY KEY, buyer BIGINT NOT NULL);";
/// Transactions of SQLite's run.
const TRANSACTIONS: u32 = 10_000;
/// How long a peer may take.
const LIMIT: Duration = Duration::from_secs(120);

/// Measures all of them and prints them beside `ours` reserves a second.
pub(super) fn run(options: &Options, ours: f64) -> Result<(), String> {
    println!("\n{:<48} {:>10}  what it does not do", "peer", "a second");
    let all = "";
    print_row("ours, over HTTP", Some(ours), all);
    let connections = options.connections;
    print_row(
        &format!("Redis, script, appendfsync always, {connections} clients"),
        redis(options)?,
        "no HTTP, token, key, ledger, row of a booking, fact for others, history",
    );
    print_row(
        &format!("PostgreSQL, hot row, {connections} clients"),
        hot_row(options)?,
        "no HTTP, token, key, cap, ledger, fact for others",
    );
    print_row(
        "SQLite, a transaction a request, one writer",
        sqlite()?,
        "no HTTP, token, key, cap, ledger, fact for others",
    );
    Ok(())
}

fn print_row(name: &str, rate: Option<f64>, lacks: &str) {
    let rate = rate.map_or_else(|| "not there".to_owned(), |rate| format!("{rate:.0}"));
    println!("{name:<48} {rate:>10}  {lacks}");
}

/// A fresh folder of this run.
fn folder(name: &str) -> Result<PathBuf, String> {
    let folder = std::env::temp_dir().join(format!("fairground-peer-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn start_redis(folder: &Path, port: &str) -> Result<Background, String> {
    let log = File::create(folder.join("log")).map_err(|error| error.to_string())?;
    let (dir, bound) = (folder.display().to_string(), ["--bind", "127.0.0.1", "--port", port, "--save", ""]);
    let durable = ["--appendonly", "yes", "--appendfsync", "always", "--dir", &dir];
    let args: Vec<_> = bound.into_iter().chain(durable).collect();
    Program::new("redis-server", &args).removing(folder).start(log)
}

fn redis(options: &Options) -> Result<Option<f64>, String> {
    if ["redis-server", "redis-cli", "redis-benchmark"].into_iter().any(|name| find_program(name).is_none()) {
        return Ok(None);
    }
    let address = load::free_address()?;
    let port = address.rsplit(':').next().unwrap_or_default();
    let _server = start_redis(&folder("redis")?, port)?;
    let deadline = Instant::now() + LIMIT;
    while output("redis-cli", &["-p", port, "PING"]).is_err() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    output("redis-cli", &["-p", port, "SET", "zone", "1000000000"])?;
    let sha = output("redis-cli", &["-p", port, "SCRIPT", "LOAD", SCRIPT])?;
    let clients = options.connections.to_string();
    let asked = ["-p", port, "-c", &clients, "-n", "200000", "-r", "100000", "--csv"];
    let call = ["EVALSHA", sha.trim(), "0", "__rand_int__"];
    let args: Vec<_> = asked.into_iter().chain(call).collect();
    Ok(csv_rate(&output("redis-benchmark", &args)?))
}

/// The first number of the last line: `"EVALSHA …","44300.00",…`.
fn csv_rate(text: &str) -> Option<f64> {
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    line.split("\",\"").nth(1)?.trim_matches('"').parse().ok()
}

fn hot_row(options: &Options) -> Result<Option<f64>, String> {
    let Some(binaries) = postgres::binaries() else { return Ok(None) };
    let beside = |name: &str| {
        let own = binaries.join(name);
        if own.is_file() { Some(own) } else { find_program(name) }
    };
    let (Some(psql), Some(pgbench)) = (beside("psql"), beside("pgbench")) else { return Ok(None) };
    let (server, folder) = (postgres::start()?, folder("postgres")?);
    output(&psql.display().to_string(), &[server.url(), "-q", "-c", TABLES])?;
    let script = folder.join("reserve.sql");
    std::fs::write(&script, RESERVE).map_err(|error| error.to_string())?;
    let (script, clients, seconds) =
        (script.display().to_string(), options.connections.to_string(), options.duration_s.to_string());
    let args =
        ["-n", "-M", "prepared", "-c", &clients, "-j", "2", "-T", &seconds, "-f", &script, server.url()];
    let said = output(&pgbench.display().to_string(), &args);
    let _gone = std::fs::remove_dir_all(folder);
    Ok(tps(&said?))
}

fn tps(text: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix("tps = "))?.split_whitespace().next()?.parse().ok()
}

/// One process, one connection: it has no queue in front of it, and nobody waits for it.
fn sqlite() -> Result<Option<f64>, String> {
    if find_program("sqlite3").is_none() {
        return Ok(None);
    }
    let folder = folder("sqlite")?;
    let (database, script) = (folder.join("reserve.db"), folder.join("reserve.sql"));
    let mut text = format!(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;\n{}\n",
        TABLES.replace("BIGSERIAL", "INTEGER")
    );
    for number in 0..TRANSACTIONS {
        text.push_str(&format!(
            "BEGIN IMMEDIATE; UPDATE zones SET free = free - 1 WHERE id = 1 AND free >= 1; \
             INSERT INTO bookings (buyer) VALUES ({}); COMMIT;\n",
            number.wrapping_mul(7919) % 100_000
        ));
    }
    std::fs::write(&script, text).map_err(|error| error.to_string())?;
    let begun = Instant::now();
    let read = format!(".read {}", script.display());
    let said = output("sqlite3", &[&database.display().to_string(), &read]);
    let seconds = begun.elapsed().as_secs_f64();
    let _gone = std::fs::remove_dir_all(folder);
    said?;
    Ok(Some(f64::from(TRANSACTIONS) / seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_from_what_the_tools_print() {
        let csv = "\"test\",\"rps\",\"avg_latency_ms\"\n\"EVALSHA abc 0 1\",\"44300.25\",\"1.1\"\n";
        assert_eq!(csv_rate(csv), Some(44_300.25));
        assert_eq!(
            tps("latency average = 3 ms\ntps = 2721.5 (without initial connection time)\n"),
            Some(2721.5)
        );
        assert_eq!(tps("nothing"), None);
    }
}
