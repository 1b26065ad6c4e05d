// The chain of minutes in a proof: each hash from its ticks, each block on the one before it, no block left out.
// A fault is a sentence; null is none.

import { concat, hex, i64, sha256, unhex } from "./bytes.js";
import { closingTick } from "./proof-column.js";

const MINUTE_MS = 60_000;
const STEP_MS = 100;
/** What stands before the first block of a chain. */
const NO_HASH = "00".repeat(32);

/** The hash of one minute of ticks, chained to the one before. */
export async function blockHash({ minute, prev_hash, ticks }) {
  const rows = ticks.map(([seq, ts_ms, price, n, flags]) => concat(i64(seq), i64(ts_ms), i64(price), Uint8Array.of(n, flags)));
  return hex(await sha256(concat(unhex(prev_hash), i64(minute), ...rows)));
}

function ticksFault(blocks) {
  for (const { minute, ticks } of blocks) {
    if (!ticks.length) return `Minute ${minute} has no ticks.`;
    if (ticks.some(([, ts]) => Math.floor(ts / MINUTE_MS) !== minute || ts % STEP_MS)) return `Minute ${minute} holds a tick that does not belong there.`;
  }
  const all = blocks.flatMap((block) => block.ticks);
  const broken = all.findIndex(([seq, ts], at) => at && (seq !== all[at - 1][0] + 1 || ts <= all[at - 1][1]));
  return broken > 0 ? `Tick ${all[broken][0]} is not the next after the one before it.` : null;
}

async function hashFault(blocks, heads) {
  for (const [at, block] of blocks.entries()) {
    const { minute, hash } = block;
    if (await blockHash(block) !== hash) return `The ticks of minute ${minute} do not give that minute's hash.`;
    if (at && block.prev_hash !== blocks[at - 1].hash) return `Minute ${minute} does not follow the one before it.`;
    if (heads.has(minute) && heads.get(minute) !== hash) return `This browser heard another hash of minute ${minute} when it was published.`;
  }
  return null;
}

/** A minute that is missing at either end could hide a tick. */
function coverFault(proof) {
  const { bet, rules, evidence, blocks, chain_head } = proof;
  const [from, to] = [Math.floor((bet.t0_ms - rules.carry_max_ms) / MINUTE_MS), Math.floor((evidence.t1_ms - 1) / MINUTE_MS)];
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (first.minute > from && first.prev_hash !== NO_HASH) return "The minutes begin too late: a tick before the column may be missing.";
  if (last.minute < to || !closingTick(proof)) return "The minutes end too early: ticks of the column may be missing.";
  const concerned = blocks.filter(({ minute }) => minute >= from && minute <= to);
  const same = JSON.stringify([evidence.block_minutes, evidence.block_hashes]) === JSON.stringify([concerned.map((block) => block.minute), concerned.map((block) => block.hash)]);
  if (!same) return "The record of the column names other hashes.";
  const ends = chain_head.minute > last.minute || (chain_head.minute === last.minute && chain_head.hash === last.hash);
  return ends ? null : "The published head of the chain is another one.";
}

/** What is wrong with the chain of a proof that has its ticks. `heads` were heard live: minute to hash. */
export async function chainFault(proof, heads) {
  return ticksFault(proof.blocks) ?? await hashFault(proof.blocks, heads) ?? coverFault(proof);
}
