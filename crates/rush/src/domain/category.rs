//! A category of a tenant's events.

use super::catalogue_refusal::CatalogueRefusal;
use super::field::{self, Form, Patch, colour, long_text, text, whole};
use super::ids::CategoryId;
use super::slug;
use kernel::{TenantId, Timestamp};
use serde::Deserialize;

/// Characters of the longest name; it must fit on a filter button.
const NAME_CHARS_MAX: usize = 100;
/// Characters of the longest description.
const DESCRIPTION_CHARS_MAX: usize = 1000;
/// Characters of the longest icon name.
const ICON_CHARS_MAX: usize = 50;
/// The highest place in an order; enough for a thousand gaps of a thousand.
pub const SORT_ORDER_MAX: i64 = 1_000_000;

/// A category as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its number.
    pub id: CategoryId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What can be changed.
    pub fields: CategoryFields,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What can be changed of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryFields {
    /// What people call it.
    pub name: String,
    /// Unique within the tenant; empty until one is made from the name.
    pub slug: String,
    /// What belongs to it.
    pub description: Option<String>,
    /// The name of a symbol.
    pub icon: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// Lower comes first.
    pub sort_order: i64,
    /// Whether it is shown.
    pub is_active: bool,
}

impl CategoryFields {
    /// What a new category starts from.
    #[must_use]
    pub const fn blank() -> Self {
        Self {
            name: String::new(),
            slug: String::new(),
            description: None,
            icon: None,
            color: None,
            sort_order: 0,
            is_active: true,
        }
    }
}

/// What may be sent to create or change a category.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct CategoryInput {
    /// 1 to 100 characters.
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    /// Unique within the tenant; made from the name where it is not sent.
    #[schema(value_type = Option<String>)]
    pub slug: Patch<String>,
    /// Up to 1000 characters.
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
    /// The name of a symbol.
    #[schema(value_type = Option<String>)]
    pub icon: Patch<String>,
    /// `#RRGGBB`.
    #[schema(value_type = Option<String>)]
    pub color: Patch<String>,
    /// Lower comes first.
    #[schema(value_type = Option<i64>)]
    pub sort_order: Patch<i64>,
    /// Whether it is shown.
    #[schema(value_type = Option<bool>)]
    pub is_active: Patch<bool>,
}

/// Applies `input` to `fields`. Errors: every field that cannot be taken.
pub fn apply(mut fields: CategoryFields, input: CategoryInput) -> Result<CategoryFields, CatalogueRefusal> {
    let mut form = Form::default();
    form.set("name", &mut fields.name, input.name, field::name(NAME_CHARS_MAX));
    form.check("name", !fields.name.is_empty(), "is required");
    form.set("slug", &mut fields.slug, input.slug, slug::read);
    form.set_opt_text(
        "description",
        &mut fields.description,
        input.description,
        long_text(DESCRIPTION_CHARS_MAX),
    );
    form.set_opt_text("icon", &mut fields.icon, input.icon, text(ICON_CHARS_MAX));
    form.set_opt_text("color", &mut fields.color, input.color, colour);
    form.set("sort_order", &mut fields.sort_order, input.sort_order, whole(0..=SORT_ORDER_MAX));
    form.set("is_active", &mut fields.is_active, input.is_active, Ok);
    form.finish().map(|()| fields)
}
