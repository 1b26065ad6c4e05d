// Checks a proof from its exact text, step by step. Knows no page and asks no server: what it needs of the browser is
// SHA-256 and, for such keys, Ed25519. Each step is `{ name, verdict: "yes" | "no" | "open", text }`.

import { readBetText } from "./bet-text.js";
import { concat, hex, i64, sha256, unhex, utf8 } from "./bytes.js";
import { cellId, payoutOf } from "./cells.js";
import { edge, exactRate, money } from "./format.js";
import { priceCell } from "./pricing.js";
import { personalHash } from "./siwe.js";

export const FORMAT = "fairground-tap-proof-1";

/** The flag of a tick that fewer sources than the quorum stood behind. */
const DEGRADED = 4;

const KEYS = ["format", "rule_version", "bet", "signed", "quote", "rules", "evidence", "blocks", "chain_head", "outcome", "seal"];

const yes = (name, text) => ({ name, verdict: "yes", text });
const no = (name, text) => ({ name, verdict: "no", text });
const open = (name, text) => ({ name, verdict: "open", text });

/** Reads the text; null when it is not a proof of this format in its exact, compact form. */
export function readProof(text) {
  const exact = text.endsWith("\n") ? text.slice(0, -1) : text;
  try {
    const proof = JSON.parse(exact);
    const whole = proof.format === FORMAT && Object.keys(proof).join() === KEYS.join();
    return whole && JSON.stringify(proof) === exact ? { proof, exact } : null;
  } catch {
    return null;
  }
}

/** All steps for a proof's text, in order. `heads` are those of the chain that were heard live: minute to hash. */
export async function checkProof(text, heads = new Map()) {
  const read = readProof(text);
  if (!read) return { proof: null, steps: [no("Exact text", "This is not a whole proof in its exact form. Somebody or something changed it.")] };
  const { proof, exact } = read;
  const steps = [];
  for (const check of [seal, blocks, signature, rate, outcome, payout]) {
    try { steps.push(await check(proof, exact, heads)); } catch (error) { steps.push(no(NAMES[check.name], `It could not be read: ${error.message}.`)); }
  }
  return { proof, steps };
}

const NAMES = { seal: "Exact text", blocks: "Price chain", signature: "Your signature", rate: "The rate", outcome: "The outcome", payout: "The payout" };

async function seal(proof, exact) {
  const end = `,"seal":"${proof.seal}"}`;
  if (!exact.endsWith(end)) return no(NAMES.seal, "The seal is not where it belongs.");
  const made = hex(await sha256(utf8(`${exact.slice(0, -end.length)}}`)));
  if (made !== proof.seal) return no(NAMES.seal, `The text's digest is ${made}, the seal says ${proof.seal}.`);
  return yes(NAMES.seal, "The text is as the server wrote it, byte for byte: its SHA-256 is the seal.");
}

/** The hash of one minute of ticks, chained to the one before. */
export async function blockHash({ minute, prev_hash, ticks }) {
  const rows = ticks.map(([seq, ts_ms, price, n, flags]) => concat(i64(seq), i64(ts_ms), i64(price), Uint8Array.of(n, flags)));
  return hex(await sha256(concat(unhex(prev_hash), i64(minute), ...rows)));
}

async function blocks(proof, _exact, heads) {
  const { blocks: all, evidence, chain_head } = proof;
  if (!all.length) return open(NAMES.blocks, "The ticks are older than seven days and were let go. The record of the column decides.");
  let before = null;
  for (const block of all) {
    if (await blockHash(block) !== block.hash) return no(NAMES.blocks, `The ticks of minute ${block.minute} do not give that minute's hash.`);
    if (before && block.prev_hash !== before.hash) return no(NAMES.blocks, `Minute ${block.minute} does not follow the one before it.`);
    if (block.ticks.some(([, ts]) => Math.floor(ts / 60_000) !== block.minute)) return no(NAMES.blocks, `Minute ${block.minute} holds ticks of another minute.`);
    if (chain_head.minute === block.minute && chain_head.hash !== block.hash) return no(NAMES.blocks, "The published head of the chain is another one.");
    if (heads.has(block.minute) && heads.get(block.minute) !== block.hash) return no(NAMES.blocks, `This browser heard another hash of minute ${block.minute} when it was published.`);
    before = block;
  }
  const known = new Map(all.map((block) => [block.minute, block.hash]));
  const kept = evidence.block_minutes.every((minute, at) => !known.has(minute) || known.get(minute) === evidence.block_hashes[at]);
  if (!kept) return no(NAMES.blocks, "The record of the column names other hashes.");
  const heard = all.some((block) => heads.has(block.minute)) ? " This browser heard it when it was published." : "";
  return yes(NAMES.blocks, `${all.length === 1 ? "One minute" : `${all.length} minutes`} of ticks give exactly the hashes of the record, each on top of the one before: ${before.hash.slice(0, 16)}… is the last.${heard}`);
}

function textMatches({ bet, quote, signed }) {
  const said = readBetText(signed.text);
  if (!said) return "The signed text is not a bet.";
  const wanted = { Action: "place_bet", Cell: bet.cell_id, Amount: bet.amount, Rate: bet.rate, QuoteSeq: quote.quote_seq, Nonce: bet.nonce };
  const wrong = Object.entries(wanted).find(([name, value]) => said[name] !== String(value));
  return wrong ? `You signed ${wrong[0]} ${said[wrong[0]]}, the bet has ${wrong[1]}.` : null;
}

async function signature(proof) {
  const { scheme, key, text, signature: signed } = proof.signed;
  const wrong = textMatches(proof);
  if (wrong) return no(NAMES.signature, wrong);
  if (scheme === "hmac-sha256") return open(NAMES.signature, "The text is that of the bet. It was signed with a secret shared with the server, which nobody else can check.");
  const good = await (scheme === "ed25519" ? ed25519(key, text, signed) : secp256k1(key, text, signed));
  if (good === null) return open(NAMES.signature, "This browser has no Ed25519. The program checks it.");
  return good ? yes(NAMES.signature, `The key of your session signed exactly this cell, stake and rate (${scheme}).`) : no(NAMES.signature, "The signature is not from the session's key.");
}

async function ed25519(key, text, signed) {
  const imported = await crypto.subtle.importKey("raw", unhex(key), { name: "Ed25519" }, false, ["verify"]).catch(() => null);
  return imported && crypto.subtle.verify({ name: "Ed25519" }, imported, unhex(signed), utf8(text));
}

async function secp256k1(key, text, signed) {
  const { recoverPublicKeyAsync } = await import("./secp256k1.js");
  const bytes = unhex(signed);
  const v = bytes[64] >= 27 ? bytes[64] - 27 : bytes[64];
  const recovered = await recoverPublicKeyAsync(concat(Uint8Array.of(v), bytes.slice(0, 64)), personalHash(text), { prehash: false });
  return hex(recovered) === hex(unhex(key));
}

function rate(proof) {
  const { bet, quote } = proof;
  if (quote.rate !== bet.rate) return no(NAMES.rate, `You were quoted ${exactRate(quote.rate)} and got ${exactRate(bet.rate)}.`);
  if (quote.from_ms !== bet.t0_ms - quote.at_ms || quote.until_ms !== proof.evidence.t1_ms - quote.at_ms) return no(NAMES.rate, "The quote is for another time.");
  const priced = priceCell({ ...quote, low: bet.low, high: bet.high });
  const inputs = `From the price ${money(quote.price)}, the volatility and ${(quote.from_ms / 1000).toFixed(1)} s to the column`;
  if (quote.calibrator_version !== 0) return open(NAMES.rate, `${inputs}, calibration ${quote.calibrator_version} was used, which the program checks.`);
  if (priced.rate !== quote.rate || priced.p_ppb !== quote.p_ppb) return no(NAMES.rate, `${inputs}, the formula gives ${priced.rate ? exactRate(priced.rate) : "no rate"}, not ${exactRate(quote.rate)}, or another chance.`);
  return yes(NAMES.rate, `${inputs}, the formula gives ${exactRate(priced.rate)}: a chance of ${(priced.p_ppb / 1e7).toFixed(1)} % less an edge of ${quote.edge_bp / 100} %.`);
}

/** The ticks that count for the bet: those inside its window, and those shortly before it, of which the last is carried in. */
export function windowOf({ bet, rules, blocks: all }) {
  const until = bet.t0_ms + (1 + rules.touch_grace_columns) * bet.width_ms;
  const from = bet.t0_ms - rules.carry_max_ms;
  const ticks = all.flatMap((block) => block.ticks).filter(([, ts]) => ts >= from && ts < until);
  const inside = ticks.filter(([, ts]) => ts >= bet.t0_ms);
  return { ticks, inside, carry: ticks.filter(([, ts]) => ts < bet.t0_ms).at(-1) ?? null, from, until };
}

/** The longest time without a tick, from the carried one (or as far back as one could be) to the window's end. */
export function longestGap({ inside, carry, from, until }) {
  const moments = [carry ? carry[1] : from, ...inside.map((tick) => tick[1]), until];
  return Math.max(...moments.slice(1).map((at, index) => at - moments[index]));
}

/** The longest time without a quorum: from its first tick to the next tick that has one, if that is inside the window. */
export function longestThin({ ticks, until }, t0_ms) {
  let [longest, since] = [0, null];
  for (const [, ts, , , flags] of [...ticks, [0, until, 0, 0, 0]]) {
    if (flags & DEGRADED) since ??= ts;
    else if (since !== null) { if (ts > t0_ms) longest = Math.max(longest, ts - since); since = null; }
  }
  return longest;
}

/** Whether a price path touches the band; edges belong to it. */
export function touches(prices, { low, high }, crossing) {
  if (prices.some((price) => low <= price && price <= high)) return true;
  return crossing === "segment" && prices.some((price, at) => at > 0 && Math.min(price, prices[at - 1]) < low && Math.max(price, prices[at - 1]) > high);
}

const runs = (prices) => prices.reduce((all, price) => {
  if (all.at(-1)?.[0] === price) all.at(-1)[1] += 1;
  else all.push([price, 1]);
  return all;
}, []);

/** Where the record of the column differs from the ticks; null when nowhere. */
function recordDiffers({ bet, rules, evidence }, window) {
  const { inside, carry, until } = window;
  const prices = inside.map(([, , price]) => price);
  const gap = longestGap(window);
  const torn = Math.max(gap, longestThin(window, bet.t0_ms)) > rules.gap_max_ms;
  const made = {
    t0_ms: bet.t0_ms, t1_ms: until, first_seq: inside[0]?.[0] ?? null, last_seq: inside.at(-1)?.[0] ?? null, n_ticks: inside.length,
    min: inside.length ? Math.min(...prices) : null, max: inside.length ? Math.max(...prices) : null,
    carry_in_price: carry ? carry[2] : null, max_gap_ms: gap, verdict: torn ? "void" : "valid", prices: JSON.stringify(runs(prices)),
  };
  const said = { ...evidence, prices: JSON.stringify(evidence.prices) };
  return Object.keys(made).find((name) => made[name] !== said[name]) ?? null;
}

/** A hole that was filled from the exchanges' own records: the record then has ticks that the chain cannot have. */
function repaired({ evidence, blocks: all }, { inside, carry }, bet, crossing) {
  if (!all.length || evidence.n_ticks <= inside.length) return null;
  const live = [carry, ...inside].filter(Boolean).map(([, , price]) => price);
  return { added: evidence.n_ticks - inside.length, proven: touches(live, bet, crossing) };
}

function outcome(proof) {
  const { bet, rules, evidence, blocks: all } = proof;
  const window = windowOf(proof);
  const repair = repaired(proof, window, bet, "tick");
  const differs = all.length && !repair ? recordDiffers(proof, window) : null;
  if (differs) return no(NAMES.outcome, `The record of the column and its ticks disagree on ${differs}.`);
  const path = evidence.prices.map(([price]) => price);
  const touched = touches(evidence.carry_in_price === null ? path : [evidence.carry_in_price, ...path], bet, rules.crossing);
  const made = touched ? "won" : evidence.verdict === "void" ? "void" : "lost";
  if (made !== proof.outcome || made !== bet.status) return no(NAMES.outcome, `The ticks say ${made}, the proof says ${proof.outcome}.`);
  const band = `${edge(bet.low)} to ${edge(bet.high)}`;
  const range = evidence.n_ticks ? `${evidence.n_ticks} ticks between ${money(evidence.min)} and ${money(evidence.max)}` : "no tick at all";
  const end = { won: `a price was inside ${band}: touched`, lost: `no price was inside ${band}: not touched`, void: "the price was missing for too long: void" }[made];
  if (repair && !repair.proven) return open(NAMES.outcome, `The column had ${range}, ${repair.added} of them from the exchanges' own records after a hole, which no chain can hold; by the record ${end}.`);
  return yes(NAMES.outcome, `The column had ${range}; ${end}.`);
}

function payout({ bet, outcome: said, evidence }) {
  const right = { won: payoutOf(bet.amount, bet.rate), void: bet.amount, lost: 0 }[said];
  if (bet.cell_id !== cellId(bet.epoch, bet.column, bet.low, bet.high) || evidence.c !== bet.column || bet.t0_ms !== bet.column * bet.width_ms) return no(NAMES.payout, "The bet and the column do not belong together.");
  if (bet.payout !== payoutOf(bet.amount, bet.rate) || bet.payout_amount !== right) return no(NAMES.payout, `It should be ${money(right)}, it was ${money(bet.payout_amount)}.`);
  const terms = { won: `${money(bet.amount)} times ${exactRate(bet.rate)} is ${money(right)}, cut to the cent.`, void: `The stake of ${money(right)} went back.`, lost: "Nothing is due." }[said];
  return yes(NAMES.payout, terms);
}
