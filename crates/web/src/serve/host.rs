//! What a request says of the host it is for: once, well formed, and the same in its target where it stands there too (RFC 9112,
//! sections 3.2 and 3.2.2).

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Request, Version};

/// Takes or refuses the host of a request, and leaves the authority of its target in `Host`. Errors: a half sentence.
pub(super) fn settle<B>(request: &mut Request<B>) -> Result<(), &'static str> {
    let mut lines = request.headers().get_all(HOST).iter();
    let (line, second) = (lines.next(), lines.next());
    if second.is_some() {
        return Err("names its host twice");
    }
    let named = line.map(|line| authority(line).ok_or("has a Host header that is no host")).transpose()?;
    match (request.uri().authority().cloned(), named) {
        (Some(target), Some(named)) if !same(&target, &named, request.uri().scheme_str()) => {
            Err("has a Host header that contradicts its target")
        }
        (Some(target), Some(_)) => {
            // The target counts: whoever reads the header reads the same.
            let value = HeaderValue::from_str(target.as_str()).map_err(|_| "has a target that is no host")?;
            request.headers_mut().insert(HOST, value);
            Ok(())
        }
        (_, None) if request.version() >= Version::HTTP_11 => Err("does not name its host"),
        _ => Ok(()),
    }
}

fn authority(line: &HeaderValue) -> Option<Authority> {
    let text = line.to_str().ok()?;
    // Who somebody is does not stand in a host.
    let authority: Authority = text.parse().ok().filter(|_| !text.contains('@'))?;
    let port = &text[authority.host().len()..];
    let is_port = port.is_empty() || port == ":" || authority.port_u16().is_some();
    (is_port && !authority.host().is_empty()).then_some(authority)
}

fn same(target: &Authority, named: &Authority, scheme: Option<&str>) -> bool {
    let default = if scheme == Some("https") { 443 } else { 80 };
    let port = |authority: &Authority| authority.port_u16().unwrap_or(default);
    target.host().eq_ignore_ascii_case(named.host()) && port(target) == port(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(uri: &str, hosts: &[&str], version: Version) -> Result<String, &'static str> {
        let mut request = Request::builder().uri(uri).version(version);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let mut request = request.body(()).expect("a request");
        settle(&mut request)?;
        Ok(request.headers().get(HOST).map_or("", |host| host.to_str().expect("text")).to_owned())
    }

    #[test]
    fn one_host_is_asked_and_the_target_counts() {
        let v11 = Version::HTTP_11;
        assert_eq!(settled("/x", &["shop.example:8080"], v11), Ok("shop.example:8080".into()));
        assert_eq!(settled("/x", &["[::1]:80"], v11), Ok("[::1]:80".into()));
        assert_eq!(settled("http://Shop.example/x", &["shop.example:80"], v11), Ok("Shop.example".into()));
        for bad in [
            &["a", "a"][..],
            &["a", "b"],
            &[],
            &[""],
            &["a b"],
            &["u@a"],
            &["a/b"],
            &["a:port"],
            &["a:99999"],
        ] {
            assert!(settled("/x", bad, v11).is_err(), "{bad:?}");
        }
        assert!(settled("http://a.example/x", &["b.example"], v11).is_err());
        assert!(settled("http://a.example/x", &["a.example:81"], v11).is_err());
        assert_eq!(settled("/x", &[], Version::HTTP_10), Ok(String::new()));
    }
}
