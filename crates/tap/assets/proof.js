// Checks a proof from its exact text, step by step. Knows no page and asks no server: what it needs of the browser is
// SHA-256 and, for such keys, Ed25519. Each step is `{ name, verdict: "yes" | "no" | "open", text }`.

import { readBetText } from "./bet-text.js";
import { concat, hex, sha256, unhex, utf8 } from "./bytes.js";
import { cellId, payoutOf } from "./cells.js";
import { edge, exactRate, money } from "./format.js";
import { priceCell } from "./pricing.js";
import { chainFault } from "./proof-chain.js";
import { pathOf, readColumn, touches } from "./proof-column.js";
import { personalHash } from "./siwe.js";

/** Bets that were booked at what was seen, and bets whose text names the least acceptable rate. */
export const FORMATS = ["fairground-tap-proof-1", "fairground-tap-proof-2"];

const KEYS = ["format", "rule_version", "bet", "signed", "quote", "rules", "evidence", "blocks", "chain_head", "outcome", "seal"];

/** What the second format knows of a bet beside the first. */
const ACCEPTED = ["rate_seen", "min_rate", "quote_seen"];

/** How long before and after the bet was placed it may have been signed: clocks differ, queues fill. */
const [SIGNED_BEFORE_MAX_MS, SIGNED_AFTER_MAX_MS] = [60_000, 5_000];
/** How old a quote may be, and how long before its column a bet must be placed. */
const [QUOTE_MAX_MS, LEAD_MIN_MS] = [3_000, 500];
/** How much later than the quote that was seen one may be that is booked, and the time between two quotes. */
const [SEEN_MAX_MS, QUOTE_EVERY_MS] = [1_500, 100];
/** Half the order of secp256k1: a signature's second half is at most this (EIP-2). */
const HALF_ORDER = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";

const yes = (name, text) => ({ name, verdict: "yes", text });
const no = (name, text) => ({ name, verdict: "no", text });
const open = (name, text) => ({ name, verdict: "open", text });

/** Reads the text; null when it is not a proof of this format in its exact, compact form. */
export function readProof(text) {
  const exact = text.endsWith("\n") ? text.slice(0, -1) : text;
  try {
    const proof = JSON.parse(exact);
    const named = ACCEPTED.filter((key) => key in proof.bet).length;
    const format = named === 0 ? FORMATS[0] : named === ACCEPTED.length ? FORMATS[1] : null;
    const whole = proof.format === format && Object.keys(proof).join() === KEYS.join();
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
  for (const check of [seal, blocks, head, signature, rate, outcome, payout]) {
    try { steps.push(await check(proof, exact, heads)); } catch (error) { steps.push(no(NAMES[check.name], `It could not be read: ${error.message}.`)); }
  }
  return { proof, steps };
}

const NAMES = { seal: "Exact text", blocks: "Price chain", head: "Published head", signature: "Your signature", rate: "The rate", outcome: "The outcome", payout: "The payout" };

async function seal(proof, exact) {
  const end = `,"seal":"${proof.seal}"}`;
  if (!exact.endsWith(end)) return no(NAMES.seal, "The seal is not where it belongs.");
  const made = hex(await sha256(utf8(`${exact.slice(0, -end.length)}}`)));
  if (made !== proof.seal) return no(NAMES.seal, `The text's digest is ${made}, the seal says ${proof.seal}.`);
  return yes(NAMES.seal, "The text is as the server wrote it, byte for byte: its SHA-256 is the seal.");
}

async function blocks(proof, _exact, heads) {
  const { blocks: all } = proof;
  if (!all.length) return open(NAMES.blocks, "The ticks are older than seven days and were let go. The record of the column decides.");
  const fault = await chainFault(proof, heads);
  if (fault) return no(NAMES.blocks, fault);
  return yes(NAMES.blocks, `${all.length === 1 ? "One minute of ticks gives exactly the hash of the record:" : `${all.length} minutes of ticks give exactly the hashes of the record, each on top of the one before:`} ${all.at(-1).hash.slice(0, 16)}…`);
}

/** Whoever invents ticks can hash them too; what was published when they were new cannot be invented afterwards. */
function head({ blocks: all }, _exact, heads) {
  if (!all.length) return open(NAMES.head, "There are no ticks to compare with what was published.");
  const { minute, hash } = all.at(-1);
  const heard = heads.get(minute);
  if (heard === undefined) return open(NAMES.head, "This browser was not on the grid when the head of that minute was published, so it was not compared. Whoever wrote it down can compare it.");
  return heard === hash ? yes(NAMES.head, "The head of the last minute is the one that this browser heard when it was published.") : no(NAMES.head, `The head of the last minute was published as ${heard}, the proof says ${hash}.`);
}

function textMatches({ bet, quote, signed }) {
  const said = readBetText(signed.text);
  if (!said) return "The signed text is not a bet.";
  const wanted = { Action: "place_bet", Cell: bet.cell_id, Amount: bet.amount, Rate: bet.rate_seen ?? bet.rate, QuoteSeq: bet.quote_seen ?? quote.quote_seq, Nonce: bet.nonce };
  if (said.MinRate !== (bet.min_rate === undefined ? undefined : String(bet.min_rate))) return `You signed a least rate of ${said.MinRate ?? "nothing"}, the bet has ${bet.min_rate ?? "none"}.`;
  const wrong = Object.entries(wanted).find(([name, value]) => said[name] !== String(value));
  if (wrong) return `You signed ${wrong[0]} ${said[wrong[0]]}, the bet has ${wrong[1]}.`;
  const early = bet.placed_at_ms - Number(said.Timestamp);
  return early >= -SIGNED_AFTER_MAX_MS && early <= SIGNED_BEFORE_MAX_MS ? null : "It was not signed when the bet was placed.";
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
  if (bytes.length !== 65 || v > 1 || hex(bytes.slice(32, 64)) > HALF_ORDER) return false;
  const recovered = await recoverPublicKeyAsync(concat(Uint8Array.of(v), bytes.slice(0, 64)), personalHash(text), { prehash: false });
  return hex(recovered) === hex(unhex(key));
}

/** What was booked is what was seen, or less at a quote shortly after it, down to what was accepted. */
function bookingFault({ bet, quote }) {
  const [seen, seenAt] = [bet.rate_seen ?? bet.rate, bet.quote_seen ?? quote.quote_seq];
  if (bet.min_rate > seen || bet.min_rate > bet.rate) return `You accepted ${exactRate(bet.min_rate)} or more and got ${exactRate(bet.rate)}.`;
  if (seenAt === quote.quote_seq) return bet.rate === seen ? null : `You saw ${exactRate(seen)} in this quote and got ${exactRate(bet.rate)}.`;
  const later = (quote.quote_seq - seenAt) * QUOTE_EVERY_MS;
  return later > 0 && later <= SEEN_MAX_MS && bet.rate < seen ? null : "It was not booked at the quote that you saw, nor at one shortly after it.";
}

function quoteFault({ bet, quote, rules, rule_version, evidence, blocks: all }) {
  const version = 1 + (rules.crossing === "segment" ? 4 : 0) + rules.touch_grace_columns;
  const versions = [version, version + 8];
  if (quote.crossing !== rules.crossing || !versions.includes(rule_version) || evidence.rule_version !== rule_version) return "The quote and the column have other rules.";
  const age = bet.placed_at_ms - quote.at_ms;
  if (age < 0 || age > QUOTE_MAX_MS) return "The quote was not of the moment when the bet was placed.";
  if (bet.placed_at_ms >= bet.t0_ms - LEAD_MIN_MS) return "The bet was placed too late for its column.";
  const tick = all.flatMap((block) => block.ticks).find(([seq]) => seq === quote.tick_seq);
  return tick && (tick[2] !== quote.price || tick[1] > quote.at_ms) ? "The quote's price is not that of its tick." : null;
}

function rate(proof) {
  const { bet, quote } = proof;
  if (quote.rate !== bet.rate) return no(NAMES.rate, `You were quoted ${exactRate(quote.rate)} and got ${exactRate(bet.rate)}.`);
  const wrong = bookingFault(proof) ?? quoteFault(proof);
  if (wrong) return no(NAMES.rate, wrong);
  if (quote.from_ms !== bet.t0_ms - quote.at_ms || quote.until_ms !== proof.evidence.t1_ms - quote.at_ms) return no(NAMES.rate, "The quote is for another time.");
  const priced = priceCell({ ...quote, low: bet.low, high: bet.high });
  const inputs = `From the price ${money(quote.price)}, the volatility and ${(quote.from_ms / 1000).toFixed(1)} s to the column`;
  if (quote.calibrator_version !== 0) return open(NAMES.rate, `${inputs}, calibration ${quote.calibrator_version} was used, which the program checks.`);
  if (priced.rate !== quote.rate || priced.p_ppb !== quote.p_ppb) return no(NAMES.rate, `${inputs}, the formula gives ${priced.rate ? exactRate(priced.rate) : "no rate"}, not ${exactRate(quote.rate)}, or another chance.`);
  return yes(NAMES.rate, `${inputs}, the formula gives ${exactRate(priced.rate)}: a chance of ${(priced.p_ppb / 1e7).toFixed(1)} % less an edge of ${quote.edge_bp / 100} %.${bet.rate_seen > bet.rate ? ` You saw ${exactRate(bet.rate_seen)} and accepted down to ${exactRate(bet.min_rate)}.` : ""}`);
}

function outcome(proof) {
  const { bet, rules, evidence } = proof;
  const column = readColumn(proof);
  if (column.fault) return no(NAMES.outcome, `The record of the column and its ticks disagree on ${column.fault}.`);
  const made = touches(pathOf(evidence), bet, rules.crossing) ? "won" : evidence.verdict === "void" ? "void" : "lost";
  if (made !== proof.outcome || made !== bet.status) return no(NAMES.outcome, `The ticks say ${made}, the proof says ${proof.outcome}.`);
  const band = `${edge(bet.low)} to ${edge(bet.high)}`;
  const range = evidence.n_ticks ? `${evidence.n_ticks} ticks between ${money(evidence.min)} and ${money(evidence.max)}` : "no tick at all";
  const end = { won: `a price was inside ${band}: touched`, lost: `no price was inside ${band}: not touched`, void: "the price was missing for too long: void" }[made];
  if (column.mended && !column.proven) return open(NAMES.outcome, `The column had ${range}, some of them from an exchange's own records after a hole, which no chain can hold; by the record ${end}.`);
  return yes(NAMES.outcome, `The column had ${range}; ${end}.`);
}

function payout({ bet, outcome: said, evidence }) {
  const right = { won: payoutOf(bet.amount, bet.rate), void: bet.amount, lost: 0 }[said];
  if (bet.cell_id !== cellId(bet.epoch, bet.column, bet.low, bet.high) || bet.t0_ms !== bet.column * bet.width_ms) return no(NAMES.payout, "The bet and the column do not belong together.");
  if (bet.payout !== payoutOf(bet.amount, bet.rate) || bet.payout_amount !== right) return no(NAMES.payout, `It should be ${money(right)}, it was ${money(bet.payout_amount)}.`);
  const terms = { won: `${money(bet.amount)} times ${exactRate(bet.rate)} is ${money(right)}, cut to the cent.`, void: `The stake of ${money(right)} went back.`, lost: "Nothing is due." }[said];
  return yes(NAMES.payout, terms);
}
