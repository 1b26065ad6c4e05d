//! Properties of sealed values over random secrets, places and damage. The seed is printed by a failure.

use super::*;
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use std::cell::RefCell;

/// A failure prints it; another seed is another history.
const SEED: u64 = 20_261_130;

fn key(seed: u8) -> [u8; 32] {
    std::array::from_fn(|at| (at as u8).wrapping_mul(7) ^ seed)
}

fn vault(versions: &[u32]) -> Vault {
    let keys = versions.iter().map(|version| (*version, key(*version as u8)));
    Vault::new(KeyEncryptionKeys::new(keys).unwrap(), key(200))
}

/// Runs `story` with many random values.
fn for_random(story: impl Fn(&mut StdRng, &[u8], i64)) {
    let mut rng = StdRng::seed_from_u64(SEED);
    for round in 0..200 {
        let mut value = vec![0; rng.random_range(0..300)];
        rng.fill_bytes(&mut value);
        let row = rng.random();
        println!("seed {SEED} round {round}");
        story(&mut rng, &value, row);
    }
}

/// Bytes of a generator as a source of chance.
fn chance(rng: &mut StdRng) -> impl Fn(&mut [u8]) + use<> {
    let own = RefCell::new(StdRng::from_rng(rng));
    move |room: &mut [u8]| own.borrow_mut().fill_bytes(room)
}

#[test]
fn a_value_opens_in_its_place_and_nowhere_else() {
    for_random(|rng, value, row| {
        let vault = vault(&[1]);
        let place = Place { table: "bindings", row, column: "api_key" };
        let sealed = vault.seal(place, value, &chance(rng));
        assert_eq!(&**vault.open(place, &sealed).unwrap(), value);
        assert!(value.len() < 8 || !sealed.windows(value.len()).any(|window| window == value));
        for other in [
            Place { table: "tokens", ..place },
            Place { row: row.wrapping_add(1), ..place },
            Place { column: "api_secret", ..place },
        ] {
            assert_eq!(vault.open(other, &sealed), Err(VaultFault::DoesNotBelong), "swapped to {other:?}");
            assert_eq!(
                super::tests::vault(&[2, 1]).rewrap(other, &sealed, &chance(rng)).unwrap_err(),
                VaultFault::DoesNotBelong
            );
        }
    });
}

#[test]
fn every_changed_bit_is_noticed() {
    for_random(|rng, value, row| {
        let vault = vault(&[1, 2]);
        let place = Place { table: "t", row, column: "c" };
        let mut sealed = vault.seal(place, value, &chance(rng));
        let at = rng.random_range(0..sealed.len());
        sealed[at] ^= 1 << rng.random_range(0..8);
        assert!(vault.open(place, &sealed).is_err(), "byte {at}");
        let cut = rng.random_range(0..sealed.len());
        assert!(vault.open(place, &sealed[..cut]).is_err(), "cut at {cut}");
    });
}

#[test]
fn wrapping_anew_keeps_the_value_and_frees_the_old_key_and_can_be_taken_back() {
    for_random(|rng, value, row| {
        let place = Place { table: "t", row, column: "c" };
        let old = vault(&[1]).seal(place, value, &chance(rng));
        let rotating = vault(&[2, 1]);
        let new = rotating.rewrap(place, &old, &chance(rng)).unwrap().expect("it had the old version");
        assert_eq!((crate::key_version(&old), crate::key_version(&new)), (Ok(1), Ok(2)));
        assert_eq!(
            rotating.rewrap(place, &new, &chance(rng)).unwrap(),
            None,
            "a second walk changes nothing"
        );
        assert_eq!(&**vault(&[2]).open(place, &new).unwrap(), value, "the old key is not needed any more");
        assert_eq!(vault(&[1]).open(place, &new), Err(VaultFault::KeyIsMissing(2)));
        let back = vault(&[1, 2]).rewrap(place, &new, &chance(rng)).unwrap().expect("rolled back");
        assert_eq!(&**vault(&[1]).open(place, &back).unwrap(), value);
    });
}

#[test]
fn two_sealings_of_one_value_differ_and_their_fingerprints_agree() {
    for_random(|rng, value, row| {
        let vault = vault(&[1]);
        let place = Place { table: "t", row, column: "c" };
        let draw = chance(rng);
        assert_ne!(vault.seal(place, value, &draw), vault.seal(place, value, &draw));
        assert_eq!(vault.fingerprint("user 1", value), vault.fingerprint("user 1", value));
        assert_ne!(vault.fingerprint("user 1", value), vault.fingerprint("user 2", value));
        let other = Vault::new(KeyEncryptionKeys::new([(1, key(1))]).unwrap(), key(201));
        assert_ne!(vault.fingerprint("user 1", value), other.fingerprint("user 1", value));
    });
}

#[test]
fn nothing_secret_is_in_a_debug_text() {
    assert_eq!(format!("{:?}", vault(&[1])), "Vault(KeyEncryptionKeys(versions [1], keys hidden))");
}
