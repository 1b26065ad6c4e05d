// The rates of the offered cells, drawn once per frame of rates into a picture of its own, so that scrolling only moves it.

import { brief, rate as rateText } from "./format.js";

/** Below these sizes numbers would touch each other. */
const TEXT_MIN = { width: 19, height: 14 };
/** Narrower cells get fewer digits. */
const FULL_WIDTH = 30;

/** How likely a touch is, roughly, from its rate: enough for a shade. */
const chance = (hundredths) => Math.min(1, 94 / hundredths);

export class RateLayer {
  canvas = document.createElement("canvas");
  #key = "";

  /** Draws `frame` again where anything that shows has changed. Its first pixel is (`first_column`, top row). */
  update(frame, view, palette, version) {
    const key = [version, view.colW, view.rowH, palette.edition, devicePixelRatio].join();
    if (key === this.#key) return;
    this.#key = key;
    const scale = devicePixelRatio;
    this.canvas.width = Math.ceil(frame.columns * view.colW * scale);
    this.canvas.height = Math.ceil(frame.rows * view.rowH * scale);
    const ink = this.canvas.getContext("2d");
    ink.scale(scale, scale);
    this.#shades(ink, frame, view, palette);
    if (view.colW >= TEXT_MIN.width && view.rowH >= TEXT_MIN.height) this.#numbers(ink, frame, view, palette);
  }

  #each(frame, view, act) {
    for (let row = 0; row < frame.rows; row += 1) {
      const y = (frame.rows - 1 - row) * view.rowH;
      for (let column = 0; column < frame.columns; column += 1) {
        act(column * view.colW, y, frame.rates[row * frame.columns + column]);
      }
    }
  }

  #shades(ink, frame, view, palette) {
    ink.fillStyle = palette.accent;
    this.#each(frame, view, (x, y, rate) => {
      if (!rate) return;
      ink.globalAlpha = 0.015 + 0.3 * chance(rate) ** 0.85;
      ink.fillRect(x + 0.5, y + 0.5, view.colW - 1, view.rowH - 1);
    });
  }

  #numbers(ink, frame, view, palette) {
    ink.font = `${view.narrow ? 500 : 450} ${view.colW < FULL_WIDTH ? 9.5 : view.colW < 40 ? 10.5 : 12}px ${palette.sans}`;
    ink.textAlign = "center";
    ink.textBaseline = "middle";
    ink.fillStyle = palette.ink;
    const written = view.colW < FULL_WIDTH ? brief : rateText;
    this.#each(frame, view, (x, y, rate) => {
      ink.globalAlpha = rate ? 0.5 + 0.5 * chance(rate) ** 0.4 : 0.22;
      ink.fillText(rate ? written(rate) : "·", x + view.colW / 2, y + view.rowH / 2 + 0.5);
    });
  }
}
