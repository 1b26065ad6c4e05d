//! Lies that are told well, under a new seal, and the claim that finds each out.

use super::failing;
use super::sample::{MIDDLE, Sample, T0_MS, WIDTH_MS, chain, sealed, settle, sign, sign_text};
use crate::hex;
use crate::tap::blocks;
use crate::tap::proof::{ColumnVerdict, Proof, Scheme};

/// The claims that fail after the change.
pub(super) fn forged(sample: &Sample, change: impl FnOnce(&mut Proof)) -> Vec<&'static str> {
    let mut proof = sample.proof();
    assert_eq!(failing(&sealed(proof.clone())), [""; 0], "the sample holds before it is changed");
    change(&mut proof);
    failing(&sealed(proof))
}

pub(super) fn won(change: impl FnOnce(&mut Proof)) -> Vec<&'static str> {
    forged(&Sample { scheme: Scheme::Secp256k1, ..Sample::won() }, change)
}

pub(super) fn lost(change: impl FnOnce(&mut Proof)) -> Vec<&'static str> {
    forged(&Sample::lost(), change)
}

#[test]
fn a_seal_that_does_not_fit_is_found() {
    let text = Sample::won().text();
    let seal = &text[text.len() - 66..text.len() - 2];
    for other in ["00".repeat(32), seal.to_uppercase(), seal[1..].to_owned(), String::new()] {
        assert_eq!(failing(&text.replace(seal, &other)), ["seal"]);
    }
}

#[test]
fn keys_in_another_order_or_spaces_are_no_proof() {
    let text = Sample::won().text();
    for (from, to) in [
        ("{\"format\"", "{ \"format\""),
        ("\"low\":6000000,\"high\":6002000", "\"high\":6002000,\"low\":6000000"),
        ("\"outcome\":\"won\"", "\"outcome\":\"won\",\"note\":1"),
        ("\"outcome\":\"won\"", "\"outcome\":\"won\",\"outcome\":\"won\""),
        ("\"epoch\":3", "\"epoch\":3.0"),
        ("proof-1", "proof-2"),
        ("secp256k1", "ed448"),
        ("ed25519", "\\u0065d25519"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert!(changed == text || failing(&changed) == ["text"], "{from} to {to}");
    }
}

#[test]
fn a_changed_tick_breaks_its_block() {
    assert_eq!(lost(|proof| proof.blocks[1].ticks[9].price = MIDDLE), ["blocks", "evidence"]);
    assert_eq!(lost(|proof| proof.blocks[1].ticks[9].n = 1), ["blocks"]);
    assert_eq!(lost(|proof| proof.blocks[1].ticks[9].flags = 1), ["blocks"]);
    assert_eq!(lost(|proof| proof.blocks[1].ticks[9].ts_ms += 1), ["blocks", "evidence"]);
    // Hashed anew, the evidence still knows.
    let rehashed = |proof: &mut Proof| {
        proof.blocks[1].ticks[9].price = MIDDLE;
        chain(proof);
    };
    assert_eq!(lost(rehashed), ["evidence"]);
}

#[test]
fn a_forger_who_makes_all_anew_is_found_by_the_published_head() {
    let published = Sample::lost().proof().chain_head.hash;
    let mut invented = Sample::lost();
    invented.ticks[60].1 = MIDDLE;
    let text = invented.text();
    assert_eq!(failing(&text), [""; 0], "nothing in the file itself gives it away");
    let found = crate::verify(&text, Some(&published));
    assert_eq!(
        found.iter().filter(|claim| claim.failed()).map(|claim| claim.name).collect::<Vec<_>>(),
        ["head"]
    );
}

#[test]
fn a_dropped_tick_is_found() {
    let drop = |at: usize| {
        move |proof: &mut Proof| {
            proof.blocks[1].ticks.remove(at);
        }
    };
    assert!(lost(drop(9)).contains(&"blocks"));
    let dropped_and_hashed = |proof: &mut Proof| {
        drop(9)(proof);
        chain(proof);
    };
    assert!(lost(dropped_and_hashed).contains(&"blocks"), "the numbers have a hole");
    let all_later = |proof: &mut Proof| {
        drop(9)(proof);
        proof.blocks[1].ticks[9..].iter_mut().for_each(|tick| tick.seq -= 1);
        chain(proof);
    };
    assert_eq!(lost(all_later), ["evidence"]);
}

#[test]
fn a_dropped_block_is_found() {
    let drop = |at: usize| {
        move |proof: &mut Proof| {
            proof.blocks.remove(at);
        }
    };
    assert!(won(drop(0)).contains(&"blocks"));
    assert!(won(drop(1)).contains(&"blocks"));
    let unchained = |proof: &mut Proof| proof.blocks[1].prev_hash = "00".repeat(32);
    assert_eq!(won(unchained), ["blocks"]);
}

#[test]
fn ticks_must_be_a_row_on_the_lattice_even_when_hashed_anew() {
    let changes: [fn(&mut Proof); 6] = [
        |proof| proof.blocks[1].ticks[51].ts_ms += 1,
        |proof| proof.blocks[1].ticks[51].ts_ms += 60_000,
        |proof| proof.blocks[1].ticks[51].ts_ms -= 100,
        |proof| proof.blocks[0].ticks[0].seq -= 1,
        |proof| proof.blocks[1].ticks[51].seq += 1,
        |proof| proof.blocks[1].ticks.iter_mut().for_each(|tick| tick.seq += 1),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let hashed = |proof: &mut Proof| {
            change(proof);
            chain(proof);
        };
        assert!(won(hashed).contains(&"blocks"), "change {number}");
    }
    let no_ticks = |proof: &mut Proof| {
        proof.blocks[0].ticks.clear();
        chain(proof);
    };
    assert!(won(no_ticks).contains(&"blocks"));
}

#[test]
fn blocks_out_of_order_or_of_no_concern_are_refused() {
    let swapped = |proof: &mut Proof| {
        proof.blocks.swap(0, 1);
        chain(proof);
    };
    assert!(won(swapped).contains(&"blocks"));
    let twice = |proof: &mut Proof| {
        let first = proof.blocks[0].clone();
        proof.blocks.insert(0, first);
        chain(proof);
    };
    assert!(won(twice).contains(&"blocks"));
    let more = |at: usize, minutes: i64, seq: i64| {
        move |proof: &mut Proof| {
            let minute = T0_MS / 60_000 + minutes;
            let mut block = proof.blocks[0].clone();
            block.ticks.truncate(1);
            (block.minute, block.ticks[0].seq, block.ticks[0].ts_ms) = (minute, seq, minute * 60_000);
            proof.blocks.insert(at, block);
            chain(proof);
        }
    };
    assert_eq!(won(more(0, -2, 999)), ["blocks"]);
    assert_eq!(won(more(2, 1, 1_082)), ["blocks"]);
}

#[test]
fn a_block_on_another_hash_is_found_even_when_hashed_anew() {
    let uprooted = |proof: &mut Proof| {
        let block = &mut proof.blocks[1];
        block.prev_hash = "cd".repeat(32);
        block.hash = hex::print(&blocks::hash(block, &hex::bytes(&block.prev_hash).unwrap()));
        proof.evidence.block_hashes[1] = block.hash.clone();
        proof.chain_head.hash = block.hash.clone();
    };
    assert_eq!(won(uprooted), ["blocks"]);
}

#[test]
fn a_minute_has_one_block() {
    let mut proof = Sample::won().proof();
    // A window of two minutes, whose first is in two pieces.
    (proof.bet.width_ms, proof.bet.t1_ms) = (60_000, proof.bet.t0_ms + 60_000);
    proof.rules.touch_grace_columns = 1;
    (proof.rule_version, proof.evidence.rule_version) = (2, 2);
    proof.evidence.t1_ms = proof.bet.t0_ms + 120_000;
    let mut last = proof.blocks[1].clone();
    last.ticks.truncate(1);
    last.minute += 1;
    (last.ticks[0].seq, last.ticks[0].ts_ms) = (1_082, last.minute * 60_000);
    proof.blocks.push(last);
    chain(&mut proof);
    assert!(!failing(&sealed(proof.clone())).contains(&"blocks"));
    let mut piece = proof.blocks[1].clone();
    piece.ticks = proof.blocks[1].ticks.split_off(30);
    proof.blocks.insert(2, piece);
    chain(&mut proof);
    assert!(failing(&sealed(proof)).contains(&"blocks"));
}

#[test]
fn names_must_look_like_what_they_are() {
    assert_eq!(won(|proof| proof.bet.wallet.truncate(41)), ["signature"]);
    assert_eq!(won(|proof| proof.bet.wallet = proof.bet.wallet.replace('5', "g")), ["signature"]);
    assert_eq!(won(|proof| proof.bet.bet_id = "17".to_owned()), ["signature"]);
    let nonce = |proof: &mut Proof| {
        proof.bet.nonce = proof.bet.nonce.to_uppercase();
        sign(proof, 7);
    };
    assert_eq!(won(nonce), ["signature"]);
}

#[test]
fn a_signature_must_be_as_young_as_its_bet() {
    let signed = |age_ms: i64| {
        move |proof: &mut Proof| {
            let (from, to) = (proof.bet.placed_at_ms - 150, proof.bet.placed_at_ms - age_ms);
            proof.signed.text = proof.signed.text.replace(&from.to_string(), &to.to_string());
            sign_text(&mut proof.signed, 7);
        }
    };
    for (age_ms, expected) in [(60_000, 0), (60_001, 1), (-5_000, 0), (-5_001, 1)] {
        assert_eq!(won(signed(age_ms)), ["signature"; 1][..expected], "{age_ms}");
    }
}

#[test]
fn a_wrong_head_of_the_chain_is_found() {
    assert_eq!(won(|proof| proof.chain_head.hash = "ab".repeat(32)), ["blocks"]);
    assert_eq!(won(|proof| proof.chain_head.minute -= 1), ["blocks"]);
    assert_eq!(won(|proof| proof.evidence.block_hashes[0] = "ab".repeat(32)), ["blocks"]);
    assert_eq!(won(|proof| proof.evidence.block_minutes[0] -= 1), ["blocks"]);
}

#[test]
fn changed_evidence_is_found() {
    let changes: [fn(&mut Proof); 10] = [
        |proof| proof.evidence.first_seq = None,
        |proof| proof.evidence.last_seq = Some(7),
        |proof| proof.evidence.n_ticks -= 1,
        |proof| proof.evidence.min = Some(MIDDLE - 5_000),
        |proof| proof.evidence.max = Some(MIDDLE + 90_000),
        |proof| proof.evidence.max_gap_ms = 200,
        |proof| proof.evidence.prices[3].0 += 1,
        |proof| proof.evidence.prices[3].1 += 1,
        |proof| proof.evidence.epoch += 1,
        |proof| proof.evidence.t1_ms += WIDTH_MS,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert_eq!(lost(change), ["evidence"], "change {number}");
    }
    assert_eq!(lost(|proof| proof.evidence.verdict = ColumnVerdict::Void), ["evidence", "outcome"]);
    assert_eq!(lost(|proof| proof.evidence.carry_in_price = Some(MIDDLE)), ["evidence", "outcome"]);
    assert_eq!(won(|proof| proof.evidence.carry_in_price = None), ["evidence"]);
    assert_eq!(won(|proof| proof.evidence.rule_version = 2), ["text"]);
}

#[test]
fn evidence_without_ticks_must_fit_itself() {
    let purged = |change: fn(&mut Proof)| {
        move |proof: &mut Proof| {
            proof.blocks.clear();
            change(proof);
        }
    };
    assert_eq!(lost(purged(|_| ())), [""; 0]);
    assert_eq!(lost(purged(|proof| proof.evidence.n_ticks += 1)), ["evidence"]);
    assert_eq!(lost(purged(|proof| proof.evidence.max = Some(MIDDLE))), ["evidence"]);
    assert_eq!(lost(purged(|proof| proof.evidence.max_gap_ms = 3_001)), ["evidence"]);
    assert_eq!(lost(purged(|proof| proof.evidence.block_hashes[1] = "xx".repeat(32))), ["blocks"]);
}

#[test]
fn a_changed_amount_or_rate_is_not_what_was_signed() {
    let amount = |proof: &mut Proof| {
        proof.bet.amount += 100;
        settle(proof);
    };
    assert_eq!(won(amount), ["signature"]);
    assert_eq!(won(|proof| proof.bet.rate += 1), ["signature", "quote", "outcome"]);
    assert_eq!(won(|proof| proof.quote.quote_seq += 1), ["signature"]);
    assert_eq!(won(|proof| proof.bet.nonce = proof.bet.nonce.replace('6', "7")), ["signature"]);
}

#[test]
fn a_changed_text_or_another_key_is_not_the_players_signature() {
    let resigned = |proof: &mut Proof| {
        proof.signed.text = proof.signed.text.replace("Amount: 333", "Amount: 334");
        sign_text(&mut proof.signed, 7);
    };
    assert_eq!(won(resigned), ["signature"]);
    assert_eq!(
        won(|proof| proof.signed.text = proof.signed.text.replace("Domain: 127", "Domain: 128")),
        ["signature"]
    );
    for scheme in [Scheme::Secp256k1, Scheme::Ed25519] {
        let other_key = |proof: &mut Proof| {
            let signature = proof.signed.signature.clone();
            sign(proof, 8);
            proof.signed.signature = signature;
        };
        assert_eq!(forged(&Sample { scheme, ..Sample::won() }, other_key), ["signature"]);
        let other_scheme = |proof: &mut Proof| {
            proof.signed.scheme = if scheme == Scheme::Ed25519 { Scheme::Secp256k1 } else { Scheme::Ed25519 };
        };
        assert_eq!(forged(&Sample { scheme, ..Sample::won() }, other_scheme), ["signature"]);
    }
}

#[test]
fn a_text_of_other_lines_is_refused_even_when_signed() {
    let changes: [(&str, &str); 9] = [
        ("Chain: 1", "Chain: 01"),
        ("Chain: 1", "Chain: "),
        ("Domain: 127.0.0.1:8080", "Domain: a b"),
        ("Domain: 127.0.0.1:8080", "Domain: "),
        ("Version: 1", "Version: 1\n"),
        ("Version: 1", "Version: 1\nDomain: evil"),
        ("Action: place_bet", "Action: withdraw"),
        ("Fairground Tap bet\n", "Fairground Tap bet\r\n"),
        ("Timestamp: 17", "Timestamp: 18"),
    ];
    for (from, to) in changes {
        let change = |proof: &mut Proof| {
            assert!(proof.signed.text.contains(from), "{from}");
            proof.signed.text = proof.signed.text.replace(from, to);
            sign_text(&mut proof.signed, 7);
        };
        assert_eq!(won(change), ["signature"], "{from} to {to}");
    }
}

#[test]
fn a_malleable_or_misshapen_signature_is_refused() {
    let tail = |tail: &'static str| {
        move |proof: &mut Proof| {
            let end = proof.signed.signature.len() - 2;
            proof.signed.signature = format!("{}{tail}", &proof.signed.signature[..end]);
        }
    };
    for v in ["02", "1d", "03", "ff", ""] {
        assert_eq!(won(tail(v)), ["signature"], "{v}");
    }
    let upper_half = |proof: &mut Proof| {
        let bytes = crate::hex::prefixed::<65>(&proof.signed.signature).unwrap();
        let signature = k256::ecdsa::Signature::from_slice(&bytes[..64]).unwrap();
        let (r, s) = signature.split_scalars();
        let twin = k256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
        let v = [if bytes[64] == 27 { 28 } else { 27 }];
        let print = crate::hex::print;
        proof.signed.signature = format!("0x{}{}", print(&twin.to_bytes()), print(&v));
    };
    assert_eq!(won(upper_half), ["signature"]);
    assert_eq!(won(|proof| proof.signed.signature = format!("0x{}", "00".repeat(65))), ["signature"]);
    assert_eq!(won(|proof| proof.signed.signature = proof.signed.signature.to_uppercase()), ["signature"]);
    assert_eq!(won(|proof| proof.signed.key = format!("0x02{}", "ff".repeat(32))), ["signature"]);
}

#[test]
fn v_may_be_written_from_zero_too() {
    let from_zero = |proof: &mut Proof| {
        let end = proof.signed.signature.len() - 2;
        let v = if proof.signed.signature.ends_with("1b") { "00" } else { "01" };
        proof.signed.signature = format!("{}{v}", &proof.signed.signature[..end]);
    };
    assert_eq!(won(from_zero), [""; 0]);
}

#[test]
fn a_moved_cell_is_found() {
    assert!(lost(|proof| proof.bet.low -= 1_000).contains(&"signature"));
    assert!(lost(|proof| proof.bet.epoch += 1).contains(&"signature"));
    let moved = lost(|proof| {
        proof.bet.t0_ms += WIDTH_MS;
        proof.bet.t1_ms += WIDTH_MS;
    });
    assert!(
        moved.contains(&"signature") && moved.contains(&"evidence") && moved.contains(&"quote"),
        "{moved:?}"
    );
    assert!(lost(|proof| proof.bet.width_ms = 10_000).contains(&"signature"));
    assert!(lost(|proof| proof.bet.cell_id = "3:1:1:2".to_owned()).contains(&"signature"));
}

#[test]
fn a_changed_quote_is_found() {
    let changes: [fn(&mut Proof); 7] = [
        |proof| proof.quote.price += 100,
        |proof| proof.quote.sigma_ppb += 1_000,
        |proof| proof.quote.from_ms -= 100,
        |proof| proof.quote.until_ms += 100,
        |proof| proof.quote.edge_bp = 700,
        |proof| proof.quote.p_ppb += 50_000_000,
        |proof| proof.quote.rate += 1,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert_eq!(won(change), ["quote"], "change {number}");
    }
    let dearer = |proof: &mut Proof| {
        proof.quote.p_ppb += 50_000_000;
        settle(proof);
        sign(proof, 7);
    };
    assert_eq!(won(dearer), ["quote"], "a whole bet at a worse rate");
}

#[test]
fn a_quote_must_be_fresh_and_the_bet_in_time() {
    let aged = |age_ms: i64| {
        move |proof: &mut Proof| {
            proof.bet.placed_at_ms = proof.quote.at_ms + age_ms;
            sign(proof, 7);
        }
    };
    for age_ms in [0, 3_000] {
        assert_eq!(won(aged(age_ms)), [""; 0]);
    }
    for age_ms in [-1, 3_001] {
        assert_eq!(won(aged(age_ms)), ["quote"]);
    }
    let late = |before_ms: i64| {
        move |proof: &mut Proof| {
            proof.quote.at_ms = T0_MS - 1_000;
            (proof.quote.from_ms, proof.quote.until_ms) = (1_000, 6_000);
            // So late the cell is worth too little to be offered, unless the price is elsewhere.
            proof.quote.price = MIDDLE - 3_000;
            proof.quote.p_ppb = crate::tap::touch::p_star_ppb(&proof.quote, proof.bet.low, proof.bet.high);
            proof.bet.placed_at_ms = T0_MS - before_ms;
            settle(proof);
            sign(proof, 7);
        }
    };
    assert_eq!(won(late(501)), [""; 0]);
    assert_eq!(won(late(500)), ["quote"]);
}

#[test]
fn a_quote_from_a_tick_in_the_file_must_have_its_price() {
    let from_tick = |price: i64| {
        move |proof: &mut Proof| {
            proof.quote.at_ms = T0_MS - 1_000;
            (proof.quote.from_ms, proof.quote.until_ms) = (1_000, 6_000);
            proof.quote.tick_seq = proof.blocks[0].ticks[3].seq;
            proof.quote.price = price;
            proof.quote.p_ppb = crate::tap::touch::p_star_ppb(&proof.quote, proof.bet.low, proof.bet.high);
            proof.bet.placed_at_ms = T0_MS - 900;
            settle(proof);
            sign(proof, 7);
        }
    };
    let sample = Sample::lost();
    let price = sample.ticks[3].1;
    assert_eq!(forged(&sample, from_tick(price)), [""; 0]);
    assert_eq!(forged(&sample, from_tick(price + 1)), ["quote"]);
}
