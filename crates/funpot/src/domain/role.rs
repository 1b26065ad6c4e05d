//! The roles of this stall and what each may do. A user holds a set of them; a token speaks with the highest.

use kernel::{Role, RoleSet};

/// Watches and votes.
pub const USER: Role = role("user");
/// Judges what waits in the review queue.
pub const MODERATOR: Role = role("moderator");
/// Runs the stall.
pub const ADMIN: Role = role("admin");
/// Grants roles and corrects money.
pub const SUPERADMIN: Role = role("superadmin");

/// Every role there is, lowest first.
pub const ALL: &[Role] = &[USER, MODERATOR, ADMIN, SUPERADMIN];

/// Every role there is, by name.
pub const ROLES: RoleSet = RoleSet::new(ALL, &[]);

const fn role(name: &'static str) -> Role {
    Role::new(name).expect("the names above are short lower-case words")
}

/// May judge what waits for a person.
#[must_use]
pub fn may_moderate(role: Role) -> bool {
    matches!(role, MODERATOR | ADMIN | SUPERADMIN)
}

/// May run the stall.
#[must_use]
pub fn may_administer(role: Role) -> bool {
    matches!(role, ADMIN | SUPERADMIN)
}

/// May grant roles and correct money.
#[must_use]
pub fn may_correct(role: Role) -> bool {
    role == SUPERADMIN
}

/// A set of roles, as it is stored: names with commas between them, lowest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRoles(Vec<Role>);

impl HeldRoles {
    /// The role that everybody has.
    #[must_use]
    pub fn of_everybody() -> Self {
        Self(vec![USER])
    }

    /// A set of these names; everybody is a user. `None` where one is no role.
    pub fn parse<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Self> {
        let found: Option<Vec<Role>> = names.into_iter().map(|name| ROLES.find(name)).collect();
        let found = found?;
        Some(Self(ALL.iter().copied().filter(|role| *role == USER || found.contains(role)).collect()))
    }

    /// As it was stored.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        Self::parse(text.split(',').filter(|name| !name.is_empty()))
    }

    /// To be stored.
    #[must_use]
    pub fn stored(&self) -> String {
        self.names().join(",")
    }

    /// The names, lowest first.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(Role::as_str).collect()
    }

    /// The highest.
    #[must_use]
    pub fn highest(&self) -> Role {
        self.0.last().copied().unwrap_or(USER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_roles_is_read_as_it_was_stored_and_speaks_with_the_highest() {
        let held = HeldRoles::from_stored("admin,moderator").expect("both are roles");
        assert_eq!((held.stored().as_str(), held.highest()), ("user,moderator,admin", ADMIN));
        assert_eq!(HeldRoles::from_stored("").map(|held| held.highest()), Some(USER));
        assert_eq!(HeldRoles::parse(["root"]), None);
    }

    #[test]
    fn each_role_may_what_is_named_and_nothing_else() {
        for (role, moderates, administers, corrects) in [
            (USER, false, false, false),
            (MODERATOR, true, false, false),
            (ADMIN, true, true, false),
            (SUPERADMIN, true, true, true),
        ] {
            assert_eq!(
                (may_moderate(role), may_administer(role), may_correct(role)),
                (moderates, administers, corrects)
            );
        }
    }
}
