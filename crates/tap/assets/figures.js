// The numbers above the grid and the sentence below it: price, move, volatility, and what a tap would cost and pay.

import { firstPlaceable, payoutOf } from "./cells.js";
import { $, text } from "./dom.js";
import { edge, exactRate, inSeconds, money, price as priceText, short, yearly } from "./format.js";

const STALE_PRICE_MS = 3000;
const MOVE_MS = 60_000;

export function showPrice(market) {
  const last = market.last;
  const element = $("price");
  if (!last || element.dataset.seq === String(last.seq)) return;
  const [whole, cents] = priceText(last.price).split(".");
  element.dataset.seq = last.seq;
  element.replaceChildren(whole, Object.assign(document.createElement("small"), { textContent: `.${cents}` }));
}

export function showFigures(market, openStake) {
  if (market.last) document.title = `${priceText(market.last.price)} · Tap`;
  $("price").dataset.stale = String(Boolean(market.last) && market.now() - market.last.ts > STALE_PRICE_MS);
  const move = market.move(MOVE_MS);
  const [way, mark] = !move ? ["", ""] : move > 0 ? ["up", "▲ "] : ["down", "▼ "];
  text($("move"), move === null ? "\u00a0" : `${mark}${priceText(Math.abs(move))}`);
  $("move").dataset.way = way;
  text($("sigma"), market.sigma_ppb ? yearly(market.sigma_ppb) : "–");
  text($("row"), market.frame ? short(market.frame.height) : "–");
  text($("open-stake"), openStake ? `${short(openStake)} running` : "");
}

export function showBalance(cents) {
  $("balance").dataset.cents = cents ?? "";
  text($("balance"), cents === null ? "–" : money(cents));
}

/* What stands below the grid while no cell is looked at; its stake is in bold. */
const usual = [...$("next").childNodes].map((node) => node.cloneNode(true));

function showUsual(amount) {
  if (!$("next").querySelector("b")) $("next").replaceChildren(...usual.map((node) => node.cloneNode(true)));
  text($("next").querySelector("b"), short(amount));
}

/** The line under the stakes: what a tap on `cell` would cost and pay. */
export function showNext(view, market, cell, amount) {
  if (!cell) return showUsual(amount);
  const rate = view.rateOf(cell);
  const where = `${edge(cell.low)}–${edge(cell.low + market.height_cents)} in ${inSeconds(cell.c * market.width_ms - market.now())}`;
  if (rate) return text($("next"), `${short(amount)} on ${where}, at ${exactRate(rate)}: pays ${money(payoutOf(amount, rate))}.`);
  const locked = cell.c < firstPlaceable(market.now(), market.width_ms, view.lock);
  return text($("next"), locked ? "Locked: this column is too near." : `${where}: not offered.`);
}

/** The same for ears. */
export function spokenCell(view, market, cell, amount) {
  const rate = view.rateOf(cell);
  const starts = Math.max(0, Math.ceil((cell.c * market.width_ms - market.now()) / 1000));
  const band = `${edge(cell.low)} to ${edge(cell.low + market.height_cents)} dollars, in ${starts} seconds`;
  return rate ? `${band}. Rate ${exactRate(rate)}: ${money(amount)} pays ${money(payoutOf(amount, rate))}. Enter places it.` : `${band}. Not offered.`;
}

/** The stakes stand in the page already; they are drawn again only where the server has changed them. */
export function offerStakes(presets) {
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
