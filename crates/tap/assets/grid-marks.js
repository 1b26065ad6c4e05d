// What lies on top of the rates: own bets in their states, the lock, the line of the price, axes and cursor.
// Each function draws one thing with the context, the view and the palette it is given.

import { columnOf, xOf, yOf } from "./cells.js";
import { axisTime, edge, price as priceText, rate as rateText, short } from "./format.js";

const GLYPHS = { pending: "", unknown: "?", failed: "×", confirmed: "", won: "", lost: "×", void: "↺" };

export function gridLines(ink, view, palette) {
  const first = columnOf(view.now - ((view.nowX - view.pan) / view.colW) * view.width_ms, view.width_ms);
  ink.strokeStyle = palette.ink;
  ink.globalAlpha = palette.dark ? 0.07 : 0.08;
  ink.lineWidth = 1;
  ink.beginPath();
  for (let c = first; ; c += 1) {
    const x = Math.round(xOf(view, c * view.width_ms)) + 0.5;
    if (x > view.plotW) break;
    if (x > 0) { ink.moveTo(x, 0); ink.lineTo(x, view.plotH); }
  }
  for (let low = bottomRow(view); ; low += view.height_cents) {
    const y = Math.round(yOf(view, low)) + 0.5;
    if (y < 0) break;
    ink.moveTo(0, y);
    ink.lineTo(view.plotW, y);
  }
  ink.stroke();
  ink.globalAlpha = 1;
}

const bottomRow = (view) => Math.floor((view.centre - (view.plotH / 2 / view.rowH) * view.height_cents) / view.height_cents) * view.height_cents;

/** Past is dimmed; the current column's rest and the locked ones are hatched and say so. */
export function lockZone(ink, view, palette, lock) {
  const from = Math.max(0, xOf(view, view.now));
  const until = Math.min(view.plotW, xOf(view, (columnOf(view.now, view.width_ms) + lock + 1) * view.width_ms));
  if (until <= from) return;
  ink.globalAlpha = palette.dark ? 0.5 : 0.6;
  ink.fillStyle = palette.paper;
  ink.fillRect(from, 0, until - from, view.plotH);
  ink.globalAlpha = 1;
  ink.save();
  ink.translate(xOf(view, view.now) % 8, 0);
  ink.fillStyle = palette.hatch(ink);
  ink.fillRect(from - (xOf(view, view.now) % 8), 0, until - from, view.plotH);
  ink.restore();
  ink.globalAlpha = 0.5;
  ink.fillStyle = palette.ink;
  ink.fillRect(Math.round(until) - 1, 0, 1, view.plotH);
  if (until - from > 44) lockLabel(ink, palette, (from + until) / 2, view.plotH - 16);
  ink.globalAlpha = 1;
}

function lockLabel(ink, palette, x, y) {
  ink.globalAlpha = 1;
  ink.fillStyle = palette.paper;
  ink.beginPath();
  ink.roundRect(x - 22, y - 8, 44, 16, 4);
  ink.fill();
  label(ink, palette, "locked", x, y + 0.5, palette.muted, 600, "center", 10.5);
}

function label(ink, palette, text, x, y, colour, weight = 450, align = "center", size = 11) {
  ink.globalAlpha = 1;
  ink.font = `${weight} ${size}px ${palette.sans}`;
  ink.textAlign = align;
  ink.textBaseline = "middle";
  ink.fillStyle = colour;
  ink.fillText(text, x, y);
}

export function timeAxis(ink, view, palette) {
  const every = Math.max(1, Math.ceil(64 / view.colW));
  const first = columnOf(view.now - ((view.nowX - view.pan) / view.colW) * view.width_ms, view.width_ms);
  for (let c = Math.ceil(first / every) * every; ; c += every) {
    const x = xOf(view, c * view.width_ms);
    if (x > view.plotW - 14) break;
    if (x > 16) label(ink, palette, axisTime(c * view.width_ms), x, view.plotH + 12, palette.muted);
  }
}

/** The picture fades into the axis, so that a cut number reads as "more over there". */
export function fade(ink, view, palette) {
  const width = view.narrow ? 12 : 28;
  const shade = ink.createLinearGradient(view.plotW - width, 0, view.plotW, 0);
  shade.addColorStop(0, palette.clear);
  shade.addColorStop(1, palette.paper);
  ink.fillStyle = shade;
  ink.fillRect(view.plotW - width, 0, width, view.plotH);
}

/** The lines of rows in dollars; where the tag of the current price is, it stands alone. */
export function priceAxis(ink, view, palette, shown) {
  const every = Math.ceil(26 / view.rowH) * view.height_cents;
  ink.save();
  ink.beginPath();
  ink.rect(view.plotW, 0, view.width - view.plotW, view.plotH);
  ink.clip();
  for (let low = Math.ceil(bottomRow(view) / every) * every; ; low += every) {
    const y = yOf(view, low);
    if (y < 8) break;
    const covered = shown !== null && Math.abs(y - tagAt(view, shown)) < TAG_ROOM;
    if (y < view.plotH - 6 && !covered) label(ink, palette, edge(low), view.width - 2, y, palette.muted, 450, "right");
  }
  ink.restore();
}

/** Half the tag's height and half a label's, px. */
const TAG_ROOM = 17;
const tagAt = (view, shown) => Math.max(9, Math.min(view.plotH - 9, yOf(view, shown)));

/** The current price on the axis, and a thin line to it. */
export function priceTag(ink, view, palette, cents, shown) {
  const y = tagAt(view, shown);
  ink.globalAlpha = 0.55;
  ink.strokeStyle = palette.lamp;
  ink.setLineDash([2, 4]);
  ink.beginPath();
  ink.moveTo(Math.max(0, xOf(view, view.now)), Math.round(y) + 0.5);
  ink.lineTo(view.plotW, Math.round(y) + 0.5);
  ink.stroke();
  ink.setLineDash([]);
  ink.globalAlpha = 1;
  ink.fillStyle = palette.lamp;
  ink.beginPath();
  ink.roundRect(view.plotW + 2, y - 10, view.width - view.plotW - 2, 20, 4);
  ink.fill();
  label(ink, palette, view.narrow ? edge(Math.round(cents / 100) * 100) : priceText(cents), view.width - 5, y + 0.5, palette.onLamp, 700, "right", view.narrow ? 11 : 12);
}

/** The line over the past, a soft light under it, and the head that moves. */
export function priceLine(ink, view, palette, ticks, shown, stale) {
  const points = pointsOf(view, ticks);
  const headX = xOf(view, view.now);
  const headY = yOf(view, shown);
  if (!points.length) return;
  ink.save();
  ink.beginPath();
  ink.rect(0, 0, view.plotW, view.plotH);
  ink.clip();
  ink.lineJoin = "round";
  ink.lineCap = "round";
  ink.beginPath();
  points.forEach(([x, y], at) => at ? ink.lineTo(x, y) : ink.moveTo(x, y));
  if (!stale) ink.lineTo(headX, headY);
  ink.strokeStyle = palette.ink;
  ink.lineWidth = 2;
  ink.stroke();
  glow(ink, view, palette, points, [headX, headY]);
  if (stale) dashTo(ink, palette, points.at(-1), [headX, headY]);
  ink.restore();
  head(ink, palette, headX, headY, stale);
}

function pointsOf(view, ticks) {
  const from = view.now - ((view.nowX - view.pan) / view.colW + 1) * view.width_ms;
  const points = [];
  for (const tick of ticks) {
    if (tick.ts < from || tick.ts > view.now) continue;
    points.push([xOf(view, tick.ts), yOf(view, tick.price)]);
  }
  return points;
}

function glow(ink, view, palette, points, end) {
  const light = ink.createLinearGradient(0, 0, 0, view.plotH);
  light.addColorStop(0, palette.glow(0.16));
  light.addColorStop(1, palette.glow(0));
  ink.fillStyle = light;
  ink.lineTo(end[0], view.plotH);
  ink.lineTo(points[0][0], view.plotH);
  ink.fill();
}

function dashTo(ink, palette, from, to) {
  ink.globalAlpha = 0.5;
  ink.setLineDash([3, 5]);
  ink.beginPath();
  ink.moveTo(...from);
  ink.lineTo(...to);
  ink.stroke();
  ink.setLineDash([]);
  ink.globalAlpha = 1;
}

function head(ink, palette, x, y, stale) {
  ink.fillStyle = stale ? palette.muted : palette.lamp;
  ink.globalAlpha = 0.22;
  ink.beginPath();
  ink.arc(x, y, 11, 0, 7);
  ink.fill();
  ink.globalAlpha = 1;
  ink.beginPath();
  ink.arc(x, y, 5, 0, 7);
  ink.fill();
  ink.strokeStyle = palette.paper;
  ink.lineWidth = 2;
  ink.stroke();
}

/** Where an own bet stands; null when it is out of sight. */
function spotOf(view, bet) {
  const x = xOf(view, bet.t0_ms);
  const w = ((bet.t1_ms - bet.t0_ms) / view.width_ms) * view.colW;
  const y = yOf(view, bet.high);
  const h = yOf(view, bet.low) - y;
  return x > view.plotW || x + w < 0 || y > view.plotH || y + h < 0 ? null : { x, y, w, h };
}

/** The box of an own bet, below the line. `pulse` is 0..1 and moves only where motion is welcome. */
export function betBox(ink, view, palette, bet, pulse) {
  const spot = spotOf(view, bet);
  if (!spot) return;
  const strength = bet.state === "pending" ? 0.3 + 0.7 * pulse : 1;
  box(ink, [spot.x + 1.5, spot.y + 1.5, spot.w - 3, spot.h - 3], looks(palette, bet), palette, strength);
}

/** Its words, above the line. */
export function betWords(ink, view, palette, bet) {
  const spot = spotOf(view, bet);
  if (spot) caption(ink, palette, bet, looks(palette, bet), [spot.x + spot.w / 2, spot.y + spot.h / 2, spot.w, spot.h]);
}

function looks(palette, bet) {
  const solid = (fill) => ({ fill, line: fill, text: palette.onAccent });
  switch (bet.state) {
    case "pending": return { line: palette.accent, text: palette.ink, dash: [4, 3], wash: palette.accent };
    case "unknown": return { line: palette.warn, text: palette.ink, dash: [2, 3], wash: palette.warn };
    case "failed": return { line: palette.bad, text: palette.bad };
    case "won": return solid(palette.good);
    case "lost": return { line: palette.muted, text: palette.muted, wash: palette.muted };
    case "void": return { line: palette.muted, text: palette.muted, dash: [2, 3] };
    default: return bet.touched ? solid(palette.good) : solid(palette.accent);
  }
}

function box(ink, [x, y, w, h], look, palette, strength) {
  ink.beginPath();
  ink.roundRect(x, y, w, h, 4);
  ink.fillStyle = palette.paper;
  ink.fill();
  if (look.fill || look.wash) {
    ink.fillStyle = look.fill ?? look.wash;
    ink.globalAlpha = look.fill ? 1 : 0.16;
    ink.fill();
  }
  ink.globalAlpha = strength;
  ink.setLineDash(look.dash ?? []);
  ink.strokeStyle = look.line;
  ink.lineWidth = 1.5;
  ink.stroke();
  ink.setLineDash([]);
  ink.globalAlpha = 1;
}

function caption(ink, palette, bet, look, [x, y, w, h]) {
  const glyph = bet.touched && bet.state === "confirmed" ? "✓" : GLYPHS[bet.state];
  if (w < 26) return glyph && label(ink, palette, glyph, x, y + 0.5, look.text, 700);
  const main = bet.state === "won" ? `+${short(bet.paid)}` : short(bet.amount);
  const first = [glyph, main].filter(Boolean).join(w < 50 ? "" : " ");
  const two = h >= 28 && bet.rate;
  label(ink, palette, first, x, two ? y - 6 : y + 0.5, look.text, 700, "center", w < 60 && first.length > 6 ? 9.5 : 11.5);
  if (two) label(ink, palette, `×${rateText(bet.rate)}`, x, y + 8, look.text, 500, "center", 10);
}

/** The cell under the finger, the mouse or the keyboard, with what it would pay. */
export function cursor(ink, view, palette, cell, offer, strong) {
  const x = xOf(view, cell.c * view.width_ms);
  const y = yOf(view, cell.low + view.height_cents);
  ink.beginPath();
  ink.roundRect(x + 1, y + 1, view.colW - 2, view.rowH - 2, 4);
  if (offer) {
    ink.fillStyle = palette.paper;
    ink.fill();
    ink.fillStyle = palette.accent;
    ink.globalAlpha = 0.3;
    ink.fill();
    ink.globalAlpha = 1;
  }
  ink.strokeStyle = offer ? palette.accent : palette.muted;
  ink.lineWidth = strong ? 2.5 : 1.5;
  ink.stroke();
  if (offer && view.colW >= 30) label(ink, palette, rateText(offer.rate), x + view.colW / 2, y + view.rowH / 2 + 0.5, palette.ink, 700, "center", view.colW < 40 ? 10 : 13);
}

