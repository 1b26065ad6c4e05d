//! Reading and changing tenants. Making one is `tenant_create`.

use super::catalogue_write;
use super::tenant_create::taken;
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::role;
use crate::domain::slug::folded;
use crate::domain::tenant::{Tenant, TenantInput, apply, may_change};
use crate::store::{events, tenants};
use kernel::{Actor, PageRequest, Paged, Refusal, TenantId};
use std::sync::Arc;

/// The tenant with this id: the platform sees any, an admin the own one; anything else does not exist for the caller.
pub fn by_id(app: &App, actor: Actor, id: TenantId) -> Result<Arc<Tenant>, Refusal> {
    may_change(actor, id)?;
    let found = app.catalogue.current().tenant(id).cloned();
    found.ok_or_else(|| CatalogueRefusal::ThereIsNoSuch(Noun::Tenant).into())
}

/// The tenant with this slug.
pub fn by_slug(app: &App, actor: Actor, slug: &str) -> Result<Arc<Tenant>, Refusal> {
    let found = app.catalogue.current().tenant_by_slug(slug).cloned();
    // Whoever may not ask at all hears that first, whether the slug exists or not.
    may_change(actor, found.as_ref().map_or(TenantId(0), |tenant| tenant.id))?;
    found.ok_or_else(|| CatalogueRefusal::ThereIsNoSuch(Noun::Tenant).into())
}

/// What is looked for. What is `None` does not matter.
#[derive(Debug, Clone, Default)]
pub struct TenantQuery {
    /// Whether it does business.
    pub is_active: Option<bool>,
    /// A part of its name, slug or domain.
    pub search: Option<String>,
}

/// One page of tenants, by name: the platform sees all, an admin the own one.
pub fn list(
    app: &App,
    actor: Actor,
    query: &TenantQuery,
    page: PageRequest,
) -> Result<Paged<Arc<Tenant>>, Refusal> {
    if !matches!(actor.role, role::SUPER_ADMIN | role::ADMIN) {
        return Err(CatalogueRefusal::RoleDoesNotAllowIt.into());
    }
    let snapshot = app.catalogue.current();
    let visible = |tenant: &&Arc<Tenant>| actor.role == role::SUPER_ADMIN || actor.tenant == Some(tenant.id);
    let found: Vec<_> =
        snapshot.tenants().iter().filter(visible).filter(|tenant| matches(tenant, query)).collect();
    let skip = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let items = found.iter().skip(skip).take(page.limit as usize).map(|tenant| Arc::clone(tenant)).collect();
    Ok(Paged { items, meta: page.meta(found.len() as u64) })
}

fn matches(tenant: &Tenant, query: &TenantQuery) -> bool {
    let fields = &tenant.fields;
    let has = |part: &str| {
        let part = folded(part.trim());
        let texts = [Some(&fields.name), Some(&fields.slug), fields.domain.as_ref()];
        texts.into_iter().flatten().any(|text| folded(text).contains(&part))
    };
    query.is_active.is_none_or(|active| fields.is_active == active) && query.search.as_deref().is_none_or(has)
}

/// The changed tenant: its admins change its name, looks and rules; the platform also its slug, domain and whether it does
/// business. Its limits hold from this commit on, without a restart.
pub async fn update(app: &App, actor: Actor, id: TenantId, input: TenantInput) -> Result<Tenant, Refusal> {
    may_change(actor, id)?;
    if actor.role != role::SUPER_ADMIN && input.touches_platform_fields() {
        return Err(CatalogueRefusal::RoleDoesNotAllowIt.into());
    }
    let changed = catalogue_write::run(app, move |tx, change| {
        let mut tenant = tenants::lock(tx, id)?.ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Tenant))?;
        tenant.fields = apply(tenant.fields, input.clone())?;
        tenant.updated_at = change.now;
        if tenants::is_taken(tx, id, &tenant.fields.slug, tenant.fields.domain.as_deref())? {
            return Err(CatalogueRefusal::TenantExistsAlready.into());
        }
        tenants::update(tx, &tenant).map_err(taken)?;
        change.enqueue_of_tenant("tenant.updated", &tenant);
        Ok(tenant)
    });
    changed.await
}

/// Deletes it, unless it has published events: the shop is closed for good, its rows stay for the books. Only the platform's own people may.
pub async fn delete(app: &App, actor: Actor, id: TenantId) -> Result<(), Refusal> {
    if actor.role != role::SUPER_ADMIN {
        return Err(CatalogueRefusal::RoleDoesNotAllowIt.into());
    }
    let deleted = catalogue_write::run(app, move |tx, change| {
        let tenant = tenants::lock(tx, id)?.ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Tenant))?;
        if !events::published(tx, id)?.is_empty() {
            return Err(CatalogueRefusal::TenantStillSells.into());
        }
        tenants::delete(tx, id, change.now)?;
        change.enqueue_of_tenant("tenant.deleted", &tenant);
        Ok(())
    });
    deleted.await
}
