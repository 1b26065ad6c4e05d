//! Who has how many connections: of all, of one address, and a few in reserve for those who look after the process.

use super::activity::Activity;
use crate::edge::{IpRange, address_group, is_within};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// A connection that has been idle for this long may be closed to make room for another.
const IDLE_MIN: Duration = if cfg!(test) { Duration::ZERO } else { Duration::from_secs(1) };

/// How many connections there may be.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// Of all. Each costs about 10 kB while idle, and a descriptor.
    pub connections: usize,
    /// Of one address (IPv6: of one /64), at most half of all; 0 counts as no limit but that.
    pub per_address: usize,
    /// Beyond these: they are answered at `always` alone.
    pub reserve: usize,
    /// Our own proxies: they speak for many, and have no limit of their own.
    pub trusted: Vec<IpRange>,
    /// Paths that are answered also when all else is taken.
    pub always: &'static [&'static str],
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            per_address: 2_000,
            reserve: 64,
            trusted: Vec::new(),
            always: &["/health", "/ready", "/metrics", "/version"],
        }
    }
}

/// Why a connection is one of the reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Crowded {
    /// All connections are taken.
    Server,
    /// Its address has as many as any may.
    Address,
}

/// All connections of a server loop.
#[derive(Debug)]
pub(super) struct ConnectionSlots {
    pub limits: ConnectionLimits,
    taken: Mutex<Taken>,
    /// Woken when the last one is gone.
    empty: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    count: usize,
    reserved: usize,
    by_address: HashMap<IpAddr, Vec<Arc<Seat>>>,
}

/// One connection, as the others see it.
#[derive(Debug)]
struct Seat {
    activity: Arc<Activity>,
    /// Woken when it has to make room.
    cut: Notify,
}

/// One connection's place among all; it is free when the connection and whatever it was upgraded to are gone.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionSlot(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    slots: Arc<ConnectionSlots>,
    address: IpAddr,
    seat: Arc<Seat>,
    crowded: Option<Crowded>,
}

impl ConnectionSlots {
    pub fn new(limits: ConnectionLimits) -> Arc<Self> {
        Arc::new(Self { limits, taken: Mutex::default(), empty: Notify::new() })
    }

    /// A place for a connection from `peer`; where all are taken, the one that was idle longest makes room, and where none
    /// is idle it is one of the reserve. None: there is no room at all.
    pub fn take(self: &Arc<Self>, peer: IpAddr) -> Option<ConnectionSlot> {
        let address = address_group(peer);
        let seat = Arc::new(Seat { activity: Arc::new(Activity::new()), cut: Notify::new() });
        let mut taken = self.taken.lock();
        let crowded = self.crowded(&taken, peer, address);
        if crowded.is_some() && taken.reserved >= self.limits.reserve {
            return None;
        }
        taken.count += 1;
        taken.reserved += usize::from(crowded.is_some());
        taken.by_address.entry(address).or_default().push(seat.clone());
        Some(ConnectionSlot(Arc::new(Inner { slots: self.clone(), address, seat, crowded })))
    }

    fn crowded(&self, taken: &Taken, peer: IpAddr, address: IpAddr) -> Option<Crowded> {
        let half = (self.limits.connections / 2).max(1);
        let per_address = if self.limits.per_address == 0 { half } else { self.limits.per_address.min(half) };
        let own = taken.by_address.get(&address);
        if own.is_some_and(|own| own.len() >= per_address) && !is_within(peer, &self.limits.trusted) {
            let made_room = own.is_some_and(|own| make_room(own));
            return (!made_room).then_some(Crowded::Address);
        }
        if taken.count >= self.limits.connections {
            let most = taken.by_address.values().max_by_key(|seats| seats.len());
            let made_room = most.is_some_and(|most| make_room(most));
            return (!made_room).then_some(Crowded::Server);
        }
        None
    }

    /// Connections at this moment.
    pub fn count(&self) -> usize {
        self.taken.lock().count
    }

    /// Waits until there is none.
    pub async fn all_gone(&self) {
        loop {
            let woken = self.empty.notified();
            if self.count() == 0 {
                return;
            }
            woken.await;
        }
    }
}

/// Asks the one that was idle longest to go; false: none is idle.
fn make_room(seats: &[Arc<Seat>]) -> bool {
    let idle = seats.iter().filter_map(|seat| Some((seat.activity.idle()?, seat)));
    let longest = idle.filter(|(idle, _)| *idle >= IDLE_MIN).max_by_key(|(idle, _)| *idle);
    longest.inspect(|(_, seat)| seat.activity.leave()).inspect(|(_, seat)| seat.cut.notify_one()).is_some()
}

impl ConnectionSlot {
    pub(super) fn activity(&self) -> &Arc<Activity> {
        &self.0.seat.activity
    }

    /// Returns when the connection has to make room for another.
    pub(super) async fn cut(&self) {
        self.0.seat.cut.notified().await;
    }

    /// Why nothing but the paths of the reserve may be answered at `path`; none: everything may.
    pub(super) fn refuses(&self, path: &str) -> Option<Crowded> {
        self.0.crowded.filter(|_| !self.0.slots.limits.always.contains(&path))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock();
        taken.count -= 1;
        taken.reserved -= usize::from(self.crowded.is_some());
        let seats = taken.by_address.get_mut(&self.address).expect("listed when it was taken");
        seats.retain(|seat| !Arc::ptr_eq(seat, &self.seat));
        if seats.is_empty() {
            taken.by_address.remove(&self.address);
        }
        if taken.count == 0 {
            self.slots.empty.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::activity::BodyLength;

    fn slots(connections: usize, per_address: usize, trusted: &[&str]) -> Arc<ConnectionSlots> {
        let trusted = trusted.iter().map(|text| text.parse().expect("a range")).collect();
        let limits =
            ConnectionLimits { connections, per_address, reserve: 1, trusted, ..ConnectionLimits::default() };
        ConnectionSlots::new(limits)
    }

    /// A connection in the middle of a request.
    fn busy(slots: &Arc<ConnectionSlots>, peer: [u8; 4]) -> ConnectionSlot {
        let slot = slots.take(peer.into()).expect("a place");
        slot.activity().request_began(&BodyLength::Exact(0));
        slot
    }

    const HERE: [u8; 4] = [1, 2, 3, 4];
    const THERE: [u8; 4] = [4, 3, 2, 1];

    #[test]
    fn an_address_has_its_share_and_what_is_beyond_is_of_the_reserve() {
        let slots = slots(10, 2, &["9.0.0.0/8"]);
        let first = busy(&slots, HERE);
        let _second = busy(&slots, HERE);
        let third = busy(&slots, HERE);
        assert_eq!((third.refuses("/health"), third.refuses("/shop")), (None, Some(Crowded::Address)));
        assert!(slots.take(HERE.into()).is_none(), "the reserve is taken too");
        assert_eq!(slots.take(THERE.into()).expect("another address").refuses("/shop"), None);
        let proxied: Vec<_> = (0..4).map(|_| busy(&slots, [9, 0, 0, 1])).collect();
        assert!(proxied.iter().all(|slot| slot.refuses("/shop").is_none()));
        drop((first, third));
        assert_eq!(slots.take(HERE.into()).expect("free again").refuses("/shop"), None);
    }

    #[test]
    fn no_address_has_more_than_half_of_all() {
        let slots = slots(4, 100, &[]);
        let held: Vec<_> = (0..3).map(|_| busy(&slots, HERE)).collect();
        assert_eq!(held[2].refuses("/"), Some(Crowded::Address));
    }

    #[test]
    fn who_is_idle_makes_room_and_who_reads_a_stream_is_not_idle() {
        let slots = slots(10, 3, &[]);
        let (_busy, streaming) = (busy(&slots, HERE), slots.take(HERE.into()).expect("a place"));
        streaming.activity().set_streaming(true);
        let idle = slots.take(HERE.into()).expect("a place");
        let next = busy(&slots, HERE);
        assert_eq!(next.refuses("/shop"), None);
        assert_eq!(idle.activity().idle(), None, "it is asked once");
        assert_eq!(busy(&slots, HERE).refuses("/shop"), Some(Crowded::Address), "nobody else is idle");
    }
}
