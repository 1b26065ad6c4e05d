//! The OpenAPI document: what every stall's has in common, how it is served, and the check that no route is missing.
//!
//! A stall builds its API as `OpenApiRouter::with_openapi(openapi::document(…)).routes(routes!(list, create))`; each handler
//! carries `#[utoipa::path(post, path = "/bookings/reserve", tag = "bookings", security(("bearer" = [])),
//! request_body = Reserve, responses((status = 201, body = Wrapped<Reserved>), (status = 409, body = Failed)))]`.
//! `router.split_for_parts()` gives the routes and the document.

mod complete;

pub use complete::complete;

use crate::edge::Edge;
use crate::envelope::JSON;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, Info, OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

/// A success: `{success:true,data}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Wrapped<T: ToSchema> {
    /// Always true.
    pub success: bool,
    /// What was asked for.
    pub data: T,
}

/// A page of a list: `{success:true,data:[…],meta}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrappedList<T: ToSchema> {
    /// Always true.
    pub success: bool,
    /// The rows.
    pub data: Vec<T>,
    /// About the page.
    pub meta: ListMeta,
}

/// What is said about a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListMeta {
    /// 1-based.
    pub page: u64,
    /// Rows per page.
    pub per_page: u32,
    /// Rows in all.
    pub total: u64,
    /// Pages in all.
    pub total_pages: u64,
    /// Whether a further page has rows.
    pub has_more: bool,
}

/// A refusal: `{success:false,error}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failed {
    /// Always false.
    pub success: bool,
    /// Why.
    pub error: FailedBody,
}

/// Why something was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedBody {
    /// Stable, upper-case, for programs.
    #[schema(example = "INSUFFICIENT_SEATS")]
    pub code: String,
    /// For people.
    pub message: String,
    /// Facts for programs.
    #[schema(value_type = Option<Object>)]
    pub details: Option<serde_json::Value>,
}

/// Every status a refusal can have, for `responses((status = 200, …), Refusals)`: which code each carries is in the texts.
#[derive(Debug)]
pub struct Refusals;

impl utoipa::IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let refused = |(status, text): (&str, &str)| {
            let schema = Ref::from_schema_name(Failed::name());
            let content = ContentBuilder::new().schema(Some(schema)).build();
            let response =
                ResponseBuilder::new().description(text).content("application/json", content).build();
            (status.to_owned(), RefOr::T(response))
        };
        REFUSALS.into_iter().map(refused).collect()
    }
}

const REFUSALS: [(&str, &str); 15] = [
    ("400", "the request breaks a rule of form"),
    ("401", "nobody, or nobody we can believe"),
    ("402", "money is missing"),
    ("403", "known, but not allowed"),
    ("404", "not there, or not there for this caller"),
    ("405", "not with this method"),
    ("409", "the state of things says no"),
    ("410", "it was possible and is over"),
    ("413", "the body is too large"),
    ("415", "the body is not JSON"),
    ("422", "it contradicts an earlier request"),
    ("429", "too often"),
    ("500", "our fault"),
    ("503", "not now; try again"),
    ("504", "somebody behind us did not answer in time"),
];

/// A document to which routes are added: the bearer scheme and the refusal's schema are in it.
#[must_use]
pub fn document(title: &str, version: &str, about: &str) -> OpenApi {
    let mut info = Info::new(title, version);
    info.description = Some(about.to_owned());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let mut components = Components::new();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    components.schemas.insert(Failed::name().into_owned(), Failed::schema());
    components.schemas.insert(FailedBody::name().into_owned(), FailedBody::schema());
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Serves `document`, [`complete`] and rendered once. Errors: it cannot be written as JSON.
pub fn served<S: Clone + Send + Sync + 'static>(
    document: &OpenApi,
    edge: &Edge,
) -> Result<MethodRouter<S>, serde_json::Error> {
    let document = complete(document, &edge.settings().routes)?;
    let bytes = Bytes::from(serde_json::to_vec(&document)?);
    Ok(get(move || std::future::ready(([(CONTENT_TYPE, JSON)], bytes.clone()))))
}

/// For tests: the `METHOD path` of `router` that `document` lacks, paths below `exempt` prefixes left out.
///
/// axum tells its routes only through `Debug`, which this reads; it panics when it finds none, so that a change of that
/// form cannot make the check pass silently.
#[must_use]
pub fn undocumented<S>(router: &axum::Router<S>, document: &OpenApi, exempt: &[&str]) -> Vec<String> {
    let routes = routes_of(&format!("{router:?}"));
    assert!(!routes.is_empty(), "no routes were found in the router's Debug form");
    let documented = serde_json::to_value(&document.paths).expect("a document can be written as JSON");
    let missing = |(method, path): &(String, String)| {
        let exempted = exempt.iter().any(|prefix| path.starts_with(prefix));
        !exempted && documented[path][method.as_str()].is_null()
    };
    let missing = routes.into_iter().filter(missing);
    missing.map(|(method, path)| format!("{} {path}", method.to_uppercase())).collect()
}

/// (method, path) pairs from `RouteId(1): MethodRouter(MethodRouter { get: BoxedHandler, … })` and
/// `paths: {RouteId(1): "/x"}`.
fn routes_of(debug: &str) -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for (at, _) in debug.match_indices(": MethodRouter(MethodRouter {") {
        let id_at = debug[..at].rfind("RouteId(").expect("every method router stands under its id");
        let Some(path) = path_of(debug, &debug[id_at..at]) else { continue };
        let fields = debug[at + 29..].split("fallback:").next().unwrap_or_default();
        let present = fields.split(", ").filter_map(|field| field.trim().split_once(": "));
        let present = present.filter(|(_, endpoint)| !endpoint.starts_with("None"));
        routes.extend(present.map(|(method, _)| (method.trim().to_owned(), path.to_owned())));
    }
    routes
}

fn path_of<'a>(debug: &'a str, id: &str) -> Option<&'a str> {
    let entry = format!("{id}: \"");
    let start = debug.find(&entry)? + entry.len();
    debug[start..].split('"').next()
}
