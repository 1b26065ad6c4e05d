//! Delete a category that no event is in.

use super::catalogue_write;
use super::category_create::may_manage;
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::ids::CategoryId;
use crate::store::{categories, events};
use kernel::{Actor, Refusal};

/// Deletes it from the caller's tenant.
pub async fn run(app: &App, actor: Actor, id: CategoryId) -> Result<(), Refusal> {
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
