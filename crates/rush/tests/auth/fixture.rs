//! A tenant with its people, a neighbour, and a sale with a held booking; and the request that each route expects.
//! No facts here.

use crate::harness::{Answer, House, RequestBuilder};
use crate::stall::{Sale, Stall, actor};
use axum::http::Method;
use kernel::{Role, TenantId, UserId};
use rush::domain::booking::{Booking, BookingStatus};
use rush::domain::category::CategoryInput;
use rush::domain::ids::{BookingId, CategoryId, GateId, PaymentId, RefundId};
use rush::domain::refund::{RefundCause, of_cancellation};
use rush::domain::role;
use rush::store::refunds;
use rush::usecase::category_create;
use rush::usecase::queue_settings::{self, QueueChange};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use store::StoreError;
use waiting_room::Mode;

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    Stranger,
    Customer,
    OtherCustomer,
    Organizer,
    OtherOrganizer,
    Admin,
    AdminNextDoor,
    SuperAdmin,
    Service,
}

impl Caller {
    pub const ALL: [Self; 9] = [
        Self::Stranger,
        Self::Customer,
        Self::OtherCustomer,
        Self::Organizer,
        Self::OtherOrganizer,
        Self::Admin,
        Self::AdminNextDoor,
        Self::SuperAdmin,
        Self::Service,
    ];

    /// Whether `who` names this caller.
    pub fn is_in(self, who: &str) -> bool {
        let letter = match self {
            Self::Stranger => '*',
            Self::Customer => 'c',
            Self::OtherCustomer => 'd',
            Self::Organizer => 'o',
            Self::OtherOrganizer => 'p',
            Self::Admin => 'a',
            Self::AdminNextDoor => 'x',
            Self::SuperAdmin => 's',
            Self::Service => 'v',
        };
        match who.strip_prefix('*') {
            Some(but) => !but.contains(letter),
            None => who.contains(letter),
        }
    }

    const fn role(self) -> Role {
        match self {
            Self::Stranger | Self::Customer | Self::OtherCustomer => role::CUSTOMER,
            Self::Organizer | Self::OtherOrganizer => role::ORGANIZER,
            Self::Admin | Self::AdminNextDoor => role::ADMIN,
            Self::SuperAdmin => role::SUPER_ADMIN,
            Self::Service => role::SERVICE,
        }
    }

    fn tenant(self, here: TenantId, next_door: TenantId) -> Option<TenantId> {
        match self {
            Self::SuperAdmin | Self::Service => None,
            Self::AdminNextDoor => Some(next_door),
            _ => Some(here),
        }
    }
}

/// A refund that was asked for, of a booking that was not paid: who may look at it and decide is all that matters here.
async fn refund_of(house: &House, mut booking: Booking) -> RefundId {
    booking.status = BookingStatus::Confirmed;
    let (id, now) = (RefundId(booking.id.0), booking.reserved_at);
    let refund = of_cancellation(id, &booking, (RefundCause::Buyer, booking.user), now).unwrap();
    let saved = house.app.store.write(move |tx| refunds::save(tx, &refund));
    saved.await.map_err(|error: StoreError| error.to_string()).unwrap();
    id
}

/// A mail that was sent to the customer; its number is the booking's.
async fn sent_mail(house: &House, (user, tenant): (UserId, TenantId), booking: BookingId) {
    let now = kernel::Clock::now(&*house.clock);
    let kind = &rush::domain::mail_kinds::BOOKING_EXPIRED;
    let mail = mail::NewMail {
        id: booking.0,
        kind,
        tenant: Some(tenant),
        user: Some(user),
        about: Some(format!("booking:{}", booking.0)),
        recipient: "somebody@example.com".to_owned(),
        locale: "en".to_owned(),
        data: kind.samples(),
        now,
        due_at: now,
    };
    let written = house.app.store.write(move |tx| {
        mail::queue(tx, &mail)?;
        let sql = "UPDATE mail_messages SET state = 'sent', sent_at = created_at WHERE id = $1";
        tx.execute(sql, store::params![mail.id]).map(drop)
    });
    written.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
}

pub struct Fixture<'h> {
    house: &'h House,
    number: u32,
    tenant: TenantId,
    sale: Sale,
    slug: String,
    category: CategoryId,
    booking: BookingId,
    refund: RefundId,
    /// Of each caller, in their order.
    people: Vec<(UserId, String)>,
}

impl<'h> Fixture<'h> {
    /// A world of its own: nothing that was done in another one is seen here.
    pub async fn new(house: &'h House) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let stall = Stall::over(house.app.clone(), house.clock.clone());
        let tenant = stall.tenant(&format!("hall-{number}")).await.id;
        let next_door = stall.tenant(&format!("next-door-{number}")).await.id;
        let mut wanted = Vec::new();
        for (at, caller) in Caller::ALL.into_iter().enumerate() {
            let email = format!("person{at}-{number}@example.com");
            wanted.push((email, caller.role(), caller.tenant(tenant, next_door)));
        }
        let people = house.users(wanted).await;
        let organizer = actor(people[3].0.0, tenant, role::ORGANIZER);
        let sale = stall.sale(organizer, &format!("Night {number}"), 10).await;
        let admin = actor(people[5].0.0, tenant, role::ADMIN);
        let input = CategoryInput { name: "Jazz".into(), ..CategoryInput::default() };
        let category = category_create::run(&house.app, admin, input).await.unwrap().id;
        let automatic = QueueChange { mode: Some(Mode::Auto), ..QueueChange::default() };
        queue_settings::change(&house.app, admin, sale.event, automatic).await.unwrap();
        let held = stall.reserve_as(people[1].0, Some(tenant), sale, 1).await.unwrap();
        let refund = refund_of(house, held.booking.clone()).await;
        sent_mail(house, (people[1].0, tenant), held.booking.id).await;
        let snapshot = house.app.catalogue.current();
        let slug = snapshot.event(sale.event).unwrap().fields.slug.clone();
        Self { house, number, tenant, sale, slug, category, booking: held.booking.id, refund, people }
    }

    pub fn token(&self, caller: Caller) -> &str {
        let at = Caller::ALL.iter().position(|known| *known == caller).unwrap();
        &self.people[at].1
    }

    /// The route's request by `caller`.
    pub async fn call(&self, method: &Method, path: &str, caller: Caller) -> Answer {
        let ask = self.request(method, path);
        let ask = if caller == Caller::Stranger { ask } else { ask.token(self.token(caller)) };
        ask.send().await
    }

    /// The route's request with ids that exist and a body that is taken.
    pub fn request(&self, method: &Method, path: &str) -> RequestBuilder<'_> {
        let filled = path.replace("{id}", &self.id_in(path)).replace("{slug}", &self.slug_in(path));
        let gate = self.house.app.public.encode(GateId(self.booking.0));
        let filled = filled
            .replace("{gateway}", "mock")
            .replace("{seat}", "1")
            .replace("{kind}", "booking_expired")
            .replace("{gate}", &gate);
        let filled = filled.replace("{event_id}", &self.event());
        let query = if ["/bookings/summary", "/queue/status"].contains(&path) {
            format!("?event_id={}", self.event())
        } else {
            String::new()
        };
        let ask = self.house.request(method.clone(), &format!("{filled}{query}"));
        let ask = ask.header("x-tenant-slug", &format!("hall-{}", self.number));
        let key = format!("key-{}-{}", self.number, path.len());
        if *method == Method::GET { ask } else { ask.header("idempotency-key", &key).json(&self.body(path)) }
    }

    /// Headers that a careless server would believe.
    pub fn pretended(&self) -> Vec<(&'static str, String)> {
        let user = self.house.public(self.people[7].0);
        vec![
            ("x-user-id", user),
            ("x-user-role", "super_admin".to_owned()),
            ("x-user-email", "root@example.com".to_owned()),
            ("x-tenant-id", self.house.app.public.encode(self.tenant)),
            ("x-gateway-signature", "anything".to_owned()),
        ]
    }

    /// Changes when a caller changed anything that lasts.
    pub async fn fingerprint(&self) -> Vec<i64> {
        const COUNTS: [&str; 10] = [
            "SELECT epoch FROM catalogue_epoch",
            "SELECT COUNT(*) FROM bookings WHERE status = 'reserved'",
            "SELECT COUNT(*) FROM bookings",
            "SELECT COUNT(*) FROM payments",
            "SELECT COUNT(*) FROM users WHERE is_active",
            "SELECT COALESCE(MAX(event_id), 0) FROM outbox",
            "SELECT COUNT(*) FROM mail_messages WHERE state = 'queued'",
            "SELECT COUNT(*) FROM mail_templates",
            "SELECT COUNT(*) FROM user_languages",
            "SELECT COUNT(*) FROM waitlist",
        ];
        let read = self.house.app.store.read(|tx| {
            let one = |sql| tx.query_one(sql, &[], |row| row.int(0));
            COUNTS.into_iter().map(one).collect::<Result<Vec<i64>, StoreError>>()
        });
        read.await.unwrap()
    }

    fn event(&self) -> String {
        self.house.app.public.encode(self.sale.event)
    }

    fn id_in(&self, path: &str) -> String {
        let public = &self.house.app.public;
        match path.split('/').nth(1).unwrap() {
            "events" => self.event(),
            "shows" => public.encode(self.sale.show),
            "zones" => public.encode(self.sale.zone),
            "categories" => public.encode(self.category),
            "tenants" => public.encode(self.tenant),
            "refunds" => public.encode(self.refund),
            "users" => public.encode(self.people[2].0),
            "notifications" => public.encode(mail::MailId(self.booking.0)),
            "payments" if path.contains("/user/") => public.encode(self.people[1].0),
            "payments" if !path.contains("/booking/") => public.encode(PaymentId(self.booking.0)),
            _ => public.encode(self.booking),
        }
    }

    fn slug_in(&self, path: &str) -> String {
        if path.starts_with("/tenants") { format!("hall-{}", self.number) } else { self.slug.clone() }
    }

    fn intent(&self) -> Value {
        let reference = self.house.app.public.encode(PaymentId(self.booking.0));
        let secret = self.house.app.payments.gateway().client_secret(&reference);
        json!({ "payment_intent_id": format!("pi_mock_{reference}"), "client_secret": secret })
    }

    fn body(&self, path: &str) -> Value {
        let public = &self.house.app.public;
        let booking = public.encode(self.booking);
        match path {
            "/tenants" => json!({ "name": "New hall", "slug": format!("new-{}", self.number) }),
            "/auth/validate" => json!({ "token": self.token(Caller::Customer) }),
            "/auth/logout" | "/auth/refresh" => json!({ "refresh_token": "gone" }),
            "/auth/password" => {
                json!({ "current_password": crate::harness::PASSWORD, "new_password": "Battery-staple2" })
            }
            "/auth/me" => json!({ "name": "Renamed" }),
            "/notifications/language" => json!({ "language": "th" }),
            "/zones/{id}/waitlist" => json!({ "quantity": 1 }),
            _ if path.starts_with("/mail-templates/") => {
                json!({ "subject": "Gone: {{ event_name }}", "body": "Bye, {{ name }}.", "version": 0 })
            }
            "/events/{id}/shows" => json!({ "show_date": "2030-03-01", "start_time": "20:00" }),
            "/shows/{id}/zones" => json!({ "name": "Balcony", "price": 1000, "total_seats": 5 }),
            "/bookings/reserve" => {
                json!({ "event_id": self.event(), "show_id": public.encode(self.sale.show),
                "zone_id": public.encode(self.sale.zone), "quantity": 1 })
            }
            "/events/{id}/check-ins" => json!({ "code": "nothing" }),
            "/events/{id}/check-ins/merge" => json!({ "scans": [] }),
            "/queue/join" => json!({ "event_id": self.event() }),
            "/queue/leave" => json!({ "event_id": self.event(), "token": "x" }),
            "/admin/queue/{event_id}" => json!({ "batch": 50 }),
            "/bookings/{id}/confirm" => json!({ "payment_id": public.encode(PaymentId(self.booking.0)) }),
            "/payments" | "/payments/intent" => json!({ "booking_id": booking, "amount": 150_000,
                "currency": "THB", "method": "credit_card" }),
            "/payments/intent/confirm" => self.intent(),
            _ => {
                json!({ "name": "Renamed", "email": "a@b.co", "password": "x", "token": "x", "new_password": "x" })
            }
        }
    }
}
