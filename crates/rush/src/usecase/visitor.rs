//! Who looks at the catalogue, and what is known of the seats: shared by the verbs that read it.

use crate::app::App;
use crate::domain::event::Event;
use crate::domain::ids::ZoneId;
use kernel::{Actor, TenantId};

/// Somebody at a tenant's shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visitor {
    /// The shop, as `tenant_choice` found it.
    pub tenant: TenantId,
    /// Who it is; none: a stranger.
    pub actor: Option<Actor>,
}

/// Free and held seats as of the last commit this node knows of.
pub(super) fn seats_of(app: &App) -> impl Fn(ZoneId) -> Option<(i64, i64)> + '_ {
    |zone| app.availability.of(zone).map(|seats| (seats.available, seats.held))
}

impl Visitor {
    /// Whether this visitor runs `event`, and so sees what is switched off.
    #[must_use]
    pub fn may_change(self, event: &Event) -> bool {
        self.actor.is_some_and(|actor| event.may_be_changed_by(actor).is_ok())
    }
}
