//! Facts about signatures of wallets and about session keys: known vectors, the edges of each form, and agreement with
//! computations that are not ours. Keys are fixed, so that every run signs the same.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit, Mac};
use identity::proofs::wallet::{
    NamedKey, SessionKey, SignatureFault, WalletSignature, address_of_key, checksummed, eip191_hash,
    parse_address,
};
use k256::ecdsa::signature::hazmat::PrehashVerifier as _;
use k256::ecdsa::{Signature, SigningKey};
use kernel::{SignatureScheme, WalletAddress};
use support::{URN, WALLET, hex, numbered_key, session_key, sign, sign_with, wallet_key};

#[test]
fn the_examples_of_web3_have_the_hash_the_signature_and_the_signer_they_should() {
    let hash = eip191_hash(b"Some data");
    assert_eq!(hex(&hash), "1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655");
    let signature = "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd\
                     6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c";
    assert_eq!(checksummed(WalletSignature::parse(signature).unwrap().address(&hash).unwrap()), WALLET);
    assert_eq!(sign("Some data"), signature, "signing is deterministic (RFC 6979)");
    assert_eq!(hex(&eip191_hash(b"")), "5f35dce98ba4fba25530a026ed80b2cecdaa31091ba4958b99b52ea1d068adad");
}

#[test]
fn the_length_in_the_hash_counts_bytes_and_not_characters() {
    use sha3::{Digest as _, Keccak256};
    let text = "Xin chào 世界 🎟";
    assert_eq!((text.chars().count(), text.len()), (13, 21));
    let by_bytes = Keccak256::digest([b"\x19Ethereum Signed Message:\n21", text.as_bytes()].concat());
    let by_chars = Keccak256::digest([b"\x19Ethereum Signed Message:\n13", text.as_bytes()].concat());
    assert_eq!(eip191_hash(text.as_bytes()).as_slice(), by_bytes.as_slice());
    assert_ne!(eip191_hash(text.as_bytes()).as_slice(), by_chars.as_slice());
}

#[test]
fn v_is_taken_in_both_counts_and_no_other() {
    let (text, wallet) = ("hello", parse_address(WALLET).unwrap());
    let hash = eip191_hash(text.as_bytes());
    for base in [0, 27] {
        let signature = WalletSignature::parse(&sign_with(&wallet_key(), text, base)).unwrap();
        assert_eq!(signature.address(&hash), Ok(wallet));
    }
    let stem = &sign(text)[..130];
    for v in (0..=255_u8).filter(|v| ![0, 1, 27, 28].contains(v)) {
        let fault = WalletSignature::parse(&format!("{stem}{v:02x}")).err();
        assert_eq!(fault, Some(SignatureFault::RecoveryIdIsUnknown), "{v}");
    }
}

#[test]
fn the_other_v_is_another_signer() {
    let text = "hello";
    let good = sign(text);
    let flipped = format!("{}{}", &good[..130], if good.ends_with("1b") { "1c" } else { "1b" });
    let hash = eip191_hash(text.as_bytes());
    let signature = WalletSignature::parse(&flipped).unwrap();
    assert_ne!(signature.address(&hash).map(WalletAddress::lower), Ok(WALLET.to_lowercase()));
    assert!(!signature.is_by(&(*wallet_key().verifying_key().as_affine()).into(), &hash));
}

#[test]
fn zero_high_and_oversized_scalars_are_refused() {
    const ORDER: &str = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    const HALF: &str = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";
    const ABOVE_HALF: &str = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1";
    let (zero, one) = ("0".repeat(64), format!("{:064x}", 1));
    let fault = |r: &str, s: &str| WalletSignature::parse(&format!("0x{r}{s}1b")).err();
    for (r, s) in [(&*zero, &*one), (&*one, &*zero), (&*zero, &*zero), (ORDER, &*one), (&*one, ORDER)] {
        assert_eq!(fault(r, s), Some(SignatureFault::ScalarIsOutOfRange), "{r} {s}");
    }
    assert_eq!(fault(&one, HALF), None);
    assert_eq!(fault(&one, ABOVE_HALF), Some(SignatureFault::ScalarIsHigh));
}

#[test]
fn the_second_spelling_of_a_good_signature_is_refused() {
    let (signature, id) = wallet_key().sign_prehash_recoverable(&eip191_hash(b"hello"));
    let (r, s) = signature.split_scalars();
    let twin = Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
    let twin = format!("0x{}{:02x}", hex(&twin.to_bytes()), 27 + (1 - id.to_byte()));
    assert_eq!(WalletSignature::parse(&twin).err(), Some(SignatureFault::ScalarIsHigh));
}

#[test]
fn signatures_of_contracts_are_refused_by_name_and_junk_by_another() {
    let good = sign("hello");
    let magic = "6492".repeat(16);
    let long = "0x".to_owned() + &"ab".repeat(96);
    for contract in [format!("{good}00"), format!("{good}{magic}"), long] {
        assert_eq!(WalletSignature::parse(&contract).err(), Some(SignatureFault::WalletIsAContract));
    }
    let (bare, odd, short, foreign) =
        (&good[2..], format!("{good}0"), &good[..130], good.replace("0x", "0xg"));
    for junk in
        ["", "0x", bare, &odd, short, &foreign, &"\0".repeat(132), &"é".repeat(66), &good.replace("0x", "0X")]
    {
        assert_eq!(
            WalletSignature::parse(junk).err(),
            Some(SignatureFault::SignatureIsMalformed),
            "{junk:.20}"
        );
    }
}

#[test]
fn our_verification_agrees_with_the_library_and_with_recovery() {
    for number in 0..120_u8 {
        let (key, other) = (numbered_key(number), numbered_key(number + 1));
        let text = format!("text number {number}");
        let hash = eip191_hash(text.as_bytes());
        let (scalars, _) = key.sign_prehash_recoverable(&hash);
        let signature = WalletSignature::parse(&sign_with(&key, &text, 0)).unwrap();
        assert!(key.verifying_key().verify_prehash(&hash, &scalars).is_ok());
        assert_eq!(signature.address(&hash), Ok(address_of_key(key.verifying_key())));
        let point = |key: &SigningKey| (*key.verifying_key().as_affine()).into();
        assert!(signature.is_by(&point(&key), &hash));
        assert!(!signature.is_by(&point(&other), &hash));
        assert!(!signature.is_by(&point(&key), &eip191_hash(b"another text")));
        assert!(!signature.is_by(&k256::ProjectivePoint::IDENTITY, &hash));
    }
}

#[test]
fn a_resource_names_one_of_three_kinds_of_key_in_one_spelling_each() {
    let edwards = ed25519_dalek::SigningKey::from_bytes(&[5; 32]).verifying_key().to_bytes();
    for key in [session_key(), NamedKey::Ed25519(edwards), NamedKey::HmacSha256] {
        let resource = key.resource(URN);
        assert_eq!(NamedKey::parse(URN, &resource), Ok(key), "{resource}");
        assert_eq!(SignatureScheme::parse(key.scheme().as_str()), Some(key.scheme()));
        for bad in [
            format!("{resource}0"),
            format!("{resource}:"),
            resource[1..].to_owned(),
            resource.replace("0x", ""),
        ] {
            assert!(bad == resource || NamedKey::parse(URN, &bad).is_err(), "{bad}");
        }
    }
    let uncompressed = hex(numbered_key(7).verifying_key().to_sec1_point(false).as_bytes());
    let off_curve = format!("02{}05", "00".repeat(31));
    let (identity, small) = (format!("00{}", "00".repeat(32)), format!("01{}", "00".repeat(31)));
    let bad = [
        format!("{URN}:0x{uncompressed}"),
        format!("{URN}:0x{off_curve}"),
        format!("{URN}:0x{identity}"),
        format!("{URN}:ed25519:0x{small}"),
        format!("{URN}:ed25519:0x02{}", "00".repeat(31)),
        format!("{URN}:secp256k1:0x{}", &session_key().resource("")[3..]),
        format!("{URN}:HMAC-SHA256"),
        format!("{URN}:hmac-sha256:0x00"),
        format!("{URN}-more:hmac-sha256"),
        URN.to_owned(),
        String::new(),
    ];
    for resource in bad {
        assert!(NamedKey::parse(URN, &resource).is_err(), "{resource}");
    }
}

#[test]
fn each_scheme_verifies_its_own_signature_and_nothing_else() {
    let text = "act: bet";
    let edwards = ed25519_dalek::SigningKey::from_bytes(&[5; 32]);
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&[9; 32]).unwrap();
    mac.update(text.as_bytes());
    let compressed = numbered_key(7).verifying_key().to_sec1_point(true);
    let keys = [
        (SessionKey::secp256k1(compressed.as_bytes()).unwrap(), sign_with(&numbered_key(7), text, 27)),
        (
            SessionKey::ed25519(edwards.verifying_key().as_bytes()).unwrap(),
            format!("0x{}", hex(&edwards.sign(text.as_bytes()).to_bytes())),
        ),
        (SessionKey::hmac_sha256(&[9; 32]), format!("0x{}", hex(&mac.finalize().into_bytes()))),
    ];
    for (at, (key, signature)) in keys.iter().enumerate() {
        assert_eq!(key.verify(text, signature), Ok(()), "{key:?}");
        assert_eq!(key.verify("act: top", signature), Err(SignatureFault::SignatureIsWrong), "{key:?}");
        for (_, foreign) in keys.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, key)| key) {
            assert!(key.verify(text, foreign).is_err(), "{key:?}");
        }
        flip_each_digit(key, text, signature);
        for junk in ["", "0x", "zz", &signature[..signature.len() - 1], &format!("{signature}00"), "é"] {
            assert!(key.verify(text, junk).is_err(), "{key:?} {junk}");
        }
    }
}

fn flip_each_digit(key: &SessionKey, text: &str, signature: &str) {
    for at in (2..signature.len()).step_by(7) {
        let mut bytes = signature.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(key.verify(text, &changed).is_err(), "{key:?}, digit {at}");
    }
}
