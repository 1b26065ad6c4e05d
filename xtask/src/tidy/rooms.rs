//! The rooms of a stall: every one is listed, and each imports only what its row says.

use super::arrows::STALLS;
use super::imports;
use super::ratchet::Finding;
use super::tree::{Text, Tree};

/// What each room may import from its own crate, beside itself. Nothing may import a room that is in no row.
struct Room {
    /// The stall it belongs to; `None` for the rooms that every stall has.
    stall: Option<&'static str>,
    name: &'static str,
    imports: &'static [&'static str],
}

const fn everywhere(name: &'static str, imports: &'static [&'static str]) -> Room {
    Room { stall: None, name, imports }
}

const fn of(stall: &'static str, name: &'static str, imports: &'static [&'static str]) -> Room {
    Room { stall: Some(stall), name, imports }
}

/// Rooms that put the stall together: they may import every room, and none may import them.
const ASSEMBLY: &[&str] = &["lib", "open", "manifest", "prices"];

/// A row of a stall adds to the row that every stall has.
const ROOMS: &[Room] = &[
    everywhere("domain", &[]),
    everywhere("refusals", &["domain"]),
    everywhere("rates", &[]),
    everywhere("config", &["domain"]),
    everywhere("settings", &["config", "domain"]),
    everywhere("store", &["domain"]),
    // A queue of commands knows the use case that decides them.
    everywhere("app", &["domain", "settings", "usecase"]),
    everywhere("usecase", &["app", "domain", "refusals", "settings", "store"]),
    everywhere("http", &["app", "domain", "rates", "refusals", "settings", "usecase"]),
    everywhere("pages", &["app", "domain", "rates", "refusals", "settings", "usecase"]),
    everywhere("jobs", &["app", "domain", "settings", "usecase"]),
    everywhere("events", &["app", "domain", "settings", "usecase"]),
    everywhere("demo", &["app", "domain", "settings", "usecase"]),
    // What may be sold, in memory; a hint of what is left; the waiting rooms; the payment gateway.
    of("rush", "catalogue", &["domain", "store"]),
    of("rush", "availability", &["domain"]),
    of("rush", "waiting", &["domain", "store"]),
    of("rush", "gateway", &["domain", "settings"]),
    of("rush", "app", &["availability", "catalogue", "gateway", "waiting"]),
    of("rush", "usecase", &["availability", "catalogue", "gateway", "waiting"]),
    // What the price engine last published; the engine; the venues' frames; the points of the crash test.
    of("tap", "market_state", &["domain"]),
    of("tap", "desk", &["domain"]),
    of("tap", "stop", &[]),
    of("tap", "feeds", &["domain"]),
    of("tap", "config", &["feeds"]),
    of("tap", "engine", &["app", "desk", "domain", "market_state", "stop", "store"]),
    of("tap", "outbox_tail", &["app", "domain", "stop"]),
    of("tap", "venues", &["feeds"]),
    of("tap", "app", &["desk", "market_state"]),
    of("tap", "usecase", &["desk", "market_state", "stop"]),
    of("tap", "http", &["engine", "stop"]),
    // Access tokens with claims of their own.
    of("funpot", "tokens", &["domain"]),
    of("funpot", "refusals", &["gateway"]),
    of("funpot", "settings", &["gateway"]),
    of("funpot", "limits", &["domain", "refusals"]),
    of("funpot", "gateway", &["domain"]),
    of("funpot", "app", &["tokens", "limits", "gateway"]),
    of("funpot", "usecase", &["tokens", "limits", "gateway"]),
    of("funpot", "http", &["tokens"]),
    // Whom an access token speaks for; where candles come from.
    of("tiris", "tokens", &["domain"]),
    of("tiris", "candle_source", &["domain"]),
    of("tiris", "app", &["candle_source", "exchange", "tokens"]),
    of("tiris", "usecase", &["candle_source", "exchange", "tokens"]),
    // What exchanges are asked in the name of keys' owners.
    of("tiris", "exchange", &["domain"]),
    of("tiris", "refusals", &["exchange"]),
    // What mails say.
    of("tiris", "mails", &[]),
    of("tiris", "usecase", &["mails"]),
    // A demonstration fetches prices for what its bots did before.
    of("tiris", "demo", &["candle_source"]),
    // Identity providers, the vault, API keys; what is declared at NATS.
    of("tiris", "outside", &["settings"]),
    of("tiris", "streams", &[]),
    of("tiris", "app", &["outside"]),
    of("tiris", "usecase", &["outside"]),
    of("tiris", "http", &["tokens"]),
    // Events that take votes, in memory.
    of("funpot", "live", &["domain"]),
    // What sockets are sent, how they speak, and who follows the outbox for them.
    of("funpot", "dialect", &[]),
    of("funpot", "publish", &["app", "domain", "live"]),
    of("funpot", "outbox_tail", &["app", "domain", "publish", "usecase"]),
    of("funpot", "app", &["live"]),
    of("funpot", "usecase", &["live"]),
    of("funpot", "http", &["limits", "live", "publish"]),
];

/// Finds rooms without a row, and imports that no row allows; the key is the file and the room it imports.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let files = tree.rust().filter(|file| file.crate_name().is_some_and(|name| STALLS.contains(&name)));
    let mut found: Vec<Finding> = files.flat_map(findings).collect();
    found.dedup_by(|one, other| one.key == other.key);
    found
}

fn findings(file: &Text) -> Vec<Finding> {
    let (Some(stall), Some(room)) = (file.crate_name(), file.room()) else { return Vec::new() };
    if ASSEMBLY.contains(&room) {
        return Vec::new();
    }
    let rows: Vec<&Room> = rows(stall, room).collect();
    if rows.is_empty() {
        let key = format!("{stall} {room}");
        let message = format!(
            "{}: the room `{room}` is in no row of {}: say there what it may import",
            file.path,
            file!()
        );
        return vec![Finding { key, message }];
    }
    let allowed: Vec<&str> = rows.iter().flat_map(|row| row.imports).copied().collect();
    let imports = imports::imports(file)
        .into_iter()
        .filter_map(|import| Some((import.line, import.path.first()?.clone())));
    let refused =
        imports.filter(|(_, to)| to != room && is_room(stall, to) && !allowed.contains(&to.as_str()));
    let finding = |(line, to): (usize, String)| Finding {
        key: format!("{} -> {to}", file.path),
        message: format!(
            "{}:{line}: {room} may not import {to}; {room} may use {} (pass the value in, or move the code down)",
            file.path,
            allowed.join(", ")
        ),
    };
    refused.map(finding).collect()
}

fn rows<'n>(stall: &'n str, room: &'n str) -> impl Iterator<Item = &'static Room> + 'n {
    ROOMS.iter().filter(move |row| row.name == room && row.stall.is_none_or(|own| own == stall))
}

/// A function or type of the crate's root is no room.
fn is_room(stall: &str, name: &str) -> bool {
    ASSEMBLY.contains(&name) || rows(stall, name).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(path: &str, text: &str) -> Vec<String> {
        find(&Tree::planted(&[(path, text)])).into_iter().map(|finding| finding.key).collect()
    }

    #[test]
    fn a_page_that_reads_tables_itself_is_found() {
        let page = "use crate::usecase::event_list;\nuse crate::store::events;\n";
        assert_eq!(
            keys("crates/rush/src/pages/events.rs", page),
            ["crates/rush/src/pages/events.rs -> store"]
        );
    }

    #[test]
    fn pure_rooms_import_no_other_room() {
        let zone = "fn f(tx: &crate::usecase::Deps) {}\n";
        assert_eq!(keys("crates/rush/src/domain/zone.rs", zone).len(), 1);
    }

    #[test]
    fn an_import_in_a_group_or_over_super_is_found() {
        let text = "use crate::{app::App, http::state};\nuse super::super::pages;\n";
        let path = "crates/tap/src/usecase/bet_place.rs";
        assert_eq!(keys(path, text), [format!("{path} -> http"), format!("{path} -> pages")]);
    }

    #[test]
    fn no_room_imports_what_puts_the_stall_together() {
        let path = "crates/tap/src/usecase/fit.rs";
        assert_eq!(keys(path, "use crate::open::epochs_of;\n"), [format!("{path} -> open")]);
        assert!(keys("crates/tap/src/open.rs", "use crate::usecase::fit;\nuse crate::http::x;\n").is_empty());
    }

    #[test]
    fn a_room_that_is_not_listed_is_found_and_one_stalls_room_is_not_anothers() {
        assert_eq!(keys("crates/rush/src/helpers/x.rs", "use crate::usecase::x;\n"), ["rush helpers"]);
        assert_eq!(keys("crates/rush/src/engine.rs", "\n"), ["rush engine"]);
        assert!(keys("crates/tap/src/engine.rs", "\n").is_empty());
    }
}
