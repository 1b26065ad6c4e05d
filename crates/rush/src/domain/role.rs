//! The roles of this stall, and what each may do in general. What one may do to one event or tenant is said there.

use kernel::{Role, RoleSet};

/// Buys for themselves.
pub const CUSTOMER: Role = role("customer");
/// Runs own events of a tenant.
pub const ORGANIZER: Role = role("organizer");
/// Runs a tenant.
pub const ADMIN: Role = role("admin");
/// Runs the platform.
pub const SUPER_ADMIN: Role = role("super_admin");
/// Another program of ours.
pub const SERVICE: Role = role("service");

/// Every role there is. `user` is read as an alias of `customer`.
pub const ROLES: RoleSet =
    RoleSet::new(&[CUSTOMER, ORGANIZER, ADMIN, SUPER_ADMIN, SERVICE], &[("user", CUSTOMER)]);

const fn role(name: &'static str) -> Role {
    Role::new(name).expect("the names above are short lower-case words")
}

/// May create and change events of the own tenant.
#[must_use]
pub fn may_organize(role: Role) -> bool {
    matches!(role, ORGANIZER | ADMIN)
}

/// Belongs to the people of one tenant; the others are the platform's.
#[must_use]
pub fn is_of_tenant(role: Role) -> bool {
    matches!(role, CUSTOMER | ORGANIZER | ADMIN)
}

/// May see what belongs to others of the own tenant.
#[must_use]
pub fn may_administer(role: Role) -> bool {
    role == ADMIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_by_its_name_and_a_user_is_a_customer() {
        for role in [CUSTOMER, ORGANIZER, ADMIN, SUPER_ADMIN, SERVICE] {
            assert_eq!(ROLES.find(role.as_str()), Some(role));
        }
        assert_eq!(ROLES.find("user"), Some(CUSTOMER));
        for word in ["", "root", "Admin", "superadmin"] {
            assert_eq!(ROLES.find(word), None, "{word}");
        }
    }

    #[test]
    fn only_staff_of_a_tenant_organizes_and_only_its_admins_administer() {
        for (role, organizes, administers) in [
            (CUSTOMER, false, false),
            (ORGANIZER, true, false),
            (ADMIN, true, true),
            (SUPER_ADMIN, false, false),
            (SERVICE, false, false),
        ] {
            assert_eq!((may_organize(role), may_administer(role)), (organizes, administers), "{role:?}");
        }
    }
}
