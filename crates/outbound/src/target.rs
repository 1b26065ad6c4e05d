//! A parsed address: where to connect, and what to ask for there.

/// Where a request goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// Whether the connection is encrypted.
    pub is_tls: bool,
    /// Name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Path and query; begins with a slash.
    pub path: String,
}

impl Target {
    /// `None` when the text is no `http` or `https` address.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let uri: hyper::Uri = url.parse().ok()?;
        let is_tls = match uri.scheme_str()?.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let host = uri.host().filter(|host| !host.is_empty())?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Some(Self { is_tls, host, port: uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 }), path })
    }

    /// The `Host` header: with the port, where it is not the usual one.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.is_tls { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Target({}, path hidden)", self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_usual_port_or_its_own() {
        let parse = |url| Target::parse(url).map(|to| (to.authority(), to.port, to.path));
        let is = |authority: &str, port, path: &str| Some((authority.to_owned(), port, path.to_owned()));
        assert_eq!(parse("https://api.example"), is("api.example", 443, "/"));
        assert_eq!(parse("http://127.0.0.1:9/a?b=c"), is("127.0.0.1:9", 9, "/a?b=c"));
        assert_eq!(parse("http://[::1]:9/"), is("[::1]:9", 9, "/"));
        for none in ["", "x", "ftp://a.example", "//a.example", "http://", "ws://a.example", "http://a b"] {
            assert_eq!(parse(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_asked_for_is_in_no_debug_text() {
        let target = Target::parse("https://api.example/token?secret=s3cr3t").unwrap();
        assert!(!format!("{target:?}").contains("s3cr3t"));
    }
}
