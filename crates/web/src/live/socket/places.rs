//! Who has how many sockets: a place is taken before the upgrade and given back when the socket is gone.

use super::{Guest, SocketLimits};
use crate::live::mailbox::{Ended, Mailbox};
use metrics::Gauge;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Weak};

/// All places of one door.
#[derive(Debug)]
pub(super) struct Places {
    limits: SocketLimits,
    taken: Mutex<Taken>,
    clients: Gauge,
}

#[derive(Debug, Default)]
struct Taken {
    sockets: usize,
    by_address: HashMap<IpAddr, usize>,
    /// A user's sockets, each with the session it was opened in.
    by_user: HashMap<i64, Vec<(i64, Weak<Mailbox>)>>,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPlace {
    Full,
    TooManyOfAddress,
}

/// One socket's place.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

/// One of its user's places.
#[derive(Debug)]
pub(super) struct UserPlace {
    places: Arc<Places>,
    mailbox: Weak<Mailbox>,
    pub guest: Guest,
}

impl Places {
    pub fn new(limits: SocketLimits, clients: Gauge) -> Arc<Self> {
        Arc::new(Self { limits, taken: Mutex::default(), clients })
    }

    pub fn count(&self) -> usize {
        self.taken.lock().sockets
    }

    pub fn take(self: &Arc<Self>, address: IpAddr) -> Result<Place, NoPlace> {
        let mut taken = self.taken.lock();
        if taken.sockets >= self.limits.sockets {
            return Err(NoPlace::Full);
        }
        let of_address = taken.by_address.get(&address).copied().unwrap_or(0);
        if of_address >= self.limits.per_address {
            return Err(NoPlace::TooManyOfAddress);
        }
        taken.by_address.insert(address, of_address + 1);
        taken.sockets += 1;
        self.clients.increment(1);
        Ok(Place { places: self.clone(), address })
    }

    /// A place for one more socket of a user; `None` when the user has as many as anybody may.
    pub fn take_of_user(self: &Arc<Self>, guest: Guest, mailbox: &Arc<Mailbox>) -> Option<UserPlace> {
        let mut taken = self.taken.lock();
        let sockets = taken.by_user.entry(guest.user).or_default();
        if sockets.len() >= self.limits.per_user {
            return None;
        }
        let mailbox = Arc::downgrade(mailbox);
        sockets.push((guest.session, mailbox.clone()));
        Some(UserPlace { places: self.clone(), mailbox, guest })
    }

    /// Ends all sockets of a user's session.
    pub fn sign_out(&self, user: i64, session: i64) {
        let sockets = self.taken.lock().by_user.get(&user).cloned().unwrap_or_default();
        let of_session = sockets.iter().filter(|(of, _)| *of == session);
        for mailbox in of_session.filter_map(|(_, mailbox)| mailbox.upgrade()) {
            mailbox.end(Ended::SignedOut);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        taken.sockets -= 1;
        self.places.clients.decrement(1);
        let of_address = taken.by_address.get_mut(&self.address).expect("counted when it was taken");
        *of_address -= 1;
        if *of_address == 0 {
            taken.by_address.remove(&self.address);
        }
    }
}

impl Drop for UserPlace {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        let sockets = taken.by_user.get_mut(&self.guest.user).expect("listed when it was taken");
        sockets.retain(|(_, other)| !other.ptr_eq(&self.mailbox));
        if sockets.is_empty() {
            taken.by_user.remove(&self.guest.user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_socket_is_gone() {
        let limits = SocketLimits { sockets: 3, per_address: 2, per_user: 1, frames_per_s: 1 };
        let places = Places::new(limits, Gauge::noop());
        let (here, there) = ([1, 2, 3, 4].into(), [4, 3, 2, 1].into());
        let first = places.take(here).unwrap();
        let _second = places.take(here).unwrap();
        assert_eq!(places.take(here).unwrap_err(), NoPlace::TooManyOfAddress);
        let _third = places.take(there).unwrap();
        assert_eq!(places.take(there).unwrap_err(), NoPlace::Full);
        drop(first);
        let mailbox = Arc::new(Mailbox::default());
        let _again = places.take(here).unwrap();
        let guest = |user| Guest { user, session: 1, until: kernel::Timestamp::from_secs(1) };
        let of_user = places.take_of_user(guest(7), &mailbox).unwrap();
        assert!(places.take_of_user(guest(7), &mailbox).is_none());
        assert!(places.take_of_user(guest(8), &mailbox).is_some());
        drop(of_user);
        assert!(places.take_of_user(guest(7), &mailbox).is_some());
        assert_eq!((places.count(), places.taken.lock().by_user.len()), (3, 0));
    }
}
