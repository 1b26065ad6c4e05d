//! An event: what a visitor reads, when it is sold, who may change it.

use super::catalogue_refusal::{CatalogueRefusal, Noun};
use super::event_status::EventStatus;
use super::field::{self, Form, Patch, degrees, long_text, moment, picture_url, text, time_zone, whole};
use super::ids::{CategoryId, EventId};
use super::role;
use super::sale_window::SaleWindow;
use super::tenant_settings::{CUTOFF_SECS_MAX, TICKETS_PER_USER_MAX};
use kernel::{Actor, TenantId, Timestamp, UserId};
use serde::Deserialize;

/// Characters of names and titles.
const NAME_CHARS_MAX: usize = 255;
/// Characters of the whole description: about ten printed pages.
const DESCRIPTION_CHARS_MAX: usize = 20_000;
/// Characters of a short description and of an address.
const SHORT_CHARS_MAX: usize = 500;
/// Characters of a city or country.
const PLACE_CHARS_MAX: usize = 100;
/// Pictures of a gallery; a page shows no more.
const GALLERY_MAX: usize = 20;
/// The highest least age.
const MIN_AGE_MAX: i64 = 99;

/// An event as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its number.
    pub id: EventId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Who made it.
    pub organizer: UserId,
    /// The stored state; see `Snapshot::status` for what it is at a moment.
    pub status: EventStatus,
    /// When it was published last.
    pub published_at: Option<Timestamp>,
    /// What can be changed.
    pub fields: EventFields,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What can be changed of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventFields {
    /// What it is called.
    pub name: String,
    /// Unique within the tenant; empty until one is made from the name.
    pub slug: String,
    /// Its category.
    pub category: Option<CategoryId>,
    /// The whole text.
    pub description: Option<String>,
    /// One sentence.
    pub short_description: Option<String>,
    /// A picture in portrait.
    pub poster_url: Option<String>,
    /// A picture in landscape.
    pub banner_url: Option<String>,
    /// More pictures.
    pub gallery: Vec<String>,
    /// Where.
    pub venue: Venue,
    /// Most seats one buyer may own; none: the tenant's figure.
    pub max_tickets_per_user: Option<i64>,
    /// When it is sold, where shows and zones say nothing else.
    pub sale: SaleWindow,
    /// Whether it is shown first.
    pub is_featured: bool,
    /// Whether it is in lists; otherwise who knows its address finds it.
    pub is_public: bool,
    /// The title for search engines.
    pub meta_title: Option<String>,
    /// The description for search engines.
    pub meta_description: Option<String>,
    /// The least age of a guest, as told to buyers.
    pub min_age: Option<i64>,
    /// Seconds before a show at which its sale ends; none: the tenant's figure.
    pub booking_cutoff_secs: Option<i64>,
}

/// Where an event happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Venue {
    /// The house.
    pub name: Option<String>,
    /// The street.
    pub address: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// The zone its clocks show (`Asia/Bangkok`).
    pub timezone: String,
}

impl EventFields {
    /// What a new event starts from, at a venue whose clocks show `timezone`.
    #[must_use]
    pub fn blank(timezone: &str) -> Self {
        Self {
            name: String::new(),
            slug: String::new(),
            category: None,
            description: None,
            short_description: None,
            poster_url: None,
            banner_url: None,
            gallery: Vec::new(),
            venue: Venue {
                name: None,
                address: None,
                city: None,
                country: None,
                latitude: None,
                longitude: None,
                timezone: timezone.to_owned(),
            },
            max_tickets_per_user: None,
            sale: SaleWindow::default(),
            is_featured: false,
            is_public: true,
            meta_title: None,
            meta_description: None,
            min_age: None,
            booking_cutoff_secs: None,
        }
    }
}

/// What may be sent to create or change an event. A tenant, an organizer or a status in it is not read.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct EventInput {
    /// 1 to 255 characters.
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    /// Unique within the tenant; made from the name where it is not sent.
    #[schema(value_type = Option<String>)]
    pub slug: Patch<String>,
    /// The id of one of the tenant's categories.
    #[schema(value_type = Option<String>)]
    pub category_id: Patch<String>,
    /// Up to 20,000 characters.
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
    /// Up to 500 characters.
    #[schema(value_type = Option<String>)]
    pub short_description: Patch<String>,
    /// The address of a picture.
    #[schema(value_type = Option<String>)]
    pub poster_url: Patch<String>,
    /// The address of a picture.
    #[schema(value_type = Option<String>)]
    pub banner_url: Patch<String>,
    /// Up to 20 addresses of pictures.
    #[schema(value_type = Option<Vec<String>>)]
    pub gallery: Patch<Vec<String>>,
    /// Up to 255 characters.
    #[schema(value_type = Option<String>)]
    pub venue_name: Patch<String>,
    /// Up to 500 characters.
    #[schema(value_type = Option<String>)]
    pub venue_address: Patch<String>,
    /// Up to 100 characters.
    #[schema(value_type = Option<String>)]
    pub city: Patch<String>,
    /// Up to 100 characters.
    #[schema(value_type = Option<String>)]
    pub country: Patch<String>,
    /// -90 to 90.
    #[schema(value_type = Option<f64>)]
    pub latitude: Patch<f64>,
    /// -180 to 180.
    #[schema(value_type = Option<f64>)]
    pub longitude: Patch<f64>,
    /// The venue's zone, such as `Asia/Bangkok`.
    #[schema(value_type = Option<String>)]
    pub timezone: Patch<String>,
    /// 1 to 20.
    #[schema(value_type = Option<i64>)]
    pub max_tickets_per_user: Patch<i64>,
    /// RFC 3339.
    #[schema(value_type = Option<String>)]
    pub booking_start_at: Patch<String>,
    /// RFC 3339, after the start.
    #[schema(value_type = Option<String>)]
    pub booking_end_at: Patch<String>,
    /// Whether it is shown first.
    #[schema(value_type = Option<bool>)]
    pub is_featured: Patch<bool>,
    /// Whether it is in lists.
    #[schema(value_type = Option<bool>)]
    pub is_public: Patch<bool>,
    /// Up to 255 characters.
    #[schema(value_type = Option<String>)]
    pub meta_title: Patch<String>,
    /// Up to 500 characters.
    #[schema(value_type = Option<String>)]
    pub meta_description: Patch<String>,
    /// Less usual rules.
    pub settings: Option<EventSettingsInput>,
}

/// The less usual rules of an event. An unknown name is refused: it would be a typing error without effect.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EventSettingsInput {
    /// 0 to 99 years.
    #[schema(value_type = Option<i64>)]
    pub min_age: Patch<i64>,
    /// 0 to 604,800 seconds before a show.
    #[schema(value_type = Option<i64>)]
    pub booking_cutoff_secs: Patch<i64>,
}

/// Applies `input` to `fields`, with `category` as its category was found. Errors: every field that cannot be taken.
pub fn apply(
    mut fields: EventFields,
    input: EventInput,
    category: Patch<CategoryId>,
) -> Result<EventFields, CatalogueRefusal> {
    let mut form = Form::default();
    let input = apply_texts(&mut form, &mut fields, input);
    let input = apply_venue(&mut form, &mut fields.venue, input);
    form.set_opt("category_id", &mut fields.category, category, Ok);
    let per_user = whole(1..=TICKETS_PER_USER_MAX);
    form.set_opt(
        "max_tickets_per_user",
        &mut fields.max_tickets_per_user,
        input.max_tickets_per_user,
        per_user,
    );
    form.set_opt("booking_start_at", &mut fields.sale.starts_at, input.booking_start_at, moment);
    form.set_opt("booking_end_at", &mut fields.sale.ends_at, input.booking_end_at, moment);
    fields.sale.check(&mut form, "booking_end_at");
    form.set("is_featured", &mut fields.is_featured, input.is_featured, Ok);
    form.set("is_public", &mut fields.is_public, input.is_public, Ok);
    let settings = input.settings.unwrap_or_default();
    form.set_opt("settings.min_age", &mut fields.min_age, settings.min_age, whole(0..=MIN_AGE_MAX));
    let cutoff = (&mut fields.booking_cutoff_secs, settings.booking_cutoff_secs);
    form.set_opt("settings.booking_cutoff_secs", cutoff.0, cutoff.1, whole(0..=CUTOFF_SECS_MAX));
    form.finish().map(|()| fields)
}

fn apply_texts(form: &mut Form, fields: &mut EventFields, mut input: EventInput) -> EventInput {
    use std::mem::take;
    form.set("name", &mut fields.name, take(&mut input.name), field::name(NAME_CHARS_MAX));
    form.check("name", !fields.name.is_empty(), "is required");
    form.set("slug", &mut fields.slug, take(&mut input.slug), super::slug::read);
    let description = take(&mut input.description);
    form.set_opt_text("description", &mut fields.description, description, long_text(DESCRIPTION_CHARS_MAX));
    let short = take(&mut input.short_description);
    form.set_opt_text("short_description", &mut fields.short_description, short, long_text(SHORT_CHARS_MAX));
    form.set_opt_text("poster_url", &mut fields.poster_url, take(&mut input.poster_url), picture_url);
    form.set_opt_text("banner_url", &mut fields.banner_url, take(&mut input.banner_url), picture_url);
    form.set("gallery", &mut fields.gallery, take(&mut input.gallery), gallery);
    let (title, description) = (take(&mut input.meta_title), take(&mut input.meta_description));
    form.set_opt_text("meta_title", &mut fields.meta_title, title, field::name(NAME_CHARS_MAX));
    form.set_opt_text(
        "meta_description",
        &mut fields.meta_description,
        description,
        long_text(SHORT_CHARS_MAX),
    );
    input
}

fn apply_venue(form: &mut Form, venue: &mut Venue, mut input: EventInput) -> EventInput {
    use std::mem::take;
    form.set_opt_text(
        "venue_name",
        &mut venue.name,
        take(&mut input.venue_name),
        field::name(NAME_CHARS_MAX),
    );
    form.set_opt_text(
        "venue_address",
        &mut venue.address,
        take(&mut input.venue_address),
        long_text(SHORT_CHARS_MAX),
    );
    form.set_opt_text("city", &mut venue.city, take(&mut input.city), text(PLACE_CHARS_MAX));
    form.set_opt_text("country", &mut venue.country, take(&mut input.country), text(PLACE_CHARS_MAX));
    form.set_opt("latitude", &mut venue.latitude, take(&mut input.latitude), degrees(90.0));
    form.set_opt("longitude", &mut venue.longitude, take(&mut input.longitude), degrees(180.0));
    let both_or_none = venue.latitude.is_some() == venue.longitude.is_some();
    form.check("longitude", both_or_none, "and latitude belong together: send both or none");
    form.set("timezone", &mut venue.timezone, take(&mut input.timezone), time_zone);
    input
}

fn gallery(sent: Vec<String>) -> Result<Vec<String>, String> {
    if sent.len() > GALLERY_MAX {
        return Err(format!("has {} pictures, at most {GALLERY_MAX} are allowed", sent.len()));
    }
    sent.into_iter().map(picture_url).collect()
}

impl Event {
    /// Whether `actor` may change it: its organizer and the admins of its tenant. Errors: to others a draft does not exist.
    pub fn may_be_changed_by(&self, actor: Actor) -> Result<(), CatalogueRefusal> {
        let own_tenant = actor.tenant == Some(self.tenant);
        match actor.role {
            role::ADMIN if own_tenant => Ok(()),
            role::ORGANIZER if own_tenant && self.organizer == actor.user => Ok(()),
            role::ORGANIZER if own_tenant && self.status != EventStatus::Draft => {
                Err(CatalogueRefusal::RoleDoesNotAllowIt)
            }
            role::ADMIN | role::ORGANIZER => Err(CatalogueRefusal::ThereIsNoSuch(Noun::Event)),
            _ => Err(CatalogueRefusal::RoleDoesNotAllowIt),
        }
    }

    /// Whether `actor` may see it at its own address: drafts are seen by those alone who may change them.
    #[must_use]
    pub fn is_visible_to(&self, actor: Option<Actor>) -> bool {
        self.status != EventStatus::Draft || actor.is_some_and(|actor| self.may_be_changed_by(actor).is_ok())
    }
}

/// The tenant in which `actor` may create events. Errors: the role does not organize, or has no tenant to do it in.
pub fn may_create(actor: Actor) -> Result<TenantId, CatalogueRefusal> {
    let organizes = role::may_organize(actor.role);
    actor.tenant.filter(|_| organizes).ok_or(CatalogueRefusal::RoleDoesNotAllowIt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> EventInput {
        EventInput { name: name.into(), ..EventInput::default() }
    }

    fn problems_of(input: EventInput) -> Vec<&'static str> {
        match apply(EventFields::blank("Asia/Bangkok"), input, Patch::Absent) {
            Err(CatalogueRefusal::FieldsAreInvalid(problems)) => problems.iter().map(|p| p.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn each_field_has_its_limits() {
        assert!(problems_of(named("Garden")).is_empty());
        assert_eq!(problems_of(EventInput::default()), ["name"]);
        let of = |edit: fn(&mut EventInput)| {
            let mut input = named("Garden");
            edit(&mut input);
            problems_of(input)
        };
        assert_eq!(of(|i| i.name = "x".repeat(256).into()), ["name"]);
        assert_eq!(of(|i| i.slug = "No Slug".into()), ["slug"]);
        assert_eq!(of(|i| i.short_description = "x".repeat(501).into()), ["short_description"]);
        assert_eq!(of(|i| i.poster_url = "javascript:1".into()), ["poster_url"]);
        assert_eq!(of(|i| i.gallery = vec!["/a".to_owned(); 21].into()), ["gallery"]);
        assert_eq!(of(|i| i.latitude = 90.5.into()), ["latitude"]);
        assert_eq!(of(|i| i.latitude = 13.7.into()), ["longitude"]);
        assert_eq!(of(|i| i.max_tickets_per_user = 21.into()), ["max_tickets_per_user"]);
        assert_eq!(of(|i| i.meta_title = "x".repeat(256).into()), ["meta_title"]);
        assert_eq!(of(|i| i.timezone = "Nowhere".into()), ["timezone"]);
        assert_eq!(
            of(|i| {
                i.booking_start_at = "2030-01-02T00:00:00Z".into();
                i.booking_end_at = "2030-01-02T00:00:00Z".into();
            }),
            ["booking_end_at"]
        );
        assert_eq!(
            of(|i| {
                let settings = EventSettingsInput { min_age: 100.into(), booking_cutoff_secs: (-1).into() };
                i.settings = Some(settings);
            }),
            ["settings.min_age", "settings.booking_cutoff_secs"]
        );
    }

    #[test]
    fn a_draft_is_seen_and_changed_by_its_owner_and_the_admins_of_its_tenant_alone() {
        let mut event = Event {
            id: EventId(1),
            tenant: TenantId(1),
            organizer: UserId(10),
            status: EventStatus::Draft,
            published_at: None,
            fields: EventFields::blank("UTC"),
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
        };
        let actor = |user, tenant, role| Actor { user: UserId(user), tenant, role };
        let here = Some(TenantId(1));
        let no_event = CatalogueRefusal::ThereIsNoSuch(Noun::Event);
        for (who, expected) in [
            (actor(10, here, role::ORGANIZER), Ok(())),
            (actor(11, here, role::ADMIN), Ok(())),
            (actor(11, here, role::ORGANIZER), Err(no_event.clone())),
            (actor(10, Some(TenantId(2)), role::ORGANIZER), Err(no_event.clone())),
            (actor(10, Some(TenantId(2)), role::ADMIN), Err(no_event)),
            (actor(10, here, role::CUSTOMER), Err(CatalogueRefusal::RoleDoesNotAllowIt)),
            (actor(10, None, role::SUPER_ADMIN), Err(CatalogueRefusal::RoleDoesNotAllowIt)),
        ] {
            assert_eq!(event.is_visible_to(Some(who)), expected.is_ok(), "{who:?}");
            assert_eq!(event.may_be_changed_by(who), expected, "{who:?}");
        }
        assert!(!event.is_visible_to(None));
        event.status = EventStatus::Published;
        assert!(event.is_visible_to(None));
        let other = event.may_be_changed_by(actor(11, here, role::ORGANIZER));
        assert_eq!(other, Err(CatalogueRefusal::RoleDoesNotAllowIt));
    }
}
