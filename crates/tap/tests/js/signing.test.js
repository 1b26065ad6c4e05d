// Keccak, addresses, the sign-in message and the text of a bet, against published vectors.

import assert from "node:assert/strict";
import { test } from "node:test";
import { betText, readBetText } from "./assets/bet-text.js";
import { concat, hex, i64, unhex, utf8 } from "./assets/bytes.js";
import { keccak256 } from "./assets/keccak.js";
import { resourceOf } from "./assets/session-key.js";
import { addressOf, checksummed, personalHash, siweText } from "./assets/siwe.js";
import { getPublicKey, recoverPublicKeyAsync } from "./assets/secp256k1.js";
import { signDigest } from "./assets/wallet.js";

test("keccak-256 gives the known digests, across block borders too", () => {
  const of = (text) => hex(keccak256(utf8(text)));
  assert.equal(of(""), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  assert.equal(of("abc"), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  assert.equal(of("The quick brown fox jumps over the lazy dog"), "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15");
  const long = [135, 136, 137, 272].map((length) => of("a".repeat(length)));
  assert.deepEqual(long, [
    "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446",
    "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e",
    "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39",
    "cf7fcd4f705ee749930d19ca84561a9bf62516bd90a471545fa2f49fdc7e63c8",
  ]);
});

test("addresses have the capitals of EIP-55", () => {
  for (const address of ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"]) {
    assert.equal(checksummed(address.toLowerCase()), address);
  }
});

test("the address of the first key of all is the known one", () => {
  assert.equal(addressOf(getPublicKey(unhex("00".repeat(31) + "01"), false)), "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
});

test("the least acceptable rate stands after the rate, and may be left out", () => {
  const bet = { domain: "d", cell_id: "c", amount: 500, rate: 235, quote_seq: 9, nonce: "n", timestamp: 1, chain_id: 1, version: 1 };
  assert.ok(betText({ ...bet, min_rate: 212 }).includes("\nRate: 235\nMinRate: 212\nQuoteSeq: 9\n"));
  assert.ok(betText(bet).includes("\nRate: 235\nQuoteSeq: 9\n"));
  assert.equal(readBetText(betText({ ...bet, min_rate: 212 })).MinRate, "212");
});

test("a personal message is hashed by its length in bytes", () => {
  assert.equal(hex(personalHash("hello")), "50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750");
  assert.equal(hex(personalHash("é")), hex(keccak256(concat(utf8("\x19Ethereum Signed Message:\n2"), utf8("é")))));
});

test("a signature is r, s, v, and the key can be recovered from it", async () => {
  const secret = unhex("11".repeat(32));
  const signed = unhex(await signDigest(personalHash("text"), secret));
  assert.equal(signed.length, 65);
  assert.ok(signed[64] === 27 || signed[64] === 28);
  const recovered = await recoverPublicKeyAsync(concat(Uint8Array.of(signed[64] - 27), signed.slice(0, 64)), personalHash("text"), { prehash: false });
  assert.equal(hex(recovered), hex(getPublicKey(secret)));
});

test("the sign-in message is that of EIP-4361, line by line", () => {
  const offer = { domain: "127.0.0.1:8080", statement: "Sign in.", uri: "http://127.0.0.1:8080/tap", chain_id: 1, nonce: "abcdefgh12345678Z", issued_at: "2026-11-26T02:00:00.000Z" };
  const resource = resourceOf({ scheme: "ed25519", key: "0xab" });
  assert.equal(siweText(offer, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", resource), [
    "127.0.0.1:8080 wants you to sign in with your Ethereum account:", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "", "Sign in.", "",
    "URI: http://127.0.0.1:8080/tap", "Version: 1", "Chain ID: 1", "Nonce: abcdefgh12345678Z", "Issued At: 2026-11-26T02:00:00.000Z",
    "Resources:", "- urn:tap:session-key:ed25519:0xab",
  ].join("\n"));
  assert.equal(resourceOf({ scheme: "secp256k1", key: "0x02ab" }), "urn:tap:session-key:0x02ab");
});

test("the text of a bet is the agreed one, byte for byte", () => {
  const bet = { domain: "127.0.0.1:8080", cell_id: "1:357923400:6000000:6001000", amount: 500, rate: 235, quote_seq: 123, nonce: "6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f11", timestamp: 1795657200000, chain_id: 1, version: 1 };
  const text = betText(bet);
  assert.equal(text, "Fairground Tap bet\nAction: place_bet\nDomain: 127.0.0.1:8080\nCell: 1:357923400:6000000:6001000\nAmount: 500\nRate: 235\nQuoteSeq: 123\nNonce: 6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f11\nTimestamp: 1795657200000\nChain: 1\nVersion: 1");
  assert.equal(readBetText(text).Rate, "235");
  assert.equal(readBetText(`x${text}`), null);
  assert.equal(readBetText(`${text}\n`), null);
});

test("bytes are read strictly", () => {
  assert.equal(hex(i64(-2)), "fffffffffffffffe");
  assert.equal(hex(i64(1795657200000)), "000001a215827180");
  for (const bad of ["abc", "0xzz", "0x 1"]) assert.throws(() => unhex(bad));
});
