// Cells, places and numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cellId, cellUnder, columnOf, firstPlaceable, layout, leastRate, parseCell, payoutOf, rateAt, xOf, yOf } from "./assets/cells.js";
import { axisTime, cents, edge, exactRate, fullClock, inSeconds, money, price, rate, short } from "./assets/format.js";
import { banner, explain } from "./assets/words.js";
import { pause } from "./assets/stream.js";

test("a cell's id is written and read in one way only", () => {
  assert.equal(cellId(1, 357923400, 6000000, 6001000), "1:357923400:6000000:6001000");
  assert.deepEqual(parseCell("1:357923400:6000000:6001000"), { epoch: 1, c: 357923400, low: 6000000, high: 6001000 });
  for (const bad of ["", "1:2:3", "1:2:3:4:5", "1:2:5:4", "1:2:3:3", "01:2:3:4", "1:-2:3:4", "1:2:3:4 ", "1:2:3:99999999999999999999", "a:b:c:d"]) {
    assert.equal(parseCell(bad), null, bad);
  }
});

test("the current column and the next take no bets", () => {
  assert.equal(columnOf(9999, 5000), 1);
  assert.equal(columnOf(10000, 5000), 2);
  assert.equal(firstPlaceable(10000, 5000, 1), 4);
});

test("rates are found by column and row, and nowhere else", () => {
  const frame = { first_column: 10, columns: 2, low: 100000, rows: 2, height: 1000, rates: [110, 120, 210, 0] };
  const seen = [[10, 100000], [11, 100000], [10, 101000], [11, 101000], [9, 100000], [12, 100000], [10, 99000], [10, 102000], [10, 100500]];
  assert.deepEqual(seen.map(([c, low]) => rateAt(frame, c, low)), [110, 120, 210, 0, 0, 0, 0, 0, 0]);
  assert.equal(rateAt(null, 1, 1), 0);
});

test("the cell under a place is the one that is drawn there", () => {
  for (const [width, height, fit] of [[328, 426, false], [920, 540, false], [920, 540, true]]) {
    const view = { ...layout(width, height, fit), now: 1_789_617_002_345, pan: 37, centre: 6_412_345, width_ms: 5000, height_cents: 2000 };
    for (const [c, low] of [[columnOf(view.now, 5000) + 2, 6_412_000], [columnOf(view.now, 5000) + 1, 6_416_000], [columnOf(view.now, 5000), 6_408_000]]) {
      const place = [xOf(view, c * 5000) + view.colW / 2, yOf(view, low + 1000)];
      if (place[0] >= 0 && place[0] < view.plotW) assert.deepEqual(cellUnder(view, ...place), { c, low });
    }
    assert.equal(cellUnder(view, view.plotW + 1, 5), null);
    assert.equal(cellUnder(view, 5, view.plotH), null);
  }
});

test("a phone's cells are as large as a thumb needs, and all are there when asked", () => {
  const phone = layout(328, 426, false);
  assert.ok(phone.colW >= 40 && phone.rowH >= 36, JSON.stringify(phone));
  // The current column and the locked one take no bets; even right after a new one has begun four others can be tapped.
  assert.ok((phone.plotW - phone.nowX) / phone.colW - 2 >= 4, JSON.stringify(phone));
  const all = layout(1200, 600, true);
  assert.ok(all.nowX / all.colW > 11.99 && (all.plotW - all.nowX) / all.colW > 23.99);
});

test("the least acceptable rate is never below the tolerance", () => {
  for (const [rate, percent, least] of [[235, 0, 235], [235, 10, 212], [105, 20, 84], [5000, 5, 4750]]) assert.equal(leastRate(rate, percent), least);
});

test("a mark of the time axis cannot be taken for another unit", () => {
  const minute = new Date(2026, 10, 30, 17, 20, 0).getTime();
  assert.deepEqual([axisTime(minute), axisTime(minute + 5000), fullClock(minute + 5000)], ["17:20", "5 s", "17:20:05"]);
});

test("payouts are cut to the cent", () => {
  assert.equal(payoutOf(500, 235), 1175);
  assert.equal(payoutOf(101, 105), 106);
});

test("numbers read as people write them, and no rate is rounded up", () => {
  assert.deepEqual([price(6412345), price(5), price(-123456789)], ["64,123.45", "0.05", "-1,234,567.89"]);
  assert.deepEqual([edge(6412000), edge(6412050)], ["64,120", "64,120.50"]);
  assert.deepEqual([money(1175), money(-500), short(500), short(1050)], ["$11.75", "-$5.00", "$5", "$10.50"]);
  assert.deepEqual([rate(105), rate(235), rate(999), rate(1249), rate(1200), rate(5000)], ["1.05", "2.35", "9.99", "12.4", "12", "50"]);
  assert.equal(exactRate(1249), "12.49");
  assert.match(fullClock(1_789_617_005_000), /^\d\d:\d\d:\d5$/);
  assert.deepEqual([inSeconds(3001), inSeconds(0)], ["4 s", "now"]);
});

test("the banner says what is wrong, worst first, and nothing when all is well", () => {
  const well = { conn: "live", online: true, breaker: "healthy", betting: "open", stale_for_ms: 0, resumes_in_s: 0 };
  const title = (change) => banner({ ...well, ...change })[1];
  assert.equal(title({}), "");
  assert.equal(title({ online: false, conn: "reconnecting" }), "Offline");
  assert.equal(title({ conn: "reconnecting", breaker: "critical" }), "Reconnecting");
  assert.equal(title({ breaker: "critical", betting: "price_feed_stale" }), "Betting paused");
  assert.equal(title({ breaker: "recovering", betting: "price_feed_stale" }), "Prices are back");
  assert.equal(title({ betting: "warming_up", breaker: "critical" }), "Warming up");
  assert.equal(title({ breaker: "degraded" }), "Thin prices");
  assert.match(banner({ ...well, breaker: "recovering", resumes_in_s: 12 })[2], /12 s/);
});

test("every refusal says whether money moved", () => {
  for (const code of ["too_late", "quote_moved", "insufficient_funds", "PRICE_FEED_STALE", "not_arrived", "something_new"]) assert.match(explain(code), /No money moved/);
});

test("pauses before coming back grow, differ, and stay below five seconds", () => {
  assert.equal(pause(0, 0.999), 250);
  assert.equal(pause(3, 0.5), 1000);
  assert.equal(pause(40, 1), 5000);
  assert.equal(pause(9, 0), 0);
});

test("dollars are read as people write them, and nothing else is an amount", () => {
  for (const [words, amount] of [["25", 2500], ["12.5", 1250], ["0.01", 1], [" $1,000.00 ", 100_000], ["99999999.99", 9_999_999_999], ["0", 0]]) assert.equal(cents(words), amount, words);
  for (const words of ["", "-1", "1e3", "1.234", "1,00", "12,34.5", "a", ".5", "1.", "999999999", "0x10", "25 USD"]) assert.equal(cents(words), undefined, words);
});
