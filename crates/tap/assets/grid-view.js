// The canvas: what is where, and when it must be drawn again. Drawing itself is in grid-layer.js and grid-marks.js.

import { cellUnder, columnOf, layout, payoutOf, rateAt, xOf, yOf } from "./cells.js";
import { RateLayer } from "./grid-layer.js";
import * as marks from "./grid-marks.js";

/** How quickly the head follows a tick and the picture follows the price, ms. */
const HEAD_MS = 70;
const CENTRE_MS = 220;
/** The price may wander this far from the middle, in heights of the plot, before the picture follows. */
const SLACK = 0.3;
const STALE_MS = 1500;
/** How long a bet that was not taken stays on the grid. */
const FAILED_MS = 8000;
const PAST_MAX = 12;
const AHEAD_MAX = 26;

export class GridView {
  centre = null;
  pan = 0;
  fit = false;
  hover = null;
  pointer = null;
  cursor = null;
  held = false;
  #shown = null;
  #target = null;
  #before = 0;
  #drawn = "";
  #layer = new RateLayer();
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(canvas, market, lock) {
    Object.assign(this, { canvas, market, lock });
    this.ink = canvas.getContext("2d");
    this.bets = new Map();
    this.betsVersion = 0;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#paint());
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    this.#paint();
    this.resize();
    requestAnimationFrame((at) => this.#frame(at));
  }

  #paint() {
    const style = getComputedStyle(document.documentElement);
    const value = (name) => style.getPropertyValue(name).trim();
    const names = { ink: "--ink", paper: "--board", muted: "--muted", accent: "--accent", onAccent: "--on-accent", good: "--won", warn: "--warn", bad: "--bad", lamp: "--head", onLamp: "--on-head", sans: "--sans" };
    const palette = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, value(name)]));
    const edition = (this.palette?.edition ?? 0) + 1;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    this.palette = { ...palette, edition, dark, hatch: hatch(palette.ink), clear: `${palette.paper}00`, glow: (alpha) => `rgb(${value("--head-rgb")} / ${alpha})` };
  }

  resize() {
    const { clientWidth, clientHeight } = this.canvas.parentElement;
    if (!clientWidth || !clientHeight) return;
    this.canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.canvas.height = Math.round(clientHeight * devicePixelRatio);
    this.layout = layout(clientWidth, clientHeight, this.fit);
    this.#drawn = "";
  }

  setFit(fit) {
    this.fit = fit;
    this.pan = 0;
    this.resize();
  }

  /** Moves the picture in time by pixels; positive looks further ahead. */
  panBy(pixels) {
    const { colW, nowX, plotW } = this.layout;
    const [least, most] = [Math.min(0, nowX - PAST_MAX * colW), Math.max(0, AHEAD_MAX * colW - (plotW - nowX))];
    this.pan = Math.max(least, Math.min(most, this.pan + pixels));
  }

  /** Where everything stands at this moment. */
  view() {
    return { ...this.layout, now: this.market.now(), pan: this.pan, centre: this.centre ?? 0, width_ms: this.market.width_ms, height_cents: this.market.height_cents };
  }

  /** The cell at a place of the canvas, or null. */
  at(x, y) {
    return this.centre === null ? null : cellUnder(this.view(), x, y);
  }

  /** Pans and lifts the picture so that `cell` can be seen. */
  reveal(cell) {
    const view = this.view();
    const x = xOf(view, cell.c * view.width_ms);
    if (x + view.colW > view.plotW) this.panBy(x + view.colW - view.plotW);
    if (x < 0) this.panBy(x);
    const y = yOf(view, cell.low + view.height_cents / 2);
    const margin = view.rowH;
    if (y < margin || y > view.plotH - margin) this.#target = this.centre + Math.sign(view.plotH / 2 - y) * view.height_cents * 2;
  }

  #frame(at) {
    requestAnimationFrame((next) => this.#frame(next));
    const passed = Math.min(100, at - this.#before);
    this.#before = at;
    if (!this.layout || document.hidden) return;
    this.#follow(passed);
    this.#point();
    const key = this.#key(at);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#draw(at);
  }

  /** Eases the head to the last price and the centre to the head. */
  #follow(passed) {
    const price = this.market.last?.price ?? this.#frameCentre();
    if (price === null) return;
    const share = (ms) => this.#calm.matches ? 1 : 1 - Math.exp(-passed / ms);
    if (this.centre === null) { this.#shown = price; this.#target = price; this.centre = price; }
    this.#shown += (price - this.#shown) * share(HEAD_MS);
    const rows = this.layout.plotH / this.layout.rowH;
    const reach = rows * this.market.height_cents;
    if (Math.abs(price - this.#target) > SLACK * reach && !this.held && !this.cursor) this.#target = price;
    if (!this.held) this.centre += (this.#target - this.centre) * share(CENTRE_MS);
  }

  /** The cell under a resting mouse changes as time passes below it. */
  #point() {
    if (!this.pointer) return;
    const cell = this.at(...this.pointer);
    if (cell?.c === this.hover?.c && cell?.low === this.hover?.low) return;
    this.hover = cell;
    this.look?.(cell);
  }

  #frameCentre() {
    const frame = this.market.frame;
    return frame ? frame.low + (frame.rows * frame.height) / 2 : null;
  }

  home() {
    this.pan = 0;
    this.#target = this.market.last?.price ?? this.#target;
  }

  /** Everything that shows, rounded to what the screen can show. */
  #key(at) {
    const pixel = (value) => Math.round(value * devicePixelRatio);
    const view = this.view();
    const pulse = [...this.bets.values()].some((bet) => bet.state === "pending") && !this.#calm.matches ? Math.round(at / 33) : 0;
    const cell = (one) => one ? `${one.c}/${one.low}` : "";
    const scroll = pixel(((view.now / view.width_ms) % 64) * view.colW);
    return [scroll, pixel(view.pan), pixel(yOf(view, this.#shown ?? 0)), pixel((view.centre / view.height_cents) * view.rowH), this.market.version, this.betsVersion, cell(this.hover), cell(this.cursor), this.stake, pulse, this.palette.edition, this.open].join();
  }

  #draw(at) {
    const { ink, palette } = this;
    const view = this.view();
    ink.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    ink.globalAlpha = 1;
    ink.fillStyle = palette.paper;
    ink.fillRect(0, 0, view.width, view.height);
    if (this.centre === null) return;
    ink.save();
    ink.beginPath();
    ink.rect(0, 0, view.plotW, view.plotH);
    ink.clip();
    this.#rates(view);
    marks.gridLines(ink, view, palette);
    ink.restore();
    marks.fade(ink, view, palette);
    marks.lockZone(ink, view, palette, this.lock);
    this.#plot(view, at);
    marks.timeAxis(ink, view, palette);
    marks.priceAxis(ink, view, palette, this.market.last ? this.#shown : null);
    if (this.market.last) marks.priceTag(ink, view, palette, this.market.last.price, this.#shown);
  }

  #rates(view) {
    const frame = this.market.frame;
    if (!frame) return;
    const { ink, palette } = this;
    this.#layer.update(frame, view, palette, `${frame.quote_seq}/${frame.first_column}/${frame.low}`);
    const snap = (value) => Math.round(value * devicePixelRatio) / devicePixelRatio;
    const x = snap(xOf(view, frame.first_column * view.width_ms));
    const y = snap(yOf(view, frame.low + frame.rows * frame.height));
    if (!this.#layer.canvas.width || !this.#layer.canvas.height) return;
    ink.save();
    ink.beginPath();
    const from = Math.max(0, xOf(view, view.now));
    ink.rect(from, 0, Math.max(0, view.plotW - from), view.plotH);
    ink.clip();
    ink.globalAlpha = this.open ? 1 : 0.35;
    ink.drawImage(this.#layer.canvas, x, y, frame.columns * view.colW, frame.rows * view.rowH);
    ink.restore();
  }

  #plot(view, at) {
    const { ink, palette } = this;
    ink.save();
    ink.beginPath();
    ink.rect(0, 0, view.plotW, view.plotH);
    ink.clip();
    const pulse = this.#calm.matches ? 1 : 0.5 + 0.5 * Math.sin(at / 160);
    const bets = [...this.bets.values()].filter((bet) => bet.state !== "failed" || view.now - bet.at < FAILED_MS);
    for (const bet of bets) marks.betBox(ink, view, palette, bet, pulse);
    for (const cell of [this.hover, this.cursor]) if (cell) this.#cursor(view, cell);
    const last = this.market.last;
    if (last) marks.priceLine(ink, view, palette, this.market.ticks, this.#shown, view.now - last.ts > STALE_MS);
    for (const bet of bets) marks.betWords(ink, view, palette, bet);
    ink.restore();
  }

  #cursor(view, cell) {
    const has = [...this.bets.values()].some((bet) => bet.c === cell.c && bet.low === cell.low && bet.state !== "failed");
    if (has && cell !== this.cursor) return;
    const rate = has ? 0 : this.rateOf(cell);
    marks.cursor(this.ink, view, this.palette, cell, rate ? { rate, payout: payoutOf(this.stake ?? 0, rate) } : null, cell === this.cursor);
  }

  /** What a tap on `cell` would get now, hundredths; 0 where none is taken. */
  rateOf(cell) {
    const open = cell.c > columnOf(this.market.now(), this.market.width_ms) + this.lock;
    return open ? rateAt(this.market.frame, cell.c, cell.low) : 0;
  }
}

/** A fine hatch of 8 by 8 pixels in `colour`, made once per context. */
function hatch(colour) {
  let made = null;
  return (ink) => made ??= ink.createPattern(tile(colour), "repeat");
}

function tile(colour) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const ink = canvas.getContext("2d");
  ink.strokeStyle = colour;
  ink.globalAlpha = 0.13;
  ink.beginPath();
  for (const shift of [-8, 0, 8]) { ink.moveTo(shift, 8); ink.lineTo(shift + 8, 0); }
  ink.stroke();
  return canvas;
}
