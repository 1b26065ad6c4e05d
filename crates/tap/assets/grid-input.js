// Finger, mouse and keyboard on the grid. A tap is a press and a release at one place; a sideways drag looks ahead.

import { columnOf } from "./cells.js";

/** A press that moves further or lasts longer is no tap. */
const TAP_MOVE_MAX = 10;
const TAP_MS_MAX = 700;

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function gridInput(view, { place, look, stake }) {
  const { canvas } = view;
  let press = null;
  view.look = look;

  const spot = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [x, y] = spot(event);
    press = { x, y, lastX: x, at: event.timeStamp, cell: view.at(x, y), dragged: false };
    view.held = true;
    view.pointer = null;
    view.cursor = null;
    view.hover = press.cell;
    look(press.cell);
    canvas.setPointerCapture(event.pointerId);
  });

  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = spot(event);
    if (press) {
      press.dragged ||= Math.hypot(x - press.x, y - press.y) > TAP_MOVE_MAX;
      if (press.dragged) { view.panBy(press.lastX - x); view.hover = null; look(null); }
      press.lastX = x;
    } else if (event.pointerType === "mouse") {
      view.pointer = [x, y];
    }
  });

  canvas.addEventListener("pointerup", (event) => {
    const done = press;
    release(event);
    if (done?.cell && !done.dragged && event.timeStamp - done.at < TAP_MS_MAX) place(done.cell);
  });

  function release(event) {
    press = null;
    view.held = false;
    if (event.pointerType !== "mouse") view.hover = null;
  }

  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => { if (!press) { view.pointer = view.hover = null; look(null); } });
  canvas.addEventListener("wheel", (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (!sideways) return;
    event.preventDefault();
    view.panBy(sideways);
  }, { passive: false });

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (STEPS[event.key]) move(STEPS[event.key]);
    else if ((event.key === "Enter" || event.key === " ") && view.cursor) place(view.cursor);
    else if (event.key === "Home") { view.cursor = null; view.home(); move([0, 0]); }
    else if (event.key === "Escape") { view.cursor = null; look(null); }
    else if (/^[1-9]$/.test(event.key)) stake(Number(event.key) - 1);
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => { view.cursor = null; });

  /** Moves the keyboard's cell; it never falls behind the first column that takes bets. */
  function move([columns, rows]) {
    const { market } = view;
    const first = columnOf(market.now(), market.width_ms) + view.lock + 1;
    const height = market.height_cents;
    const price = market.last?.price ?? view.centre ?? 0;
    const from = view.cursor ?? { c: first - columns, low: (Math.floor(price / height) - rows) * height };
    const last = market.frame ? market.frame.first_column + market.frame.columns - 1 : first + 22;
    view.cursor = { c: Math.max(first, Math.min(last, from.c + columns)), low: from.low + rows * height };
    view.pointer = view.hover = null;
    view.reveal(view.cursor);
    look(view.cursor, true);
  }
}
