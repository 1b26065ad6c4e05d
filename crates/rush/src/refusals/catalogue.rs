//! The catalogue's refusals in their caller's words.

use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::event_status::EventStatus;
use crate::domain::field::FieldProblem;
use kernel::{Meaning, Refusal};
use serde_json::json;
use std::borrow::Cow;

impl From<CatalogueRefusal> for Refusal {
    fn from(refusal: CatalogueRefusal) -> Self {
        of_catalogue(refusal)
    }
}

/// Why a catalogue verb was refused.
#[must_use]
pub fn of_catalogue(refusal: CatalogueRefusal) -> Refusal {
    match refusal {
        CatalogueRefusal::FieldsAreInvalid(problems) => fields(&problems),
        CatalogueRefusal::NothingIsToBeChanged => {
            Refusal::new(Meaning::Invalid, "INVALID_UPDATE", "Name at least one field to change.")
        }
        CatalogueRefusal::SlugIsMalformed => {
            let text = "A slug has 2 to 100 of a-z, 0-9 and single inner dashes.";
            Refusal::new(Meaning::Invalid, "INVALID_SLUG", text)
        }
        CatalogueRefusal::ThereIsNoSuch(noun) => of_absent(noun),
        CatalogueRefusal::RoleDoesNotAllowIt => Refusal::forbidden(),
        CatalogueRefusal::TenantExistsAlready => {
            conflict("TENANT_EXISTS", "Another tenant has this slug or this domain.")
        }
        CatalogueRefusal::SlugIsTaken => {
            conflict("CONFLICT", "This slug is taken. Choose another one, or send none.")
        }
        CatalogueRefusal::CategoryIsInUse => {
            conflict("CONFLICT", "Events are in this category. Move them first, or switch it off.")
        }
        CatalogueRefusal::TenantStillSells => {
            conflict("CONFLICT", "This tenant has published events. Cancel or unpublish them first.")
        }
        CatalogueRefusal::EventCannotGo { from, to } => cannot_go(from, to),
        CatalogueRefusal::EventHasNothingToSell => conflict(
            "INVALID_STATUS",
            "Add a show that is still to come, with an active zone, before publishing.",
        ),
        CatalogueRefusal::EventIsClosed(status) => closed(status),
        CatalogueRefusal::ShowIsCancelled => {
            conflict("INVALID_STATUS", "This show was cancelled and takes no more changes.")
        }
        CatalogueRefusal::SeatsAreTaken { sold, held } => seats_taken(sold, held),
        CatalogueRefusal::TotalIsBelowTakenSeats { requested, minimum } => too_small(requested, minimum),
    }
}

fn conflict(code: &'static str, text: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal::new(Meaning::Conflict, code, text)
}

fn cannot_go(from: EventStatus, to: EventStatus) -> Refusal {
    let (from, to) = (from.as_str(), to.as_str());
    conflict("INVALID_STATUS", format!("An event that is {from} cannot become {to}."))
        .with_details(json!({ "from": from, "to": to }))
}

fn closed(status: EventStatus) -> Refusal {
    let status = status.as_str();
    conflict("INVALID_STATUS", format!("This event is {status} and takes no more changes."))
        .with_details(json!({ "from": status }))
}

fn seats_taken(sold: i64, held: i64) -> Refusal {
    conflict("SEATS_TAKEN", format!("{sold} seats are sold and {held} are held. Cancel it instead."))
        .with_details(json!({ "sold": sold, "held": held }))
}

fn too_small(requested: i64, minimum: i64) -> Refusal {
    let text =
        format!("{minimum} seats are sold or held, so the total cannot be {requested}. Nothing was changed.");
    conflict("SEATS_TAKEN", text).with_details(json!({ "requested": requested, "minimum": minimum }))
}

fn of_absent(noun: Noun) -> Refusal {
    match noun {
        Noun::Tenant => Refusal::not_found("tenant"),
        Noun::Category => Refusal::not_found("category"),
        Noun::Event => Refusal::not_found("event"),
        Noun::Show => Refusal::not_found("show"),
        Noun::Zone => Refusal::not_found("zone"),
    }
}

/// One problem is told as the sentence, several as a list.
fn fields(problems: &[FieldProblem]) -> Refusal {
    let listed: Vec<_> = problems
        .iter()
        .map(|problem| json!({ "field": problem.field, "problem": problem.problem }))
        .collect();
    let sentences: Vec<_> =
        problems.iter().map(|problem| format!("{} {}", problem.field, problem.problem)).collect();
    let mut details = json!({ "fields": listed });
    if let Some(first) = problems.first() {
        details["field"] = json!(first.field);
        details["problem"] = json!(first.problem);
    }
    Refusal::new(Meaning::Invalid, "VALIDATION_ERROR", sentences.join("; ")).with_details(details)
}
