//! Our cookies between stalls and browsers. Stalls write `fg_NAME`; where the site is reached by https, browsers are given
//! `__Host-fg_NAME`, which no neighbouring host and no plain connection can set, and nothing else is read as ours.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

/// What the names of our cookies begin with.
const OURS: &str = "fg_";
/// Tells a browser to take the cookie over https, for this host and from this host alone (RFC 6265bis).
const HOST_PREFIX: &str = "__Host-";

/// Leaves of ours only what counts, under the names that stalls know. Two different values of one name are somebody's game:
/// none of them counts.
pub(crate) fn receive(headers: &mut HeaderMap, secure: bool) {
    let lines: Vec<_> = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok()).collect();
    if !lines.iter().any(|line| line.contains(OURS)) {
        return;
    }
    let pairs: Vec<_> =
        lines.iter().flat_map(|line| line.split(';')).filter_map(|pair| name(pair, secure)).collect();
    let tossed = |(name, value): &(&str, &str)| {
        name.starts_with(OURS) && pairs.iter().any(|(other, theirs)| other == name && theirs != value)
    };
    let kept: Vec<_> =
        pairs.iter().filter(|pair| !tossed(pair)).map(|(name, value)| format!("{name}={value}")).collect();
    let kept = HeaderValue::from_str(&kept.join("; ")).ok();
    headers.remove(COOKIE);
    if let Some(kept) = kept.filter(|kept| !kept.is_empty()) {
        headers.insert(COOKIE, kept);
    }
}

/// A pair under its name within the house; none for a cookie of ours that could have been set by another.
fn name(pair: &str, secure: bool) -> Option<(&str, &str)> {
    let (name, value) = pair.trim().split_once('=')?;
    match (name.strip_prefix(HOST_PREFIX).filter(|inner| inner.starts_with(OURS)), secure) {
        (Some(inner), true) => Some((inner, value)),
        (Some(_), false) => None,
        (None, true) if name.starts_with(OURS) => None,
        (None, _) => Some((name, value)),
    }
}

/// Gives each cookie of ours the prefix, and the attributes that it demands.
pub(crate) fn send(headers: &mut HeaderMap, secure: bool) {
    if !secure || !headers.contains_key(SET_COOKIE) {
        return;
    }
    let all: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for value in all {
        let ours = value.to_str().ok().filter(|text| text.starts_with(OURS)).map(hardened);
        headers.append(SET_COOKIE, ours.and_then(|text| HeaderValue::from_str(&text).ok()).unwrap_or(value));
    }
}

fn hardened(cookie: &str) -> String {
    let attribute = |part: &str| part.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kept =
        cookie.split(';').filter(|part| !["path", "domain", "secure"].contains(&attribute(part).as_str()));
    let kept = kept.collect::<Vec<_>>().join(";");
    format!("{HOST_PREFIX}{kept}; Path=/; Secure")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(lines: &[&str], secure: bool) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, line.parse().expect("a value"));
        }
        receive(&mut headers, secure);
        headers.get(COOKIE).map_or_else(String::new, |value| value.to_str().expect("text").to_owned())
    }

    #[test]
    fn over_https_only_what_a_host_alone_can_set_is_ours() {
        assert_eq!(received(&["a=1; __Host-fg_session=x; fg_session=evil"], true), "a=1; fg_session=x");
        assert_eq!(received(&["fg_session=evil"], true), "");
        assert_eq!(received(&["__Host-fg_session=x"], false), "");
        assert_eq!(received(&["fg_session=x; theme=dark"], false), "fg_session=x; theme=dark");
    }

    #[test]
    fn of_two_cookies_of_one_name_neither_counts() {
        assert_eq!(received(&["fg_session=evil; b=2; fg_session=x"], false), "b=2");
        assert_eq!(received(&["fg_session=evil", "fg_session=x"], false), "");
        assert_eq!(received(&["fg_session=x; fg_session=x"], false), "fg_session=x; fg_session=x");
        assert_eq!(
            received(&["__Host-fg_session=a; __Host-fg_session=b; other=1; other=2"], true),
            "other=1; other=2"
        );
    }

    #[test]
    fn what_is_sent_over_https_has_prefix_path_and_secure() {
        let sent = |secure| {
            let mut headers = HeaderMap::new();
            headers.append(
                SET_COOKIE,
                "fg_flash=in; Path=/shop; HttpOnly; SameSite=Lax".parse().expect("a value"),
            );
            headers.append(SET_COOKIE, "theirs=1; Path=/x".parse().expect("a value"));
            send(&mut headers, secure);
            headers
                .get_all(SET_COOKIE)
                .iter()
                .map(|it| it.to_str().expect("text").to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            sent(true),
            ["__Host-fg_flash=in; HttpOnly; SameSite=Lax; Path=/; Secure", "theirs=1; Path=/x"]
        );
        assert_eq!(sent(false)[0], "fg_flash=in; Path=/shop; HttpOnly; SameSite=Lax");
    }
}
