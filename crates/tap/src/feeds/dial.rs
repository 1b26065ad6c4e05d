//! Reaching a host that has several addresses: one that does not answer costs a quarter of a second and not the connection
//! (RFC 8305, "Happy Eyeballs Version 2: Better Connectivity Using Concurrency").

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use std::future::Future;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};

/// From one attempt to the next while none has an answer (RFC 8305, section 5).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Connects to the first address of `host` that answers. Errors: none does; the last one's reason.
pub(super) async fn dial(host: &str, port: u16) -> Result<TcpStream, Error> {
    let found: Vec<SocketAddr> = lookup_host((host, port)).await?.collect();
    race(interleaved(&found), TcpStream::connect).await
}

/// The addresses with families by turns, beginning with that of the first: a family that is dead as a whole is left at once.
fn interleaved(found: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (mut one, mut other): (Vec<_>, Vec<_>) =
        found.iter().copied().partition(|address| address.is_ipv6() == first_is_v6);
    one.reverse();
    other.reverse();
    let mut order = Vec::with_capacity(found.len());
    while let Some(address) = one.pop() {
        order.push(address);
        order.extend(other.pop());
    }
    other.reverse();
    order.extend(other);
    order
}

/// Attempts in their order, the next one when the last has failed or is silent for [`ATTEMPT_DELAY`]; the first success ends all.
async fn race<T, F: Future<Output = Result<T, Error>>>(
    addresses: Vec<SocketAddr>,
    attempt: impl Fn(SocketAddr) -> F,
) -> Result<T, Error> {
    let mut waiting = addresses.into_iter();
    let mut running = FuturesUnordered::new();
    let mut fault = Error::new(ErrorKind::NotFound, "the host has no address");
    running.extend(waiting.next().map(&attempt));
    while !running.is_empty() {
        tokio::select! {
            ended = running.next() => match ended {
                Some(Ok(stream)) => return Ok(stream),
                Some(Err(error)) => {
                    fault = error;
                    running.extend(waiting.next().map(&attempt));
                }
                None => {}
            },
            () = tokio::time::sleep(ATTEMPT_DELAY), if waiting.len() > 0 => {
                running.extend(waiting.next().map(&attempt));
            }
        }
    }
    Err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().expect("an address")).collect()
    }

    #[test]
    fn families_take_turns() {
        let found = addresses(&["[2001:db8::1]:1", "[2001:db8::2]:1", "[2001:db8::3]:1", "192.0.2.1:1"]);
        let order = addresses(&["[2001:db8::1]:1", "192.0.2.1:1", "[2001:db8::2]:1", "[2001:db8::3]:1"]);
        assert_eq!(interleaved(&found), order);
        assert_eq!(interleaved(&[]), []);
    }

    /// Addresses of port 1 never answer, of port 2 refuse at once; others are reached.
    async fn attempt(to: SocketAddr) -> Result<SocketAddr, Error> {
        match to.port() {
            1 => std::future::pending().await,
            2 => Err(Error::from(ErrorKind::ConnectionRefused)),
            _ => Ok(to),
        }
    }

    #[tokio::test]
    async fn an_address_that_never_answers_is_passed_over() {
        let all = addresses(&["[2001:db8::1]:1", "[2001:db8::2]:1", "192.0.2.1:443"]);
        assert_eq!(race(all.clone(), attempt).await.ok(), Some(all[2]));
        let refused = addresses(&["192.0.2.1:2", "192.0.2.2:443"]);
        assert_eq!(race(refused.clone(), attempt).await.ok(), Some(refused[1]));
        let none = race(addresses(&["192.0.2.1:2", "192.0.2.2:2"]), attempt).await;
        assert_eq!(none.map_err(|error| error.kind()), Err(ErrorKind::ConnectionRefused));
        assert_eq!(race(Vec::new(), attempt).await.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    }

    #[tokio::test]
    async fn a_listener_on_one_family_is_reached_by_its_name() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let began = Instant::now();
        dial("localhost", port).await.expect("reached");
        assert!(began.elapsed() < Duration::from_secs(2));
    }
}
