//! Facts about the OpenAPI document and the check that no route is missing in it.

use axum::routing::get;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::openapi::{Failed, Wrapped, document, undocumented};

#[utoipa::path(get, path = "/things/{id}", security(("bearer" = [])),
    responses((status = 200, body = Wrapped<u64>), (status = 404, body = Failed)))]
async fn show() {}

#[utoipa::path(delete, path = "/things/{id}", responses((status = 200)))]
async fn remove() {}

#[utoipa::path(post, path = "/things", responses((status = 201)))]
async fn create() {}

fn api() -> OpenApiRouter {
    OpenApiRouter::with_openapi(document("Things", "1", "About things."))
        .nest("/api", OpenApiRouter::new().routes(routes!(show, remove)).routes(routes!(create)))
}

#[test]
fn a_documented_router_lacks_nothing() {
    let (router, document) = api().split_for_parts();
    assert_eq!(undocumented(&router, &document, &[]), Vec::<String>::new());
    let json: Value = serde_json::from_str(&document.to_json().unwrap()).unwrap();
    assert_eq!(json["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    assert!(json["components"]["schemas"]["Failed"]["properties"]["error"].is_object());
    assert!(json["paths"]["/api/things/{id}"]["delete"].is_object());
}

#[test]
fn a_route_or_method_beside_the_document_is_named() {
    let extra = axum::Router::new().route("/hidden", get(show).put(show)).route("/pages/x", get(show));
    let extra = extra.route("/api/things", get(show));
    let (router, document) = api().split_for_parts();
    let router: axum::Router = extra.merge(router.clone().reset_fallback());
    let mut missing = undocumented(&router, &document, &["/pages/"]);
    missing.sort();
    assert_eq!(missing, ["GET /api/things", "GET /hidden", "PUT /hidden"]);
}
