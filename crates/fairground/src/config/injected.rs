//! Variables that an orchestrator injects for a service named `fairground` or `fairground-…`, and that are no settings:
//! Kubernetes writes `FAIRGROUND_PORT=tcp://…`, `FAIRGROUND_SERVICE_HOST` and others, links of containers the same.

use std::net::IpAddr;

/// Whether name and value have the shape of an injected variable. A name of that shape with another value is a typing error.
pub fn is_injected(name: &str, value: &str) -> bool {
    let shape = |end: &str| name.ends_with(end);
    let after = |mark: &str| name.rsplit_once(mark).map(|(_, rest)| rest);
    let is_number = |text: &str| text.parse::<u16>().is_ok();
    if shape("_SERVICE_HOST") {
        return is_host(value);
    }
    if shape("_SERVICE_PORT") || after("_SERVICE_PORT_").is_some() {
        return is_number(value);
    }
    if shape("_PORT") && is_endpoint(value) {
        return true;
    }
    // PORT_<number>_<protocol>, alone or with what it asks for.
    after("_PORT_").is_some_and(|rest| port_fact(rest, value)) || port_fact_of_link(name, value)
}

fn port_fact(rest: &str, value: &str) -> bool {
    let mut parts = rest.split('_');
    let is_port = parts.next().is_some_and(|number| number.parse::<u16>().is_ok());
    let is_protocol = parts.next().is_some_and(|protocol| ["TCP", "UDP", "SCTP"].contains(&protocol));
    let fits = match parts.next() {
        None => is_endpoint(value),
        Some("PROTO") => ["tcp", "udp", "sctp"].contains(&value),
        Some("PORT") => value.parse::<u16>().is_ok(),
        Some("ADDR") => is_host(value),
        Some(_) => false,
    };
    is_port && is_protocol && fits
}

/// `PORT_8080_TCP_PORT` ends with a second `_PORT`: the first one counts.
fn port_fact_of_link(name: &str, value: &str) -> bool {
    name.split_once("_PORT_").is_some_and(|(_, rest)| port_fact(rest, value))
}

fn is_host(text: &str) -> bool {
    text == "None" || text.parse::<IpAddr>().is_ok()
}

fn is_endpoint(text: &str) -> bool {
    ["tcp://", "udp://", "sctp://"].iter().any(|scheme| text.starts_with(scheme))
}
