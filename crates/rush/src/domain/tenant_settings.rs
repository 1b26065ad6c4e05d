//! A tenant's rules and looks: defaults for its events, its refund table, its colours.

use super::field::{colour, picture_url, text, time_zone, whole};
use kernel::Currency;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most seats one buyer may own at an event, whatever a tenant wishes (the platform's rule against touts).
pub const TICKETS_PER_USER_MAX: i64 = 20;
/// Seconds of the longest hold: an hour; longer ones starve other buyers.
const HOLD_SECS_MAX: i64 = 3600;
/// Seconds before a show at which the longest cut-off ends its sale: a week.
pub const CUTOFF_SECS_MAX: i64 = 7 * 24 * 3600;
/// Steps of the longest refund table.
const REFUND_STEPS_MAX: usize = 10;
/// Hours before a show of the earliest refund step: a year.
const REFUND_HOURS_MAX: i64 = 366 * 24;
/// Characters of the longest mail sender.
const MAIL_SENDER_CHARS_MAX: usize = 255;

/// The settings of a tenant, as stored and as sent. An unknown name is refused: it would be a typing error without effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TenantSettings {
    /// Most seats one buyer may own at an event that says nothing else, 1 to 20.
    pub max_tickets_per_user: i64,
    /// Seconds a reservation is held, 1 to 3600.
    pub reservation_ttl_secs: i64,
    /// Seconds before a show at which its sale ends, 0 to a week.
    pub booking_cutoff_secs: i64,
    /// ISO 4217 code of the currency prices are in.
    pub currency: String,
    /// `th` or `en`.
    pub locale: String,
    /// The zone of venues that say nothing else.
    pub timezone: String,
    /// What a cancelled ticket gives back, by hours left to the show; below the last step nothing.
    pub refund_table: Vec<RefundStep>,
    /// Who mails are from.
    pub mail_sender: Option<String>,
    /// How pages and mails look.
    pub branding: Branding,
}

/// One step of a refund table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundStep {
    /// At least this many hours before the show.
    pub hours_before: i64,
    /// This many percent of what was paid, 0 to 100.
    pub percent: i64,
}

/// How a tenant looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Branding {
    /// `#RRGGBB`.
    pub primary_color: Option<String>,
    /// `#RRGGBB`.
    pub secondary_color: Option<String>,
    /// `#RRGGBB`.
    pub accent_color: Option<String>,
    /// The address of the small picture in a browser's tab.
    pub favicon_url: Option<String>,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            max_tickets_per_user: 4,
            reservation_ttl_secs: 600,
            booking_cutoff_secs: 3600,
            currency: "THB".into(),
            locale: "en".into(),
            timezone: "Asia/Bangkok".into(),
            refund_table: vec![
                RefundStep { hours_before: 168, percent: 100 },
                RefundStep { hours_before: 72, percent: 50 },
            ],
            mail_sender: None,
            branding: Branding::default(),
        }
    }
}

impl TenantSettings {
    /// These settings with those of `sent` in their place; null brings a default back. Errors: why not, as a sentence's end.
    pub fn merged(&self, sent: Value) -> Result<Self, String> {
        if !sent.is_object() {
            return Err("must be an object".into());
        }
        let mut whole = serde_json::to_value(self).map_err(|error| error.to_string())?;
        merge(&mut whole, sent);
        let settings: Self = serde_json::from_value(whole).map_err(|error| error.to_string())?;
        settings.checked()
    }

    /// The currency. Settings that were checked name one that we know.
    #[must_use]
    pub fn currency(&self) -> Currency {
        Currency::find(&self.currency).unwrap_or(Currency::ALL[0])
    }

    fn checked(mut self) -> Result<Self, String> {
        let named = |name: &'static str| move |problem: String| format!("{name} {problem}");
        whole(1..=TICKETS_PER_USER_MAX)(self.max_tickets_per_user).map_err(named("max_tickets_per_user"))?;
        whole(1..=HOLD_SECS_MAX)(self.reservation_ttl_secs).map_err(named("reservation_ttl_secs"))?;
        whole(0..=CUTOFF_SECS_MAX)(self.booking_cutoff_secs).map_err(named("booking_cutoff_secs"))?;
        Currency::find(&self.currency).ok_or("currency must be THB, USD, EUR, GBP, JPY or SGD")?;
        if !matches!(self.locale.as_str(), "th" | "en") {
            return Err("locale must be th or en".into());
        }
        self.timezone = time_zone(self.timezone).map_err(named("timezone"))?;
        check_refunds(&self.refund_table)?;
        self.mail_sender =
            self.mail_sender.map(text(MAIL_SENDER_CHARS_MAX)).transpose().map_err(named("mail_sender"))?;
        self.branding = self.branding.checked().map_err(named("branding"))?;
        Ok(self)
    }
}

impl Branding {
    fn checked(self) -> Result<Self, String> {
        Ok(Self {
            primary_color: self.primary_color.map(colour).transpose()?,
            secondary_color: self.secondary_color.map(colour).transpose()?,
            accent_color: self.accent_color.map(colour).transpose()?,
            favicon_url: self.favicon_url.map(picture_url).transpose()?,
        })
    }
}

fn check_refunds(steps: &[RefundStep]) -> Result<(), String> {
    if steps.len() > REFUND_STEPS_MAX {
        return Err(format!(
            "refund_table has {} steps, at most {REFUND_STEPS_MAX} are allowed",
            steps.len()
        ));
    }
    let in_range = |step: &RefundStep| {
        (0..=REFUND_HOURS_MAX).contains(&step.hours_before) && (0..=100).contains(&step.percent)
    };
    if !steps.iter().all(in_range) {
        return Err("refund_table: hours_before must be 0 to 8784 and percent 0 to 100".into());
    }
    let falls = |pair: &[RefundStep]| {
        pair[0].hours_before > pair[1].hours_before && pair[0].percent >= pair[1].percent
    };
    if steps.windows(2).all(falls) {
        Ok(())
    } else {
        Err("refund_table must fall: fewer hours left never give back more".into())
    }
}

/// JSON merge patch (RFC 7396): objects are merged, null removes, everything else replaces.
fn merge(target: &mut Value, sent: Value) {
    match (target, sent) {
        (Value::Object(target), Value::Object(sent)) => {
            for (name, value) in sent {
                if value.is_null() {
                    target.remove(&name);
                } else {
                    merge(target.entry(name).or_insert(Value::Null), value);
                }
            }
        }
        (target, sent) => *target = sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_named_stays_and_null_brings_the_default_back() {
        let settings = TenantSettings::default()
            .merged(json!({ "reservation_ttl_secs": 300, "branding": { "primary_color": "#112233" } }))
            .expect("fine settings");
        assert_eq!((settings.reservation_ttl_secs, settings.max_tickets_per_user), (300, 4));
        let again = settings
            .merged(json!({ "reservation_ttl_secs": null, "branding": { "accent_color": "#445566" } }));
        let again = again.expect("fine settings");
        assert_eq!(again.reservation_ttl_secs, 600);
        assert_eq!(again.branding.primary_color.as_deref(), Some("#112233"));
        assert_eq!(again.branding.accent_color.as_deref(), Some("#445566"));
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        for bad in [
            json!(null),
            json!([]),
            json!({ "max_tickets_per_user": 0 }),
            json!({ "max_tickets_per_user": 21 }),
            json!({ "max_tickets_per_user": 2.5 }),
            json!({ "reservation_ttl_secs": 0 }),
            json!({ "reservation_ttl_secs": 3601 }),
            json!({ "booking_cutoff_secs": -1 }),
            json!({ "currency": "XYZ" }),
            json!({ "locale": "fr" }),
            json!({ "timezone": "Mars/Base" }),
            json!({ "typo": 1 }),
            json!({ "branding": { "primary_color": "red" } }),
            json!({ "branding": { "favicon_url": "javascript:x" } }),
            json!({ "mail_sender": "a\u{0}b" }),
            json!({ "refund_table": [{ "hours_before": 10, "percent": 101 }] }),
            json!({ "refund_table": [{ "hours_before": 10, "percent": 50 }, { "hours_before": 20, "percent": 10 }] }),
            json!({ "refund_table": [{ "hours_before": 20, "percent": 10 }, { "hours_before": 10, "percent": 50 }] }),
        ] {
            assert!(TenantSettings::default().merged(bad.clone()).is_err(), "{bad}");
        }
    }
}
