//! E-mail addresses: which we take, and the key under which one is unique.

/// The longest address that mail can carry (RFC 5321: a path of 256 less two brackets).
const EMAIL_BYTES_MAX: usize = 254;
/// The longest part before the `@` (RFC 5321).
const LOCAL_BYTES_MAX: usize = 64;

/// An address that mail can reach, as its owner writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    text: String,
    key: String,
}

/// Why a text is no address we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailFault {
    /// Nothing but white space.
    EmailIsEmpty,
    /// More than 254 bytes, or more than 64 before the `@`.
    EmailIsTooLong,
    /// Not one `@` with something on both sides.
    EmailNeedsOneAt,
    /// A space, a control character or another sign that no plain address has before the `@`.
    LocalPartHasForbiddenSigns,
    /// Dots at an end or in a row before the `@`.
    LocalPartHasStrayDots,
    /// After the `@` there are not at least two labels of letters, digits and inner hyphens.
    DomainIsMalformed,
}

impl EmailFault {
    /// What to tell the person at the form.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::EmailIsEmpty => "Enter your e-mail address.",
            Self::EmailIsTooLong => "This e-mail address is too long.",
            Self::EmailNeedsOneAt => "An e-mail address has one @, like name@example.com.",
            Self::LocalPartHasForbiddenSigns => "The part before the @ has a sign that we cannot take.",
            Self::LocalPartHasStrayDots => "The part before the @ has a dot too many.",
            Self::DomainIsMalformed => "The part after the @ is not a domain, like example.com.",
        }
    }
}

impl Email {
    /// Reads an address; white space around it is cut off.
    pub fn parse(text: &str) -> Result<Self, EmailFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailFault::EmailIsEmpty);
        }
        if text.len() > EMAIL_BYTES_MAX {
            return Err(EmailFault::EmailIsTooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailFault::EmailNeedsOneAt)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(EmailFault::EmailNeedsOneAt);
        }
        check_local(local)?;
        let domain = ascii_domain(domain)?;
        Ok(Self { text: text.to_owned(), key: format!("{}@{domain}", local.to_lowercase()) })
    }

    /// As its owner wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form under which it is unique and looked up.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// The look-up form of any text, address or not: trimmed, in lower case, and with the one spelling of its domain.
#[must_use]
pub fn key(text: &str) -> String {
    Email::parse(text).map_or_else(|_| text.trim().to_lowercase(), |email| email.key)
}

fn check_local(local: &str) -> Result<(), EmailFault> {
    if local.len() > LOCAL_BYTES_MAX {
        return Err(EmailFault::EmailIsTooLong);
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    if !local.bytes().all(allowed) {
        return Err(EmailFault::LocalPartHasForbiddenSigns);
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(EmailFault::LocalPartHasStrayDots);
    }
    Ok(())
}

/// The one ASCII spelling of a domain (RFC 5891): `bücher.example` and `xn--bcher-kva.example` are the same mail box.
fn ascii_domain(domain: &str) -> Result<String, EmailFault> {
    let uts46 = idna::uts46::Uts46::new();
    let rules =
        (idna::AsciiDenyList::STD3, idna::uts46::Hyphens::CheckFirstLast, idna::uts46::DnsLength::Verify);
    let ascii = uts46.to_ascii(domain.as_bytes(), rules.0, rules.1, rules.2);
    let ascii = ascii.map_err(|_| EmailFault::DomainIsMalformed)?;
    if ascii.contains('.') { Ok(ascii.into_owned()) } else { Err(EmailFault::DomainIsMalformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_are_taken_and_compared_without_case() {
        for good in ["a@b.co", "Som.Chai+shop@Example.co.th", "o'neil@x-y.example", " padded@example.com "] {
            let email = Email::parse(good).expect(good);
            assert_eq!(email.key(), good.trim().to_lowercase());
        }
    }

    #[test]
    fn an_international_domain_has_one_spelling() {
        let key = |text: &str| Email::parse(text).expect(text).key().to_owned();
        for same in [
            "ann@bücher.example",
            "Ann@BÜCHER.example",
            "ann@bu\u{308}cher.example",
            "ann@xn--bcher-kva.example",
        ] {
            assert_eq!(key(same), "ann@xn--bcher-kva.example", "{same}");
        }
        assert_eq!(key("ann@โรงแรม.ไทย"), "ann@xn--72c6ceb3md.xn--o3cw4h");
        assert_eq!(super::key(" Ann@Bücher.example "), "ann@xn--bcher-kva.example");
        for bad in [
            "ann@xn--\u{0}.example",
            "ann@xn--zzzzzz99999.example",
            "ann@a\u{202e}b.example",
            "ann@bü cher.example",
        ] {
            assert_eq!(Email::parse(bad), Err(EmailFault::DomainIsMalformed), "{bad}");
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        let long = format!("{}@example.com", "a".repeat(250));
        let long_local = format!("{}@example.com", "a".repeat(65));
        let cases = [
            ("  ", EmailFault::EmailIsEmpty),
            (long.as_str(), EmailFault::EmailIsTooLong),
            (long_local.as_str(), EmailFault::EmailIsTooLong),
            ("nobody", EmailFault::EmailNeedsOneAt),
            ("@example.com", EmailFault::EmailNeedsOneAt),
            ("a@b@example.com", EmailFault::EmailNeedsOneAt),
            ("a b@example.com", EmailFault::LocalPartHasForbiddenSigns),
            ("a\0@example.com", EmailFault::LocalPartHasForbiddenSigns),
            ("a\r\nBcc: x@example.com", EmailFault::LocalPartHasForbiddenSigns),
            ("ö@example.com", EmailFault::LocalPartHasForbiddenSigns),
            (".a@example.com", EmailFault::LocalPartHasStrayDots),
            ("a..b@example.com", EmailFault::LocalPartHasStrayDots),
            ("a@localhost", EmailFault::DomainIsMalformed),
            ("a@example..com", EmailFault::DomainIsMalformed),
            ("a@-x.com", EmailFault::DomainIsMalformed),
            ("a@ex\u{0}ample.com", EmailFault::DomainIsMalformed),
        ];
        for (text, fault) in cases {
            assert_eq!(Email::parse(text), Err(fault), "{text:?}");
        }
    }
}
