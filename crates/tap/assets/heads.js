// The heads of the price chain that this browser itself heard live, so that a proof can be held against them later.

const KEPT = "tap.heads";
/** Minutes that are kept: a day, about 100 kB. */
const MINUTES_MAX = 1440;

/** `all` with one more head; the oldest go first. Pure. */
export function withHead(all, minute, hash) {
  const next = [...all.filter(([known]) => known !== minute), [minute, hash]];
  return next.sort(([one], [other]) => one - other).slice(-MINUTES_MAX);
}

function read() {
  try { return JSON.parse(localStorage.getItem(KEPT)) ?? []; } catch { return []; }
}

export function rememberHead({ minute, hash }) {
  if (!Number.isInteger(minute) || !/^[0-9a-f]{64}$/.test(hash)) return;
  try { localStorage.setItem(KEPT, JSON.stringify(withHead(read(), minute, hash))); } catch { /* a full store keeps no more heads */ }
}

/** Minute to hash, as heard. */
export const heardHeads = () => new Map(read());
