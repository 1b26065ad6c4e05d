//! Facts about logging in with a wallet: the message to the letter, what it may say, who signed it, and the session's
//! key. Keys are fixed, so that every run signs the same.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit, Mac};
use identity::wallet::judge::{self, prove};
use identity::wallet::{
    Address, Field, KeyDeriver, Moment, NamedKey, Rules, SIWE_BYTES_MAX, Scheme, SessionKey, SignatureFault,
    Siwe, SiweFault, SiweRefusal, WalletSignature, eip191_hash,
};
use k256::ecdsa::signature::hazmat::PrehashVerifier as _;
use k256::ecdsa::{Signature, SigningKey};
use kernel::Timestamp;

const NOW: Timestamp = Timestamp::from_secs(1_893_456_000);
const NONCE: &str = "kEWepMt9knR6lWJ6Aq1xZ2";
const STATEMENT: &str = "Sign in to the fair. This costs nothing.";
const URN: &str = "urn:fair:session-key";
/// The key of the examples of web3.js.
const SECRET: [u8; 32] = [
    0x4c, 0x08, 0x83, 0xa6, 0x91, 0x02, 0x93, 0x7d, 0x62, 0x31, 0x47, 0x1b, 0x5d, 0xbb, 0x62, 0x04, 0xfe,
    0x51, 0x29, 0x61, 0x70, 0x82, 0x79, 0x2a, 0xe4, 0x68, 0xd0, 0x1a, 0x3f, 0x36, 0x23, 0x18,
];
const WALLET: &str = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23";

fn rules() -> Rules {
    Rules {
        domain: "127.0.0.1:8080".into(),
        uri: "http://127.0.0.1:8080/tap".into(),
        statement: STATEMENT.into(),
        chain_ids: vec![1, 137],
        key_urn: URN.into(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wallet_key() -> SigningKey {
    SigningKey::from_slice(&SECRET).unwrap()
}

/// Another of an endless row of keys.
fn numbered_key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number + 1; 32]).unwrap()
}

/// `r || s || v` of `key` over `text`, with `v` counted from `base`.
fn sign_with(key: &SigningKey, text: &str, base: u8) -> String {
    let (signature, id) = key.sign_prehash_recoverable(&eip191_hash(text.as_bytes()));
    format!("0x{}{:02x}", hex(&signature.to_bytes()), id.to_byte() + base)
}

fn sign(text: &str) -> String {
    sign_with(&wallet_key(), text, 27)
}

fn session_key() -> NamedKey {
    let compressed = numbered_key(7).verifying_key().to_sec1_point(true);
    NamedKey::Secp256k1(compressed.as_bytes().try_into().unwrap())
}

/// The message that this site asks for, at `NOW`.
fn message() -> String {
    judge::request(&rules(), Address::parse(WALLET).unwrap(), NONCE, session_key(), NOW)
}

fn refused(text: &str) -> Option<&'static str> {
    prove(text, &sign(text), &rules(), NOW).err().map(SiweRefusal::as_str)
}

#[test]
fn the_message_we_ask_for_is_the_one_of_the_standard() {
    let key = hex(numbered_key(7).verifying_key().to_sec1_point(true).as_bytes());
    let expected = format!(
        "127.0.0.1:8080 wants you to sign in with your Ethereum account:\n{WALLET}\n\n{STATEMENT}\n\n\
         URI: http://127.0.0.1:8080/tap\nVersion: 1\nChain ID: 1\nNonce: {NONCE}\n\
         Issued At: 2030-01-01T00:00:00Z\nResources:\n- {URN}:0x{key}"
    );
    assert_eq!(message(), expected);
}

#[test]
fn a_signed_message_proves_its_wallet_and_names_its_key() {
    let proved = prove(&message(), &sign(&message()), &rules(), NOW).unwrap();
    assert_eq!(proved.wallet.to_string(), WALLET);
    assert_eq!(proved.nonce, NONCE);
    assert_eq!(proved.key, session_key());
    let lower = message().replace(WALLET, &WALLET.to_lowercase());
    assert!(prove(&lower, &sign(&lower), &rules(), NOW).is_ok(), "an address without a checksum is one");
}

#[test]
fn what_the_message_says_is_held_against_the_rules_one_by_one() {
    let cases = [
        ("127.0.0.1:8080 wants", "127.0.0.1 wants", "wrong_domain"),
        ("127.0.0.1:8080 wants", "127.0.0.1:80800 wants", "wrong_domain"),
        ("127.0.0.1:8080 wants", "localhost:8080 wants", "wrong_domain"),
        ("127.0.0.1:8080 wants", "https://127.0.0.1:8080 wants", "wrong_uri"),
        ("URI: http://127.0.0.1:8080/tap", "URI: https://127.0.0.1:8080/tap", "wrong_uri"),
        ("URI: http://127.0.0.1:8080/tap", "URI: http://127.0.0.1:8080@evil.example/tap", "wrong_uri"),
        ("URI: http://127.0.0.1:8080/tap", "URI: http://127.0.0.1:8080.evil.example/tap", "wrong_uri"),
        ("URI: http://127.0.0.1:8080/tap", "URI: urn:127.0.0.1:8080", "wrong_uri"),
        ("This costs nothing.", "This costs everything.", "wrong_statement"),
        ("\nSign in to the fair. This costs nothing.\n", "\n", "wrong_statement"),
        ("Chain ID: 1", "Chain ID: 5", "wrong_chain"),
        (NONCE, &NONCE[..16], "wrong_nonce"),
        ("2030-01-01T00:00:00Z", "2029-12-31T23:59:29Z", "issued_too_long_ago"),
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:05.000001Z", "issued_in_the_future"),
        ("00Z\nRes", "00Z\nExpiration Time: 2030-01-01T00:00:00Z\nRes", "expired"),
        ("00Z\nRes", "00Z\nNot Before: 2030-01-01T00:00:01Z\nRes", "not_yet_valid"),
        (":0x", ":rsa:0x", "no_session_key"),
        (URN, "urn:other:session-key", "no_session_key"),
        ("- urn", "- https://example.com\n- urn", "no_session_key"),
    ];
    for (from, to, reason) in cases {
        let text = message().replacen(from, to, 1);
        assert_ne!(text, message(), "{from}");
        assert_eq!(refused(&text), Some(reason), "{from} -> {to}");
    }
    assert_eq!(refused(message().split_once("\nResources").unwrap().0), Some("no_session_key"));
}

#[test]
fn what_the_rules_allow_is_believed_up_to_the_edges() {
    let cases = [
        ("Chain ID: 1", "Chain ID: 137"),
        ("2030-01-01T00:00:00Z", "2029-12-31T23:59:30Z"),
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:05.000Z"),
        ("2030-01-01T00:00:00Z", "2030-01-01T07:00:00+07:00"),
        ("00Z\nRes", "00Z\nExpiration Time: 2030-01-01T00:00:01Z\nNot Before: 2030-01-01T00:00:00Z\nRes"),
        ("00Z\nRes", "00Z\nRequest ID: \nRes"),
        ("127.0.0.1:8080 wants", "http://127.0.0.1:8080 wants"),
        ("URI: http://127.0.0.1:8080/tap", "URI: http://127.0.0.1:8080"),
        ("URI: http://127.0.0.1:8080/tap", "URI: http://127.0.0.1:8080?to=grid#1"),
        (NONCE, "abcdefgh123456789"),
    ];
    for (from, to) in cases {
        let text = message().replacen(from, to, 1);
        assert_ne!(text, message(), "{from}");
        assert_eq!(refused(&text), None, "{from} -> {to}");
    }
}

#[test]
fn hostile_messages_are_refused_whoever_signed_them() {
    let good = message();
    let swapped = good.replacen("Version: 1\nChain ID: 1", "Chain ID: 1\nVersion: 1", 1);
    let cases = [
        ("every line ends with CR LF", good.replace('\n', "\r\n")),
        ("one line ends with CR LF", good.replacen("Version: 1\n", "Version: 1\r\n", 1)),
        ("a line feed follows", format!("{good}\n")),
        ("a space follows", format!("{good} ")),
        ("a line follows", format!("{good}\nNonce: {NONCE}")),
        ("an empty line stands between fields", good.replacen("Version", "\nVersion", 1)),
        ("two fields are swapped", swapped),
        ("a field is doubled", good.replacen("Nonce: ", "Nonce: abcdefgh123456789\nNonce: ", 1)),
        ("a field is missing", good.replacen("Version: 1\n", "", 1)),
        ("a label is in lower case", good.replacen("Chain ID", "chain id", 1)),
        ("a label has two spaces", good.replacen("Nonce: ", "Nonce:  ", 1)),
        ("the version is another", good.replacen("Version: 1", "Version: 2", 1)),
        ("the version has a zero", good.replacen("Version: 1", "Version: 01", 1)),
        ("the chain has a zero", good.replacen("Chain ID: 1", "Chain ID: 01", 1)),
        ("the chain is in other digits", good.replacen("Chain ID: 1", "Chain ID: １", 1)),
        ("the nonce is part of another text", good.replacen(NONCE, &format!("{NONCE}-x"), 1)),
        ("the statement has two lines", good.replacen("fair. ", "fair.\n", 1)),
        ("the statement imitates a field", good.replacen(STATEMENT, "URI: http://127.0.0.1:8080/tap\n", 1)),
        ("the statement is not ASCII", good.replacen("Sign", "Sіgn", 1)),
        ("an optional field comes late", format!("{good}\nRequest ID: 1")),
        (
            "optional fields are swapped",
            good.replacen(
                "00Z\n",
                "00Z\nNot Before: 2030-01-01T00:00:00Z\nExpiration Time: 2031-01-01T00:00:00Z\n",
                1,
            ),
        ),
        ("a resource is no URI", format!("{good}\n- two words")),
        ("a resource has no dash", format!("{good}\nhttps://example.com")),
        ("a NUL stands somewhere", good.replacen("fair", "fa\0ir", 1)),
        ("a NUL follows", format!("{good}\0")),
        ("the moment is no day", good.replacen("2030-01-01", "2030-02-30", 1)),
        ("the address is in capitals", good.replacen(WALLET, &WALLET.to_uppercase().replace("0X", "0x"), 1)),
        ("the checksum is wrong", good.replacen("0x2c7536E", "0x2C7536E", 1)),
        ("a byte order mark comes first", format!("\u{feff}{good}")),
        ("it is another kind of text", "Fairground bet\nAction: place_bet".to_owned()),
        ("it is empty", String::new()),
    ];
    for (what, text) in cases {
        let reason = refused(&text).unwrap_or("accepted");
        assert!(reason == "malformed" || reason == "wrong_domain", "{what}: {reason}");
    }
    for host in
        ["127.0.0.1:8080\u{2044}evil", "user@127.0.0.1:8080", "127.0.0.１:8080", "127.0.0.1:8080 ", ""]
    {
        assert_eq!(refused(&good.replacen("127.0.0.1:8080", host, 1)), Some("wrong_domain"), "{host:?}");
    }
}

#[test]
fn the_fault_of_a_message_is_named() {
    let cases = [
        ("Chain ID: 1", "Chain ID: one", SiweFault::FieldIsMalformed(Field::ChainId)),
        ("Nonce: ", "Nonse: ", SiweFault::FieldIsNotInItsPlace(Field::Nonce)),
        ("Issued At: 2030", "Issued At: 30", SiweFault::FieldIsMalformed(Field::IssuedAt)),
        ("- urn", "-urn", SiweFault::FieldIsNotInItsPlace(Field::Resource)),
        ("Resources:\n", "Resources: \n", SiweFault::TextGoesOn),
        (" Ethereum account:", " Ethereum account", SiweFault::GreetingIsMissing),
        ("\n\nSign", "\nSign", SiweFault::StatementIsMalformed),
    ];
    for (from, to, fault) in cases {
        assert_eq!(Siwe::parse(&message().replacen(from, to, 1)).err(), Some(fault), "{from} -> {to}");
    }
}

#[test]
fn a_message_over_four_kibibytes_is_not_read() {
    let fill = |length: usize| format!("{}\n- a:{}", message(), "x".repeat(length - message().len() - 5));
    assert!(Siwe::parse(&fill(SIWE_BYTES_MAX)).is_ok());
    assert_eq!(Siwe::parse(&fill(SIWE_BYTES_MAX + 1)).err(), Some(SiweFault::MessageIsTooLong));
}

/// A small generator of numbers (xorshift64*), so that a failing seed can be printed and used again.
struct Chances(u64);

impl Chances {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % end
    }

    fn word(&mut self, signs: &str, least: usize, most: usize) -> String {
        let length = least + self.below(most - least + 1);
        (0..length).map(|_| char::from(signs.as_bytes()[self.below(signs.len())])).collect()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| make(self))
    }

    fn moment(&mut self) -> String {
        Timestamp::from_micros(1_893_456_000_000_000 + i64::try_from(self.below(1 << 30)).unwrap()).rfc3339()
    }
}

#[test]
fn every_message_is_read_back_as_it_was_written() {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const URI: &str = "abcXYZ019-._~:/?#[]@!$&'()*+,;=";
    for seed in 1..=2_000_u64 {
        let mut chances = Chances(seed);
        let wallet = Address::of_key(numbered_key(u8::try_from(seed % 250).unwrap()).verifying_key());
        let address = if chances.below(2) == 0 { wallet.to_string() } else { wallet.lower() };
        let scheme = chances.maybe(|chances| format!("h{}", chances.word("a0+-.", 0, 5)));
        let domain = format!("{}:{}", chances.word("abc0-.", 1, 20), chances.below(65_536));
        let statement = chances.maybe(|chances| chances.word(&format!("{URI} "), 1, 60));
        let uri = format!("x:{}", chances.word(URI, 0, 40));
        let nonce = chances.word(LETTERS, 8, 40);
        let [issued, end, start] = [0; 3].map(|_| chances.moment());
        let id = chances.maybe(|chances| chances.word("ab%20:@", 0, 1).replace('%', "%2f"));
        let resources: Option<Vec<String>> = chances.maybe(|chances| {
            (0..chances.below(4)).map(|_| format!("r:{}", chances.word(URI, 0, 30))).collect()
        });
        let moment = |text| Moment::parse(text).unwrap();
        let message = Siwe {
            scheme: scheme.as_deref(),
            domain: &domain,
            address: wallet,
            address_text: &address,
            statement: statement.as_deref(),
            uri: &uri,
            chain_id: chances.below(1 << 31) as u64,
            nonce: &nonce,
            issued_at: moment(&issued),
            expires_at: chances.maybe(|_| moment(&end)),
            not_before: chances.maybe(|_| moment(&start)),
            request_id: id.as_deref(),
            resources: resources.as_ref().map(|list| list.iter().map(String::as_str).collect()),
        };
        let text = message.render();
        assert_eq!(Siwe::parse(&text), Ok(message), "seed {seed}: {text}");
        change_one_byte(&text, &mut chances);
    }
}

/// Whatever a changed text says: it is read without a panic, and if it is a message then it is that text exactly.
fn change_one_byte(text: &str, chances: &mut Chances) {
    let mut bytes = text.as_bytes().to_vec();
    let at = chances.below(bytes.len());
    bytes[at] = u8::try_from(chances.below(128)).unwrap();
    let changed = String::from_utf8(bytes).unwrap();
    if let Ok(message) = Siwe::parse(&changed) {
        assert_eq!(message.render(), changed);
    }
}

#[test]
fn the_examples_of_web3_have_the_hash_the_signature_and_the_signer_they_should() {
    let hash = eip191_hash(b"Some data");
    assert_eq!(hex(&hash), "1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655");
    let signature = "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd\
                     6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c";
    assert_eq!(WalletSignature::parse(signature).unwrap().address(&hash).unwrap().to_string(), WALLET);
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
    let (text, wallet) = ("hello", Address::parse(WALLET).unwrap());
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
    assert_ne!(signature.address(&hash).map(Address::lower), Ok(WALLET.to_lowercase()));
    assert!(!signature.is_by(&(*wallet_key().verifying_key().as_affine()).into(), &hash));
    assert_eq!(prove(&message(), &flipped, &rules(), NOW).err(), Some(SiweRefusal::SignerIsAnother));
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
        let refusal = prove(&message(), &contract, &rules(), NOW).err().unwrap();
        assert_eq!(
            (refusal.as_str(), refusal.code()),
            ("contract_wallet_unsupported", "contract_wallet_unsupported")
        );
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
        assert_eq!(signature.address(&hash), Ok(Address::of_key(key.verifying_key())));
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
        assert_eq!(Scheme::parse(key.scheme().as_str()), Some(key.scheme()));
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
    let text = "act: tap";
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

#[test]
fn nothing_secret_is_in_a_debug_text() {
    let text = message();
    let signature = sign(&text);
    let proved = prove(&text, &signature, &rules(), NOW).unwrap();
    let deriver = KeyDeriver::new(b"a secret", "a purpose");
    let key = hex(numbered_key(7).verifying_key().to_sec1_point(true).as_bytes());
    let shown = format!(
        "{proved:?} {:?} {:?} {:?} {:?} {deriver:?}",
        Siwe::parse(&text).unwrap(),
        WalletSignature::parse(&signature).unwrap(),
        SessionKey::hmac_sha256(&[9; 32]),
        deriver.derive(&[1; 32]),
    );
    for secret in [NONCE, &key, &signature[2..20], "9, 9", "secret"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains(WALLET));
}

#[test]
fn refusals_have_the_codes_of_the_api() {
    use SiweRefusal as R;
    let cases = [
        (R::MessageIsMalformed(SiweFault::TextGoesOn), "tampered_payload"),
        (R::MessageIsMalformed(SiweFault::MessageIsTooLong), "bad_request"),
        (R::MessageIsMalformed(SiweFault::DomainIsMalformed), "wrong_domain"),
        (R::DomainIsNotOurs, "wrong_domain"),
        (R::UriIsNotOurs, "wrong_domain"),
        (R::StatementIsNotOurs, "tampered_payload"),
        (R::ChainIsNotAllowed, "wrong_chain"),
        (R::NonceIsNotOurs, "replay_detected"),
        (R::NonceIsExpired, "signature_expired"),
        (R::IssuedTooLongAgo, "signature_expired"),
        (R::MessageIsExpired, "signature_expired"),
        (R::SessionKeyIsMissing, "tampered_payload"),
        (R::SignatureIsUnusable(SignatureFault::ScalarIsHigh), "invalid_signature"),
        (R::SignatureIsUnusable(SignatureFault::WalletIsAContract), "contract_wallet_unsupported"),
        (R::SignerIsAnother, "invalid_signature"),
    ];
    for (refusal, code) in cases {
        assert_eq!(refusal.code(), code, "{refusal:?}");
    }
}
