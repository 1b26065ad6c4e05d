//! How browsers reach us: what such an address may be, and whether it leads to others than this machine.

use axum::http::Uri;
use stall::Profile;
use std::net::IpAddr;

/// Whether `url` leads to a name or an address that is not this machine's own; one that cannot be read leads nowhere.
pub fn leads_elsewhere(url: &str) -> bool {
    let uri = url.parse::<Uri>().ok().filter(|uri| uri.scheme().is_some());
    uri.is_some_and(|uri| uri.host().is_some_and(is_elsewhere))
}

fn is_elsewhere(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match address {
        Ok(address) => !address.is_loopback(),
        Err(_) => host != "localhost" && !host.ends_with(".localhost"),
    }
}

/// What is wrong with `url`, beginning with its key.
pub fn problem(url: &str, profile: Profile) -> Option<String> {
    let is_production = profile == Profile::Production;
    if url.is_empty() {
        let needed = "public_url: is needed in profile production: links in mails, Secure cookies and the domain that wallets \
                      sign come from it";
        return is_production.then(|| needed.to_owned());
    }
    let uri = url.parse::<Uri>().ok();
    let is_origin = uri.as_ref().is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some()
            && matches!(uri.path(), "" | "/")
            && uri.query().is_none()
            && !uri.authority().is_some_and(|authority| authority.as_str().contains('@'))
    });
    if !is_origin {
        return Some(
            "public_url: must be an origin such as https://tickets.example, without a path".to_owned(),
        );
    }
    let is_plain = url.starts_with("http://") && leads_elsewhere(url);
    (is_production && is_plain).then(|| {
        "public_url: must begin with https:// in profile production: cookies and passwords would travel in clear text".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_this_machine_and_what_is_not() {
        for own in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]:80",
            "http://shop.localhost",
            "",
            "nonsense",
        ] {
            assert!(!leads_elsewhere(own), "{own}");
        }
        for other in
            ["https://tickets.example", "http://10.0.0.7:8080", "http://0.0.0.0:8080", "http://[2001:db8::1]"]
        {
            assert!(leads_elsewhere(other), "{other}");
        }
    }

    #[test]
    fn a_public_url_is_an_origin_and_encrypted_in_production() {
        let problem_of = |url: &str| problem(url, Profile::Production).is_some();
        assert!(!problem_of("https://tickets.example") && !problem_of("https://tickets.example/"));
        assert!(!problem_of("http://127.0.0.1:8080"));
        for bad in [
            "",
            "tickets.example",
            "ftp://tickets.example",
            "https://a/b",
            "https://u:p@a",
            "http://tickets.example",
        ] {
            assert!(problem_of(bad), "{bad}");
        }
        assert_eq!(problem("", Profile::Dev), None);
        assert_eq!(problem("http://tickets.example", Profile::Dev), None);
    }
}
