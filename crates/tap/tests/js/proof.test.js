// A proof made here from nothing holds; each change of one thing is found by the step that is there for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { betText } from "./assets/bet-text.js";
import { hex, sha256, utf8 } from "./assets/bytes.js";
import { withHead } from "./assets/heads.js";
import { priceCell } from "./assets/pricing.js";
import { blockHash } from "./assets/proof-chain.js";
import { longestGap, longestThin, touches, windowOf } from "./assets/proof-column.js";
import { checkProof, readProof } from "./assets/proof.js";
import { getPublicKey } from "./assets/secp256k1.js";
import { personalHash } from "./assets/siwe.js";
import { signDigest } from "./assets/wallet.js";

const WIDTH = 5000;
const COLUMN = 359131440;
const T0 = COLUMN * WIDTH;
const [LOW, HIGH] = [6000000, 6001000];
const SECRET = new Uint8Array(32).fill(7);
const INPUTS = { price: 5999000, low: LOW, high: HIGH, from_ms: 7500, until_ms: 12500, sigma_ppb: 89036, edge_bp: 600, crossing: "tick", calibrator_version: 0 };
const PRICED = priceCell(INPUTS);
const RATE = PRICED.rate;

const ticksFrom = (from, prices) => prices.map((price, at) => [100 + at, from + 100 * at, price, 3, 0]);

async function chain(ticks) {
  const blocks = [];
  let prev_hash = "00".repeat(32);
  for (const minute of [...new Set(ticks.map(([, ts]) => Math.floor(ts / 60000)))]) {
    const block = { minute, prev_hash, hash: "", ticks: ticks.filter(([, ts]) => Math.floor(ts / 60000) === minute) };
    block.hash = await blockHash(block);
    prev_hash = block.hash;
    blocks.push(block);
  }
  return blocks;
}

const walk = (touch) => Array.from({ length: 80 }, (_, at) => 5999000 + at * 10 + (touch && at === 50 ? 700 : 0));

async function signedOf(bet, scheme) {
  const text = betText({ domain: "127.0.0.1:1", cell_id: bet.cell_id, amount: bet.amount, rate: bet.rate_seen ?? bet.rate, min_rate: bet.min_rate, quote_seq: bet.quote_seen ?? 9, nonce: bet.nonce, timestamp: T0 - 7400, chain_id: 1, version: 1 });
  if (scheme === "secp256k1") return { scheme, key: `0x${hex(getPublicKey(SECRET))}`, text, signature: await signDigest(personalHash(text), SECRET) };
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  const key = hex(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  return { scheme, key: `0x${key}`, text, signature: `0x${hex(new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, utf8(text))))}` };
}

async function make({ outcome = "won", scheme = "secp256k1" } = {}) {
  const all = ticksFrom(T0 - 1000, walk(outcome === "won"));
  const verdict = outcome === "void" ? "void" : "valid";
  const ticks = all.filter(([, ts]) => verdict === "valid" || ts < T0 + 1000 || ts >= T0 + 4500).map((tick, at) => [100 + at, ...tick.slice(1)]);
  const blocks = await chain(ticks);
  const inside = ticks.filter(([, ts]) => ts >= T0 && ts < T0 + WIDTH);
  const prices = inside.map((tick) => tick[2]);
  const payout = Math.floor((500 * RATE) / 100);
  const bet = { bet_id: "B1", wallet: "0xab", cell_id: `1:${COLUMN}:${LOW}:${HIGH}`, epoch: 1, column: COLUMN, width_ms: WIDTH, low: LOW, high: HIGH, t0_ms: T0, t1_ms: T0 + WIDTH, amount: 500, rate: RATE, payout, nonce: "6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f11", placed_at_ms: T0 - 7300, status: outcome, payout_amount: { won: payout, lost: 0, void: 500 }[outcome] };
  return {
    format: "fairground-tap-proof-1", rule_version: 1, bet, signed: await signedOf(bet, scheme),
    quote: { quote_seq: 9, tick_seq: 50, at_ms: T0 - 7500, price: INPUTS.price, sigma_ppb: INPUTS.sigma_ppb, from_ms: 7500, until_ms: 12500, edge_bp: 600, crossing: "tick", calibrator_version: 0, p_ppb: PRICED.p_ppb, rate: RATE },
    rules: { touch_grace_columns: 0, crossing: "tick", carry_max_ms: 3000, gap_max_ms: 3000 },
    evidence: { epoch: 1, c: COLUMN, t0_ms: T0, t1_ms: T0 + WIDTH, first_seq: inside[0][0], last_seq: inside.at(-1)[0], n_ticks: inside.length, min: Math.min(...prices), max: Math.max(...prices), carry_in_price: ticks.filter(([, ts]) => ts < T0).at(-1)[2], max_gap_ms: verdict === "void" ? 3600 : 100, verdict, rule_version: 1, prices: prices.map((price) => [price, 1]), block_minutes: blocks.map((block) => block.minute), block_hashes: blocks.map((block) => block.hash) },
    blocks, chain_head: { minute: blocks.at(-1).minute, hash: blocks.at(-1).hash }, outcome,
  };
}

/** The same signature with the other s, which EIP-2 forbids. */
function highS(signature) {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const other = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
  return `${signature.slice(0, 66)}${other}${signature.endsWith("1b") ? "1c" : "1b"}`;
}

async function sealed(proof) {
  const body = JSON.stringify(proof);
  return `${body.slice(0, -1)},"seal":"${hex(await sha256(utf8(body)))}"}`;
}

async function failing(text) {
  const { steps } = await checkProof(text);
  return steps.filter((step) => step.verdict === "no").map((step) => step.name);
}

/** The failing steps of a proof that was changed before it was sealed. */
async function after(change, kind) {
  const proof = await make(kind);
  change(proof);
  return failing(await sealed(proof));
}

/** A proof of a column whose ticks end `last` ms after its beginning and go on `next` ms after it, by rule `version`. */
async function torn(last, next, version, flags = 0) {
  const proof = await make({ outcome: "lost" });
  const kept = proof.blocks.flatMap((block) => block.ticks).filter(([, ts]) => ts < T0 + last || ts >= T0 + next);
  const more = [0, 100, 200].map((at) => [0, T0 + next + at, kept.at(-1)[2], 3, 0]);
  const ticks = [...kept.filter(([, ts]) => ts < T0 + WIDTH), ...more].map((tick, at) => [100 + at, ...tick.slice(1, 4), tick[1] >= T0 + WIDTH - 500 && tick[1] < T0 + next ? flags : tick[4]]);
  const inside = ticks.filter(([, ts]) => ts >= T0 && ts < T0 + WIDTH);
  const gap = version >= 9 && last < WIDTH ? next - last + 100 : WIDTH - last + 100;
  const blocks = await chain(ticks);
  proof.rule_version = proof.evidence.rule_version = version;
  Object.assign(proof, { blocks, outcome: gap > 3000 ? "void" : "lost", chain_head: { minute: blocks.at(-1).minute, hash: blocks.at(-1).hash } });
  Object.assign(proof.bet, { status: proof.outcome, payout_amount: proof.outcome === "void" ? 500 : 0 });
  const prices = inside.map((tick) => tick[2]);
  const [from, to] = [Math.floor((T0 - 3000) / 60_000), Math.floor((T0 + WIDTH - 1) / 60_000)];
  const named = blocks.filter(({ minute }) => minute >= from && minute <= to);
  Object.assign(proof.evidence, { first_seq: inside[0][0], last_seq: inside.at(-1)[0], n_ticks: inside.length, min: Math.min(...prices), max: Math.max(...prices), max_gap_ms: Math.max(gap, 100), verdict: gap > 3000 ? "void" : "valid", prices: prices.map((price) => [price, 1]), block_minutes: named.map((block) => block.minute), block_hashes: named.map((block) => block.hash) });
  return proof;
}

test("a hole past the window's end counts in full since version 9", async () => {
  for (const [last, next, version, outcome] of [[4000, 9000, 1, "lost"], [4000, 9000, 9, "void"], [4000, 6500, 9, "lost"], [5000, 60_000, 9, "lost"]]) {
    const proof = await torn(last, next, version);
    assert.equal(proof.outcome, outcome);
    assert.deepEqual(await failing(await sealed(proof)), [], JSON.stringify([last, next, version]));
  }
  const cut = await torn(4000, 9000, 9);
  Object.assign(cut, { outcome: "lost" });
  Object.assign(cut.bet, { status: "lost", payout_amount: 0 });
  Object.assign(cut.evidence, { max_gap_ms: 1100, verdict: "valid" });
  const { steps } = await checkProof(await sealed(cut));
  assert.equal(steps.find((step) => step.name === "The outcome").verdict, "open", "only a repair could explain it, and none is in the file");
  const short = await torn(4000, 4000, 9);
  short.blocks.at(-1).ticks = short.blocks.at(-1).ticks.filter(([, ts]) => ts < T0 + WIDTH - 200);
  assert.ok((await failing(await sealed(short))).includes("Price chain"));
});

test("a true proof holds for each outcome and each kind of key", async () => {
  for (const kind of [{}, { outcome: "lost" }, { outcome: "void" }, { scheme: "ed25519" }]) {
    assert.deepEqual(await after(() => {}, kind), [], JSON.stringify(kind));
  }
});

/** A proof of a bet that was booked lower than it was seen, signed anew after a change. */
async function bookedFresh(change = () => {}) {
  const proof = await make();
  const { rate, payout, ...rest } = proof.bet;
  const { bet_id, wallet, cell_id, epoch, column, width_ms, low, high, t0_ms, t1_ms, amount, ...last } = rest;
  proof.format = "fairground-tap-proof-2";
  proof.bet = { bet_id, wallet, cell_id, epoch, column, width_ms, low, high, t0_ms, t1_ms, amount, rate, rate_seen: rate + 20, min_rate: rate - 3, quote_seen: 7, payout, ...last };
  change(proof);
  proof.signed = await signedOf(proof.bet, "secp256k1");
  return sealed(proof);
}

test("a bet booked lower than seen holds, down to what was accepted", async () => {
  assert.deepEqual(await failing(await bookedFresh()), []);
  const lies = [({ bet }) => { bet.min_rate = bet.rate + 1; }, ({ bet }) => { bet.quote_seen = 9; }, ({ bet }) => { bet.quote_seen = 9 - 16; }, ({ bet }) => { bet.rate_seen = bet.rate; }];
  for (const lie of lies) assert.deepEqual(await failing(await bookedFresh(lie)), ["The rate"], String(lie));
  const text = await bookedFresh();
  assert.equal(readProof(text.replace("proof-2", "proof-1")), null);
  assert.equal(readProof(text.replace(/"min_rate":\d+,/, "")), null);
});

test("a head that was heard is compared, and one that was not is said to be open", async () => {
  const proof = await make();
  const text = await sealed(proof);
  const { minute, hash } = proof.blocks.at(-1);
  const said = async (heads) => (await checkProof(text, new Map(heads))).steps.find((step) => step.name === "Published head").verdict;
  assert.deepEqual([await said([]), await said([[minute, hash]]), await said([[minute, "22".repeat(32)]])], ["open", "yes", "no"]);
});

test("one altered byte anywhere is found", async () => {
  const text = await sealed(await make());
  for (let at = 2; at < text.length; at += 61) {
    const changed = text.slice(0, at) + (text[at] === "1" ? "2" : "1") + text.slice(at + 1);
    assert.notDeepEqual(await failing(changed), [], `byte ${at}`);
  }
});

test("only the exact text is a proof", async () => {
  const text = await sealed(await make());
  assert.ok(readProof(text) && readProof(`${text}\n`));
  for (const other of ["", "{}", "null", `${text}\n\n`, ` ${text}`, JSON.stringify(JSON.parse(text), null, 1), text.replace("proof-1", "proof-2"), text.replace("proof-1", "proof-3")]) {
    assert.equal(readProof(other), null);
  }
});

test("resealing does not help: each lie has its step", async () => {
  const rehash = async (proof) => { let before = "00".repeat(32); for (const block of proof.blocks) { block.prev_hash = before; before = block.hash = await blockHash(block); } };
  assert.deepEqual(await after((proof) => { proof.blocks[0].ticks[3][2] += 1; }), ["Price chain"]);
  for (const lie of [(proof) => { proof.blocks[0].ticks.splice(2, 1); }, (proof) => { proof.blocks[0].ticks[2][1] += 50; }, (proof) => { proof.blocks[1].ticks[3][0] += 1; }]) {
    const proof = await make();
    lie(proof);
    await rehash(proof);
    proof.evidence.block_hashes = proof.blocks.map((block) => block.hash);
    proof.chain_head.hash = proof.blocks.at(-1).hash;
    assert.ok((await failing(await sealed(proof))).includes("Price chain"), String(lie));
  }
  assert.deepEqual(await after((proof) => { proof.blocks.shift(); proof.evidence.block_minutes.shift(); proof.evidence.block_hashes.shift(); }).then((names) => names[0]), "Price chain");
  assert.deepEqual(await after((proof) => { proof.blocks.pop(); proof.evidence.block_minutes.pop(); proof.evidence.block_hashes.pop(); }).then((names) => names[0]), "Price chain");
  assert.deepEqual(await after((proof) => { proof.evidence.block_hashes[0] = "00".repeat(32); }), ["Price chain"]);
  assert.deepEqual(await after((proof) => { proof.chain_head.hash = "11".repeat(32); }), ["Price chain"]);
  assert.deepEqual(await after((proof) => { proof.signed.signature = `0x${"11".repeat(64)}1b`; }), ["Your signature"]);
  assert.deepEqual(await after((proof) => { proof.signed.text = proof.signed.text.replace("Amount: 500", "Amount: 501"); }), ["Your signature"]);
  assert.deepEqual(await after((proof) => { proof.bet.nonce = "00000000-0000-4000-8000-000000000000"; }), ["Your signature"]);
  assert.deepEqual(await after((proof) => { proof.quote.quote_seq += 1; }), ["Your signature"]);
  assert.deepEqual(await after((proof) => { proof.bet.payout_amount -= 1; }), ["The payout"]);
  assert.deepEqual(await after((proof) => { proof.evidence.prices[2][0] += 5; }), ["The outcome"]);
  assert.deepEqual(await after((proof) => { proof.outcome = proof.bet.status = "lost"; proof.bet.payout_amount = 0; }), ["The outcome"]);
  assert.deepEqual(await after((proof) => { proof.bet.low -= 1000; }), ["The rate", "The payout"]);
  assert.deepEqual(await after((proof) => { proof.quote.price += 100; }), ["The rate"]);
  assert.deepEqual(await after((proof) => { proof.quote.p_ppb += 1; }), ["The rate"]);
  assert.deepEqual(await after((proof) => { proof.quote.at_ms += 1; }), ["The rate"]);
  assert.deepEqual(await after((proof) => { proof.quote.edge_bp = 800; }), ["The rate"]);
  assert.deepEqual(await after((proof) => { proof.bet.placed_at_ms += 5000; }), ["The rate"]);
  assert.deepEqual(await after((proof) => { proof.quote.tick_seq = 103; }), ["The rate"]);
  assert.deepEqual(await after((proof) => { proof.rule_version = 2; }), ["The rate"]);
  assert.deepEqual(await after((proof) => { proof.bet.placed_at_ms -= 70000; }), ["Your signature", "The rate"]);
  assert.deepEqual(await after((proof) => { proof.signed.signature = highS(proof.signed.signature); }), ["Your signature"]);
});

test("a hash that this browser heard live outweighs a proof that was made anew", async () => {
  const proof = await make();
  const text = await sealed(proof);
  const chainStep = async (heads) => (await checkProof(text, heads)).steps.find((step) => step.name === "Price chain");
  const { minute, hash } = proof.blocks.at(-1);
  assert.equal((await chainStep(new Map([[minute, hash]]))).verdict, "yes");
  assert.equal((await chainStep(new Map([[minute, "22".repeat(32)]]))).verdict, "no");
});

test("heads are kept once a minute, the newest of a day", () => {
  const all = Array.from({ length: 1440 }, (_, minute) => [minute, "h"]);
  const next = withHead(withHead(all, 1440, "new"), 1440, "newer");
  assert.deepEqual([next.length, next[0][0], next.at(-1)], [1440, 1, [1440, "newer"]]);
});

test("a proof without its ticks rests on the record of the column", async () => {
  const proof = await make();
  proof.blocks = [];
  const { steps } = await checkProof(await sealed(proof));
  assert.equal(steps.find((step) => step.name === "Price chain").verdict, "open");
  assert.equal(steps.find((step) => step.name === "The outcome").verdict, "yes");
});

test("a lie about a key that only the server has is not called a proof of it", async () => {
  const proof = await make();
  proof.signed.scheme = "hmac-sha256";
  const { steps } = await checkProof(await sealed(proof));
  assert.equal(steps.find((step) => step.name === "Your signature").verdict, "open");
});

test("a whole column cannot be mended: what its ticks do not have, its record does not have either", async () => {
  const more = ({ evidence }) => { evidence.prices.splice(10, 0, [5999300, 5]); evidence.n_ticks += 5; };
  assert.deepEqual(await after(more, { outcome: "lost" }), ["The outcome"]);
});

test("a bet on a column that had nearly begun does not hold", async () => {
  const proof = await make();
  proof.bet.placed_at_ms = T0 - 500;
  Object.assign(proof.quote, { at_ms: T0 - 600, from_ms: 600, until_ms: 5600 });
  const { steps } = await checkProof(await sealed(proof));
  assert.match(steps.find((step) => step.name === "The rate").text, /too late/);
});

test("edges belong to the band, a jump counts under the segment rule only", () => {
  const band = { low: 100, high: 110 };
  assert.ok(touches([100], band, "tick") && touches([110], band, "tick"));
  assert.ok(!touches([99, 111], band, "tick") && touches([99, 111], band, "segment") && touches([111, 99], band, "segment"));
  assert.ok(!touches([99, 98], band, "segment") && !touches([], band, "segment"));
});

test("the carried price is the last one before the column, and not an old one", () => {
  const proof = { bet: { t0_ms: 10_000, t1_ms: 15_000, width_ms: 5000 }, rules: { touch_grace_columns: 1, carry_max_ms: 3000 }, blocks: [{ ticks: [[1, 6999, 50, 3, 0], [2, 15_000, 60, 3, 0], [3, 20_000, 70, 3, 0]] }] };
  const window = windowOf(proof);
  assert.equal(window.carry, null);
  assert.deepEqual(window.inside.map((tick) => tick[0]), [2]);
  proof.blocks[0].ticks[0][1] = 7000;
  assert.equal(windowOf(proof).carry[2], 50);
});

test("a hole is measured from the carried tick, over all ticks, to the window's end", () => {
  const at = (ts, flags = 0) => [1, ts, 50, 3, flags];
  const window = { from: 7000, until: 15_000, carry: at(9900), inside: [at(10_000), at(12_000)] };
  assert.equal(longestGap(window), 3000);
  assert.equal(longestGap({ ...window, carry: null, inside: [at(10_500), at(14_000)] }), 3500);
  assert.equal(longestGap({ ...window, carry: null, inside: [] }), 8000);
});

test("a time without a quorum counts when it reaches into the column", () => {
  const at = (ts, flags = 0) => [1, ts, 50, 3, flags];
  const thin = (...ticks) => longestThin({ ticks, until: 15_000 }, 10_000);
  assert.equal(thin(at(9000, 4), at(9500), at(11_000)), 0);
  assert.equal(thin(at(9000, 4), at(10_500, 5), at(11_000)), 2000);
  assert.equal(thin(at(12_000, 4)), 3000);
});

test("a column that was mended from records is said to be, unless the chain itself proves the touch", async () => {
  const of = async (change) => {
    const proof = await make({ outcome: "void" });
    const { evidence, bet } = proof;
    evidence.prices.splice(10, 0, [5999300, 35]);
    Object.assign(evidence, { n_ticks: evidence.n_ticks + 35, verdict: "valid" });
    Object.assign(bet, { status: "lost", payout_amount: 0 });
    proof.outcome = "lost";
    change(proof);
    return (await checkProof(await sealed(proof))).steps.find((step) => step.name === "The outcome").verdict;
  };
  assert.equal(await of(() => {}), "open");
  assert.equal(await of(({ evidence }) => { evidence.prices[3][0] += 1; }), "no", "a tick is gone");
  assert.equal(await of(({ evidence }) => { evidence.carry_in_price += 1; }), "no", "the carried price is another");
  const touched = ({ bet, evidence }) => { const [price] = evidence.prices[0]; Object.assign(bet, { low: price, high: price + 1, status: "won" }); };
  assert.equal(await of((proof) => { touched(proof); proof.outcome = "won"; }), "yes");
});
