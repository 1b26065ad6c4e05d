// What the page knows of the market: ticks, rates, the feed's health, and the server's clock. No drawing, no asking.

/** Past columns that are kept and drawn. */
export const PAST_COLUMNS = 12;

/** How fast the estimate of the server's clock may fall back, ms per ms: a wrong high reading heals in a minute. */
const CLOCK_DRIFT = 0.0005;

export class Market {
  ticks = [];
  frame = null;
  width_ms = 5000;
  version = 0;
  status = { breaker: "", betting: "", stale_for_ms: 0 };
  statusAt = 0;
  recoveringSince = 0;
  sigma_ppb = 0;
  #whole = null;
  #offset = Date.now() - performance.now();
  #offsetAt = null;

  /** The server's present, ms. */
  now() { return performance.now() + this.#offset; }

  /** Learns the clock from a message just received: delay only ever makes it look early, so the latest look wins. */
  clock(server_ms) {
    const here = performance.now();
    const seen = server_ms - here;
    const faded = this.#offsetAt === null ? -Infinity : this.#offset - (here - this.#offsetAt) * CLOCK_DRIFT;
    this.#offset = Math.max(seen, faded);
    this.#offsetAt = here;
  }

  get last() { return this.ticks.at(-1); }
  get height_cents() { return this.frame?.height ?? 1000; }

  tick({ seq, ts, price }) {
    if (this.last && seq <= this.last.seq) return;
    this.ticks.push({ seq, ts, price });
    this.#trim();
    this.version += 1;
  }

  /** Ticks from REST: those before the first live one, and those that were missed while the line was broken. */
  fill(rows) {
    const known = new Map(this.ticks.map((tick) => [tick.seq, tick]));
    for (const [seq, ts, price] of rows) known.set(seq, { seq, ts, price });
    this.ticks = [...known.values()].sort((one, other) => one.seq - other.seq);
    this.version += 1;
  }

  #trim() {
    const from = this.last.ts - (PAST_COLUMNS + 2) * this.width_ms - 5000;
    if (this.ticks[0].ts < from - 5000) this.ticks = this.ticks.filter((tick) => tick.ts >= from);
  }

  rates(frame) {
    this.#whole = frame;
    this.frame = frame;
    this.width_ms = frame.width_ms ?? this.width_ms;
    this.version += 1;
  }

  /** What changed since the whole grid numbered `base`; who has another one waits for the next. */
  moves({ base, quote_seq, at, epoch, moves }) {
    const whole = this.#whole;
    if (!whole || whole.quote_seq !== base || whole.epoch !== epoch || whole.rates.length !== moves.length) return;
    this.frame = { ...whole, quote_seq, at, rates: whole.rates.map((rate, cell) => rate + moves[cell]) };
    this.version += 1;
  }

  /** The grid as REST gives it, so that the first paint needs no socket. */
  grid(grid) {
    this.width_ms = grid.width_ms;
    this.sigma_ppb = grid.sigma_ppb ?? 0;
    this.health({ breaker: grid.breaker, betting: grid.betting, stale_for_ms: 0 });
    this.clock(grid.server_time_ms);
    if (!this.frame && grid.cells?.length) this.frame = frameOf(grid);
    this.version += 1;
  }

  health(status) {
    if (status.breaker === "recovering" && this.status.breaker !== "recovering") this.recoveringSince = this.now();
    this.status = { ...this.status, ...status };
    this.statusAt = this.now();
  }

  /** How the price moved within the last `ms`; null while that is not known. */
  move(ms) {
    const from = (this.last?.ts ?? 0) - ms;
    const then = this.ticks.find((tick) => tick.ts >= from);
    return then && then.ts - from < 5000 ? this.last.price - then.price : null;
  }
}

function frameOf({ cells, epoch, height_cents, quote_seq, width_ms }) {
  const columns = cells.map((cell) => cell.column);
  const lows = cells.map((cell) => cell.low);
  const [first_column, low] = [Math.min(...columns), Math.min(...lows)];
  const count = Math.max(...columns) - first_column + 1;
  const rows = (Math.max(...lows) - low) / height_cents + 1;
  const rates = new Array(count * rows).fill(0);
  for (const cell of cells) rates[((cell.low - low) / height_cents) * count + cell.column - first_column] = cell.offered ? cell.rate : 0;
  return { quote_seq, epoch, width_ms, height: height_cents, first_column, columns: count, low, rows, rates };
}
