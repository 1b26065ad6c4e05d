//! Who has an account at both providers.

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// By which a test names them.
    pub(super) handle: String,
    /// What they call themselves.
    pub(super) name: String,
    /// Their address.
    pub(super) email: String,
}

/// Those whom the page offers.
pub(super) const OFFERED: [(&str, &str); 3] = [("ann", "Ann Lee"), ("ben", "Ben Okafor"), ("chen", "陈伟")];

impl Person {
    /// The person of that handle; anybody has an account, so that a test needs no list.
    pub(super) fn of(handle: &str) -> Self {
        let known = OFFERED.iter().find(|(known, _)| *known == handle);
        let name = known.map_or_else(|| handle.to_owned(), |(_, name)| (*name).to_owned());
        Self { handle: handle.to_owned(), name, email: format!("{handle}@example.com") }
    }

    /// Google's name for them.
    pub(super) fn subject(&self) -> String {
        let number =
            self.handle.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(131).wrapping_add(u64::from(byte)));
        format!("1{number:020}")
    }

    /// WeChat's name for them within one application.
    pub(super) fn openid(&self, app_id: &str) -> String {
        format!(
            "o{}_{}",
            app_id.len(),
            format!("{app_id}{}", self.handle).replace(|sign: char| !sign.is_ascii_alphanumeric(), "")
        )
    }

    /// WeChat's name for them that all applications share.
    pub(super) fn union(&self) -> String {
        format!("u_{}", self.handle)
    }
}
