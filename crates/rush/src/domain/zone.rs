//! A zone: seats of one price in one part of the house.

use super::catalogue_refusal::CatalogueRefusal;
use super::category::SORT_ORDER_MAX;
use super::field::{self, Form, Patch, colour, long_text, moment, whole};
use super::ids::{EventId, ShowId, ZoneId};
use super::sale_window::SaleWindow;
use kernel::{Currency, TenantId, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// Characters of the longest name.
const NAME_CHARS_MAX: usize = 200;
/// Characters of the longest description.
const DESCRIPTION_CHARS_MAX: usize = 1000;
/// The highest price in minor units (10 million baht): beyond it a zero was typed too often.
const PRICE_MINOR_MAX: i64 = 1_000_000_000;
/// Seats of the largest zone: ten of the largest stadiums.
const SEATS_MAX: i64 = 1_000_000;
/// Most seats of one order, whatever a zone wishes.
pub const PER_ORDER_MAX: i64 = 10;
/// Bytes of the largest set of attributes.
const ATTRIBUTES_BYTES_MAX: usize = 4096;

/// A zone as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// Its number; also that of its account on the ledger.
    pub id: ZoneId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Its event.
    pub event: EventId,
    /// Its show.
    pub show: ShowId,
    /// What can be changed.
    pub fields: ZoneFields,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What can be changed of a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneFields {
    /// What people call it.
    pub name: String,
    /// What one sees and gets there.
    pub description: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// The price of one seat in minor units of `currency`.
    pub price_minor: i64,
    /// The currency.
    pub currency: Currency,
    /// Its seats; how many are free, held and sold is on the ledger.
    pub total_seats: i64,
    /// Least seats of one order.
    pub min_per_order: i64,
    /// Most seats of one order.
    pub max_per_order: i64,
    /// Whether it is sold.
    pub is_active: bool,
    /// Lower comes first.
    pub sort_order: i64,
    /// When it is sold; overrides show and event.
    pub sale: SaleWindow,
    /// What else the organizer wants to keep with it: a JSON object.
    pub attributes: Value,
}

impl ZoneFields {
    /// What a new zone starts from, priced in `currency`.
    #[must_use]
    pub fn blank(currency: Currency) -> Self {
        Self {
            name: String::new(),
            description: None,
            color: None,
            price_minor: 0,
            currency,
            total_seats: 0,
            min_per_order: 1,
            max_per_order: PER_ORDER_MAX,
            is_active: true,
            sort_order: 0,
            sale: SaleWindow::default(),
            attributes: Value::Object(serde_json::Map::new()),
        }
    }
}

/// What may be sent to create or change a zone.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ZoneInput {
    /// 1 to 200 characters.
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    /// Up to 1000 characters.
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
    /// `#RRGGBB`.
    #[schema(value_type = Option<String>)]
    pub color: Patch<String>,
    /// Minor units (satang, cents) of `currency`: 150000 is ฿1,500.00.
    #[schema(value_type = Option<i64>)]
    pub price: Patch<i64>,
    /// ISO 4217; all zones of an event have one currency.
    #[schema(value_type = Option<String>)]
    pub currency: Patch<String>,
    /// 1 to 1,000,000; not below what is sold and held.
    #[schema(value_type = Option<i64>)]
    pub total_seats: Patch<i64>,
    /// 1 to 10.
    #[schema(value_type = Option<i64>)]
    pub min_per_order: Patch<i64>,
    /// `min_per_order` to 10.
    #[schema(value_type = Option<i64>)]
    pub max_per_order: Patch<i64>,
    /// Whether it is sold.
    #[schema(value_type = Option<bool>)]
    pub is_active: Patch<bool>,
    /// Lower comes first.
    #[schema(value_type = Option<i64>)]
    pub sort_order: Patch<i64>,
    /// RFC 3339.
    #[schema(value_type = Option<String>)]
    pub sale_start_at: Patch<String>,
    /// RFC 3339, after the start.
    #[schema(value_type = Option<String>)]
    pub sale_end_at: Patch<String>,
    /// A JSON object of up to 4 KiB.
    #[schema(value_type = Option<Object>)]
    pub attributes: Patch<Value>,
}

/// A new zone. Errors: every field that cannot be taken.
pub fn create(input: ZoneInput, currency: Currency) -> Result<ZoneFields, CatalogueRefusal> {
    let mut form = Form::default();
    form.check("name", input.name.is_sent(), "is required");
    form.check("price", input.price.is_sent(), "is required");
    form.check("total_seats", input.total_seats.is_sent(), "is required");
    form.finish()?;
    apply(ZoneFields::blank(currency), input)
}

/// Applies `input` to `fields`. Errors: every field that cannot be taken.
pub fn apply(mut fields: ZoneFields, input: ZoneInput) -> Result<ZoneFields, CatalogueRefusal> {
    let mut form = Form::default();
    form.set("name", &mut fields.name, input.name, field::name(NAME_CHARS_MAX));
    form.set_opt_text(
        "description",
        &mut fields.description,
        input.description,
        long_text(DESCRIPTION_CHARS_MAX),
    );
    form.set_opt_text("color", &mut fields.color, input.color, colour);
    let (was, priced_anew) = (fields.currency, input.price.is_sent());
    form.set("price", &mut fields.price_minor, input.price, whole(0..=PRICE_MINOR_MAX));
    form.set("currency", &mut fields.currency, input.currency, currency);
    // 500 baht are not 500 yen: a number keeps its meaning, or is said again.
    let keeps_meaning = fields.currency == was || priced_anew;
    form.check("currency", keeps_meaning, "changes only together with the price: send price, too");
    form.set("total_seats", &mut fields.total_seats, input.total_seats, whole(1..=SEATS_MAX));
    form.set("min_per_order", &mut fields.min_per_order, input.min_per_order, whole(1..=PER_ORDER_MAX));
    form.set("max_per_order", &mut fields.max_per_order, input.max_per_order, whole(1..=PER_ORDER_MAX));
    let in_order = fields.min_per_order <= fields.max_per_order;
    form.check("max_per_order", in_order, "may not be less than min_per_order");
    form.set("is_active", &mut fields.is_active, input.is_active, Ok);
    form.set("sort_order", &mut fields.sort_order, input.sort_order, whole(0..=SORT_ORDER_MAX));
    form.set_opt("sale_start_at", &mut fields.sale.starts_at, input.sale_start_at, moment);
    form.set_opt("sale_end_at", &mut fields.sale.ends_at, input.sale_end_at, moment);
    fields.sale.check(&mut form, "sale_end_at");
    form.set("attributes", &mut fields.attributes, input.attributes, attributes);
    form.finish().map(|()| fields)
}

#[expect(clippy::needless_pass_by_value, reason = "a form's readers take what was sent")]
fn currency(raw: String) -> Result<Currency, String> {
    Currency::find(&raw).ok_or_else(|| "must be THB, USD, EUR, GBP, JPY or SGD".into())
}

fn attributes(sent: Value) -> Result<Value, String> {
    let text = sent.to_string();
    if !sent.is_object() {
        return Err("must be an object".into());
    }
    if text.contains("\\u0000") {
        return Err("may not contain NUL".into());
    }
    let fits = text.len() <= ATTRIBUTES_BYTES_MAX;
    if fits {
        Ok(sent)
    } else {
        Err(format!("has {} bytes, at most {ATTRIBUTES_BYTES_MAX} are allowed", text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn input() -> ZoneInput {
        ZoneInput {
            name: "Floor".into(),
            price: 150_000.into(),
            total_seats: 10.into(),
            ..ZoneInput::default()
        }
    }

    fn problems_of(edit: impl Fn(&mut ZoneInput)) -> Vec<&'static str> {
        let mut sent = input();
        edit(&mut sent);
        match create(sent, Currency::ALL[0]) {
            Err(CatalogueRefusal::FieldsAreInvalid(problems)) => problems.iter().map(|p| p.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_currency_changes_only_together_with_the_price() {
        let fields = create(input(), Currency::find("THB").expect("known")).expect("a zone");
        let to = |currency: &str| ZoneInput { currency: currency.to_owned().into(), ..ZoneInput::default() };
        let refused = apply(fields.clone(), to("JPY"));
        assert!(matches!(refused, Err(CatalogueRefusal::FieldsAreInvalid(p)) if p[0].field == "currency"));
        assert_eq!(apply(fields.clone(), to("THB")).as_ref(), Ok(&fields));
        let both = ZoneInput { price: 500.into(), ..to("JPY") };
        let changed = apply(fields, both).expect("the price is said anew");
        assert_eq!((changed.price_minor, changed.currency.code), (500, "JPY"));
    }

    #[test]
    fn each_field_has_its_limits() {
        assert!(problems_of(|_| {}).is_empty());
        assert!(problems_of(|i| i.price = 0.into()).is_empty());
        assert_eq!(problems_of(|i| *i = ZoneInput::default()), ["name", "price", "total_seats"]);
        assert_eq!(problems_of(|i| i.name = "x".repeat(201).into()), ["name"]);
        assert_eq!(problems_of(|i| i.description = "x".repeat(1001).into()), ["description"]);
        assert_eq!(problems_of(|i| i.color = "red".into()), ["color"]);
        assert_eq!(problems_of(|i| i.price = (-1).into()), ["price"]);
        assert_eq!(problems_of(|i| i.price = i64::MAX.into()), ["price"]);
        assert_eq!(problems_of(|i| i.currency = "BAHT".into()), ["currency"]);
        for seats in [0, -1, i64::MIN, 1_000_001] {
            assert_eq!(problems_of(|i| i.total_seats = seats.into()), ["total_seats"]);
        }
        assert_eq!(problems_of(|i| i.min_per_order = 0.into()), ["min_per_order"]);
        assert_eq!(problems_of(|i| i.max_per_order = 11.into()), ["max_per_order"]);
        assert_eq!(
            problems_of(|i| {
                i.min_per_order = 3.into();
                i.max_per_order = 2.into();
            }),
            ["max_per_order"]
        );
        assert_eq!(problems_of(|i| i.sort_order = (-1).into()), ["sort_order"]);
        assert_eq!(problems_of(|i| i.attributes = json!([1]).into()), ["attributes"]);
        assert_eq!(problems_of(|i| i.attributes = json!({ "a": "\u{0}" }).into()), ["attributes"]);
        assert_eq!(problems_of(|i| i.attributes = json!({ "a": "x".repeat(5000) }).into()), ["attributes"]);
        assert_eq!(problems_of(|i| i.is_active = Patch::Null), ["is_active"]);
    }
}
