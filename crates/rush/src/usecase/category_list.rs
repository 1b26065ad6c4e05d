//! List a tenant's categories: the active ones, and for its staff all of them.

use crate::app::App;
use crate::domain::category::Category;
use kernel::{Actor, TenantId};
use std::sync::Arc;

/// The categories in their order.
#[must_use]
pub fn run(app: &App, tenant: TenantId, actor: Option<Actor>) -> Vec<Arc<Category>> {
    let staff = actor.is_some_and(|actor| actor.role.may_organize() && actor.tenant == Some(tenant));
    let snapshot = app.catalogue.current();
    snapshot
        .categories(tenant)
        .iter()
        .filter(|category| staff || category.fields.is_active)
        .cloned()
        .collect()
}
