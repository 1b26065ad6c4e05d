//! Who reads, and what they may see: their own rows, everybody's for an admin, public simulated tradings for guests.

use crate::domain::role;
use crate::domain::trading::Trading;
use kernel::{Actor, Meaning, Refusal, UserId};

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    user: Option<UserId>,
    is_admin: bool,
}

impl Reader {
    /// Somebody whose token was verified.
    #[must_use]
    pub fn of(actor: Actor) -> Self {
        let user = role::may_use(actor.role).then_some(actor.user);
        Self { user, is_admin: role::may_administer(actor.role) }
    }

    /// Somebody who showed no token.
    #[must_use]
    pub const fn guest() -> Self {
        Self { user: None, is_admin: false }
    }

    /// Whether a user's rows may be read.
    #[must_use]
    pub fn may_read(self, owner: UserId) -> bool {
        self.is_admin || self.user == Some(owner)
    }

    /// Whether a trading may be read: also by guests when its owner marked it public.
    #[must_use]
    pub fn may_see(self, trading: &Trading) -> bool {
        self.may_read(trading.user) || trading.is_public()
    }

    /// The reader. Errors: 401 for a guest.
    pub fn own(self) -> Result<UserId, Refusal> {
        self.user.ok_or_else(|| {
            Refusal::new(Meaning::Unauthenticated, "AUTH_REQUIRED", "Sign in first: this is for users.")
        })
    }

    /// Errors: 403 for who is no admin.
    pub fn admin(self) -> Result<(), Refusal> {
        self.own()?;
        if self.is_admin { Ok(()) } else { Err(Refusal::forbidden()) }
    }
}
