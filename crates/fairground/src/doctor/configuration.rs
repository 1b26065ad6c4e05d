//! The configuration, as far as it is good and could be better: who reaches us, through what.

use super::Finding;
use crate::config::{Config, keys};
use stall::Profile;

/// What the configuration says about the way in.
pub fn findings(config: &Config) -> Vec<Finding> {
    let mut findings = vec![profile(config), way_in(config), proxies(config), operations(config)];
    if !config.passed_over.is_empty() {
        let names = config.passed_over.join(", ");
        findings.push(Finding::good("environment", format!("passed over as an orchestrator's: {names}")));
    }
    findings
}

fn profile(config: &Config) -> Finding {
    let deployment = config.deployment;
    let found = format!("{} on {}", deployment.profile.as_str(), deployment.listen);
    match deployment.profile {
        Profile::Production => Finding::good("profile", found),
        _ if deployment.is_exposed() => {
            Finding::warn("profile", found, "others reach this: use profile production")
        }
        _ => Finding::good("profile", found + ", for this machine alone"),
    }
}

fn way_in(config: &Config) -> Finding {
    let url = config.public_url();
    if !config.deployment.is_public {
        return Finding::good("public url", url);
    }
    if url.starts_with("https://") {
        Finding::good("public url", url)
    } else {
        Finding::warn(
            "public url",
            url,
            "passwords and cookies travel in clear text: put a proxy with TLS in front",
        )
    }
}

fn proxies(config: &Config) -> Finding {
    let trusted = config.get(&keys::TRUSTED_PROXIES);
    if !trusted.is_empty() {
        return Finding::good("proxies", trusted.join(", "));
    }
    if config.public_url().starts_with("https://") {
        return Finding::warn(
            "proxies",
            "none is trusted, though something in front of us speaks TLS",
            "set http.trusted_proxies to its address, or everybody shares its limits",
        );
    }
    Finding::good("proxies", "none")
}

fn operations(config: &Config) -> Finding {
    let listen = config.get(&keys::OPERATIONS_LISTEN);
    if !listen.is_empty() {
        return Finding::good("metrics", format!("on {listen}"));
    }
    let has_token = !config.get(&keys::OPERATIONS_TOKEN).is_empty();
    match (config.deployment.is_exposed(), has_token) {
        (true, false) => {
            Finding::warn("metrics", "nobody can read them", "set operations.listen or operations.token")
        }
        (true, true) => Finding::good("metrics", "with a token"),
        (false, _) => Finding::good("metrics", "for this machine"),
    }
}
