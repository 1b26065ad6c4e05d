//! The roles of this stall, and what each may do. What no predicate names may do nothing.

use kernel::{Role, RoleSet};

/// Somebody with an account: their own rows.
pub const USER: Role = Role::new("user").expect("a short lower-case word");
/// Every user, the audit, replays, deletions of informational logs.
pub const ADMIN: Role = Role::new("admin").expect("a short lower-case word");
/// A strategy's executor, for the user it serves.
pub const BOT: Role = Role::new("bot").expect("a short lower-case word");
/// Another program of the house: publishes events, with its own quota.
pub const SERVICE: Role = Role::new("service").expect("a short lower-case word");

/// Every role a token may name.
pub const ROLES: RoleSet = RoleSet::new(&[USER, ADMIN, BOT, SERVICE], &[]);

/// Whether the role sees and changes its user's rows.
#[must_use]
pub fn may_use(role: Role) -> bool {
    role == USER || role == ADMIN || role == BOT || role == SERVICE
}

/// Whether the role sees everybody's rows.
#[must_use]
pub fn may_administer(role: Role) -> bool {
    role == ADMIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_admin_sees_what_is_everybodys() {
        let stranger = Role::new("stranger").expect("a word");
        assert!(may_administer(ADMIN) && may_use(BOT));
        assert!([USER, BOT, SERVICE, stranger].into_iter().all(|role| !may_administer(role)));
        assert!(!may_use(stranger) && ROLES.find("stranger").is_none());
    }
}
