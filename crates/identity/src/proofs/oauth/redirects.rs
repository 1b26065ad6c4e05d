//! Where a browser may return to after a log-in: listed addresses, compared character by character.

/// The allowed addresses; the first is taken when nobody names one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedirectAllowList(Vec<String>);

impl RedirectAllowList {
    /// Reads addresses with commas or blanks between them. Errors: a sentence about the first that is no absolute `https`
    /// address, or `http` on this machine, or has a fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = text.split([',', ' ', '\n']).filter(|word| !word.is_empty());
        let list: Vec<_> = words.map(str::to_owned).collect();
        match list.iter().find(|url| !is_fit(url)) {
            Some(bad) => {
                Err(format!("{bad} is no address to return to: https, or http on this machine, no fragment"))
            }
            None => Ok(Self(list)),
        }
    }

    /// The address for a log-in: the one that is asked for, if it is listed; the first, if none is asked for.
    #[must_use]
    pub fn choose(&self, asked: Option<&str>) -> Option<&str> {
        match asked {
            None => self.0.first().map(String::as_str),
            Some(asked) => self.0.iter().map(String::as_str).find(|listed| *listed == asked),
        }
    }
}

fn is_fit(url: &str) -> bool {
    let target = outbound::Target::parse(url);
    let is_here = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "::1");
    !url.contains(['#', '*']) && target.is_some_and(|target| target.is_tls || is_here(&target.host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_addresses_are_returned_to_and_the_first_is_the_usual_one() {
        let list = RedirectAllowList::parse("https://app.example/cb, http://localhost:3000/cb").unwrap();
        assert_eq!(list.choose(None), Some("https://app.example/cb"));
        assert_eq!(list.choose(Some("http://localhost:3000/cb")), Some("http://localhost:3000/cb"));
        for other in ["https://app.example/cb?x", "https://app.example/cb/..", "https://evil.example/cb", ""]
        {
            assert_eq!(list.choose(Some(other)), None, "{other}");
        }
        assert_eq!(RedirectAllowList::default().choose(None), None);
    }

    #[test]
    fn an_address_that_cannot_be_meant_is_refused_at_the_start() {
        for bad in ["http://app.example/cb", "app.example", "https://a.example/#x", "https://*.example/"] {
            assert!(RedirectAllowList::parse(bad).unwrap_err().contains(bad), "{bad}");
        }
    }
}
