//! Change a category.

use super::catalogue_write;
use super::category_create::{choose_slug, may_manage, taken};
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::category::{Category, CategoryInput, apply};
use crate::domain::ids::CategoryId;
use crate::store::categories;
use kernel::{Actor, Refusal};

/// The changed category of the caller's tenant.
pub async fn run(app: &App, actor: Actor, id: CategoryId, input: CategoryInput) -> Result<Category, Refusal> {
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
