//! Facts about single-use nonces.

use cluster::{LocalNonces, NonceUse, Nonces};
use kernel::Timestamp;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

#[test]
fn a_nonce_is_accepted_once_even_by_parallel_callers() {
    let nonces = LocalNonces::new();
    nonces.issue("siwe", "abc", NOW.plus_secs(300), NOW).unwrap();
    let accepted: usize = std::thread::scope(|scope| {
        let user = || usize::from(nonces.consume("siwe", "abc", NOW) == NonceUse::Accepted);
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(user)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(accepted, 1);
}

#[test]
fn foreign_scopes_unknown_and_expired_nonces_are_told_apart() {
    let nonces = LocalNonces::new();
    nonces.issue("siwe", "abc", NOW.plus_secs(300), NOW).unwrap();
    assert_eq!(nonces.consume("queue_pass", "abc", NOW), NonceUse::Unknown);
    assert_eq!(nonces.consume("siwe", "abcd", NOW), NonceUse::Unknown);
    assert_eq!(nonces.consume("siwe", "abc", NOW.plus_secs(300)), NonceUse::Expired);
    assert_eq!(nonces.consume("siwe", "abc", NOW), NonceUse::Unknown);
}

#[test]
fn issuing_a_nonce_again_does_not_lengthen_its_life() {
    let nonces = LocalNonces::new();
    nonces.issue("siwe", "abc", NOW.plus_secs(10), NOW).unwrap();
    nonces.issue("siwe", "abc", NOW.plus_secs(900), NOW).unwrap();
    assert_eq!(nonces.consume("siwe", "abc", NOW.plus_secs(11)), NonceUse::Expired);
}
