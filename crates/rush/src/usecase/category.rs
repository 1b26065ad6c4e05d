//! Reading and changing the categories of a tenant. Making one is `category_create`.

use super::catalogue_write;
use super::category_create::{choose_slug, may_manage, taken};
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::category::{Category, CategoryInput, apply};
use crate::domain::ids::CategoryId;
use crate::domain::role;
use crate::store::{categories, events};
use kernel::{Actor, Refusal, TenantId};
use std::sync::Arc;

/// A tenant's categories in their order: the active ones, and for its staff all of them.
#[must_use]
pub fn list(app: &App, tenant: TenantId, actor: Option<Actor>) -> Vec<Arc<Category>> {
    let staff = actor.is_some_and(|actor| role::may_organize(actor.role) && actor.tenant == Some(tenant));
    let snapshot = app.catalogue.current();
    snapshot
        .categories(tenant)
        .iter()
        .filter(|category| staff || category.fields.is_active)
        .cloned()
        .collect()
}

/// The changed category of the caller's tenant.
pub async fn update(
    app: &App,
    actor: Actor,
    id: CategoryId,
    input: CategoryInput,
) -> Result<Category, Refusal> {
    let tenant = may_manage(actor)?;
    let changed = catalogue_write::run(app, move |tx, change| {
        let found = categories::lock(tx, tenant, id)?;
        let mut category = found.ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Category))?;
        category.fields = apply(category.fields, input.clone())?;
        category.updated_at = change.now;
        choose_slug(tx, &mut category)?;
        categories::update(tx, &category).map_err(taken)?;
        Ok(category)
    });
    changed.await
}

/// Deletes a category that no event is in from the caller's tenant.
pub async fn delete(app: &App, actor: Actor, id: CategoryId) -> Result<(), Refusal> {
    let tenant = may_manage(actor)?;
    let deleted = catalogue_write::run(app, move |tx, change| {
        categories::lock(tx, tenant, id)?.ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Category))?;
        if events::any_in_category(tx, tenant, id)? {
            return Err(CatalogueRefusal::CategoryIsInUse.into());
        }
        Ok(categories::delete(tx, tenant, id, change.now)?)
    });
    deleted.await
}
