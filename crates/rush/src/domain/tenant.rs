//! A tenant: a shop with its own people, events and rules.

use super::catalogue_refusal::CatalogueRefusal;
use super::field::{self, Form, Patch, picture_url};
use super::role;
use super::slug;
use super::tenant_settings::TenantSettings;
use kernel::{Actor, TenantId, Timestamp};
use serde::Deserialize;

/// Characters of the longest name.
const NAME_CHARS_MAX: usize = 255;
/// Characters of the longest domain (RFC 1035).
const DOMAIN_CHARS_MAX: usize = 253;
/// Characters of one part of a domain (RFC 1035).
const LABEL_CHARS_MAX: usize = 63;

/// A tenant as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenant {
    /// Its number; also that of its stock account on the ledger.
    pub id: TenantId,
    /// What can be changed.
    pub fields: TenantFields,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What can be changed of a tenant.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantFields {
    /// What people call it.
    pub name: String,
    /// Unique on the platform.
    pub slug: String,
    /// Its own host name, unique on the platform.
    pub domain: Option<String>,
    /// A picture.
    pub logo_url: Option<String>,
    /// Its rules and its looks.
    pub settings: TenantSettings,
    /// Whether it does business.
    pub is_active: bool,
}

impl TenantFields {
    /// What a new tenant starts from.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            name: String::new(),
            slug: String::new(),
            domain: None,
            logo_url: None,
            settings: TenantSettings::default(),
            is_active: true,
        }
    }
}

/// What may be sent to create or change a tenant.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct TenantInput {
    /// 2 to 255 characters.
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    /// 2 to 100 of `a-z`, `0-9`, `-`; unique on the platform.
    #[schema(value_type = Option<String>)]
    pub slug: Patch<String>,
    /// A host name such as `tickets.example.org`.
    #[schema(value_type = Option<String>)]
    pub domain: Patch<String>,
    /// The address of a picture.
    #[schema(value_type = Option<String>)]
    pub logo_url: Patch<String>,
    /// Settings to change; what is not named stays.
    #[schema(value_type = Option<Object>)]
    pub settings: Patch<serde_json::Value>,
    /// Whether it does business.
    #[schema(value_type = Option<bool>)]
    pub is_active: Patch<bool>,
}

impl TenantInput {
    /// Whether a field was sent that only the platform may change.
    #[must_use]
    pub const fn touches_platform_fields(&self) -> bool {
        self.slug.is_sent() || self.domain.is_sent() || self.is_active.is_sent()
    }

    const fn is_empty(&self) -> bool {
        !self.touches_platform_fields()
            && !self.name.is_sent()
            && !self.logo_url.is_sent()
            && !self.settings.is_sent()
    }
}

/// Applies `input` to `fields`. Errors: nothing was sent; a slug that is none; every field that cannot be taken.
pub fn apply(mut fields: TenantFields, input: TenantInput) -> Result<TenantFields, CatalogueRefusal> {
    if input.is_empty() {
        return Err(CatalogueRefusal::NothingIsToBeChanged);
    }
    if matches!(&input.slug, Patch::Value(sent) if !slug::is_slug(sent)) {
        return Err(CatalogueRefusal::SlugIsMalformed);
    }
    let mut form = Form::default();
    form.set("name", &mut fields.name, input.name, field::name(NAME_CHARS_MAX));
    form.check("name", fields.name.chars().count() >= 2, "must have at least 2 characters");
    form.set("slug", &mut fields.slug, input.slug, slug::read);
    form.check("slug", !fields.slug.is_empty(), "is required");
    form.set_opt_text("domain", &mut fields.domain, input.domain, domain);
    form.set_opt_text("logo_url", &mut fields.logo_url, input.logo_url, picture_url);
    form.set("is_active", &mut fields.is_active, input.is_active, Ok);
    let base = fields.settings.clone();
    form.set("settings", &mut fields.settings, input.settings, |sent| base.merged(sent));
    form.finish().map(|()| fields)
}

/// A host name: labels of letters, digits and inner dashes, at least two of them, in lower case.
#[expect(clippy::needless_pass_by_value, reason = "a form's readers take what was sent")]
fn domain(raw: String) -> Result<String, String> {
    let host = raw.trim().trim_end_matches('.').to_ascii_lowercase();
    let label = |part: &str| {
        (1..=LABEL_CHARS_MAX).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let fits = host.len() <= DOMAIN_CHARS_MAX && host.contains('.') && host.split('.').all(label);
    if fits { Ok(host) } else { Err("must be a host name such as tickets.example.org".into()) }
}

/// Whether `actor` may change tenant `id`: the platform any, an admin the own one.
pub fn may_change(actor: Actor, id: TenantId) -> Result<(), CatalogueRefusal> {
    match actor.role {
        role::SUPER_ADMIN => Ok(()),
        role::ADMIN if actor.tenant == Some(id) => Ok(()),
        // A stranger's tenant is not there for an admin; for everybody else the verb is not.
        role::ADMIN => Err(CatalogueRefusal::ThereIsNoSuch(super::catalogue_refusal::Noun::Tenant)),
        _ => Err(CatalogueRefusal::RoleDoesNotAllowIt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_a_host_name() {
        assert_eq!(domain("Tickets.Example.org.".into()), Ok("tickets.example.org".into()));
        for bad in
            ["", "localhost", "a..b", "-a.b", "a b.c", "a.b:80", "https://a.b", "a.b/c", "ä.de", "a\0.b"]
        {
            assert!(domain(bad.into()).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_empty_change_and_a_bad_slug_have_their_own_refusals() {
        let blank = TenantFields::blank;
        assert_eq!(apply(blank(), TenantInput::default()), Err(CatalogueRefusal::NothingIsToBeChanged));
        let input = TenantInput { name: "Hall".into(), slug: "The Hall".into(), ..TenantInput::default() };
        assert_eq!(apply(blank(), input), Err(CatalogueRefusal::SlugIsMalformed));
        let input = TenantInput { name: "Hall".into(), slug: "hall".into(), ..TenantInput::default() };
        assert_eq!(apply(blank(), input).map(|fields| fields.slug), Ok("hall".into()));
    }
}
