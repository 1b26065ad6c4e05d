//! Categories in rows.

use crate::domain::category::{Category, CategoryFields};
use crate::domain::ids::CategoryId;
use kernel::{TenantId, Timestamp};
use store::{Row, StoreError, Tx, params};

/// The columns that `read` reads, in its order.
macro_rules! columns {
    () => {
        "id, tenant_id, name, slug, description, icon, color, sort_order, is_active, created_at, updated_at"
    };
}

/// The category of a tenant.
macro_rules! one {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM categories WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL"
        )
    };
}

/// Every category that is not deleted, in the order in which they are listed.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Category>, StoreError> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM categories WHERE deleted_at IS NULL ORDER BY sort_order, name, id"
    );
    tx.query(sql, &[], read)
}

/// The category of `tenant`, locked until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, tenant: TenantId, id: CategoryId) -> Result<Option<Category>, StoreError> {
    let sql = tx.pick(one!(), concat!(one!(), " FOR UPDATE"));
    tx.query_opt(sql, params![id.0, tenant.0], read)
}

/// Whether `tenant` has this category.
pub fn exists(tx: &mut Tx<'_>, tenant: TenantId, id: CategoryId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM categories WHERE id = $1 AND tenant_id = $2 AND deleted_at IS NULL";
    Ok(tx.query_opt(sql, params![id.0, tenant.0], |_| Ok(()))?.is_some())
}

/// Whether another category of `tenant` than `id` has this slug.
pub fn slug_is_taken(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    id: CategoryId,
    slug: &str,
) -> Result<bool, StoreError> {
    let sql =
        "SELECT 1 FROM categories WHERE tenant_id = $1 AND slug = $2 AND id <> $3 AND deleted_at IS NULL";
    Ok(tx.query_opt(sql, params![tenant.0, slug, id.0], |_| Ok(()))?.is_some())
}

/// Adds a category. Errors: `Unique` where the slug is taken.
pub fn insert(tx: &mut Tx<'_>, category: &Category) -> Result<(), StoreError> {
    let fields = &category.fields;
    tx.execute(
        concat!(
            "INSERT INTO categories (",
            columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        params![
            category.id.0,
            category.tenant.0,
            &fields.name,
            &fields.slug,
            fields.description.as_ref(),
            fields.icon.as_ref(),
            fields.color.as_ref(),
            fields.sort_order,
            fields.is_active,
            category.created_at,
            category.updated_at
        ],
    )?;
    Ok(())
}

/// Writes what can be changed. Errors: `Unique` where the slug is taken.
pub fn update(tx: &mut Tx<'_>, category: &Category) -> Result<(), StoreError> {
    let fields = &category.fields;
    tx.execute(
        "UPDATE categories SET name = $3, slug = $4, description = $5, icon = $6, color = $7, sort_order = $8,
           is_active = $9, updated_at = $10 WHERE id = $1 AND tenant_id = $2",
        params![
            category.id.0,
            category.tenant.0,
            &fields.name,
            &fields.slug,
            fields.description.as_ref(),
            fields.icon.as_ref(),
            fields.color.as_ref(),
            fields.sort_order,
            fields.is_active,
            category.updated_at
        ],
    )?;
    Ok(())
}

/// Marks it deleted.
pub fn delete(tx: &mut Tx<'_>, tenant: TenantId, id: CategoryId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE categories SET deleted_at = $3 WHERE id = $1 AND tenant_id = $2";
    tx.execute(sql, params![id.0, tenant.0, now])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Category, StoreError> {
    Ok(Category {
        id: CategoryId(row.int(0)?),
        tenant: TenantId(row.int(1)?),
        fields: CategoryFields {
            name: row.text(2)?,
            slug: row.text(3)?,
            description: row.opt_text(4)?,
            icon: row.opt_text(5)?,
            color: row.opt_text(6)?,
            sort_order: row.int(7)?,
            is_active: row.bool(8)?,
        },
        created_at: Timestamp::from_micros(row.int(9)?),
        updated_at: Timestamp::from_micros(row.int(10)?),
    })
}
