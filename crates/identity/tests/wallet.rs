//! Facts about logging in with a wallet: the message to the letter, what it may say, and who signed it. Keys are fixed, so
//! that every run signs the same.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod support;

use identity::proofs::wallet::login::{self, verify};
use identity::proofs::wallet::{
    Field, KeyDeriver, Moment, Rules, RulesFault, SIWE_BYTES_MAX, SessionKey, SignatureFault, Siwe,
    SiweFault, SiweRefusal, WalletSignature, address_of_key, checksummed, parse_address,
};
use kernel::Timestamp;
use support::{URN, WALLET, hex, numbered_key, session_key, sign, sign_with};

const NOW: Timestamp = Timestamp::from_secs(1_893_456_000);
const NONCE: &str = "kEWepMt9knR6lWJ6Aq1xZ2";
const STATEMENT: &str = "Sign in to the fair. This costs nothing.";

fn rules() -> Rules {
    Rules {
        domain: "127.0.0.1:8080".into(),
        uri: "http://127.0.0.1:8080/shop".into(),
        statement: STATEMENT.into(),
        chain_ids: vec![1, 137],
        key_urn: URN.into(),
    }
}

/// The message that this site asks for, at `NOW`.
fn message() -> String {
    login::message_for(&rules(), parse_address(WALLET).unwrap(), NONCE, session_key(), NOW)
}

fn refused(text: &str) -> Option<&'static str> {
    verify(text, &sign(text), &rules(), NOW).err().map(SiweRefusal::as_str)
}

#[test]
fn settings_with_which_nobody_could_log_in_are_all_named() {
    assert_eq!(rules().faults(), []);
    let hopeless = Rules {
        domain: "http://127.0.0.1".into(),
        uri: "127.0.0.1:8080".into(),
        statement: "Sign in\nplease".into(),
        chain_ids: Vec::new(),
        key_urn: "session-key".into(),
    };
    let all = [
        RulesFault::DomainIsMalformed,
        RulesFault::UriHasNoOrigin,
        RulesFault::StatementIsMalformed,
        RulesFault::ChainListIsEmpty,
        RulesFault::KeyUrnIsMalformed,
    ];
    assert_eq!(hopeless.faults(), all);
}

#[test]
fn the_message_we_ask_for_is_the_one_of_the_standard() {
    let key = hex(numbered_key(7).verifying_key().to_sec1_point(true).as_bytes());
    let expected = format!(
        "127.0.0.1:8080 wants you to sign in with your Ethereum account:\n{WALLET}\n\n{STATEMENT}\n\n\
         URI: http://127.0.0.1:8080/shop\nVersion: 1\nChain ID: 1\nNonce: {NONCE}\n\
         Issued At: 2030-01-01T00:00:00Z\nResources:\n- {URN}:0x{key}"
    );
    assert_eq!(message(), expected);
}

#[test]
fn a_signed_message_proves_its_wallet_and_names_its_key() {
    let proved = verify(&message(), &sign(&message()), &rules(), NOW).unwrap();
    assert_eq!(checksummed(proved.wallet), WALLET);
    assert_eq!(proved.nonce, NONCE);
    assert_eq!(proved.key, session_key());
    let lower = message().replace(WALLET, &WALLET.to_lowercase());
    assert!(verify(&lower, &sign(&lower), &rules(), NOW).is_ok(), "an address without a checksum is one");
}

#[test]
fn what_the_message_says_is_held_against_the_rules_one_by_one() {
    let cases = [
        ("127.0.0.1:8080 wants", "127.0.0.1 wants", "wrong_domain"),
        ("127.0.0.1:8080 wants", "127.0.0.1:80800 wants", "wrong_domain"),
        ("127.0.0.1:8080 wants", "localhost:8080 wants", "wrong_domain"),
        ("127.0.0.1:8080 wants", "https://127.0.0.1:8080 wants", "wrong_uri"),
        ("URI: http://127.0.0.1:8080/shop", "URI: https://127.0.0.1:8080/shop", "wrong_uri"),
        ("URI: http://127.0.0.1:8080/shop", "URI: http://127.0.0.1:8080@evil.example/shop", "wrong_uri"),
        ("URI: http://127.0.0.1:8080/shop", "URI: http://127.0.0.1:8080.evil.example/shop", "wrong_uri"),
        ("URI: http://127.0.0.1:8080/shop", "URI: urn:127.0.0.1:8080", "wrong_uri"),
        ("This costs nothing.", "This costs everything.", "wrong_statement"),
        ("\nSign in to the fair. This costs nothing.\n", "\n", "wrong_statement"),
        ("Chain ID: 1", "Chain ID: 5", "wrong_chain"),
        (NONCE, &NONCE[..16], "wrong_nonce"),
        ("2030-01-01T00:00:00Z", "2029-12-31T23:58:29Z", "issued_too_long_ago"),
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
        ("2030-01-01T00:00:00Z", "2029-12-31T23:58:30Z"),
        ("2030-01-01T00:00:00Z", "2030-01-01T00:00:05.000Z"),
        ("2030-01-01T00:00:00Z", "2030-01-01T07:00:00+07:00"),
        ("00Z\nRes", "00Z\nExpiration Time: 2030-01-01T00:00:01Z\nNot Before: 2030-01-01T00:00:00Z\nRes"),
        ("00Z\nRes", "00Z\nRequest ID: \nRes"),
        ("127.0.0.1:8080 wants", "http://127.0.0.1:8080 wants"),
        ("URI: http://127.0.0.1:8080/shop", "URI: http://127.0.0.1:8080"),
        ("URI: http://127.0.0.1:8080/shop", "URI: http://127.0.0.1:8080?to=grid#1"),
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
        ("the statement imitates a field", good.replacen(STATEMENT, "URI: http://127.0.0.1:8080/shop\n", 1)),
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
        let wallet = address_of_key(numbered_key(u8::try_from(seed % 250).unwrap()).verifying_key());
        let address = if chances.below(2) == 0 { checksummed(wallet) } else { wallet.lower() };
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
fn a_message_is_believed_of_its_own_wallet_alone() {
    let text = message();
    let refusal = |signature: &str| {
        let refusal = verify(&text, signature, &rules(), NOW).err().unwrap();
        (refusal.as_str(), refusal.code())
    };
    let good = sign(&text);
    let flipped = format!("{}{}", &good[..130], if good.ends_with("1b") { "1c" } else { "1b" });
    for other in [sign_with(&numbered_key(9), &text, 27), sign(&text.replace("fair", "fare")), flipped] {
        assert_eq!(refusal(&other), ("invalid_signature", "invalid_signature"));
    }
    assert_eq!(refusal(&good[2..]), ("malformed_signature", "invalid_signature"));
    assert_eq!(refusal(&format!("{good}00")), ("contract_wallet_unsupported", "contract_wallet_unsupported"));
}

#[test]
fn nothing_secret_is_in_a_debug_text() {
    let text = message();
    let signature = sign(&text);
    let proved = verify(&text, &signature, &rules(), NOW).unwrap();
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
    assert!(shown.contains(&WALLET.to_lowercase()));
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
