//! The stall's pages. So far one: what this is, and where its API is described. A page asks no database.

use askama::Template;
use axum::Router;
use axum::extract::FromRef;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use kernel::Refusal;
use web::shell::{Shell, Stall, asset_url};
use web::{Edge, Refused, RequestFacts};

/// The stall as the shell shows it.
static TIRIS: Stall = Stall {
    slug: "tiris",
    icon: || asset_url("fairground.svg"),
    name: "Tiris",
    home: "/tiris",
    nav: &[],
    foot: &[],
};

/// The page at the stall's address.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
struct HomePage {
    shell: Shell,
}

/// Every page.
pub fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Edge: FromRef<S>,
{
    Router::new().route("/tiris", get(home))
}

async fn home(facts: RequestFacts) -> Response {
    let mut shell = Shell::new(&TIRIS, "Sub-accounts for trading bots", facts.at).at("/tiris");
    shell.description =
        Some("Slices of an exchange account for trading bots, exact to the eighth decimal.".into());
    match (HomePage { shell }).render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => Refused(Refusal::internal(error)).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Timestamp;

    #[test]
    fn the_page_says_what_this_is_and_leads_to_the_contract() {
        let shell = Shell::new(&TIRIS, "Sub-accounts for trading bots", Timestamp::default());
        let html = HomePage { shell }.render().expect("it renders");
        assert!(!html.contains("Log in"), "there is no page to log in on yet");
        assert!(
            html.contains("href=\"/tiris/docs/openapi.json\"")
                && html.contains("Sub-accounts for trading bots")
        );
    }
}
