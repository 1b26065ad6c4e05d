// What a column was, recomputed from its ticks: the window, its holes, the touch, and whether the record says the same.

/** Flags of ticks: nothing new came; fewer sources than the quorum stood behind it. */
const [CARRIED, DEGRADED] = [1, 4];

/** The ticks that count for the bet: those inside its window, and those shortly before it, of which the last is carried in. */
export function windowOf({ bet, rules, blocks: all }) {
  const until = bet.t0_ms + (1 + rules.touch_grace_columns) * bet.width_ms;
  const from = bet.t0_ms - rules.carry_max_ms;
  const ticks = all.flatMap((block) => block.ticks).filter(([, ts]) => ts >= from && ts < until);
  const inside = ticks.filter(([, ts]) => ts >= bet.t0_ms);
  return { ticks, inside, carry: ticks.filter(([, ts]) => ts < bet.t0_ms).at(-1) ?? null, from, until };
}

/** Since this rule version a hole, or a time without a quorum, that reaches past the window's end counts in full. */
const IN_FULL = 9;
const STEP_MS = 100;

/** The tick behind which nothing changes what the column was; undefined where the file has none. */
export function closingTick({ bet, rules, rule_version, blocks: all }) {
  const until = bet.t0_ms + (1 + rules.touch_grace_columns) * bet.width_ms;
  const ends = ([, ts, , , flags]) => ts >= until - STEP_MS && (!(flags & DEGRADED) || ts >= until + rules.gap_max_ms);
  const ticks = all.flatMap((block) => block.ticks);
  return rule_version < IN_FULL ? [0, until, 0, 0, 0] : ticks.find(ends);
}

/** Where the hole at the window's end is over: at its end, or at the first tick behind it if the last point has none. */
function gapEnd({ rule_version, blocks: all }, { inside, until }) {
  if (rule_version < IN_FULL || inside.at(-1)?.[1] >= until - STEP_MS) return until;
  return all.flatMap((block) => block.ticks).find(([, ts]) => ts >= until)?.[1] ?? until;
}

/** The longest time without a tick, from the carried one (or as far back as one could be) to the end of the last hole. */
export function longestGap({ inside, carry, from, until }, gap_end = until) {
  const moments = [carry ? carry[1] : from, ...inside.map((tick) => tick[1]), gap_end];
  return Math.max(...moments.slice(1).map((at, index) => at - moments[index]));
}

/** The longest time without a quorum: from its first tick to the next tick that has one, or to where the window is closed. */
export function longestThin({ ticks, until }, t0_ms, closing_ms = until) {
  let [longest, since] = [0, null];
  for (const [, ts, , , flags] of [...ticks, [0, Math.max(until, closing_ms), 0, 0, 0]]) {
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

/** The path that decides: the carried price, then the prices in order. */
export const pathOf = ({ carry_in_price, prices }) => [...(carry_in_price === null ? [] : [carry_in_price]), ...prices.map(([price]) => price)];

const runs = (prices) => prices.reduce((all, price) => {
  if (all.at(-1)?.[0] === price) all.at(-1)[1] += 1;
  else all.push([price, 1]);
  return all;
}, []);

/** The name of the first field that differs; null when none does. */
const differing = (made, said) => Object.keys(made).find((name) => JSON.stringify(made[name]) !== JSON.stringify(said[name])) ?? null;

function fromTicks(proof, window) {
  const { bet, rules } = proof;
  const { inside, carry, until } = window;
  const prices = inside.map(([, , price]) => price);
  const gap = longestGap(window, gapEnd(proof, window));
  const torn = Math.max(gap, longestThin(window, bet.t0_ms, closingTick(proof)?.[1] ?? until)) > rules.gap_max_ms;
  return {
    t0_ms: bet.t0_ms, t1_ms: until, first_seq: inside[0]?.[0] ?? null, last_seq: inside.at(-1)?.[0] ?? null, n_ticks: inside.length,
    min: inside.length ? Math.min(...prices) : null, max: inside.length ? Math.max(...prices) : null,
    carry_in_price: carry ? carry[2] : null, max_gap_ms: gap, verdict: torn ? "void" : "valid", prices: runs(prices),
  };
}

/** What a record must keep to by itself. */
function ownFault({ bet, rules, evidence }) {
  const prices = evidence.prices.map(([price]) => price);
  const made = {
    t0_ms: bet.t0_ms, t1_ms: bet.t0_ms + (1 + rules.touch_grace_columns) * bet.width_ms, c: bet.column, epoch: bet.epoch,
    n_ticks: evidence.prices.reduce((sum, [, count]) => sum + count, 0),
    min: prices.length ? Math.min(...prices) : null, max: prices.length ? Math.max(...prices) : null,
  };
  return differing(made, evidence);
}

/** A void column may have been mended from an exchange's history: then every tick that had news is still there, in order. */
function isMended(made, { evidence }, { inside }) {
  if (made.verdict !== "void" || evidence.verdict !== "valid" || made.carry_in_price !== evidence.carry_in_price) return false;
  const path = evidence.prices.map(([price]) => price);
  let at = 0;
  return inside.filter(([, , , , flags]) => !(flags & CARRIED && flags & DEGRADED)).every(([, , price]) => {
    while (at < path.length && path[at] !== price) at += 1;
    return at < path.length;
  });
}

/**
 * Holds the record of the column against its ticks: `fault` names what differs, `mended` says that ticks of a repair are in
 * the record that no chain can hold, `proven` that the ticks of the chain by themselves touch the band.
 */
export function readColumn(proof) {
  const { bet, rules, evidence, blocks } = proof;
  const own = ownFault(proof);
  if (own || !blocks.length) return { fault: own, mended: false, proven: false };
  const window = windowOf(proof);
  const made = fromTicks(proof, window);
  const fault = differing(made, evidence);
  const mended = Boolean(fault) && isMended(made, proof, window);
  const live = [window.carry, ...window.inside].filter(Boolean).map(([, , price]) => price);
  return { fault: mended ? null : fault, mended, proven: touches(live, bet, rules.crossing) };
}
