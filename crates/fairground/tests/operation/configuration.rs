//! What production refuses, all at once, and what an orchestrator's variables do: nothing.

use crate::process::{Piped, errors_of, run};
use std::time::Duration;

/// Keys as an operator would make them; each test spoils some.
const GOOD: &[(&str, &str)] = &[
    ("FAIRGROUND_PUBLIC_URL", "https://tickets.example"),
    ("FAIRGROUND_AUTH_SIGNING_KEY", "7d1c5b9f3a8e2460b7c1d9e5f30a4c8892e6b0d4f7a1358c6e2b9d0f41a7c35e"),
    ("FAIRGROUND_AUTH_ID_KEY", "c3a95e07d1b8426fe0937ab14cd2586f"),
    ("FAIRGROUND_PAYMENTS_WEBHOOK_SECRET", "kG7vTq2ZrX9mWb4LsN8pYc1D"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = GOOD.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.copied().chain(changes.iter().copied()).filter(|(_, value)| !value.is_empty()).collect()
}

/// What `fairground config` says against this environment, in profile production; exit code and text.
fn refused(environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = run(&["config", "--profile", "production"], environment);
    (output.status.code(), errors_of(&output))
}

#[test]
fn production_takes_what_an_operator_makes() {
    let (code, errors) = refused(&with(&[]));
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

#[test]
fn a_stall_without_its_outside_credentials_stays_closed_and_is_refused_where_it_is_asked_for() {
    let output = run(&["config", "--profile", "production"], &with(&[]));
    assert!(crate::process::text_of(&output).lines().any(|line| {
        line.starts_with("stalls ")
            && line.contains("rush,tap")
            && !line.split("profile").next().unwrap_or("").contains("funpot")
    }));
    let (code, errors) = refused(&with(&[("FAIRGROUND_STALLS", "rush,funpot")]));
    assert_eq!(code, Some(2));
    assert!(errors.contains("funpot.auth_telegram_bot_token: is needed"), "{errors}");
}

#[test]
fn production_names_every_key_that_it_refuses_at_once() {
    let (code, errors) = refused(&with(&[
        ("FAIRGROUND_PUBLIC_URL", ""),
        ("FAIRGROUND_AUTH_SIGNING_KEY", &"00".repeat(32)),
        ("FAIRGROUND_AUTH_ID_KEY", "zz"),
        ("FAIRGROUND_PAYMENTS_WEBHOOK_SECRET", "x"),
        ("FAIRGROUND_TAP_ADMIN_TOKEN", "x"),
        ("FAIRGROUND_NODE", "500"),
    ]));
    assert_eq!(code, Some(2), "{errors}");
    for key in [
        "public_url:",
        "auth.signing_key:",
        "auth.id_key ",
        "payments.webhook_secret:",
        "tap.admin_token:",
        "node ",
    ] {
        assert_eq!(errors.matches(&format!("- {key}")).count(), 1, "{key} in\n{errors}");
    }
}

#[test]
fn what_everybody_knows_is_refused_wherever_others_reach_us() {
    let development = "fairground development webhook secret; not a secret";
    let (code, _) = refused(&with(&[("FAIRGROUND_PAYMENTS_WEBHOOK_SECRET", development)]));
    assert_eq!(code, Some(2));
    // Behind a proxy the listener is loopback and the public URL is not.
    let behind = [("FAIRGROUND_PUBLIC_URL", "https://tickets.example")];
    let output = run(&["config"], &behind);
    assert_eq!(output.status.code(), Some(2), "{}", errors_of(&output));
    assert!(errors_of(&output).contains("auth.signing_key: is needed where public_url leads others to us"));
    let output = run(&["config"], &[("FAIRGROUND_TAP_ADMIN_TOKEN", "x")]);
    assert_eq!(output.status.code(), Some(0), "a laptop may be as careless as it likes");
}

#[test]
fn a_demonstration_never_becomes_production() {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let data = folder.path().display().to_string();
    let output = run(&["demo", "--profile", "production", "--data", &data], &with(&[]));
    assert_eq!(output.status.code(), Some(2), "{}", errors_of(&output));
    let address = testkit::server::free_address();
    let mut command = testkit::server::command(crate::process::BINARY);
    command.args(["demo", "--data", &data, "--listen", &address.to_string()]);
    let mut demo = Piped::spawn(command, address);
    demo.wait_until_ready();
    demo.signal("TERM");
    assert!(demo.ended_within(Duration::from_secs(30)).success());
    let output = run(&["serve", "--profile", "production", "--data", &data], &with(&[]));
    assert_eq!(output.status.code(), Some(1));
    assert!(errors_of(&output).contains("demonstration"), "{}", errors_of(&output));
}

#[test]
fn injected_variables_are_passed_over_and_typing_errors_are_not() {
    let injected = [
        ("FAIRGROUND_PORT", "tcp://10.0.0.11:8080"),
        ("FAIRGROUND_SERVICE_HOST", "10.0.0.11"),
        ("FAIRGROUND_SERVICE_PORT", "8080"),
        ("FAIRGROUND_SERVICE_PORT_HTTP", "8080"),
        ("FAIRGROUND_PORT_8080_TCP", "tcp://10.0.0.11:8080"),
        ("FAIRGROUND_PORT_8080_TCP_ADDR", "10.0.0.11"),
        ("FAIRGROUND_PORT_8080_TCP_PORT", "8080"),
        ("FAIRGROUND_PORT_8080_TCP_PROTO", "tcp"),
    ];
    assert_eq!(run(&["config"], &injected).status.code(), Some(0));
    assert_eq!(run(&["config"], &[("FAIRGROUND_PORT", "8080")]).status.code(), Some(2));
    assert_eq!(run(&["config"], &[("FAIRGROUND_PROFIL", "dev")]).status.code(), Some(2));
}
