//! The catalogue's refusals in their caller's words.

use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::field::FieldProblem;
use kernel::{Meaning, Refusal};
use serde_json::json;

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
        CatalogueRefusal::SlugIsMalformed => Refusal::new(
            Meaning::Invalid,
            "INVALID_SLUG",
            "A slug has 2 to 100 of a-z, 0-9 and single inner dashes.",
        ),
        CatalogueRefusal::ThereIsNoSuch(noun) => of_absent(noun),
        CatalogueRefusal::RoleDoesNotAllowIt => Refusal::forbidden(),
        CatalogueRefusal::TenantExistsAlready => {
            Refusal::new(Meaning::Conflict, "TENANT_EXISTS", "Another tenant has this slug or this domain.")
        }
        CatalogueRefusal::SlugIsTaken => Refusal::new(
            Meaning::Conflict,
            "CONFLICT",
            "This slug is taken. Choose another one, or send none.",
        ),
        CatalogueRefusal::CategoryIsInUse => Refusal::new(
            Meaning::Conflict,
            "CONFLICT",
            "Events are in this category. Move them first, or switch it off.",
        ),
        CatalogueRefusal::TenantStillSells => Refusal::new(
            Meaning::Conflict,
            "CONFLICT",
            "This tenant has published events. Cancel or unpublish them first.",
        ),
        CatalogueRefusal::EventCannotGo { from, to } => {
            let text = format!("An event that is {} cannot become {}.", from.as_str(), to.as_str());
            Refusal::new(Meaning::Conflict, "INVALID_STATUS", text)
                .with_details(json!({ "from": from.as_str(), "to": to.as_str() }))
        }
        CatalogueRefusal::EventHasNothingToSell => {
            let text = "Add a show that is still to come, with an active zone, before publishing.";
            Refusal::new(Meaning::Conflict, "INVALID_STATUS", text)
        }
        CatalogueRefusal::EventIsClosed(status) => {
            let text = format!("This event is {} and takes no more changes.", status.as_str());
            Refusal::new(Meaning::Conflict, "INVALID_STATUS", text)
                .with_details(json!({ "from": status.as_str() }))
        }
        CatalogueRefusal::ShowIsCancelled => Refusal::new(
            Meaning::Conflict,
            "INVALID_STATUS",
            "This show was cancelled and takes no more changes.",
        ),
        CatalogueRefusal::SeatsAreTaken { sold, held } => {
            let text = format!(
                "{sold} seats are sold and {held} are held. Cancel instead, so that buyers are refunded."
            );
            Refusal::new(Meaning::Conflict, "SEATS_TAKEN", text)
                .with_details(json!({ "sold": sold, "held": held }))
        }
        CatalogueRefusal::TotalIsBelowTakenSeats { requested, minimum } => {
            let text = format!(
                "{minimum} seats are sold or held, so the total cannot be {requested}. Nothing was changed."
            );
            Refusal::new(Meaning::Conflict, "SEATS_TAKEN", text)
                .with_details(json!({ "requested": requested, "minimum": minimum }))
        }
    }
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
