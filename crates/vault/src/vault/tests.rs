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
    Vault::new(KeyEncryptionKeys::new(keys).expect("different keys"), key(200))
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
    for_random(|rng, value, id| {
        let (vault, draw) = (vault(&[1]), chance(rng));
        let row = RowOf { table: "bindings", id };
        let (own, wrapped) = vault.draw_row_key(row, &draw);
        let sealed = own.seal("api_key", value, &draw);
        let opened = vault.open_row_key(row, &wrapped).unwrap().open("api_key", &sealed).unwrap();
        assert_eq!(&**opened, value);
        assert!(value.len() < 8 || !sealed.windows(value.len()).any(|window| window == value));
        assert_eq!(own.open("api_secret", &sealed), Err(VaultFault::DoesNotBelong), "another column");
        for other in [RowOf { table: "tokens", id }, RowOf { id: id.wrapping_add(1), ..row }] {
            assert_eq!(vault.open_row_key(other, &wrapped).unwrap_err(), VaultFault::DoesNotBelong);
            let (theirs, _) = vault.draw_row_key(other, &draw);
            assert_eq!(theirs.open("api_key", &sealed), Err(VaultFault::DoesNotBelong), "another row's key");
        }
    });
}

#[test]
fn every_changed_bit_is_noticed() {
    for_random(|rng, value, id| {
        let (vault, draw) = (vault(&[1, 2]), chance(rng));
        let row = RowOf { table: "t", id };
        let (own, wrapped) = vault.draw_row_key(row, &draw);
        let sealed = own.seal("c", value, &draw);
        for (bytes, is_key) in [(&wrapped, true), (&sealed, false)] {
            let opens = |bytes: &[u8]| {
                if is_key { vault.open_row_key(row, bytes).is_ok() } else { own.open("c", bytes).is_ok() }
            };
            let (mut changed, at) = (bytes.clone(), rng.random_range(0..bytes.len()));
            changed[at] ^= 1 << rng.random_range(0..8);
            assert!(opens(bytes) && !opens(&changed), "byte {at}");
            let cut = rng.random_range(0..bytes.len());
            assert!(!opens(&bytes[..cut]), "cut at {cut}");
        }
    });
}

#[test]
fn wrapping_anew_keeps_the_value_and_frees_the_old_key_and_can_be_taken_back() {
    for_random(|rng, value, id| {
        let draw = chance(rng);
        let row = RowOf { table: "t", id };
        let (own, old) = vault(&[1]).draw_row_key(row, &draw);
        let sealed = own.seal("c", value, &draw);
        let opens = |vault: &Vault, wrapped: &[u8]| {
            vault
                .open_row_key(row, wrapped)
                .and_then(|key| key.open("c", &sealed))
                .map(|value| value.to_vec())
        };
        let rotating = vault(&[2, 1]);
        let new = rotating.rewrap(row, &old, &draw).unwrap().expect("it had the old version");
        assert_eq!((crate::key_version(&old), crate::key_version(&new)), (Ok(1), Ok(2)));
        assert_eq!(rotating.rewrap(row, &new, &draw).unwrap(), None, "a second walk changes nothing");
        assert_eq!(opens(&vault(&[2]), &new).unwrap(), value, "the old key is not needed any more");
        assert_eq!(opens(&vault(&[1]), &new), Err(VaultFault::KeyIsMissing(2)));
        let back = vault(&[1, 2]).rewrap(row, &new, &draw).unwrap().expect("rolled back");
        assert_eq!(opens(&vault(&[1]), &back).unwrap(), value);
        let elsewhere = RowOf { id: id.wrapping_add(1), ..row };
        assert_eq!(rotating.rewrap(elsewhere, &old, &draw).unwrap_err(), VaultFault::DoesNotBelong);
    });
}

#[test]
fn two_sealings_of_one_value_differ_and_their_fingerprints_agree() {
    for_random(|rng, value, id| {
        let (vault, draw) = (vault(&[1]), chance(rng));
        let (own, _) = vault.draw_row_key(RowOf { table: "t", id }, &draw);
        assert_ne!(own.seal("c", value, &draw), own.seal("c", value, &draw));
        assert_eq!(vault.fingerprint("user 1", value), vault.fingerprint("user 1", value));
        assert_ne!(vault.fingerprint("user 1", value), vault.fingerprint("user 2", value));
        let other = Vault::new(KeyEncryptionKeys::new([(1, key(1))]).unwrap(), key(201));
        assert_ne!(vault.fingerprint("user 1", value), other.fingerprint("user 1", value));
    });
}

#[test]
fn nothing_secret_is_in_a_debug_text() {
    let vault = vault(&[1]);
    let (key, _) = vault.draw_row_key(RowOf { table: "t", id: 7 }, &|room: &mut [u8]| room.fill(9));
    let text = format!("{vault:?} {key:?}");
    let hidden = "RowKey(RowOf { table: \"t\", id: 7 }, hidden)";
    assert_eq!(text, format!("Vault(KeyEncryptionKeys(versions [1], keys hidden)) {hidden}"));
}
