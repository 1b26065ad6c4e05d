//! Every page in every state, from made-up values: the tests that a template draws and keeps the rules of the house.
//!
//! With `FAIRGROUND_SHOTS=DIR` the pages are also written there, for eyes.

use super::{FUNPOT, MiniPage, RefusalPage, SolvencyPage};
use crate::usecase::solvency_view::Solvency;
use askama::Template;
use kernel::Timestamp;
use web::shell::Shell;

/// What somebody who means harm writes wherever words are taken.
const HOSTILE: &str = "\"><img src=x onerror=alert(1)></script><script>alert(1)</script>'{{7*7}}";

/// A page's name and its HTML.
type Drawn = (&'static str, String);

fn shell(title: &str) -> Shell {
    let mut shell = Shell::new(&FUNPOT, title, Timestamp::from_secs(1_800_000_000));
    shell.request_id = "01jd7q2m5v8x".into();
    shell
}

fn mini(client: &str) -> MiniPage {
    MiniPage {
        now_ms: 1_800_000_000_000,
        request_id: "01jd7q2m5v8x".into(),
        telegram_client_url: client.into(),
    }
}

fn drawn(name: &'static str, page: &impl Template) -> Drawn {
    (name, page.render().expect("a sample renders"))
}

fn all(words: &str) -> Vec<Drawn> {
    let refusal = RefusalPage {
        shell: shell(words),
        status: 404,
        title: words.into(),
        text: words.into(),
        retry_after_s: Some(3),
    };
    let sums = Solvency {
        at: Timestamp::from_secs(1_800_000_000),
        wallets: 1_234_567,
        held: 500,
        pots: 20_000,
        debts: 0,
        from_stars: 1_000_000,
        given: 300_000,
        paid_out: 0,
        earned: 44_933,
        lost: 0,
        stars: 1_000_000,
        stars_locked: 250_000,
        head: Some((41, words.to_owned())),
    };
    let empty = Solvency { head: None, wallets: 0, from_stars: 0, given: 0, ..sums.clone() };
    vec![
        drawn("funpot-solvency", &SolvencyPage { shell: shell(words), sums }),
        drawn("funpot-solvency-new", &SolvencyPage { shell: shell(words), sums: empty }),
        drawn("funpot", &mini("")),
        drawn("funpot-simulated", &mini(words)),
        drawn("funpot-refusal", &refusal),
    ]
}

#[test]
fn every_page_in_every_state_keeps_the_rules() {
    for (name, html) in all("A quiet title") {
        assert!(
            html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"),
            "{name} is whole"
        );
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one heading of the first order");
        assert_eq!(html.matches("<main").count(), 1, "{name} has one main");
        for word in ["style=", "<style", "onclick", "javascript:", "http://", "https://"] {
            assert!(!html.replace("http://www.w3.org/2000/svg", "").contains(word), "{name} holds {word}");
        }
        if let Some(folder) = std::env::var_os("FAIRGROUND_SHOTS") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), &html)
                .expect("written");
        }
    }
}

#[test]
fn hostile_text_is_shown_and_never_run() {
    for (name, html) in all(HOSTILE) {
        assert!(!html.contains("<img") && !html.contains("<script>alert"), "{name}");
        assert!(!html.contains("'49"), "{name} computes what it was given");
    }
}
