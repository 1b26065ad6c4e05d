//! Kinds of keys by their prefix, and what a key may do.

/// What a key is for; its prefix says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiKeyKind {
    /// `txc_`: an exchange or a bot that trades.
    Exchange,
    /// `usr_`: its owner's own programs.
    User,
    /// `svc_`: a service of ours.
    Service,
    /// `whk_`: somebody who only reports.
    Webhook,
}

/// One thing a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Look.
    Read,
    /// Add and change.
    Write,
    /// Remove.
    Delete,
}

/// What a key may do, as a set; `*` is everything, also what is added later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes {
    bits: u8,
    all: bool,
}

impl ApiKeyKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Exchange, Self::User, Self::Service, Self::Webhook];

    /// How its keys begin.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Exchange => "txc_",
            Self::User => "usr_",
            Self::Service => "svc_",
            Self::Webhook => "whk_",
        }
    }

    /// Its name in requests and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exchange => "exchange",
            Self::User => "user",
            Self::Service => "service",
            Self::Webhook => "webhook",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The kind of a key that begins so.
    #[must_use]
    pub fn of_key(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))
    }

    /// What its keys may do, unless they were made for less.
    #[must_use]
    pub fn usual_scopes(self) -> Scopes {
        match self {
            Self::Exchange => Scopes::of(&[Scope::Read, Scope::Write]),
            Self::User => Scopes::of(&[Scope::Read, Scope::Write, Scope::Delete]),
            Self::Service => Scopes::of(&[Scope::Read]),
            Self::Webhook => Scopes::of(&[Scope::Write]),
        }
    }
}

impl Scope {
    const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Delete];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Scopes {
    /// These.
    #[must_use]
    pub fn of(scopes: &[Scope]) -> Self {
        Self { bits: scopes.iter().fold(0, |bits, scope| bits | scope.bit()), all: false }
    }

    /// Reads names; `*` is everything. `None`: one of them is no scope, or there is none.
    #[must_use]
    pub fn parse<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let mut scopes = Self::default();
        for name in names {
            match Scope::named(name) {
                Some(scope) => scopes.bits |= scope.bit(),
                None if name == "*" => scopes.all = true,
                None => return None,
            }
        }
        (scopes != Self::default()).then_some(scopes)
    }

    /// Whether `scope` is among them.
    #[must_use]
    pub const fn allow(self, scope: Scope) -> bool {
        self.all || self.bits & scope.bit() != 0
    }

    /// Whether everything they allow is allowed by `other` too.
    #[must_use]
    pub const fn are_within(self, other: Self) -> bool {
        other.all || (!self.all && self.bits & !other.bits == 0)
    }

    /// Their names.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let plain = Scope::ALL.into_iter().filter(|scope| self.bits & scope.bit() != 0).map(Scope::as_str);
        plain.chain(self.all.then_some("*")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_known_by_its_name_and_its_prefix() {
        for kind in ApiKeyKind::ALL {
            assert_eq!(ApiKeyKind::named(kind.as_str()), Some(kind));
            assert_eq!(ApiKeyKind::of_key(&format!("{}rest", kind.prefix())), Some(kind));
        }
        assert_eq!((ApiKeyKind::named("root"), ApiKeyKind::of_key("xyz_")), (None, None));
        assert_eq!(ApiKeyKind::User.usual_scopes().names(), ["read", "write", "delete"]);
        assert_eq!(ApiKeyKind::Webhook.usual_scopes().names(), ["write"]);
    }

    #[test]
    fn a_star_allows_everything_and_nothing_else_does() {
        let all = Scopes::parse(["*"]).unwrap();
        let read = Scopes::parse(["read"]).unwrap();
        assert!(all.allow(Scope::Delete) && read.allow(Scope::Read) && !read.allow(Scope::Write));
        assert!(read.are_within(all) && !all.are_within(read) && read.are_within(read));
        assert_eq!(Scopes::parse(["read", "admin"]), None);
        assert_eq!(Scopes::parse([]), None);
        assert_eq!(Scopes::parse(all.names()), Some(all));
    }
}
