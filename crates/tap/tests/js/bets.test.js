// The book of bets: each fact is one path through the state machine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FADES_AFTER_MS, LOST_AFTER_MS, inOrder, isRetryable, openStake, step } from "./assets/bets.js";

const CELL = "1:357923400:6000000:6001000";
const PLACE = { type: "place", cell_id: CELL, amount: 500, rate: 235, nonce: "n1", at: 1000, width_ms: 5000 };
const ROW = { bet_id: "B1", cell_id: CELL, t0_ms: 357923400 * 5000, t1_ms: 357923401 * 5000, amount: 500, rate: 235, payout: 1175, payout_amount: 0, at: 1000 };

const run = (...events) => events.reduce(step, new Map());
const state = (book) => book.get(CELL)?.state;

test("a tap is pending, and nothing else, until the server has it on disk", () => {
  const book = run(PLACE);
  assert.equal(state(book), "pending");
  assert.equal(book.get(CELL).payout, 1175);
  assert.equal(book.get(CELL).t0_ms, 357923400 * 5000);
  assert.equal(openStake(book), 0);
  assert.equal(state(run(PLACE, { type: "touched", cell_id: CELL })), "pending");
});

test("confirmed, touched, won: each once, in whatever words it comes", () => {
  const confirmed = run(PLACE, { type: "confirmed", bet_id: "B1", cell_id: CELL, rate: 235, amount: 500, payout: 1175 });
  assert.equal(state(confirmed), "confirmed");
  assert.equal(openStake(confirmed), 500);
  assert.equal(step(confirmed, { type: "confirmed", bet_id: "B1", cell_id: CELL }), confirmed);
  const touched = step(confirmed, { type: "touched", bet_id: "B1" });
  assert.equal(touched.get(CELL).touched, true);
  const won = step(touched, { type: "resolved", bet_id: "B1", cell_id: CELL, outcome: "won", payout: 1175 });
  assert.deepEqual([state(won), won.get(CELL).paid], ["won", 1175]);
});

test("what is settled stays settled", () => {
  const won = run(PLACE, { type: "confirmed", bet_id: "B1", cell_id: CELL }, { type: "resolved", bet_id: "B1", outcome: "won", payout: 1175 });
  for (const late of [{ type: "confirmed", bet_id: "B1", cell_id: CELL }, { type: "failed", bet_id: "B1", cell_id: CELL, reason: "x" }, { type: "resolved", bet_id: "B1", outcome: "lost", payout: 0 }, { type: "disconnected" }, { type: "told", bets: [{ ...ROW, status: "confirmed" }] }]) {
    assert.equal(step(won, late), won, late.type);
  }
});

test("a confirmed bet does not fail, and a refusal of another try does not touch it", () => {
  const confirmed = run(PLACE, { type: "confirmed", bet_id: "B1", cell_id: CELL });
  assert.equal(step(confirmed, { type: "failed", bet_id: "B2", cell_id: CELL, reason: "duplicate_cell" }), confirmed);
  assert.equal(step(confirmed, { type: "failed", bet_id: "B1", cell_id: CELL, reason: "x" }), confirmed);
});

test("a failed tap says why and may be tried again", () => {
  const failed = run(PLACE, { type: "failed", nonce: "n1", cell_id: CELL, reason: "quote_moved" });
  assert.deepEqual([state(failed), failed.get(CELL).reason, isRetryable(failed.get(CELL))], ["failed", "quote_moved", true]);
  const again = step(failed, { ...PLACE, nonce: "n2", rate: 220 });
  assert.deepEqual([state(again), again.get(CELL).nonce, again.get(CELL).payout], ["pending", "n2", 1100]);
  assert.equal(step(again, { type: "failed", nonce: "n1", cell_id: CELL, reason: "late word" }), again);
});

test("a cell with a bet takes no second one", () => {
  const pending = run(PLACE);
  assert.equal(step(pending, { ...PLACE, nonce: "n2" }), pending);
});

test("a broken line makes pending bets unknown, and only those", () => {
  const other = "1:357923401:6000000:6001000";
  const book = run(PLACE, { ...PLACE, cell_id: other, nonce: "n2" }, { type: "confirmed", bet_id: "B2", cell_id: other }, { type: "disconnected" });
  assert.deepEqual([state(book), book.get(other).state], ["unknown", "confirmed"]);
  assert.equal(step(book, { type: "disconnected" }), book);
});

test("a time-out makes one bet unknown and keeps the id that came with it", () => {
  const book = run(PLACE, { type: "uncertain", nonce: "n1", bet_id: "B1" });
  assert.deepEqual([state(book), book.get(CELL).bet_id], ["unknown", "B1"]);
});

test("REST says what became of an unknown bet", () => {
  const unknown = run(PLACE, { type: "disconnected" });
  assert.equal(state(step(unknown, { type: "told", bets: [{ ...ROW, status: "confirmed" }] })), "confirmed");
  assert.equal(state(step(unknown, { type: "told", bets: [{ ...ROW, status: "lost" }] })), "lost");
  const won = step(unknown, { type: "told", bets: [{ ...ROW, status: "won", payout_amount: 1175 }] });
  assert.deepEqual([state(won), won.get(CELL).paid, won.get(CELL).touched], ["won", 1175, true]);
});

test("an unknown bet that the server never had is a failed one, but not too soon", () => {
  const unknown = run(PLACE, { type: "disconnected" });
  assert.equal(step(unknown, { type: "reconciled", now: 1000 + LOST_AFTER_MS }), unknown);
  const gone = step(unknown, { type: "reconciled", now: 1001 + LOST_AFTER_MS });
  assert.deepEqual([state(gone), gone.get(CELL).reason], ["failed", "not_arrived"]);
});

test("history fills an empty book, newest first, and told twice changes nothing", () => {
  const rows = [{ ...ROW, status: "lost" }, { ...ROW, bet_id: "B2", cell_id: "1:357923402:6000000:6001000", at: 9000, status: "confirmed" }];
  const book = step(new Map(), { type: "told", bets: rows });
  assert.deepEqual(inOrder(book).map((bet) => bet.bet_id), ["B2", "B1"]);
  assert.equal(step(book, { type: "told", bets: rows }), book);
});

test("a bet placed in another window appears when it is confirmed", () => {
  const book = run({ type: "confirmed", bet_id: "B9", cell_id: CELL, rate: 300, amount: 100, payout: 300, width_ms: 5000, at: 5 });
  assert.deepEqual([state(book), book.get(CELL).payout, book.get(CELL).t1_ms - book.get(CELL).t0_ms], ["confirmed", 300, 5000]);
});

test("a bet that is booked lower than it was seen keeps both rates", () => {
  const book = run(PLACE, { type: "confirmed", bet_id: "B1", cell_id: CELL, nonce: "n1", rate: 212, amount: 500, payout: 1060 });
  assert.deepEqual([book.get(CELL).seen, book.get(CELL).rate, book.get(CELL).payout], [235, 212, 1060]);
});

test("a tap that was not taken is shown for five seconds", () => {
  const failed = run(PLACE, { type: "failed", cell_id: CELL, nonce: "n1", reason: "quote_moved" }, { type: "faded", now: 2000 });
  assert.equal(state(failed), "failed");
  assert.equal(step(failed, { type: "faded", now: 2000 + FADES_AFTER_MS - 1 }), failed);
  assert.equal(step(failed, { type: "faded", now: 2000 + FADES_AFTER_MS }).size, 0);
  const dated = run(PLACE, { type: "failed", cell_id: CELL, bet_id: "B1", nonce: "n1", reason: "insufficient_funds", now: 1500 });
  assert.equal(step(dated, { type: "faded", now: 1500 + FADES_AFTER_MS }).size, 0, "five seconds after it failed, recorded or not");
  assert.equal(run({ type: "told", bets: [{ ...ROW, status: "insufficient_funds" }] }).size, 0, "an old refusal is no bet");
  const placed = run(PLACE);
  assert.equal(step(placed, { type: "faded", now: 1e9 }), placed);
});

test("nonsense changes nothing", () => {
  const book = run(PLACE);
  for (const event of [{ type: "?" }, { type: "touched", bet_id: "none" }, { type: "resolved", cell_id: "x", outcome: "won" }, { type: "confirmed", cell_id: "bad", bet_id: "B" }, { type: "told", bets: [{ ...ROW, cell_id: "1:2:3", bet_id: "B7", status: "confirmed" }] }]) {
    assert.equal(step(book, event), book, event.type);
  }
});
