//! Who asks: a user, a tenant, a role. Built from a verified token or session alone, never from a body or header.

use crate::tags;
use crate::word::{Alphabet, Word};

crate::typed_id!(UserId, tags::USER, "user");
crate::typed_id!(TenantId, tags::TENANT, "tenant");

/// The longest name of a role.
const ROLE_BYTES_MAX: usize = 16;

/// A role by its name, as it stands in tokens and tables: at most sixteen lower-case letters and `_`.
///
/// Which roles there are its stall declares, as constants and one [`RoleSet`]; what each may do are predicates of the
/// stall's `domain`, which allow what they name and refuse every other role. What narrows a single credential (the scopes
/// of an API key) is no role: it belongs to the proof.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Role(Word<ROLE_BYTES_MAX>);

impl Role {
    /// A role of this name. `None` for an empty, long or otherwise spelled one.
    #[must_use]
    pub const fn new(name: &str) -> Option<Self> {
        match Word::new(name, Alphabet::LowerAndUnderscore) {
            Some(word) => Some(Self(word)),
            None => None,
        }
    }

    /// As written in tokens and tables.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl std::fmt::Debug for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Role({})", self.as_str())
    }
}

/// The roles of one stall, and other words for them. A token that names any other role is not believed.
#[derive(Debug, Clone, Copy)]
pub struct RoleSet {
    roles: &'static [Role],
    aliases: &'static [(&'static str, Role)],
}

impl RoleSet {
    /// These roles; `aliases` are read as the role beside them and never written.
    #[must_use]
    pub const fn new(roles: &'static [Role], aliases: &'static [(&'static str, Role)]) -> Self {
        Self { roles, aliases }
    }

    /// The role of this name or alias; `None` for a word that is neither.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Role> {
        let alias = || self.aliases.iter().find(|(alias, _)| *alias == name).map(|(_, role)| *role);
        self.roles.iter().copied().find(|role| role.as_str() == name).or_else(alias)
    }
}

/// A believed caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: UserId,
    /// The tenant of the user; none for a global customer and for the platform's own people.
    pub tenant: Option<TenantId>,
    /// The role.
    pub role: Role,
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Role = Role::new("owner").expect("a name of letters");
    const GUEST: Role = Role::new("guest").expect("a name of letters");
    const ROLES: RoleSet = RoleSet::new(&[OWNER, GUEST], &[("visitor", GUEST)]);

    #[test]
    fn a_stalls_roles_are_found_by_name_and_alias_and_no_other_word_is_one() {
        assert_eq!(
            (ROLES.find("owner"), ROLES.find("guest"), ROLES.find("visitor")),
            (Some(OWNER), Some(GUEST), Some(GUEST))
        );
        for word in ["", "Owner", "owner ", "visitors", "admin", "owner\0"] {
            assert_eq!(ROLES.find(word), None, "{word:?}");
        }
        assert_eq!(GUEST.as_str(), "guest");
    }

    #[test]
    fn names_of_roles_are_short_lower_case_words() {
        assert!(Role::new("super_admin").is_some() && Role::new("abcdefghijklmnop").is_some());
        for bad in ["", "abcdefghijklmnopq", "Admin", "a b", "a-b", "1", "a\0"] {
            assert!(Role::new(bad).is_none(), "{bad:?}");
        }
    }
}
