//! Which tenant a request is about: token over domain over slug header over the default. Never a body.

use super::catalogue::Snapshot;
use super::catalogue_refusal::{CatalogueRefusal, Noun};
use super::tenant::Tenant;
use kernel::Actor;
use std::sync::Arc;

/// What a request says of its tenant.
#[derive(Debug, Clone, Copy, Default)]
pub struct TenantHints<'r> {
    /// Who asks, from a believed token or session.
    pub actor: Option<Actor>,
    /// The `Host` header, with or without a port.
    pub host: Option<&'r str>,
    /// The `X-Tenant-Slug` header.
    pub slug: Option<&'r str>,
}

/// The tenant of a request. Errors: there is none, it is switched off, or the slug names none.
///
/// A host that is nobody's domain says nothing (it is how the platform itself is reached); a slug that names nobody is an
/// error of the caller.
pub fn choose(
    snapshot: &Snapshot,
    hints: TenantHints<'_>,
    default_slug: &str,
) -> Result<Arc<Tenant>, CatalogueRefusal> {
    let none = || CatalogueRefusal::ThereIsNoSuch(Noun::Tenant);
    let by_host = || hints.host.and_then(|host| snapshot.tenant_by_domain(&without_port(host)));
    let tenant = match (hints.actor.and_then(|actor| actor.tenant), by_host(), hints.slug) {
        (Some(own), _, _) => snapshot.tenant(own),
        (None, Some(hosted), _) => Some(hosted),
        (None, None, Some(slug)) => snapshot.tenant_by_slug(slug),
        (None, None, None) => snapshot.tenant_by_slug(default_slug),
    };
    tenant.filter(|tenant| tenant.fields.is_active).cloned().ok_or_else(none)
}

/// The host name alone, in lower case. An address in brackets keeps them and is nobody's domain.
fn without_port(host: &str) -> String {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_compared_without_port_case_and_final_dot() {
        for (host, expected) in
            [("Hall.Example:8080", "hall.example"), ("hall.example.", "hall.example"), ("[::1]:80", "[::1]")]
        {
            assert_eq!(without_port(host), expected);
        }
    }
}
