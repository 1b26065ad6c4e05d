//! A sale that holds, and for each claim the forgeries that break it, sealed and signed again where that is what a forger would do.

use crate::{Verdict, hex, verify};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

type Hash = [u8; 32];

const STOCK: i64 = 1;
const ZONE: i64 = 10;
const BUYER: i64 = 20;

/// One zone of ten seats; two are sold to one buyer, three were held and let go.
fn transfers() -> Vec<Vec<[i64; 13]>> {
    let issue = [100, 1, STOCK, ZONE, 10, 0, 0, 1, 5, -10, 0, 10, 0];
    let reserve = [101, 2, ZONE, BUYER, 2, 0, 99, 2, 6, 10, -2, 0, 2];
    let held = [102, 2, ZONE, BUYER, 3, 0, 99, 2, 6, 10, -5, 0, 5];
    let post = [103, 3, ZONE, BUYER, 2, 101, 0, 3, 7, 8, -3, 2, 3];
    let void = [104, 4, ZONE, BUYER, 3, 102, 0, 5, 8, 8, 0, 2, 0];
    vec![vec![issue], vec![reserve, held], vec![], vec![post, void]]
}

fn strings(numbers: &[i64]) -> Vec<String> {
    numbers.iter().map(ToString::to_string).collect()
}

fn leaf(numbers: &[i64]) -> Hash {
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_be_bytes()).collect();
    Sha256::new_with_prefix([0]).chain_update(bytes).chain_update("SEAT").finalize().into()
}

fn node(left: Hash, right: Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The blocks over these transfers, each with a stranger's leaf at its end; one without transfers of the sale is a header.
fn blocks(transfers: &[Vec<[i64; 13]>]) -> Value {
    let (mut previous, mut blocks) = ([9; 32], Vec::new());
    for (at, own) in (0_i64..).zip(transfers) {
        let mut level: Vec<Hash> = own.iter().map(|numbers| leaf(numbers)).chain([[7; 32]]).collect();
        let count = level.len() as i64;
        while level.len() > 1 {
            level =
                level.chunks(2).map(|pair| if let [l, r] = pair { node(*l, *r) } else { pair[0] }).collect();
        }
        let (root, height) = (level[0], at + 40);
        let numbers: Vec<u8> =
            [height, 1_000, count].iter().flat_map(|number| number.to_be_bytes()).collect();
        let hash: Hash = Sha256::new_with_prefix([2])
            .chain_update(numbers)
            .chain_update(root)
            .chain_update(previous)
            .finalize()
            .into();
        let mut block = json!({ "height": height.to_string(), "at": "1000", "count": count.to_string(),
            "root": hex::print(&root), "previous": hex::print(&previous), "hash": hex::print(&hash) });
        if !own.is_empty() {
            let leaves = own.iter().map(|numbers| {
                let mut leaf = strings(numbers);
                leaf.push("SEAT".to_owned());
                json!(leaf)
            });
            block["leaves"] = leaves.chain([json!(hex::print(&[7; 32]))]).collect();
        }
        blocks.push(block);
        previous = hash;
    }
    json!(blocks)
}

fn sale(transfers: &[Vec<[i64; 13]>]) -> Value {
    json!({ "format": "fairground-sale-1", "event": "e", "as_of": "2030-02-02T00:00:00Z", "key": "",
        "zones": [{ "account": "10", "name": "Floor", "total": "10" }],
        "bookings": [strings(&[101, ZONE, 2, 150, 300, 300, 0, 0])],
        "blocks": blocks(transfers), "buyers": [strings(&[BUYER, 5])] })
}

/// The text, signed at its end as servers do.
fn signed(mut sale: Value) -> String {
    let key = SigningKey::from_bytes(&[7; 32]);
    sale["key"] = json!(hex::print(key.verifying_key().as_bytes()));
    // Members come out sorted: only the signature must be the last.
    let text = sale.to_string();
    let text = &text[..text.len() - 1];
    let hash: Hash = Sha256::digest(text.as_bytes()).into();
    let signature = key.sign(&[b"fairground rush sale 1\n".as_slice(), &hash].concat());
    format!("{text},\"signature\":\"{}\"}}", hex::print(&signature.to_bytes()))
}

fn failed(text: &str, head: Option<&str>) -> Vec<&'static str> {
    verify(text, head).iter().filter(|claim| claim.failed()).map(|claim| claim.name).collect()
}

#[test]
fn a_sale_that_was_fair_holds_and_what_was_not_compared_is_open() {
    let text = signed(sale(&transfers()));
    let claims = verify(&text, None);
    let open: Vec<_> =
        claims.iter().filter(|claim| claim.verdict != Verdict::Ok).map(|claim| claim.name).collect();
    assert_eq!(open, ["signature", "head"], "{claims:?}");
    let kept = sale(&transfers())["blocks"][3]["hash"].as_str().unwrap().to_owned();
    assert_eq!(failed(&text, Some(&kept)), [""; 0]);
    assert_eq!(failed(&text, Some(&"0".repeat(64))), ["head"]);
    assert_eq!(failed(&text.replace("Floor", "Flour"), None), ["signature"]);
}

#[test]
fn a_block_that_was_touched_is_found() {
    let edit = |change: fn(&mut Value)| {
        let mut forged = sale(&transfers());
        change(&mut forged["blocks"]);
        failed(&signed(forged), None)
    };
    assert_eq!(edit(|blocks| blocks[1]["leaves"][2] = json!("00".repeat(32))), ["leaves"]);
    assert_eq!(edit(|blocks| blocks[2]["at"] = json!("1001")), ["chain"]);
    assert_eq!(
        edit(|blocks| {
            blocks.as_array_mut().unwrap().remove(2);
        }),
        ["chain"]
    );
}

#[test]
fn each_forgery_that_is_sealed_and_signed_again_breaks_its_own_claims() {
    type Forge = fn(&mut Vec<Vec<[i64; 13]>>);
    let forgeries: &[(Forge, &[&str])] = &[
        // A reservation is left out.
        (
            |blocks| {
                blocks[1].remove(1);
            },
            &["seats", "states"],
        ),
        // More seats are sold than were issued.
        (|blocks| blocks[0][0][4] = 1, &["seats", "states"]),
        // A balance is told wrong.
        (|blocks| blocks[3][0][9] = 7, &["states"]),
        // The buyer had more than the cap.
        (|blocks| blocks[1][1][12] = 6, &["caps"]),
        // Seats that were held are never let go.
        (
            |blocks| {
                blocks[3].remove(1);
            },
            &["seats"],
        ),
    ];
    for (at, (forge, broken)) in forgeries.iter().enumerate() {
        let mut forged = transfers();
        forge(&mut forged);
        assert_eq!(failed(&signed(sale(&forged)), None), *broken, "forgery {at}");
    }
}

#[test]
fn money_that_does_not_match_is_found() {
    for (booking, broken) in [
        ([101, ZONE, 2, 150, 300, 150, 0, 0], &["money"][..]),
        ([101, ZONE, 2, 151, 300, 300, 0, 0], &["money"]),
        ([101, ZONE, 2, 150, 300, 300, 0, 300], &["money"]),
        ([102, ZONE, 2, 150, 300, 300, 0, 0], &["money"]),
        ([101, ZONE, 3, 100, 300, 300, 0, 0], &["seats", "money"]),
    ] {
        let mut forged = sale(&transfers());
        forged["bookings"] = json!([strings(&booking)]);
        assert_eq!(failed(&signed(forged), None), broken, "{booking:?}");
    }
    let mut unpaid = sale(&transfers());
    unpaid["bookings"] = json!([]);
    assert_eq!(failed(&signed(unpaid), None), ["seats", "money"]);
}
