// The list of bets beside the grid: newest first, each with its state in words and, once settled, its proof.

import { inOrder, isOpen } from "./bets.js";
import { edge, exactRate, fullClock, inSeconds, money, short } from "./format.js";
import { explain } from "./words.js";

const LABELS = { pending: "Sending", confirmed: "Placed", failed: "Not placed", unknown: "Checking", won: "Won", lost: "Lost", void: "Refunded" };

function stateText(bet, now) {
  if (bet.state === "confirmed" && bet.touched) return "Touched";
  if (bet.state === "confirmed" && now >= bet.t1_ms) return "Settling";
  if (bet.state === "confirmed" && now >= bet.t0_ms) return "Running";
  if (bet.state === "confirmed") return `In ${inSeconds(bet.t0_ms - now)}`;
  return LABELS[bet.state];
}

function resultText(bet) {
  if (bet.state === "won" || bet.state === "void") return `+${money(bet.paid)}`;
  if (bet.state === "lost") return `−${money(bet.amount)}`;
  if (bet.state === "failed") return "";
  return `→ ${money(bet.payout)}`;
}

/** Stake and booked rate, with what was shown where that was more. */
function termsText(bet) {
  const shown = bet.seen > bet.rate ? ` (${exactRate(bet.seen)} shown)` : "";
  return `${short(bet.amount)} × ${exactRate(bet.rate)}${shown} · ${fullClock(bet.t0_ms)}`;
}

const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text ?? "" });

function row(bet) {
  const item = make("li", "slip");
  const parts = {
    band: make("span", "band", `${edge(bet.low)}–${edge(bet.high)}`), state: make("span", "state"),
    stake: make("span", "terms"), result: make("span", "result"),
    proof: make("a", "proof-link", "Proof"), why: make("p", "why"),
  };
  item.append(parts.band, parts.result, parts.stake, parts.state, parts.why);
  return { item, parts };
}

export class Slips {
  #rows = new Map();

  constructor(root) { Object.assign(this, root); }

  /** Draws what changed; rows keep their elements, so nothing jumps and focus stays. */
  show(book, now) {
    const bets = inOrder(book);
    this.empty.hidden = bets.length > 0;
    const keys = new Set(bets.map(keyOf));
    for (const [key, { item }] of this.#rows) if (!keys.has(key)) { item.remove(); this.#rows.delete(key); }
    bets.forEach((bet, at) => {
      const { item, parts } = this.#rows.get(keyOf(bet)) ?? this.#add(bet);
      if (this.list.children[at] !== item) this.list.insertBefore(item, this.list.children[at] ?? null);
      fill(item, parts, bet, now);
    });
  }

  /** Only the words that depend on the time. */
  tick(book, now) {
    for (const bet of book.values()) {
      const made = isOpen(bet) && this.#rows.get(keyOf(bet));
      if (made) setText(made.parts.state, stateText(bet, now));
    }
  }

  #add(bet) {
    const made = row(bet);
    this.#rows.set(keyOf(bet), made);
    return made;
  }
}

const keyOf = (bet) => `${bet.cell_id}/${bet.nonce ?? ""}`;

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function fill(item, parts, bet, now) {
  item.dataset.state = bet.state;
  item.dataset.cell = bet.cell_id;
  if (bet.bet_id) item.dataset.bet = bet.bet_id;
  item.dataset.touched = String(Boolean(bet.touched));
  setText(parts.stake, termsText(bet));
  setText(parts.state, stateText(bet, now));
  setText(parts.result, resultText(bet));
  parts.why.hidden = bet.state !== "failed" && bet.state !== "unknown";
  setText(parts.why, bet.state === "failed" ? explain(bet.reason) : bet.state === "unknown" ? "The line broke before the answer. We are asking." : "");
  if (["won", "lost", "void"].includes(bet.state) && bet.bet_id && !parts.proof.isConnected) {
    parts.proof.href = `/tap/bets/${bet.bet_id}/proof`;
    item.append(parts.proof);
  }
}
