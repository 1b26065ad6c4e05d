//! Every page in every state, from made-up values: the tests that a template draws and keeps the rules of the house.
//!
//! With `FAIRGROUND_SHOTS=DIR` the pages are also written there, for eyes.

use super::{GridPage, HelpPage, HouseRules, ProofPage, RefusalPage, TAP};
use askama::Template;
use kernel::Timestamp;
use web::shell::Shell;

/// A page's name and its HTML.
type Drawn = (&'static str, String);

fn shell(title: &str) -> Shell {
    let now = Timestamp::parse_rfc3339("2026-11-21T09:30:00Z").expect("a moment");
    let mut shell = Shell::new(&TAP, title, now);
    shell.request_id = "01jd7q2m5v8x".into();
    shell
}

fn drawn(name: &'static str, page: &impl Template) -> Drawn {
    (name, page.render().expect("a sample renders"))
}

fn other_rules() -> HouseRules {
    HouseRules {
        jumps_touch: true,
        touch_grace_columns: 2,
        lock_columns: 2,
        play_money: false,
        ..HouseRules::default()
    }
}

fn all() -> Vec<Drawn> {
    let refusal = RefusalPage {
        shell: shell("Off the grid"),
        status: 404,
        title: "Off the grid".into(),
        text: "There is no such page.".into(),
        retry_after_s: Some(3),
        way: ("/tap".into(), "Back to the grid".into()),
    };
    vec![
        drawn("tap-grid", &GridPage { shell: shell("Tap"), rules: HouseRules::default() }),
        drawn("tap-grid-real", &GridPage { shell: shell("Tap"), rules: other_rules() }),
        drawn("tap-help", &HelpPage { shell: shell("Rules"), rules: HouseRules::default() }),
        drawn("tap-help-other", &HelpPage { shell: shell("Rules"), rules: other_rules() }),
        drawn("tap-proof", &ProofPage { shell: shell("Proof"), bet_id: "01JD7Q2M5V8XKQ4T0B3N6W9Z1C".into() }),
        drawn("tap-refusal", &refusal),
    ]
}

#[test]
fn every_page_in_every_state_keeps_the_rules() {
    for (name, html) in all() {
        assert!(
            html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"),
            "{name} is whole"
        );
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one heading of the first order");
        assert_eq!(html.matches("<main").count(), 1, "{name} has one main");
        for word in ["style=", "<style", "onclick", "javascript:", "http://", "https://", "/tap/login"] {
            assert!(!html.replace("http://www.w3.org/2000/svg", "").contains(word), "{name} holds {word}");
        }
        assert!(!html.contains('—'), "{name} speaks in long dashes");
        if let Some(folder) = std::env::var_os("FAIRGROUND_SHOTS") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), &html)
                .expect("written");
        }
    }
}

#[test]
fn ids_are_unique_and_labels_point_at_them() {
    for (name, html) in all() {
        let ids = attributes(&html, " id=\"");
        let unique: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name} repeats an id");
        let pointed =
            [" for=\"", " aria-labelledby=\"", " aria-describedby=\""].map(|start| attributes(&html, start));
        for target in pointed.concat() {
            assert!(ids.contains(&target), "{name} points at {target}");
        }
    }
}

#[test]
fn the_rules_are_said_plainly() {
    let page = HelpPage { shell: shell("Rules"), rules: HouseRules::default() };
    let html = page.render().expect("renders");
    for said in [
        "edges included",
        "is <strong>not</strong> a touch",
        "edge of 6 %",
        "more than 3 seconds",
        "verify proof.json",
    ] {
        assert!(html.contains(said), "the help does not say: {said}");
    }
}

#[test]
fn what_stands_in_an_address_is_shown_and_never_run() {
    let page = ProofPage { shell: shell("Proof"), bet_id: "\"><script>alert(1)</script>".into() };
    assert!(!page.render().expect("renders").contains("<script>alert"));
}

fn attributes<'a>(html: &'a str, start: &str) -> Vec<&'a str> {
    html.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}
