// Starts the grid's page: wires the market, the socket, the canvas, the book of bets and the person.

import { Refused, api, useSession, whenSignedOut } from "./api.js";
import { showBanner } from "./banner.js";
import { openStake, step } from "./bets.js";
import { firstPlaceable, payoutOf } from "./cells.js";
import { edge, exactRate, inSeconds, moment, money, price as priceText, short, yearly } from "./format.js";
import { gridInput } from "./grid-input.js";
import { GridView } from "./grid-view.js";
import { rememberHead } from "./heads.js";
import { Market, PAST_COLUMNS } from "./market.js";
import { obstacle, placeBet } from "./placing.js";
import { forget, restore, session, signIn, signOut, wsTicket } from "./session.js";
import { Slips } from "./slips.js";
import { Stream } from "./stream.js";
import { demo, hasDemo, hasInjected, injected } from "./wallet.js";
import { explain } from "./words.js";

const $ = (id) => document.getElementById(id);
const TOAST_MS = 4500;
const SAY_PRICE_MS = 10_000;
/** How often the server is asked about bets in doubt; well within what it answers a minute. */
const ASK_AGAIN_MS = 3000;
/** A bet whose column ended this long ago should have been settled; while prices are missing it may not be. */
const OVERDUE_MS = 15_000;
const STALE_PRICE_MS = 3000;
const GRID_AGAIN_MS = 30_000;
/** Bets read at once; older ones are a click away. */
const PAGE = 30;

const market = new Market();
const view = new GridView($("grid"), market, Number($("desk").dataset.lock) || 1);
const slips = new Slips({ list: $("slips"), empty: $("slips-empty") });
let book = new Map();
let balance = null;
let conn = "connecting";
let cursor = null;
let wanted = null;
let toastTimer = 0;
let older = null;

/* Words and numbers on the page */

function text(element, words) { if (element.textContent !== words) element.textContent = words; }
const say = (words) => text($("say"), words);

function stake() { return Number($("stake").elements.stake.value) || 0; }

function setBalance(cents) {
  balance = cents;
  $("balance").dataset.cents = cents ?? "";
  text($("balance"), cents === null ? "–" : money(cents));
}

function toast(code, { words, requestId } = {}) {
  text($("toast-text"), words ?? explain(code));
  text($("toast-id"), requestId ? `request ${requestId}` : "");
  $("toast").dataset.code = code;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, TOAST_MS);
}

function showPrice() {
  const last = market.last;
  if (!last) return;
  const [whole, cents] = priceText(last.price).split(".");
  const element = $("price");
  if (element.dataset.seq === String(last.seq)) return;
  const before = Number(element.dataset.price || last.price);
  element.dataset.seq = last.seq;
  element.dataset.price = last.price;
  if (last.price !== before) element.dataset.way = last.price > before ? "up" : "down";
  element.replaceChildren(whole, Object.assign(document.createElement("small"), { textContent: `.${cents}` }));
}

function showFigures() {
  if (market.last) document.title = `${priceText(market.last.price)} · Tap`;
  $("price").dataset.stale = String(Boolean(market.last) && market.now() - market.last.ts > STALE_PRICE_MS);
  const move = market.move(60_000);
  const way = move === null ? "" : move > 0 ? "▲ " : move < 0 ? "▼ " : "";
  text($("move"), move === null ? "\u00a0" : `${way}${priceText(Math.abs(move))}`);
  $("move").dataset.way = move > 0 ? "up" : move < 0 ? "down" : "";
  text($("sigma"), market.sigma_ppb ? yearly(market.sigma_ppb) : "–");
  text($("row"), market.frame ? short(market.frame.height) : "–");
  const open = openStake(book);
  text($("open-stake"), open ? `${short(open)} running` : "");
}

/** The line under the stakes: what a tap here would cost and pay. */
function showNext() {
  const rate = cursor && view.rateOf(cursor);
  const amount = stake();
  if (!cursor) return showDefault();
  const high = cursor.low + market.height_cents;
  const starts = cursor.c * market.width_ms - market.now();
  const where = `${edge(cursor.low)}–${edge(high)} in ${inSeconds(starts)}`;
  if (!rate) return text($("next"), cursor.c < firstPlaceable(market.now(), market.width_ms, view.lock) ? "Locked: this column is too near." : `${where}: not offered.`);
  text($("next"), `${short(amount)} on ${where}, at ${exactRate(rate)}: pays ${money(payoutOf(amount, rate))}.`);
}

function showDefault() {
  const bold = $("next").querySelector("b");
  if (bold) text(bold, short(stake()));
  else { $("next").replaceChildren(...defaultNext.map((node) => node.cloneNode(true))); showDefault(); }
}
const defaultNext = [...$("next").childNodes].map((node) => node.cloneNode(true));

function spokenCell(cell) {
  const rate = view.rateOf(cell);
  const starts = Math.max(0, Math.ceil((cell.c * market.width_ms - market.now()) / 1000));
  const band = `${edge(cell.low)} to ${edge(cell.low + market.height_cents)} dollars, in ${starts} seconds`;
  return rate ? `${band}. Rate ${exactRate(rate)}: ${money(stake())} pays ${money(payoutOf(stake(), rate))}. Enter places it.` : `${band}. Not offered.`;
}

/* The book of bets */

function tell(event) {
  const next = step(book, event);
  if (next === book) return;
  const before = book;
  book = next;
  view.bets = book;
  view.betsVersion += 1;
  slips.show(book, market.now());
  for (const bet of book.values()) if (before.get(bet.cell_id)?.state !== bet.state) announce(bet, before.get(bet.cell_id));
}

function announce(bet, before) {
  if (!before && bet.state !== "pending") return;
  const band = `${edge(bet.low)} to ${edge(bet.high)}`;
  const words = {
    confirmed: `Bet placed: ${short(bet.amount)} on ${band}.`, failed: `Not placed: ${explain(bet.reason)}`, unknown: "The line broke. Checking that bet.",
    won: `Won ${money(bet.paid)} on ${band}.`, lost: `Lost ${short(bet.amount)} on ${band}.`, void: `Refunded ${money(bet.paid)}: the price was missing.`,
  }[bet.state];
  if (words) say(words);
}

const isOverdue = (bet) => bet.state === "confirmed" && market.now() > bet.t1_ms + OVERDUE_MS;
const asTold = (rows) => rows.map((row) => ({ ...row, at: moment(row.placed_at) }));

/** Reads the truth again: after a reload, a hole in the events, or a broken line. */
async function reconcile() {
  if (!session()) return;
  try {
    const [page, money] = await Promise.all([api.bets({ limit: PAGE }), api.balance()]);
    tell({ type: "told", bets: asTold(page.bets) });
    tell({ type: "reconciled", now: market.now() });
    if (older === null) showMore(page.next_cursor);
    setBalance(money.balance);
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
  showMore(page.next_cursor);
}

/* Tapping */

function tap(cell) {
  const amount = stake();
  if (!session()) { wanted = cell; return openSignIn(); }
  const code = obstacle({ view, market, book, balance }, cell, amount);
  if (code) {
    toast(code);
    return say(explain(code));
  }
  navigator.vibrate?.(8);
  placeBet({ market, view }, cell, amount, { tell, balance: setBalance, refused });
}

function refused(error) {
  const fresh = error.details?.rate ?? error.details?.fresh_rate;
  const words = error.code === "quote_moved" && fresh ? `The rate moved to ${exactRate(fresh)} before the tap arrived. No money moved. Tap again.` : explain(error.code, error.message);
  toast(error.code, { words, requestId: error.requestId });
}

/* The live line */

const HEARD = {
  hello: (data) => market.clock(data.server_time_ms),
  "price:tick": (data) => { market.tick(data); showPrice(); },
  "grid:rates": (data) => { market.rates(data); $("desk").dataset.state = "ready"; if (cursor) showNext(); },
  "system:status": (data) => { market.health(data); healthShown(); },
  "bet:confirmed": (data) => { tell({ ...data, type: "confirmed", width_ms: market.width_ms, at: market.now() }); takeBalance(data); },
  "bet:failed": (data) => { tell({ ...data, type: "failed" }); toast(data.reason); takeBalance(data); },
  "bet:touched": (data) => tell({ ...data, type: "touched" }),
  "bet:resolved": (data) => { tell({ ...data, type: "resolved" }); takeBalance(data); },
  "balance:update": (data) => setBalance(data.balance),
  "chain:head": rememberHead,
  resync: () => reconcile(),
};

function takeBalance({ new_balance }) { if (Number.isInteger(new_balance)) setBalance(new_balance); }

function heard(type, data, envelope) {
  if (envelope.ts) market.clock(envelope.ts);
  HEARD[type]?.(data);
}

const stream = new Stream({
  ticket: wsTicket,
  on: heard,
  state(word) {
    if (word !== "live") tell({ type: "disconnected" });
    else if (conn !== "connecting") { reconcile(); backfill(); }
    conn = word;
    $("conn").dataset.conn = word;
    text($("conn"), word);
    healthShown();
  },
});

function healthShown() {
  view.open = conn === "live" && (!market.status.betting || market.status.betting === "open") && !["critical", "recovering"].includes(market.status.breaker);
  $("desk").dataset.betting = view.open ? "open" : "closed";
  showBanner({ banner: $("banner"), title: $("banner-title"), text: $("banner-text") }, market, conn);
}

async function readGrid() {
  const grid = await api.grid().catch(() => null);
  if (!grid) return;
  market.grid(grid);
  offerStakes(grid.presets ?? []);
  healthShown();
}

/** The stakes stand in the page already; they are drawn again only where the server has changed them. */
function offerStakes(presets) {
  const fieldset = $("stake").querySelector("fieldset");
  const have = [...fieldset.querySelectorAll("input")].map((input) => Number(input.value));
  if (!presets.length || have.join() === presets.join()) return;
  const labels = presets.map((cents, at) => {
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "stake", value: cents, checked: at === Math.min(1, presets.length - 1) });
    const label = Object.assign(document.createElement("label"), { className: "preset" });
    label.append(input, Object.assign(document.createElement("span"), { textContent: short(cents) }));
    return label;
  });
  fieldset.replaceChildren(fieldset.firstElementChild, ...labels);
}

async function backfill() {
  const now = Math.floor(market.now());
  const history = await api.history(now - (PAST_COLUMNS + 1) * market.width_ms, now, Math.max(100, market.width_ms / 50)).catch(() => null);
  if (history) { market.fill(history.ticks); showPrice(); showFigures(); }
}

/* Who is here */

function showPerson(user) {
  $("account").dataset.signed = user ? "yes" : "no";
  text($("account-name"), user ? `${user.wallet.slice(0, 6)}…${user.wallet.slice(-4)}` : "Sign in");
  setBalance(user ? user.balance : null);
  if (!user) return;
  const { scheme, expires_at, kind } = session();
  text($("account-wallet"), user.wallet);
  text($("account-key"), scheme === "ed25519" ? "an Ed25519 key nobody can read out" : "a secp256k1 key of this page");
  text($("account-until"), new Date(moment(expires_at)).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
  $("account").dataset.kind = kind;
}

function openSignIn() {
  $("with-wallet").hidden = !hasInjected();
  $("with-demo").classList.toggle("btn-plain", hasInjected());
  text($("with-demo"), hasDemo() ? "Use this browser's demo wallet" : "Make a demo wallet here");
  $("sign-in-error").hidden = true;
  $("sign-in").showModal();
}

async function signInWith(source) {
  const buttons = [$("with-wallet"), $("with-demo")];
  for (const button of buttons) button.disabled = true;
  $("sign-in-error").hidden = true;
  try {
    signedIn(await signIn(await source()));
  } catch (error) {
    text($("sign-in-error"), signInTrouble(error));
    $("sign-in-error").hidden = false;
  }
  for (const button of buttons) button.disabled = false;
}

function signInTrouble(error) {
  if (error instanceof Refused) return explain(error.code, error.message);
  if (!isSecureContext) return "Browsers make keys only over https, or on the machine itself. Open this page there.";
  if (error.code === 4001) return "You declined in your wallet. Nothing happened.";
  return "That did not work. Nothing happened. Try again.";
}

async function signedIn(user) {
  showPerson(user);
  $("sign-in").close();
  stream.restart({ forget: true });
  say("You are signed in.");
  if (user.balance === 0 && $("faucet")) await faucet();
  reconcile();
  const cell = wanted;
  wanted = null;
  if (cell) $("grid").focus({ preventScroll: true });
}

async function faucet() {
  try {
    setBalance((await api.faucet()).balance);
    toast("faucet", { words: "$1,000 of play money is yours. Tap a cell." });
    text($("account-note"), "Here you are. More tomorrow.");
  } catch (error) {
    text($("account-note"), error.code ? "You had today's already. More tomorrow." : explain("offline"));
  }
}

function signedOut(words) {
  useSession(null);
  showPerson(null);
  book = new Map();
  view.bets = book;
  view.betsVersion += 1;
  older = null;
  $("more").hidden = true;
  slips.show(book, market.now());
  stream.restart({ forget: true });
  if (words) toast("invalid_session", { words });
}

/* Start */

gridInput(view, {
  place: tap,
  look(cell, spoken) { cursor = cell; showNext(); if (spoken && cell) text($("now-text"), ""), say(spokenCell(cell)); },
  stake(at) { const input = $("stake").querySelectorAll("input")[at]; if (input) { input.checked = true; stakeChanged(); say(`Stake ${short(stake())}.`); } },
});

function stakeChanged() {
  view.stake = stake();
  showNext();
}

$("stake").addEventListener("change", stakeChanged);
$("stake").addEventListener("submit", (event) => event.preventDefault());
$("fit").addEventListener("click", () => { view.setFit(!view.fit); $("fit").setAttribute("aria-pressed", String(view.fit)); });
$("home").addEventListener("click", () => view.home());
$("more").addEventListener("click", readOlder);
$("account").addEventListener("click", () => session() ? $("account-sheet").showModal() : openSignIn());
$("with-wallet").addEventListener("click", () => signInWith(injected));
$("with-demo").addEventListener("click", () => signInWith(demo));
$("sign-in-close").addEventListener("click", () => { wanted = null; $("sign-in").close(); });
$("account-close").addEventListener("click", () => $("account-sheet").close());
$("sign-out").addEventListener("click", async () => { await signOut(); $("account-sheet").close(); signedOut(); });
$("faucet")?.addEventListener("click", faucet);
whenSignedOut(async () => { await forget(); signedOut("Your session has ended. Your bets stand. Sign in again to tap."); });
for (const change of ["online", "offline"]) addEventListener(change, healthShown);

setInterval(() => {
  showFigures();
  healthShown();
  if (cursor) showNext();
  $("home").hidden = Math.abs(view.pan) < 8;
  slips.tick(book, market.now());
}, 1000);
setInterval(() => { if ([...book.values()].some((bet) => bet.state === "unknown")) reconcile(); }, ASK_AGAIN_MS);
setInterval(() => { if ([...book.values()].some(isOverdue)) reconcile(); }, OVERDUE_MS);
setInterval(() => {
  if (document.activeElement === $("grid") && market.last) text($("now-text"), `Bitcoin ${priceText(market.last.price)} dollars`);
}, SAY_PRICE_MS);
setInterval(readGrid, GRID_AGAIN_MS);

view.stake = stake();
const user = await restore().catch(() => null);
showPerson(user);
stream.restart();
await readGrid();
await backfill();
reconcile();
