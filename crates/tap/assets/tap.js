// Starts the grid's page: wires the market, the socket, the canvas, the book of bets and the person.

import { api, useSession, whenSignedOut } from "./api.js";
import { showBanner } from "./banner.js";
import { FADES_AFTER_MS, openStake, step } from "./bets.js";
import { $, say, store, stored, text, toast } from "./dom.js";
import { offerStakes, showBalance, showFigures, showNext, showPrice, spokenCell } from "./figures.js";
import { edge, exactRate, moment, money, price as priceText, short } from "./format.js";
import { gridInput } from "./grid-input.js";
import { GridView } from "./grid-view.js";
import { rememberHead } from "./heads.js";
import { Market, PAST_COLUMNS } from "./market.js";
import { openSignIn, showPerson, startPerson } from "./person.js";
import { obstacle, placeBet } from "./placing.js";
import { forget, refresh, restore, session, wsTicket } from "./session.js";
import { Slips } from "./slips.js";
import { Stream } from "./stream.js";
import { explain } from "./words.js";

const SAY_PRICE_MS = 10_000;
/** How often the server is asked about bets in doubt; well within what it answers a minute. */
const ASK_AGAIN_MS = 3000;
/** A bet whose column ended this long ago should have been settled; while prices are missing it may not be. */
const OVERDUE_MS = 15_000;
const GRID_AGAIN_MS = 30_000;
/** How often a page that stays open asks whether its session is due a new id. */
const REFRESH_MS = 3_600_000;
/** Bets read at once; older ones are a click away. */
const PAGE = 30;

const market = new Market();
const view = new GridView($("grid"), market, Number($("desk").dataset.lock) || 1);
const slips = new Slips({ list: $("slips"), empty: $("slips-empty") });
let book = new Map();
let balance = null;
let conn = "connecting";
let looked = null;
let older = null;

const stake = () => Number($("stake").elements.stake.value) || 0;

function setBalance(cents) {
  balance = cents;
  showBalance(cents);
}

/* The book of bets */

function show(next) {
  book = next;
  view.bets = book;
  view.betsVersion += 1;
  slips.show(book, market.now());
}

function tell(event) {
  const before = book;
  const next = step(book, { now: market.now(), ...event });
  if (next === before) return;
  show(next);
  if (event.type === "failed") setTimeout(() => tell({ type: "faded" }), FADES_AFTER_MS + 50);
  for (const bet of book.values()) if (before.get(bet.cell_id)?.state !== bet.state) announce(bet, before.has(bet.cell_id));
}

function announce(bet, known) {
  if (!known) return;
  const band = `${edge(bet.low)} to ${edge(bet.high)}`;
  const words = {
    confirmed: `Bet placed: ${short(bet.amount)} on ${band}.`, failed: `Not placed: ${explain(bet.reason)}`, unknown: "The line broke. Checking that bet.",
    won: `Won ${money(bet.paid)} on ${band}.`, lost: `Lost ${short(bet.amount)} on ${band}.`, void: `Refunded ${money(bet.paid)}: the price was missing.`,
  }[bet.state];
  if (words) say(words);
}

const isOverdue = (bet) => bet.state === "confirmed" && market.now() > bet.t1_ms + OVERDUE_MS;
const asTold = (rows) => rows.map((row) => ({ ...row, seen: row.rate_seen, at: moment(row.placed_at) }));

/** Reads the truth again: after a reload, a hole in the events, or a broken line. */
async function reconcile() {
  if (!session()) return;
  try {
    const [page, purse] = await Promise.all([api.bets({ limit: PAGE }), api.balance()]);
    tell({ type: "told", bets: asTold(page.bets) });
    tell({ type: "reconciled", now: market.now() });
    if (older === null) showMore(page.next_cursor);
    setBalance(purse.balance);
  } catch { /* the next look, or the next line, will tell */ }
}

function showMore(next_cursor) {
  older = next_cursor ?? "";
  $("more").hidden = !older;
}

async function readOlder() {
  const page = await api.bets({ limit: PAGE, cursor: older }).catch(() => null);
  if (!page) return toast("offline");
  tell({ type: "told", bets: asTold(page.bets) });
  return showMore(page.next_cursor);
}

/* Tapping */

function tap(cell) {
  const amount = stake();
  if (!session()) return openSignIn();
  const code = obstacle({ view, market, book, balance }, cell, amount);
  if (code) {
    toast(code);
    return say(explain(code));
  }
  navigator.vibrate?.(8);
  return placeBet({ market, view }, cell, amount, { tell, balance: setBalance, refused });
}

function refused(error) {
  const fresh = error.details?.rate ?? error.details?.fresh_rate;
  const moved = error.code === "quote_moved" && fresh;
  const words = moved ? `The rate moved to ${exactRate(fresh)} before the tap arrived, further than you accept. No money moved. Tap again.` : explain(error.code, error.message);
  toast(error.code, { words, requestId: error.requestId });
}

/* The live line */

const HEARD = {
  hello: (data) => market.clock(data.server_time_ms),
  "price:tick": (data) => { market.tick(data); showPrice(market); },
  "grid:rates": (data) => { market.rates(data); $("desk").dataset.state = "ready"; if (looked) showLooked(); },
  "grid:moves": (data) => { market.moves(data); if (looked) showLooked(); },
  "system:status": (data) => { market.health(data); showHealth(); },
  "bet:confirmed": (data) => { tell({ ...data, type: "confirmed", width_ms: market.width_ms, at: market.now() }); takeBalance(data); },
  "bet:failed": (data) => { tell({ ...data, type: "failed" }); toast(data.reason); takeBalance(data); },
  "bet:touched": (data) => tell({ ...data, type: "touched" }),
  "bet:resolved": (data) => { tell({ ...data, type: "resolved" }); takeBalance(data); },
  "balance:update": (data) => setBalance(data.balance),
  "chain:head": rememberHead,
  resync: () => reconcile(),
};

function takeBalance({ new_balance }) { if (Number.isInteger(new_balance)) setBalance(new_balance); }

const stream = new Stream({
  ticket: wsTicket,
  on(type, data, envelope) {
    if (envelope.ts) market.clock(envelope.ts);
    HEARD[type]?.(data);
  },
  state(word) {
    if (word !== "live") tell({ type: "disconnected" });
    else if (conn !== "connecting") { reconcile(); backfill(); }
    conn = word;
    $("conn").dataset.conn = word;
    text($("conn"), word);
    showHealth();
  },
});

function showHealth() {
  const { breaker, betting } = market.status;
  view.open = conn === "live" && (!betting || betting === "open") && !["critical", "recovering"].includes(breaker);
  $("desk").dataset.betting = view.open ? "open" : "closed";
  showBanner({ banner: $("banner"), title: $("banner-title"), text: $("banner-text") }, market, conn);
}

async function readGrid() {
  const grid = await api.grid().catch(() => null);
  if (!grid) return;
  market.grid(grid);
  offerStakes(grid.presets ?? []);
  showHealth();
}

async function backfill() {
  const now = Math.floor(market.now());
  const history = await api.history(now - (PAST_COLUMNS + 1) * market.width_ms, now, Math.max(100, market.width_ms / 50)).catch(() => null);
  if (!history) return;
  market.fill(history.ticks);
  showPrice(market);
}

/* Who is here */

function person(user) {
  showPerson(user);
  setBalance(user?.balance ?? null);
}

function leave(words) {
  useSession(null);
  person(null);
  showMore(null);
  older = null;
  show(new Map());
  stream.restart({ forget: true });
  if (words) toast("invalid_session", { words });
}

function arrive(user) {
  person(user);
  stream.restart({ forget: true });
  reconcile();
  $("grid").focus({ preventScroll: true });
}

/* Start */

const showLooked = () => showNext(view, market, looked, stake());

function look(cell, spoken) {
  looked = cell;
  showLooked();
  if (spoken && cell) say(spokenCell(view, market, cell, stake()));
}

function stakeChanged() {
  view.stake = stake();
  showLooked();
}

/** By how much less than the shown rate a tap may be booked; kept from visit to visit where the browser keeps anything. */
const TOLERANCE = "tap.tolerance";

function startTolerance() {
  const select = $("tolerance");
  const kept = stored(TOLERANCE);
  if ([...select.options].some((option) => option.value === kept)) select.value = kept;
  const changed = () => {
    view.tolerance = Number(select.value);
    store(TOLERANCE, select.value);
  };
  select.addEventListener("change", changed);
  changed();
}

function chooseStake(at) {
  const input = $("stake").querySelectorAll("input")[at];
  if (!input) return;
  input.checked = true;
  stakeChanged();
  say(`Stake ${short(stake())}.`);
}

gridInput(view, { place: tap, look, stake: chooseStake });
startPerson({ arrived: arrive, left: () => leave(), balance: setBalance });
whenSignedOut(async () => { await forget(); leave("Your session has ended. Your bets stand. Sign in again to tap."); });
$("stake").addEventListener("change", stakeChanged);
$("stake").addEventListener("submit", (event) => event.preventDefault());
$("fit").addEventListener("click", () => { view.setFit(!view.fit); $("fit").setAttribute("aria-pressed", String(view.fit)); });
$("home").addEventListener("click", () => view.home());
$("more").addEventListener("click", readOlder);
for (const change of ["online", "offline"]) addEventListener(change, showHealth);

setInterval(() => {
  showFigures(market, openStake(book));
  showHealth();
  if (looked) showLooked();
  $("home").hidden = Math.abs(view.pan) < 8;
  tell({ type: "faded" });
  slips.tick(book, market.now());
}, 1000);
setInterval(() => { if ([...book.values()].some((bet) => bet.state === "unknown")) reconcile(); }, ASK_AGAIN_MS);
setInterval(() => { if ([...book.values()].some(isOverdue)) reconcile(); }, OVERDUE_MS);
setInterval(() => { if (document.activeElement === $("grid") && market.last) text($("now-text"), `Bitcoin ${priceText(market.last.price)} dollars`); }, SAY_PRICE_MS);
setInterval(readGrid, GRID_AGAIN_MS);
setInterval(() => { if (session()) refresh().catch(() => {}); }, REFRESH_MS);

stakeChanged();
startTolerance();
person(await restore().catch(() => null));
stream.restart();
await readGrid();
await backfill();
reconcile();
