//! The demo's people: a buyer, an organizer, an admin and one of the platform, all with one well-known password.

use crate::app::App;
use crate::domain::role;
use identity::{Email, NewUser, users};
use kernel::{Actor, Refusal, Role, TenantId, UserId};

/// The password of all of them. It is printed at the start of the demo and is nobody's secret.
pub const PASSWORD: &str = "Lamp-lit-7";

/// One of them.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Where they log in with.
    pub email: &'static str,
    /// What they are called.
    pub name: &'static str,
    /// What they may do.
    pub role: Role,
}

/// All of them.
pub const PEOPLE: [Person; 4] = [
    Person { email: "mali@example.test", name: "Mali Srisai", role: role::CUSTOMER },
    Person { email: "organizer@example.test", name: "Anan Promwong", role: role::ORGANIZER },
    Person { email: "admin@example.test", name: "Ploy Ratanakul", role: role::ADMIN },
    Person { email: "platform@example.test", name: "Kit Suwan", role: role::SUPER_ADMIN },
];

/// Those who plant the demo.
#[derive(Debug, Clone, Copy)]
pub struct People {
    /// Buys.
    pub buyer: Actor,
    /// Runs the events.
    pub organizer: Actor,
    /// Runs the shop.
    pub admin: Actor,
}

/// Makes their accounts in `tenant`; the platform's person has none.
pub async fn run(app: &App, tenant: TenantId) -> Result<People, Refusal> {
    let now = app.clock.now();
    // One hash serves all four: hashing is slow on purpose, and the password is public.
    let password_hash = app.identity.passwords().hash(PASSWORD, "").await.map_err(Refusal::unavailable)?;
    let mut accounts = Vec::new();
    for person in PEOPLE {
        accounts.push(NewUser {
            id: UserId(app.ids.next(now)),
            tenant: (person.role != role::SUPER_ADMIN).then_some(tenant),
            email: Email::parse(person.email).map_err(|fault| Refusal::internal(format!("{fault:?}")))?,
            password_hash: password_hash.clone(),
            name: person.name.to_owned(),
            role: person.role,
        });
    }
    let actor = |role: Role| {
        let account = accounts.iter().find(|account| account.role == role);
        let user = account.map_or(UserId(0), |account| account.id);
        Actor { user, tenant: Some(tenant), role }
    };
    let people =
        People { buyer: actor(role::CUSTOMER), organizer: actor(role::ORGANIZER), admin: actor(role::ADMIN) };
    let made = app.store.write(move |tx| {
        for account in &accounts {
            users::insert(tx, now, account)?;
        }
        Ok::<_, Refusal>(people)
    });
    made.await
}
