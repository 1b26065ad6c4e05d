//! A stall over a fresh database, a clock that stands, and short ways to act as somebody. No facts here.
#![allow(dead_code, reason = "each test file uses its part of the harness")]

use identity::proofs::password::lockout::LockoutRules;
use identity::{
    Identity, IdentityParts, Keyring, PASSWORD_COST_MIN, Passwords, SigningKey, SystemChance, dev_keys,
};
use kernel::{Actor, ManualClock, PublicIds, Refusal, Role, TenantId, Timestamp, UserId};
use rush::app::App;
use rush::domain::catalogue_view::{EventView, ShowView, ZoneView};
use rush::domain::event::EventInput;
use rush::domain::ids::{EventId, ShowId, ZoneId};
use rush::domain::queue::PresentedPass;
use rush::domain::reserve::ReserveRequest;
use rush::domain::role;
use rush::domain::show::ShowInput;
use rush::domain::tenant::{Tenant, TenantInput};
use rush::domain::zone::ZoneInput;
use rush::gateway::{Gateway, MockGateway, MockSettings, Payments};
use rush::open::Opening;
use rush::usecase::reserve_batch::Reserved;
use rush::usecase::visitor::Visitor;
use rush::usecase::{
    booking_reserve, event_create, event_lifecycle, show_create, tenant_create, zone_create,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::Store;

/// The stall and its clock.
pub struct Stall {
    pub app: Arc<App>,
    pub clock: Arc<ManualClock>,
    next: AtomicI64,
}

/// The platform's own people.
pub const PLATFORM: Actor = Actor { user: UserId(1), tenant: None, role: role::SUPER_ADMIN };

/// A user of a tenant.
pub fn actor(user: i64, tenant: TenantId, role: Role) -> Actor {
    Actor { user: UserId(user), tenant: Some(tenant), role }
}

impl Stall {
    /// Opens the stall at 2030-01-01T00:00:00Z.
    pub async fn open(store: Store) -> Self {
        let clock = testkit::standing_clock();
        let app = Self::node(store, clock.clone(), 0).await;
        Self::over(app, clock)
    }

    /// A stall that is open already.
    pub fn over(app: Arc<App>, clock: Arc<ManualClock>) -> Self {
        Self { app, clock, next: AtomicI64::new(1) }
    }

    /// One node over a store.
    pub async fn node(store: Store, clock: Arc<ManualClock>, node: u8) -> Arc<App> {
        let gateway = MockGateway::new(MockSettings::test(), clock.clone());
        Self::node_paying(store, clock, node, Arc::new(gateway)).await
    }

    /// One node over a store, with its gateway.
    pub async fn node_paying(
        store: Store,
        clock: Arc<ManualClock>,
        node: u8,
        gateway: Arc<dyn Gateway>,
    ) -> Arc<App> {
        let chance = Arc::new(SystemChance);
        let key = SigningKey::named_by_itself(&dev_keys().signing_key).expect("a key of 32 bytes");
        let identity = Identity::new(IdentityParts {
            keyring: Keyring::new(key, Vec::new()).expect("one key"),
            public: PublicIds::new([7; 16]),
            audience: "rush",
            roles: rush::domain::role::ROLES,
            passwords: Passwords::new(PASSWORD_COST_MIN, 1, chance.clone()),
            lockout: LockoutRules::default(),
            chance,
            public_url: "http://localhost".into(),
        });
        let public = PublicIds::new([7; 16]);
        let payments = Payments::new(gateway);
        let opening = Opening { clock, node, public, identity, payments, batch_max: 64, queue_max: 4096 };
        App::over(store, opening).await.expect("the stall opens")
    }

    pub fn now(&self) -> Timestamp {
        kernel::Clock::now(&*self.clock)
    }

    /// A tenant with this slug.
    pub async fn tenant(&self, slug: &str) -> Arc<Tenant> {
        let input = TenantInput {
            name: format!("The {slug} hall").into(),
            slug: slug.into(),
            ..TenantInput::default()
        };
        tenant_create::run(&self.app, PLATFORM, input).await.expect("a tenant")
    }

    /// A draft with one show (2030-02-01 20:00 in Bangkok) and one zone of `seats`.
    pub async fn draft(&self, organizer: Actor, name: &str, seats: i64) -> Sale {
        let input = EventInput { name: name.into(), ..EventInput::default() };
        let event = event_create::run(&self.app, organizer, input).await.expect("an event");
        let show = self.show(organizer, event.event.id, "2030-02-01").await;
        let zone = self.zone(organizer, show.show.id, seats).await;
        Sale { event: event.event.id, show: show.show.id, zone: zone.zone.id }
    }

    /// The same, published.
    pub async fn sale(&self, organizer: Actor, name: &str, seats: i64) -> Sale {
        let sale = self.draft(organizer, name, seats).await;
        self.publish(organizer, sale.event).await.expect("it can be published");
        sale
    }

    pub async fn publish(&self, organizer: Actor, event: EventId) -> Result<EventView, Refusal> {
        event_lifecycle::publish(&self.app, organizer, event).await
    }

    pub async fn show(&self, organizer: Actor, event: EventId, date: &str) -> ShowView {
        let input = ShowInput { show_date: date.into(), start_time: "20:00".into(), ..ShowInput::default() };
        show_create::run(&self.app, organizer, event, input).await.expect("a show")
    }

    pub async fn zone(&self, organizer: Actor, show: ShowId, seats: i64) -> ZoneView {
        zone_create::run(&self.app, organizer, show, zone_of(seats)).await.expect("a zone")
    }

    /// What came to an account minus what left it.
    pub async fn posted(&self, account: i64) -> i64 {
        let book = self.app.store.write(move |tx| ledger::Book::load(tx, &[account])).await;
        let book = book.unwrap_or_else(|error: store::StoreError| panic!("{error}"));
        book.account(account).expect("the account is there").balances.posted()
    }

    /// Reserves for a fresh buyer without a tenant.
    pub async fn reserve(&self, sale: Sale, quantity: i64) -> Result<Reserved, Refusal> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.reserve_as(UserId(1_000_000 + number), None, sale, quantity).await
    }

    pub async fn reserve_as(
        &self,
        user: UserId,
        tenant: Option<TenantId>,
        sale: Sale,
        quantity: i64,
    ) -> Result<Reserved, Refusal> {
        let key_hash = self.next.fetch_add(1, Ordering::Relaxed);
        let Sale { event, show, zone } = sale;
        let pass = PresentedPass::Missing;
        let request = ReserveRequest {
            user,
            tenant,
            event,
            show,
            zone,
            quantity,
            pass,
            key_hash,
            request_hash: key_hash,
        };
        booking_reserve::run(&self.app, request).await
    }
}

/// Something to buy.
#[derive(Debug, Clone, Copy)]
pub struct Sale {
    pub event: EventId,
    pub show: ShowId,
    pub zone: ZoneId,
}

/// A zone of so many seats at ฿1,500.
pub fn zone_of(seats: i64) -> ZoneInput {
    ZoneInput {
        name: "Floor".into(),
        price: 150_000.into(),
        total_seats: seats.into(),
        ..ZoneInput::default()
    }
}

/// A stranger at a tenant's shop.
pub fn stranger(tenant: &Tenant) -> Visitor {
    Visitor { tenant: tenant.id, actor: None }
}

/// Somebody at the shop of their own tenant.
pub fn at_home(actor: Actor) -> Visitor {
    Visitor { tenant: actor.tenant.expect("an actor of a tenant"), actor: Some(actor) }
}

/// The code of a refusal; the empty text for a success.
pub fn code<T>(result: Result<T, Refusal>) -> &'static str {
    result.err().map_or("", |refusal| refusal.code)
}

/// A moment in RFC 3339.
pub fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("a moment")
}
