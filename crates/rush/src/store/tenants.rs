//! Tenants in rows.

use crate::domain::tenant::{Tenant, TenantFields};
use crate::domain::tenant_settings::TenantSettings;
use kernel::{TenantId, Timestamp};
use store::{Row, StoreError, Tx, params};

/// The columns that `read` reads, in its order.
macro_rules! columns {
    () => {
        "id, name, slug, domain, logo_url, settings, is_active, created_at, updated_at"
    };
}

/// One tenant.
macro_rules! one {
    () => {
        concat!("SELECT ", columns!(), " FROM tenants WHERE id = $1 AND deleted_at IS NULL")
    };
}

/// Every tenant that is not deleted, by name.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Tenant>, StoreError> {
    let sql = concat!("SELECT ", columns!(), " FROM tenants WHERE deleted_at IS NULL ORDER BY name, id");
    tx.query(sql, &[], read)
}

/// The tenant, locked until the transaction ends; `None` when it is deleted or never was.
pub fn lock(tx: &mut Tx<'_>, id: TenantId) -> Result<Option<Tenant>, StoreError> {
    let sql = tx.pick(one!(), concat!(one!(), " FOR UPDATE"));
    tx.query_opt(sql, params![id.0], read)
}

/// Whether the tenant is there and not deleted.
pub fn exists(tx: &mut Tx<'_>, id: TenantId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM tenants WHERE id = $1 AND deleted_at IS NULL";
    Ok(tx.query_opt(sql, params![id.0], |_| Ok(()))?.is_some())
}

/// Whether another tenant than `id` has this slug or domain.
pub fn is_taken(tx: &mut Tx<'_>, id: TenantId, slug: &str, domain: Option<&str>) -> Result<bool, StoreError> {
    let sql =
        "SELECT id FROM tenants WHERE deleted_at IS NULL AND id <> $1 AND (slug = $2 OR domain = $3) LIMIT 1";
    Ok(tx.query_opt(sql, params![id.0, slug, domain], |row| row.int(0))?.is_some())
}

/// Adds a tenant. Errors: `Unique` where slug or domain are taken.
pub fn insert(tx: &mut Tx<'_>, tenant: &Tenant) -> Result<(), StoreError> {
    let fields = &tenant.fields;
    tx.execute(
        concat!("INSERT INTO tenants (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
        params![
            tenant.id.0,
            &fields.name,
            &fields.slug,
            fields.domain.as_ref(),
            fields.logo_url.as_ref(),
            settings_text(&fields.settings)?,
            fields.is_active,
            tenant.created_at,
            tenant.updated_at
        ],
    )?;
    Ok(())
}

/// Writes what can be changed. Errors: `Unique` where slug or domain are taken.
pub fn update(tx: &mut Tx<'_>, tenant: &Tenant) -> Result<(), StoreError> {
    let fields = &tenant.fields;
    tx.execute(
        "UPDATE tenants SET name = $2, slug = $3, domain = $4, logo_url = $5, settings = $6, is_active = $7,
           updated_at = $8 WHERE id = $1",
        params![
            tenant.id.0,
            &fields.name,
            &fields.slug,
            fields.domain.as_ref(),
            fields.logo_url.as_ref(),
            settings_text(&fields.settings)?,
            fields.is_active,
            tenant.updated_at
        ],
    )?;
    Ok(())
}

/// Marks it deleted; its rows stay for the books.
pub fn delete(tx: &mut Tx<'_>, id: TenantId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("UPDATE tenants SET deleted_at = $2 WHERE id = $1", params![id.0, now])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Tenant, StoreError> {
    let settings = row.text(5)?;
    Ok(Tenant {
        id: TenantId(row.int(0)?),
        fields: TenantFields {
            name: row.text(1)?,
            slug: row.text(2)?,
            domain: row.opt_text(3)?,
            logo_url: row.opt_text(4)?,
            settings: serde_json::from_str(&settings).map_err(unreadable)?,
            is_active: row.bool(6)?,
        },
        created_at: Timestamp::from_micros(row.int(7)?),
        updated_at: Timestamp::from_micros(row.int(8)?),
    })
}

fn settings_text(settings: &TenantSettings) -> Result<String, StoreError> {
    serde_json::to_string(settings).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt(format!("settings of a tenant: {error}"))
}
