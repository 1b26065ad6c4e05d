// What the person knows about each bet: a pure state machine. `step` takes a book (a Map by cell id) and an event and
// returns the next book; the same object when nothing changed.
//
//   PENDING -> CONFIRMED -> WON | LOST | VOID      only what the server has on disk is CONFIRMED
//   PENDING -> FAILED                              no money moved
//   PENDING -> UNKNOWN -> any of the above         the line broke; the server will say

import { parseCell, payoutOf } from "./cells.js";

const FINAL = new Set(["won", "lost", "void"]);
const OPEN = new Set(["pending", "unknown"]);

/** A bet that the server does not know after this long did not arrive: it holds a request for at most 5 s. */
export const LOST_AFTER_MS = 10_000;

/** How long a tap that was not taken is still shown. */
export const FADES_AFTER_MS = 5_000;

const FROM_STATUS = { confirmed: "confirmed", won: "won", lost: "lost", void: "void", insufficient_funds: "failed", rejected: "failed", pending: "pending" };

export const isOpen = (bet) => OPEN.has(bet.state) || bet.state === "confirmed";

/** Whether a new tap on this bet's cell makes sense: only where nothing was taken. */
export const isRetryable = (bet) => !bet || bet.state === "failed";

const put = (book, cell, bet) => new Map(book).set(cell, bet);

function find(book, event) {
  if (event.cell_id && book.has(event.cell_id)) return event.cell_id;
  for (const [cell, bet] of book) {
    if ((event.bet_id && bet.bet_id === event.bet_id) || (event.nonce && bet.nonce === event.nonce)) return cell;
  }
  return null;
}

/** Whether the event speaks of another try at the same cell than the book's. */
const isOther = (bet, event) => Boolean((event.bet_id && bet.bet_id && bet.bet_id !== event.bet_id) || (event.nonce && bet.nonce && bet.nonce !== event.nonce));

function fresh(event, width_ms) {
  const cell = parseCell(event.cell_id);
  if (!cell) return null;
  const t0_ms = event.t0_ms ?? cell.c * width_ms;
  return { cell_id: event.cell_id, c: cell.c, low: cell.low, high: cell.high, t0_ms, t1_ms: event.t1_ms ?? t0_ms + width_ms, touched: false, paid: 0 };
}

function place(book, event) {
  if (!isRetryable(book.get(event.cell_id))) return book;
  const bet = fresh(event, event.width_ms);
  const { nonce, amount, rate, at } = event;
  return bet ? put(book, event.cell_id, { ...bet, nonce, amount, rate, seen: rate, payout: payoutOf(amount, rate), at, state: "pending" }) : book;
}

function confirm(book, event) {
  const cell = find(book, event);
  const known = cell && book.get(cell);
  if (known && FINAL.has(known.state)) return book;
  if (known && known.state === "confirmed" && known.bet_id) return book;
  const bet = known ?? fresh(event, event.width_ms);
  if (!bet) return book;
  const { bet_id, rate = bet.rate, amount = bet.amount } = event;
  return put(book, bet.cell_id, { ...bet, bet_id, rate, amount, payout: event.payout ?? payoutOf(amount, rate), at: bet.at ?? event.at, state: "confirmed", reason: undefined });
}

const fadesAt = ({ now }) => Number.isFinite(now) ? now + FADES_AFTER_MS : undefined;

function fail(book, event) {
  const cell = find(book, event);
  const bet = cell && book.get(cell);
  if (!bet || !OPEN.has(bet.state) || isOther(bet, event)) return book;
  return put(book, cell, { ...bet, bet_id: event.bet_id ?? bet.bet_id, state: "failed", reason: event.reason, fades_at: fadesAt(event) });
}

function doubt(book, event) {
  const chosen = [...book].filter(([, bet]) => bet.state === "pending" && (!event.nonce || bet.nonce === event.nonce));
  if (!chosen.length) return book;
  const next = new Map(book);
  for (const [cell, bet] of chosen) next.set(cell, { ...bet, bet_id: event.bet_id ?? bet.bet_id, state: "unknown" });
  return next;
}

function touch(book, event) {
  const cell = find(book, event);
  const bet = cell && book.get(cell);
  return !bet || bet.touched || bet.state === "failed" || isOther(bet, event) ? book : put(book, cell, { ...bet, touched: true });
}

function resolve(book, event) {
  const cell = find(book, event);
  const bet = cell && book.get(cell);
  if (!bet || FINAL.has(bet.state) || isOther(bet, event)) return book;
  const touched = bet.touched || event.outcome === "won";
  return put(book, cell, { ...bet, bet_id: event.bet_id ?? bet.bet_id, touched, paid: event.payout ?? 0, state: event.outcome });
}

/** One bet as REST tells it: the server's word, which only an even later word overrules. */
function told(book, row) {
  const state = FROM_STATUS[row.status];
  const known = book.get(row.cell_id);
  if (!state || (known && FINAL.has(known.state))) return book;
  // What was refused before this page was opened is no news, and no bet.
  if (state === "failed" && !known) return book;
  if (state === "failed" && known && !isOther(known, row) && known.state === "confirmed") return book;
  if (state === "failed" && known && isOther(known, row)) return book;
  const bet = known ?? fresh(row, row.t1_ms - row.t0_ms);
  if (!bet) return book;
  const next = { ...bet, bet_id: row.bet_id, amount: row.amount, rate: row.rate, seen: row.seen ?? bet.seen, payout: row.payout, at: row.at ?? bet.at, state, paid: row.payout_amount ?? 0, touched: bet.touched || state === "won", reason: state === "failed" ? row.status : undefined };
  return same(known, next) ? book : put(book, row.cell_id, next);
}

const same = (one, other) => one && Object.keys(other).every((key) => one[key] === other[key]);

/** After everything newer than these bets was read: what is still in doubt and old enough did not arrive. */
function settle(book, event) {
  const lost = [...book].filter(([, bet]) => bet.state === "unknown" && event.now - bet.at > LOST_AFTER_MS);
  if (!lost.length) return book;
  const next = new Map(book);
  for (const [cell, bet] of lost) next.set(cell, { ...bet, state: "failed", reason: "not_arrived", fades_at: fadesAt(event) });
  return next;
}

/** A tap that never became a bet is shown for a while and then let go. */
function fade(book, { now }) {
  const failed = [...book].filter(([, bet]) => bet.state === "failed" && !(now < bet.fades_at));
  if (!failed.length) return book;
  const next = new Map(book);
  for (const [cell, bet] of failed) {
    if (bet.fades_at) next.delete(cell);
    else next.set(cell, { ...bet, fades_at: fadesAt({ now }) });
  }
  return next;
}

const STEPS = {
  place, confirmed: confirm, failed: fail, touched: touch, resolved: resolve, uncertain: doubt, disconnected: doubt, reconciled: settle, faded: fade,
  told: (book, event) => event.bets.reduce(told, book),
};

/** The next book. Events: place, confirmed, failed, touched, resolved, uncertain, disconnected, told, reconciled, faded. */
export const step = (book, event) => STEPS[event.type]?.(book, event) ?? book;

/** Stakes of bets that wait for their column. */
export const openStake = (book) => [...book.values()].filter((bet) => bet.state === "confirmed").reduce((sum, bet) => sum + bet.amount, 0);

/** Newest column first; within one, newest first. */
export const inOrder = (book) => [...book.values()].sort((one, other) => (other.at ?? other.t0_ms) - (one.at ?? one.t0_ms) || other.low - one.low);
