//! Who asks: a user, a tenant, a role. Built from a verified token or session alone, never from a body or header.

use crate::tags;

crate::typed_id!(UserId, tags::USER, "user");
crate::typed_id!(TenantId, tags::TENANT, "tenant");

/// What an actor may do. `user` is read as an alias of `customer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Buys for themselves.
    Customer,
    /// Runs own events of a tenant.
    Organizer,
    /// Runs a tenant.
    Admin,
    /// Runs the platform.
    SuperAdmin,
    /// Another program of ours.
    Service,
}

impl Role {
    /// As written in tokens and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Organizer => "organizer",
            Self::Admin => "admin",
            Self::SuperAdmin => "super_admin",
            Self::Service => "service",
        }
    }

    /// Reads a role; `None` for a word that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "customer" | "user" => Self::Customer,
            "organizer" => Self::Organizer,
            "admin" => Self::Admin,
            "super_admin" => Self::SuperAdmin,
            "service" => Self::Service,
            _ => return None,
        })
    }

    /// May create and change events of the own tenant.
    #[must_use]
    pub const fn may_organize(self) -> bool {
        matches!(self, Self::Organizer | Self::Admin)
    }

    /// May see what belongs to others of the own tenant.
    #[must_use]
    pub const fn may_administer(self) -> bool {
        matches!(self, Self::Admin)
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
