//! Where people reach the pages of a shop: its own domain where it has one, the platform's address where it has none.

use crate::app::App;
use kernel::TenantId;

/// The address of the pages, without a slash at the end. Never what a request calls its host.
pub fn pages(app: &App, tenant: Option<TenantId>) -> String {
    let catalogue = app.catalogue.current();
    let shop = tenant.and_then(|tenant| catalogue.tenant(tenant));
    let domain = shop.and_then(|shop| shop.fields.domain.as_deref());
    format!("{}/rush", origin(app.identity.public_url(), domain))
}

/// The shop's origin: scheme and port are those of the platform's address, which the same servers answer.
fn origin(public_url: &str, domain: Option<&str>) -> String {
    let Some(domain) = domain else { return public_url.to_owned() };
    let (scheme, rest) = public_url.split_once("://").unwrap_or(("https", public_url));
    let authority = rest.split('/').next().unwrap_or_default();
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    match port.filter(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(port) => format!("{scheme}://{domain}:{port}"),
        None => format!("{scheme}://{domain}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_has_its_own_domain_and_the_platforms_scheme_and_port() {
        assert_eq!(origin("https://tickets.example", None), "https://tickets.example");
        assert_eq!(origin("https://tickets.example", Some("hall.example")), "https://hall.example");
        assert_eq!(origin("http://127.0.0.1:8080", Some("hall.test")), "http://hall.test:8080");
        assert_eq!(origin("http://[::1]", Some("hall.test")), "http://hall.test");
    }
}
