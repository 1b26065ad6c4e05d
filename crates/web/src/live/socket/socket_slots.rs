//! Who has how many sockets: a slot is taken before the upgrade and given back when the socket is gone.

use super::{SocketLimits, SocketSession};
use crate::live::mailbox::{Ended, Mailbox};
use metrics::Gauge;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Weak};

/// All slots of one endpoint.
#[derive(Debug)]
pub(super) struct SocketSlots {
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

/// Why there is no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoSlot {
    Full,
    TooManyOfAddress,
}

/// One socket's slot.
#[derive(Debug)]
pub(super) struct SocketSlot {
    slots: Arc<SocketSlots>,
    address: IpAddr,
}

/// One of its user's slots.
#[derive(Debug)]
pub(super) struct UserSlot {
    slots: Arc<SocketSlots>,
    mailbox: Weak<Mailbox>,
    pub session: SocketSession,
}

impl SocketSlots {
    pub fn new(limits: SocketLimits, clients: Gauge) -> Arc<Self> {
        Arc::new(Self { limits, taken: Mutex::default(), clients })
    }

    pub fn count(&self) -> usize {
        self.taken.lock().sockets
    }

    pub fn take(self: &Arc<Self>, address: IpAddr) -> Result<SocketSlot, NoSlot> {
        let mut taken = self.taken.lock();
        if taken.sockets >= self.limits.sockets {
            return Err(NoSlot::Full);
        }
        let of_address = taken.by_address.get(&address).copied().unwrap_or(0);
        if of_address >= self.limits.per_address {
            return Err(NoSlot::TooManyOfAddress);
        }
        taken.by_address.insert(address, of_address + 1);
        taken.sockets += 1;
        self.clients.increment(1);
        Ok(SocketSlot { slots: self.clone(), address })
    }

    /// A slot for one more socket of a user; `None` when the user has as many as anybody may.
    pub fn take_for_user(
        self: &Arc<Self>,
        session: SocketSession,
        mailbox: &Arc<Mailbox>,
    ) -> Option<UserSlot> {
        let mut taken = self.taken.lock();
        let sockets = taken.by_user.entry(session.user).or_default();
        if sockets.len() >= self.limits.per_user {
            return None;
        }
        let mailbox = Arc::downgrade(mailbox);
        sockets.push((session.session_id, mailbox.clone()));
        Some(UserSlot { slots: self.clone(), mailbox, session })
    }

    /// Ends all sockets of a user's session.
    pub fn sign_out(&self, user: i64, session_id: i64) {
        let sockets = self.taken.lock().by_user.get(&user).cloned().unwrap_or_default();
        let of_session = sockets.iter().filter(|(of, _)| *of == session_id);
        for mailbox in of_session.filter_map(|(_, mailbox)| mailbox.upgrade()) {
            mailbox.end(Ended::SignedOut);
        }
    }
}

impl UserSlot {
    /// Goes on in a newer session of the same user.
    pub fn renew(&mut self, session: SocketSession) {
        let mut taken = self.slots.taken.lock();
        let sockets = taken.by_user.get_mut(&self.session.user).into_iter().flatten();
        for (session_id, _) in sockets.filter(|(_, mailbox)| mailbox.ptr_eq(&self.mailbox)) {
            *session_id = session.session_id;
        }
        self.session = session;
    }
}

impl Drop for SocketSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock();
        taken.sockets -= 1;
        self.slots.clients.decrement(1);
        let of_address = taken.by_address.get_mut(&self.address).expect("counted when it was taken");
        *of_address -= 1;
        if *of_address == 0 {
            taken.by_address.remove(&self.address);
        }
    }
}

impl Drop for UserSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock();
        let sockets = taken.by_user.get_mut(&self.session.user).expect("listed when it was taken");
        sockets.retain(|(_, other)| !other.ptr_eq(&self.mailbox));
        if sockets.is_empty() {
            taken.by_user.remove(&self.session.user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_free_again_when_its_socket_is_gone() {
        let limits = SocketLimits { sockets: 3, per_address: 2, per_user: 1, channels: 1, frames_per_s: 1 };
        let slots = SocketSlots::new(limits, Gauge::noop());
        let (here, there) = ([1, 2, 3, 4].into(), [4, 3, 2, 1].into());
        let first = slots.take(here).unwrap();
        let _second = slots.take(here).unwrap();
        assert_eq!(slots.take(here).unwrap_err(), NoSlot::TooManyOfAddress);
        let _third = slots.take(there).unwrap();
        assert_eq!(slots.take(there).unwrap_err(), NoSlot::Full);
        drop(first);
        let mailbox = Arc::new(Mailbox::default());
        let _again = slots.take(here).unwrap();
        let session =
            |user| SocketSession { user, session_id: 1, expires_at: kernel::Timestamp::from_secs(1) };
        let of_user = slots.take_for_user(session(7), &mailbox).unwrap();
        assert!(slots.take_for_user(session(7), &mailbox).is_none());
        assert!(slots.take_for_user(session(8), &mailbox).is_some());
        drop(of_user);
        assert!(slots.take_for_user(session(7), &mailbox).is_some());
        assert_eq!((slots.count(), slots.taken.lock().by_user.len()), (3, 0));
    }
}
