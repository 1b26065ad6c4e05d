// Columns, rows and cell ids, and where they are on the screen. Pure: times in ms, prices in cents, places in CSS pixels.

export const columnOf = (t_ms, width_ms) => Math.floor(t_ms / width_ms);

export const cellId = (epoch, c, low, high) => `${epoch}:${c}:${low}:${high}`;

/** The parts of a cell id; null when it is not written exactly as ours are. */
export function parseCell(id) {
  const parts = /^(0|[1-9]\d*):(0|[1-9]\d*):(0|[1-9]\d*):(0|[1-9]\d*)$/.exec(id);
  if (!parts) return null;
  const [epoch, c, low, high] = parts.slice(1).map(Number);
  return low < high && Number.isSafeInteger(high) && Number.isSafeInteger(c) ? { epoch, c, low, high } : null;
}

/** The first column that still takes bets. */
export const firstPlaceable = (t_ms, width_ms, lock) => columnOf(t_ms, width_ms) + lock + 1;

/** The rate in hundredths of the cell at (`c`, `low`) in a rates frame; 0 where none is offered. */
export function rateAt(frame, c, low) {
  if (!frame) return 0;
  const column = c - frame.first_column;
  const row = (low - frame.low) / frame.height;
  if (column < 0 || column >= frame.columns || row < 0 || row >= frame.rows || !Number.isInteger(row)) return 0;
  return frame.rates[row * frame.columns + column] ?? 0;
}

/** The least acceptable rate of somebody who saw `rate` and accepts `percent` less, rounded up. */
export const leastRate = (rate, percent) => Math.ceil((rate * (100 - percent)) / 100);

export const payoutOf = (amount, rate) => Math.floor((amount * rate) / 100);

/** How wide and high cells are drawn: what a finger needs on a phone, the whole offer when `fit`. */
export function layout(width, height, fit) {
  const narrow = width < 640;
  const right = narrow ? 52 : 82;
  const bottom = 24;
  const [plotW, plotH] = [width - right, height - bottom];
  if (fit) return { width, height, plotW, plotH, colW: plotW / 36, rowH: plotH / 21, nowX: plotW / 3, narrow };
  const colW = narrow ? 40 : Math.max(54, Math.min(64, plotW / 17));
  const rows = Math.max(5, Math.min(21, Math.round(plotH / (narrow ? 42 : 32)) | 1));
  return { width, height, plotW, plotH, colW, rowH: plotH / rows, nowX: Math.round(plotW * (narrow ? 0.09 : 0.3)), narrow };
}

/** Where a moment stands: `view` is a layout with `now`, `pan` (px), `centre` (cents), `width_ms`, `height_cents`. */
export const xOf = (view, t_ms) => view.nowX - view.pan + ((t_ms - view.now) / view.width_ms) * view.colW;
export const yOf = (view, cents) => view.plotH / 2 - ((cents - view.centre) / view.height_cents) * view.rowH;

/** The column and the row's low edge under a place, or null outside the plot. */
export function cellUnder(view, x, y) {
  if (x < 0 || y < 0 || x >= view.plotW || y >= view.plotH) return null;
  const t = view.now + ((x - view.nowX + view.pan) / view.colW) * view.width_ms;
  const cents = view.centre - ((y - view.plotH / 2) / view.rowH) * view.height_cents;
  return { c: columnOf(t, view.width_ms), low: Math.floor(cents / view.height_cents) * view.height_cents };
}
