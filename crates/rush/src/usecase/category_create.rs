//! Create a category, with a slug that is free in its tenant.

use super::catalogue_write;
use super::event_lock;
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::category::{Category, CategoryFields, CategoryInput, apply};
use crate::domain::ids::CategoryId;
use crate::domain::role;
use crate::domain::slug::{numbered, of_name};
use crate::store::categories;
use kernel::{Actor, Refusal, TenantId};
use std::sync::Arc;
use store::keyed::Attempt;
use store::{StoreError, Tx};

/// Slugs that are tried before we give up; nobody names ninety-nine categories alike.
const SLUG_TRIES_MAX: u32 = 99;

/// The new category of the caller's tenant.
pub async fn run(app: &App, actor: Actor, input: CategoryInput) -> Result<Arc<Category>, Refusal> {
    once(app, actor, None, input).await
}

/// The same, once for `attempt`.
pub async fn once(
    app: &App,
    actor: Actor,
    attempt: Option<Attempt>,
    input: CategoryInput,
) -> Result<Arc<Category>, Refusal> {
    let tenant = may_manage(actor)?;
    let fields = apply(CategoryFields::blank(), input)?;
    let created = catalogue_write::create(app, attempt, move |tx, change| {
        let id = CategoryId(change.id());
        let (created_at, updated_at) = (change.now, change.now);
        let mut category = Category { id, tenant, fields: fields.clone(), created_at, updated_at };
        event_lock::must_exist(tx, tenant)?;
        choose_slug(tx, &mut category)?;
        categories::insert(tx, &category).map_err(taken)?;
        Ok(id.0)
    });
    let id = CategoryId(created.await?);
    let found = app.catalogue.current().category(tenant, id).cloned();
    found.ok_or_else(|| CatalogueRefusal::ThereIsNoSuch(Noun::Category).into())
}

/// The tenant whose categories `actor` manages. Errors: the role does not.
pub(super) fn may_manage(actor: Actor) -> Result<TenantId, CatalogueRefusal> {
    let administers = role::may_administer(actor.role);
    actor.tenant.filter(|_| administers).ok_or(CatalogueRefusal::RoleDoesNotAllowIt)
}

/// Checks the slug that was sent, or makes one from the name.
pub(super) fn choose_slug(tx: &mut Tx<'_>, category: &mut Category) -> Result<(), Refusal> {
    let (tenant, id) = (category.tenant, category.id);
    if !category.fields.slug.is_empty() {
        let taken = categories::slug_is_taken(tx, tenant, id, &category.fields.slug)?;
        return if taken { Err(CatalogueRefusal::SlugIsTaken.into()) } else { Ok(()) };
    }
    let base = of_name(&category.fields.name, "category");
    for attempt in 1..=SLUG_TRIES_MAX {
        let slug = numbered(&base, attempt);
        if !categories::slug_is_taken(tx, tenant, id, &slug)? {
            category.fields.slug = slug;
            return Ok(());
        }
    }
    Err(CatalogueRefusal::SlugIsTaken.into())
}

/// Somebody else took the slug at the same moment.
pub(super) fn taken(error: StoreError) -> Refusal {
    if error.is_unique_violation() { CatalogueRefusal::SlugIsTaken.into() } else { error.into() }
}
