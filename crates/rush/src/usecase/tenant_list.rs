//! List tenants: the platform sees all, an admin the own one.

use crate::app::App;
use crate::domain::catalogue_refusal::CatalogueRefusal;
use crate::domain::slug::folded;
use crate::domain::tenant::Tenant;
use kernel::{Actor, PageRequest, Paged, Refusal, Role};
use std::sync::Arc;

/// What is looked for. What is `None` does not matter.
#[derive(Debug, Clone, Default)]
pub struct TenantQuery {
    /// Whether it does business.
    pub is_active: Option<bool>,
    /// A part of its name, slug or domain.
    pub search: Option<String>,
}

/// One page of tenants, by name.
pub fn run(
    app: &App,
    actor: Actor,
    query: &TenantQuery,
    page: PageRequest,
) -> Result<Paged<Arc<Tenant>>, Refusal> {
    if !matches!(actor.role, Role::SuperAdmin | Role::Admin) {
        return Err(CatalogueRefusal::RoleDoesNotAllowIt.into());
    }
    let snapshot = app.catalogue.current();
    let visible = |tenant: &&Arc<Tenant>| actor.role == Role::SuperAdmin || actor.tenant == Some(tenant.id);
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
