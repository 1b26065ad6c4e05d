// Draws a proof's column: the path of the price, the band of the cell, and the first touch.

import { fullClock, edge, money } from "./format.js";
import { windowOf } from "./proof-column.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [800, 260];
const PLOT = { left: 12, right: 716, top: 14, bottom: 228 };

function draw(parent, tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  parent.append(element);
}

/** Ticks as `{ ts, price }`; without the ticks themselves, the record's path at even steps. */
function path(proof) {
  const { inside, carry } = windowOf(proof);
  const { bet, evidence } = proof;
  if (inside.length) return [...(carry ? [{ ts: bet.t0_ms, price: carry[2] }] : []), ...inside.map(([, ts, price]) => ({ ts, price }))];
  const each = (bet.t1_ms - bet.t0_ms) / Math.max(1, evidence.prices.length);
  return evidence.prices.map(([price], at) => ({ ts: bet.t0_ms + at * each, price }));
}

export function drawProof(svg, proof) {
  const { bet } = proof;
  const points = path(proof);
  const prices = [...points.map((point) => point.price), bet.low, bet.high];
  const room = Math.max(1, (Math.max(...prices) - Math.min(...prices)) * 0.12);
  const [low, high] = [Math.min(...prices) - room, Math.max(...prices) + room];
  const until = Math.max(bet.t1_ms, points.at(-1)?.ts ?? 0);
  const x = (ts) => PLOT.left + ((ts - bet.t0_ms) / (until - bet.t0_ms)) * (PLOT.right - PLOT.left);
  const y = (price) => PLOT.bottom - ((price - low) / (high - low)) * (PLOT.bottom - PLOT.top);
  draw(svg, "rect", { class: proof.outcome === "won" ? "won" : "lost", x: PLOT.left, y: y(bet.high), width: PLOT.right - PLOT.left, height: Math.max(1, y(bet.low) - y(bet.high)) });
  for (const price of [bet.low, bet.high]) draw(svg, "text", { x: PLOT.right + 8, y: y(price) + 4 }, edge(price));
  for (const ts of [bet.t0_ms, bet.t1_ms]) {
    draw(svg, "path", { class: "edge-line", d: `M${x(ts)} ${PLOT.top}V${PLOT.bottom}` });
    draw(svg, "text", { x: x(ts), y: HEIGHT - 10, "text-anchor": ts === bet.t0_ms ? "start" : "end" }, fullClock(ts));
  }
  if (!points.length) return;
  draw(svg, "path", { class: "path", d: points.map(({ ts, price }, at) => `${at ? "L" : "M"}${x(ts).toFixed(1)} ${y(price).toFixed(1)}`).join("") });
  for (const { ts, price } of points) draw(svg, "circle", { class: "dots", cx: x(ts).toFixed(1), cy: y(price).toFixed(1), r: 2.2 });
  const touch = points.find(({ price }) => bet.low <= price && price <= bet.high);
  if (touch) draw(svg, "circle", { class: "touch", cx: x(touch.ts), cy: y(touch.price), r: 6 });
}

/** The picture in words. */
export function captionOf(proof) {
  const { bet } = proof;
  const points = path(proof);
  const touch = points.find(({ price }) => bet.low <= price && price <= bet.high);
  if (!points.length) return "There was no price inside this column.";
  const moment = touch && touch.ts > bet.t0_ms ? `${((touch.ts - bet.t0_ms) / 1000).toFixed(1)} s into the column` : "as the column began";
  const end = touch ? `The first touch is ${money(touch.price)}, ${moment}.` : "No tick is inside the band.";
  return `Each dot is a tick; the band is ${edge(bet.low)} to ${edge(bet.high)}. ${end}`;
}
