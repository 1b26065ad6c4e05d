//! Tenants do not meet: every route of the API, asked by one tenant's people with another tenant's ids; and how a request
//! finds its tenant.

#[path = "harness/front.rs"]
mod front;
mod harness;

use axum::http::Method;
use front::{DEFAULT_SHOP, Front, RequestOptions, token};
use harness::{PLATFORM, Sale, Stall, actor, code};
use kernel::{Actor, TenantId, UserId};
use rush::domain::category::CategoryInput;
use rush::domain::event::EventInput;
use rush::domain::role;
use rush::domain::tenant::TenantInput;
use rush::open::migrations;
use rush::usecase::{category_create, event, event_create, tenant, tenant_create};
use serde_json::{Value, json};
use store::Store;

testkit::on_both_backends! {
    no_route_shows_or_changes_another_tenants_rows with migrations();
    a_request_finds_its_tenant_by_token_domain_slug_and_default with migrations();
    a_tenant_in_a_body_or_header_is_not_read with migrations();
    the_platform_opens_changes_finds_and_closes_tenants with migrations();
    an_admin_changes_the_own_tenants_looks_and_rules_alone with migrations();
}

/// Tenant Bravo, whose rows nobody of another tenant may see or change.
struct Bravo {
    tenant: TenantId,
    admin: Actor,
    sale: Sale,
    draft: Sale,
    /// What stands for each kind of thing in a path.
    ids: Vec<(&'static str, String)>,
}

async fn bravo(stall: &Stall) -> Bravo {
    let tenant = stall.tenant("bravo").await;
    let (organizer, admin) = (actor(20, tenant.id, role::ORGANIZER), actor(21, tenant.id, role::ADMIN));
    let sale = stall.sale(organizer, "Bravo Night", 50).await;
    let draft = stall.draft(organizer, "Bravo Secret", 50).await;
    let category = CategoryInput { name: "Bravo Things".into(), ..CategoryInput::default() };
    let category = category_create::run(&stall.app, admin, category).await.expect("a category");
    let booking = stall.reserve_as(UserId(22), Some(tenant.id), sale, 2).await.expect("a booking").booking;
    let public = &stall.app.public;
    let ids = vec![
        ("tenants", public.encode(tenant.id)),
        ("categories", public.encode(category.id)),
        ("events", public.encode(sale.event)),
        ("shows", public.encode(sale.show)),
        ("zones", public.encode(sale.zone)),
        ("bookings", public.encode(booking.id)),
        ("booking", public.encode(booking.id)),
        ("payments", public.encode(rush::domain::ids::PaymentId(booking.id.0))),
        ("users", public.encode(UserId(22))),
        ("user", public.encode(UserId(22))),
        ("slug", "bravo-night".to_owned()),
    ];
    Bravo { tenant: tenant.id, admin, sale, draft, ids }
}

impl Bravo {
    /// The path with Bravo's id for every parameter.
    fn path(&self, template: &str) -> String {
        let mut before = "";
        let mut path = String::new();
        for part in template.split('/').skip(1) {
            path.push('/');
            if part.starts_with('{') {
                let id = self.ids.iter().find(|(kind, _)| *kind == before).map(|(_, id)| id.as_str());
                path.push_str(id.unwrap_or("stripe"));
            } else {
                path.push_str(part);
                before = part;
            }
        }
        path
    }

    /// A body that names Bravo and its things wherever a body could.
    fn body(&self) -> Value {
        let id = |kind: &str| self.ids.iter().find(|(known, _)| *known == kind).map(|(_, id)| id.clone());
        json!({
            "tenant_id": id("tenants"), "event_id": id("events"), "show_id": id("shows"), "zone_id": id("zones"),
            "booking_id": id("bookings"), "payment_id": id("payments"), "category_id": id("categories"),
            "quantity": 1, "amount": 300_000, "currency": "THB", "method": "credit_card", "card": "tok_approve",
            "name": "Taken over", "price": 1, "total_seats": 1, "show_date": "2030-05-05", "start_time": "20:00",
        })
    }

    /// Everything of Bravo that a request could change.
    async fn rows(&self, stall: &Stall) -> String {
        rush::usecase::catalogue_refresh::tick(&stall.app).await.expect("a tick");
        let snapshot = stall.app.catalogue.current();
        let (sale, draft) = (self.sale, self.draft);
        let bookings = stall.app.store.read(|tx| {
            let sql = "SELECT id, status, quantity FROM bookings ORDER BY id";
            tx.query(sql, &[], |row| Ok((row.int(0)?, row.text(1)?, row.int(2)?)))
        });
        let bookings = bookings.await.unwrap_or_else(|error: store::StoreError| panic!("{error}"));
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {bookings:?}",
            snapshot.tenant(self.tenant),
            snapshot.categories(self.tenant),
            snapshot.events(self.tenant),
            [snapshot.shows(sale.event), snapshot.shows(draft.event)],
            [snapshot.zones(sale.show), snapshot.zones(draft.show)],
            stall.app.availability.of(sale.zone).map(|seats| (seats.available, seats.held)),
        )
    }
}

async fn no_route_shows_or_changes_another_tenants_rows(store: Store) {
    let stall = Stall::open(store).await;
    let alpha = stall.tenant(DEFAULT_SHOP).await.id;
    let bravo = bravo(&stall).await;
    let front = Front::of(&stall);
    let before = bravo.rows(&stall).await;
    let strangers = [role::CUSTOMER, role::ORGANIZER, role::ADMIN].map(|role| actor(10, alpha, role));
    let body = bravo.body().to_string().into_bytes();
    let mut asked = 0;
    for (method, template) in &front.routes {
        // Logging out ends sessions of the caller alone, and names nobody.
        if template.contains("/auth/") {
            continue;
        }
        let path = bravo.path(template);
        for who in strangers {
            let token = token(&stall, who);
            let headers = [("idempotency-key", "key-of-a-stranger"), ("x-tenant-slug", "bravo")];
            let ask = RequestOptions { token: Some(&token), headers: &headers, body: Some(body.clone()) };
            let answer = front.request(method, &path, ask).await;
            let says = format!("{method} {template} as {:?}: {} {}", who.role, answer.status, answer.text);
            assert!(!answer.text.contains("Bravo"), "{says}");
            assert!(answer.status < 500, "{says}");
            if template.contains('{') && !template.contains("webhooks") {
                // A list of what is not there for the caller may also be empty.
                assert!(answer.status >= 400 || answer.json["data"] == json!([]), "{says}");
            } else {
                let shown = bravo.ids.iter().any(|(kind, id)| *kind != "slug" && answer.text.contains(id));
                assert!(!shown, "{says}");
            }
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
    assert_eq!(bravo.rows(&stall).await, before, "nothing of Bravo changed");
    // The same questions are answered to Bravo's own people.
    let own = token(&stall, bravo.admin);
    for path in ["tenants", "events", "shows", "zones", "bookings"] {
        let id =
            bravo.ids.iter().find(|(kind, _)| *kind == path).map(|(_, id)| id.clone()).unwrap_or_default();
        assert_eq!(front.get(&format!("/{path}/{id}"), &own).await.says(), (200, ""), "{path}");
    }
}

async fn a_request_finds_its_tenant_by_token_domain_slug_and_default(store: Store) {
    let stall = Stall::open(store).await;
    let (alpha, bravo) = (stall.tenant(DEFAULT_SHOP).await, stall.tenant("bravo").await);
    let domain = TenantInput { domain: "tickets.bravo.example".into(), ..TenantInput::default() };
    tenant::update(&stall.app, PLATFORM, bravo.id, domain).await.expect("a domain");
    stall.sale(actor(10, alpha.id, role::ORGANIZER), "Alpha Night", 5).await;
    stall.sale(actor(20, bravo.id, role::ORGANIZER), "Bravo Night", 5).await;
    let front = Front::of(&stall);
    let seen = async |token: Option<&str>, headers: &[(&str, &str)]| {
        let answer = front
            .request(&Method::GET, "/rush/api/v1/events", RequestOptions { token, headers, body: None })
            .await;
        answer.json["data"][0]["name"]
            .as_str()
            .map(str::to_owned)
            .unwrap_or_else(|| answer.says().1.to_owned())
    };
    assert_eq!(seen(None, &[]).await, "Alpha Night", "the default");
    assert_eq!(seen(None, &[("x-tenant-slug", "bravo")]).await, "Bravo Night", "the slug");
    assert_eq!(seen(None, &[("host", "Tickets.Bravo.Example:8443")]).await, "Bravo Night", "the domain");
    assert_eq!(
        seen(None, &[("host", "tickets.bravo.example"), ("x-tenant-slug", "alpha")]).await,
        "Bravo Night",
        "domain over slug"
    );
    assert_eq!(
        seen(None, &[("host", "elsewhere.example")]).await,
        "Alpha Night",
        "nobody's domain says nothing"
    );
    assert_eq!(seen(None, &[("x-tenant-slug", "nobody")]).await, "NOT_FOUND");
    let customer = token(&stall, actor(30, bravo.id, role::CUSTOMER));
    assert_eq!(seen(Some(&customer), &[]).await, "Bravo Night", "the token");
    assert_eq!(seen(Some(&customer), &[("x-tenant-slug", "alpha")]).await, "Bravo Night", "token over slug");
    let global = token(&stall, Actor { user: UserId(31), tenant: None, role: role::CUSTOMER });
    assert_eq!(
        seen(Some(&global), &[("x-tenant-slug", "bravo")]).await,
        "Bravo Night",
        "a global account goes anywhere"
    );
    let off = TenantInput { is_active: false.into(), ..TenantInput::default() };
    tenant::update(&stall.app, PLATFORM, bravo.id, off).await.expect("switched off");
    assert_eq!(seen(None, &[("x-tenant-slug", "bravo")]).await, "NOT_FOUND");
    assert_eq!(seen(Some(&customer), &[]).await, "NOT_FOUND");
}

async fn a_tenant_in_a_body_or_header_is_not_read(store: Store) {
    let stall = Stall::open(store).await;
    let (alpha, bravo) = (stall.tenant(DEFAULT_SHOP).await, stall.tenant("bravo").await);
    let front = Front::of(&stall);
    let organizer = actor(10, alpha.id, role::ORGANIZER);
    let ids = &stall.app.public;
    let body = json!({
        "name": "Whose", "tenant_id": ids.encode(bravo.id), "tenant": "bravo", "organizer_id": ids.encode(UserId(99)),
        "status": "published", "published_at": "2020-01-01T00:00:00Z", "id": "mine",
    });
    let headers =
        [("x-tenant-id", "2"), ("x-tenant-slug", "bravo"), ("x-user-id", "99"), ("x-user-role", "admin")];
    let mine = token(&stall, organizer);
    let ask =
        RequestOptions { token: Some(&mine), headers: &headers, body: Some(body.to_string().into_bytes()) };
    let made = front.request(&Method::POST, "/rush/api/v1/events", ask).await;
    assert_eq!((made.status, &made.data()["status"]), (201, &json!("draft")));
    let id = ids.decode(made.data()["id"].as_str().expect("an id")).expect("an id of ours");
    let event = event::by_id(&stall.app, harness::at_home(organizer), id).expect("it is Alpha's").event;
    assert_eq!((event.tenant, event.organizer), (alpha.id, UserId(10)));
    let slug = "/rush/api/v1/events/slug/whose";
    let theirs = token(&stall, actor(20, bravo.id, role::ADMIN));
    let found = front
        .request(&Method::GET, slug, RequestOptions { token: Some(&theirs), ..RequestOptions::default() })
        .await;
    assert_eq!(found.says(), (404, "NOT_FOUND"));
}

async fn the_platform_opens_changes_finds_and_closes_tenants(store: Store) {
    let stall = Stall::open(store).await;
    let app = &stall.app;
    let input = |name: &str, slug: &str| TenantInput {
        name: name.into(),
        slug: slug.into(),
        ..TenantInput::default()
    };
    let hall = tenant_create::run(app, PLATFORM, input("Hall", "hall")).await.expect("a tenant");
    assert_eq!(code(tenant_create::run(app, PLATFORM, input("Hall", "hall")).await), "TENANT_EXISTS");
    assert_eq!(code(tenant_create::run(app, PLATFORM, input("Hall", "-hall")).await), "INVALID_SLUG");
    assert_eq!(code(tenant_create::run(app, PLATFORM, TenantInput::default()).await), "INVALID_UPDATE");
    assert_eq!(code(tenant_create::run(app, PLATFORM, input("H", "h2")).await), "VALIDATION_ERROR");
    assert_eq!(
        code(tenant_create::run(app, actor(5, hall.id, role::ADMIN), input("Mine", "mine")).await),
        "FORBIDDEN"
    );
    let barn = tenant_create::run(app, PLATFORM, input("Barn", "barn")).await.expect("another");
    let domain = TenantInput { domain: "x.example".into(), ..TenantInput::default() };
    tenant::update(app, PLATFORM, hall.id, domain.clone()).await.expect("a domain");
    assert_eq!(code(tenant::update(app, PLATFORM, barn.id, domain).await), "TENANT_EXISTS");
    assert_eq!(code(tenant::update(app, PLATFORM, barn.id, TenantInput::default()).await), "INVALID_UPDATE");

    let page = kernel::PageRequest::from_page(Some(1), Some(1));
    let list = |query: tenant::TenantQuery| {
        let found = tenant::list(app, PLATFORM, &query, page).expect("a list");
        (found.items[0].fields.slug.clone(), found.meta.total)
    };
    assert_eq!(list(tenant::TenantQuery::default()), ("barn".into(), 2), "by name");
    let search = |text: &str| tenant::TenantQuery { search: Some(text.into()), is_active: None };
    assert_eq!(list(search("X.EX")), ("hall".into(), 1));
    let off = TenantInput { is_active: false.into(), ..TenantInput::default() };
    tenant::update(app, PLATFORM, barn.id, off).await.expect("switched off");
    let inactive = tenant::TenantQuery { search: None, is_active: Some(false) };
    assert_eq!(list(inactive), ("barn".into(), 1));
    assert_eq!(tenant::by_slug(app, PLATFORM, "hall").map(|found| found.id), Ok(hall.id));

    let organizer = actor(5, hall.id, role::ORGANIZER);
    stall.sale(organizer, "On", 5).await;
    assert_eq!(code(tenant::delete(app, PLATFORM, hall.id).await), "CONFLICT", "it still sells");
    tenant::delete(app, PLATFORM, barn.id).await.expect("closed");
    let orphan = EventInput { name: "Too late".into(), ..EventInput::default() };
    let orphan = event_create::run(app, actor(6, barn.id, role::ORGANIZER), orphan).await;
    assert_eq!(code(orphan), "NOT_FOUND", "a token outlives its tenant and does nothing more");
    assert_eq!(code(tenant::by_id(app, PLATFORM, barn.id)), "NOT_FOUND");
    tenant_create::run(app, PLATFORM, input("Barn", "barn")).await.expect("its slug is free again");
}

async fn an_admin_changes_the_own_tenants_looks_and_rules_alone(store: Store) {
    let stall = Stall::open(store).await;
    let (alpha, bravo) = (stall.tenant(DEFAULT_SHOP).await, stall.tenant("bravo").await);
    let front = Front::of(&stall);
    let admin = token(&stall, actor(11, alpha.id, role::ADMIN));
    let (own, other) = (stall.app.public.encode(alpha.id), stall.app.public.encode(bravo.id));
    let looks =
        json!({ "settings": { "branding": { "primary_color": "#123456" }, "reservation_ttl_secs": 300 } });
    let changed = front.send(Method::PUT, &format!("/tenants/{own}"), &admin, &looks).await;
    assert_eq!(changed.data()["settings"]["branding"]["primary_color"], "#123456");
    assert_eq!(changed.data()["settings"]["max_tickets_per_user"], 4, "what is not named stays");
    for body in [json!({ "slug": "mine" }), json!({ "domain": "a.b" }), json!({ "is_active": true })] {
        let refused = front.send(Method::PUT, &format!("/tenants/{own}"), &admin, &body).await;
        assert_eq!(refused.says(), (403, "FORBIDDEN"), "{body}");
    }
    for body in [json!({ "settings": { "max_tickets_per_user": 99 } }), json!({ "settings": { "typo": 1 } })]
    {
        let refused = front.send(Method::PUT, &format!("/tenants/{own}"), &admin, &body).await;
        assert_eq!(refused.says(), (400, "VALIDATION_ERROR"), "{body}");
    }
    assert_eq!(
        front.send(Method::PUT, &format!("/tenants/{other}"), &admin, &looks).await.says(),
        (404, "NOT_FOUND")
    );
    assert_eq!(front.get("/tenants/slug/bravo", &admin).await.says(), (404, "NOT_FOUND"));
    assert_eq!(front.get("/tenants/slug/alpha", &admin).await.says(), (200, ""));
    let listed = front.get("/tenants", &admin).await;
    assert_eq!(listed.json["meta"]["total"], 1);
    let organizer = token(&stall, actor(12, alpha.id, role::ORGANIZER));
    assert_eq!(front.get(&format!("/tenants/{own}"), &organizer).await.says(), (403, "FORBIDDEN"));
    assert_eq!(front.look("/tenants", &[]).await.says(), (401, "MISSING_TOKEN"));
}
