//! Who may call what: every route of the API times every kind of caller, inside the tenant and out of it.
//!
//! A new route needs a row. A caller whose letter is missing is refused and changes nothing.

use crate::fixture::{Caller, Fixture};
use crate::harness::{Answer, House};
use axum::http::Method;
use std::fmt::Write as _;

testkit::on_both_backends! {
    through crate::harness:
    every_route_serves_exactly_those_it_is_for;
    pretended_identities_are_never_believed;
}

/// `METHOD path` and who is served. `*` stands for everybody, strangers included. The letters: `c` the customer who
/// holds the booking, `d` another customer, `o` the organizer of the event, `p` another organizer of the tenant, `a` its
/// admin, `x` another tenant's admin (who sees and changes the own tenant by the same routes; `!x` is everybody else),
/// `s` the platform's super admin, `v` a service of ours.
const WHO: &str = "
    POST   /auth/register                  *
    POST   /auth/login                     *
    POST   /auth/refresh                   *
    POST   /auth/forgot-password           *
    POST   /auth/reset-password            *
    POST   /auth/logout                    cdopaxsv
    POST   /auth/logout-all                cdopaxsv
    POST   /auth/validate                  v
    GET    /auth/me                        cdopaxsv
    PUT    /auth/me                        cdopaxsv
    PUT    /auth/password                  cdopaxsv
    GET    /users                          s
    PUT    /users/{id}/role                s
    POST   /users/{id}/activate            as
    POST   /users/{id}/deactivate          as
    GET    /tenants                        axs
    POST   /tenants                        s
    GET    /tenants/{id}                   as
    PUT    /tenants/{id}                   as
    DELETE /tenants/{id}                   s
    GET    /tenants/slug/{slug}            as
    GET    /categories                     *
    POST   /categories                     ax
    PUT    /categories/{id}                a
    DELETE /categories/{id}                a
    GET    /events                         *
    GET    /events/my                      opax
    POST   /events                         opax
    GET    /events/{id}                    *!x
    GET    /events/slug/{slug}             *!x
    PUT    /events/{id}                    oa
    DELETE /events/{id}                    oa
    POST   /events/{id}/publish            oa
    POST   /events/{id}/unpublish          oa
    POST   /events/{id}/cancel             oa
    POST   /events/{id}/complete           oa
    GET    /events/{id}/shows              *!x
    GET    /events/slug/{slug}/shows       *!x
    POST   /events/{id}/shows              oa
    GET    /shows/{id}                     *!x
    PUT    /shows/{id}                     oa
    DELETE /shows/{id}                     oa
    POST   /shows/{id}/cancel              oa
    GET    /shows/{id}/zones               *!x
    POST   /shows/{id}/zones               oa
    GET    /zones/active                   v
    GET    /zones/{id}                     *!x
    PUT    /zones/{id}                     oa
    DELETE /zones/{id}                     oa
    POST   /bookings/reserve               cdopasv
    GET    /bookings                       cdopaxsv
    GET    /bookings/pending               cdopaxsv
    GET    /bookings/summary               cdopasv
    GET    /bookings/{id}                  ca
    POST   /bookings/{id}/confirm          cv
    POST   /bookings/{id}/cancel           c
    DELETE /bookings/{id}                  c
    GET    /bookings/{id}/refund-quote     ca
    POST   /bookings/{id}/refund           c
    GET    /bookings/{id}/refunds          ca
    GET    /refunds                        ax
    GET    /refunds/{id}                   ca
    POST   /refunds/{id}/approve           a
    POST   /refunds/{id}/reject            a
    POST   /refunds/{id}/retry             a
    GET    /events/{id}/cancellation       oa
    GET    /shows/{id}/cancellation        oa
    POST   /queue/join                     cdopasv
    GET    /queue/status                   cdopasv
    GET    /queue/status/{event_id}        *!x
    GET    /queue/position/{event_id}      cdopasv
    GET    /queue/position/{event_id}/stream cdopasv
    DELETE /queue/leave                    cdopasv
    GET    /queue/shuffle/{event_id}       *!x
    GET    /admin/queue/{event_id}         oa
    PUT    /admin/queue/{event_id}         a
    POST   /payments                       c
    POST   /payments/intent                c
    POST   /payments/intent/confirm        c
    GET    /payments/methods               cdopaxsv
    POST   /payments/portal                cdopaxsv
    POST   /payments/{id}/process          c
    POST   /payments/{id}/cancel           c
    GET    /payments/{id}                  ca
    GET    /payments/booking/{id}          ca
    GET    /payments/user/{id}             cax
    GET    /tickets/keys                   *
    GET    /tickets                        cdopaxsv
    GET    /bookings/{id}/tickets          ca
    GET    /bookings/{id}/tickets/{seat}   c
    PUT    /bookings/{id}/tickets/{seat}   c
    POST   /bookings/{id}/tickets/{seat}/transfer c
    POST   /events/{id}/check-ins          oa
    GET    /events/{id}/check-ins          oa
    POST   /events/{id}/check-ins/merge    oa
    POST   /events/{id}/check-ins/undo     oa
    GET    /events/{id}/check-ins/counts   oa
    GET    /events/{id}/check-ins/list     oa
    GET    /events/{id}/sale.json          *!x
    POST   /events/{id}/copy               oa
    GET    /events/{id}/missing            oa
    GET    /events/{id}/sales              oa
    GET    /events/{id}/attendees          oa
    GET    /events/{id}/orders.csv         oa
    GET    /events/{id}/attendees.csv      oa
    GET    /events/{id}/money.csv          oa
    GET    /events/{id}/gates              oa
    POST   /events/{id}/gates              oa
    DELETE /events/{id}/gates/{gate}       oa
    GET    /notifications                  cdopaxsv
    GET    /notifications/language         cdopaxsv
    PUT    /notifications/language         cdopaxsv
    GET    /notifications/{id}             cas
    POST   /notifications/{id}/resend      as
    GET    /mail-templates                 axs
    GET    /mail-templates/{kind}          axs
    POST   /mail-templates/{kind}          axs
    POST   /mail-templates/{kind}/preview  axs
    POST   /mail-templates/{kind}/activate axs
    GET    /waitlist                       cdopaxsv
    POST   /zones/{id}/waitlist            cdopasv
    DELETE /zones/{id}/waitlist            cdopaxsv
    POST   /webhooks/{gateway}             *
";

struct Row {
    method: Method,
    path: &'static str,
    who: &'static str,
}

fn rows() -> Vec<Row> {
    let rows = WHO.lines().map(str::split_whitespace).filter_map(|mut words| {
        let method = words.next()?.parse().unwrap();
        Some(Row { method, path: words.next().unwrap(), who: words.next().unwrap() })
    });
    rows.collect()
}

async fn every_route_serves_exactly_those_it_is_for(house: House) {
    let mut told = String::new();
    for (method, path) in documented() {
        if !rows().iter().any(|row| row.method == method && row.path == path) {
            writeln!(told, "{method} {path} has no row in the matrix").unwrap();
        }
    }
    for row in rows() {
        told.push_str(&judge(&house, &row).await);
    }
    assert!(told.is_empty(), "\n{told}");
}

/// What is wrong about one row: first those who must be refused and change nothing, then, each with a fresh sale, those
/// who must be served.
async fn judge(house: &House, row: &Row) -> String {
    let mut wrong = String::new();
    let mut fixture = Fixture::new(house).await;
    let before = fixture.fingerprint().await;
    for caller in Caller::ALL.into_iter().filter(|caller| !caller.is_in(row.who)) {
        let answer = fixture.call(&row.method, row.path, caller).await;
        let expected = if caller == Caller::Stranger { 401..=401 } else { 403..=404 };
        if !expected.contains(&answer.status.as_u16()) {
            writeln!(wrong, "{} {} served {caller:?}: {}", row.method, row.path, answer.text).unwrap();
        }
    }
    if fixture.fingerprint().await != before {
        writeln!(wrong, "{} {} was refused and changed something", row.method, row.path).unwrap();
    }
    for caller in Caller::ALL.into_iter().filter(|caller| caller.is_in(row.who)) {
        let answer = fixture.call(&row.method, row.path, caller).await;
        if is_refusal_of_the_caller(&answer) || answer.status.is_server_error() {
            writeln!(wrong, "{} {} refused {caller:?}: {}", row.method, row.path, answer.text).unwrap();
        }
        if row.method != Method::GET {
            fixture = Fixture::new(house).await;
        }
    }
    wrong
}

/// Refused for who they are, not for what they sent (a wrong password, a refresh token that is gone).
fn is_refusal_of_the_caller(answer: &Answer) -> bool {
    let about_the_body = ["INVALID_CREDENTIALS", "INVALID_TOKEN", "NOT_IN_QUEUE"].contains(&answer.code());
    [401, 403, 404].contains(&answer.status.as_u16()) && !about_the_body
}

/// Every (method, path) of the API's document, without its prefix.
fn documented() -> Vec<(Method, String)> {
    let (_, document) = rush::http::api().split_for_parts();
    let document = serde_json::to_value(&document.paths).unwrap();
    let paths = document.as_object().unwrap().iter();
    let routes = paths.flat_map(|(path, methods)| {
        let path = path.strip_prefix("/rush/api/v1").unwrap_or(path).to_owned();
        let methods =
            methods.as_object().unwrap().keys().filter_map(|method| method.to_uppercase().parse().ok());
        methods.map(move |method| (method, path.clone())).collect::<Vec<(Method, String)>>()
    });
    routes.collect()
}

async fn pretended_identities_are_never_believed(house: House) {
    let fixture = Fixture::new(&house).await;
    let before = fixture.fingerprint().await;
    let pretended = fixture.pretended();
    for row in rows().into_iter().filter(|row| !row.who.starts_with('*')) {
        let ask = fixture.request(&row.method, row.path);
        let ask = pretended.iter().fold(ask, |ask, (name, value)| ask.header(name, value));
        assert_eq!(ask.send().await.says(), (401, "MISSING_TOKEN"), "{} {}", row.method, row.path);
    }
    assert_eq!(fixture.fingerprint().await, before);
    let ask = fixture.request(&Method::GET, "/auth/me").token(fixture.token(Caller::Customer));
    let me = pretended.iter().fold(ask, |ask, (name, value)| ask.header(name, value)).send().await;
    assert_eq!(me.data()["role"], "customer", "a believed token is not widened by headers");
}
