// From a tap to a bet: checks what can be known here, signs, sends, and tells the book what came of it.

import { Refused, Unheard, api } from "./api.js";
import { cellId, firstPlaceable, leastRate } from "./cells.js";
import { isRetryable } from "./bets.js";
import { session, signedBet } from "./session.js";

/** Why a tap on `cell` would not become a bet; null when it can. Codes are those of words.js. */
export function obstacle({ view, market, book, balance }, cell, amount) {
  if (!navigator.onLine) return "offline";
  const { breaker, betting } = market.status;
  if (betting && betting !== "open") return betting;
  if (breaker === "critical" || breaker === "recovering") return "price_feed_stale";
  if (cell.c < firstPlaceable(market.now(), market.width_ms, view.lock)) return "too_late";
  if (!view.rateOf(cell)) return "cell_not_offered";
  const id = idOf(market, cell);
  if (!isRetryable(book.get(id))) return "duplicate_cell";
  return balance !== null && balance < amount ? "insufficient_funds" : null;
}

export const idOf = (market, cell) => cellId(market.frame.epoch, cell.c, cell.low, cell.low + market.frame.height);

/** Sends the bet. `tell(event)` reaches the book, `refused(error)` the person. Never throws. */
export async function placeBet({ market, view }, cell, amount, { tell, refused, balance }) {
  const order = {
    cell_id: idOf(market, cell), amount, rate: view.rateOf(cell), min_rate: leastRate(view.rateOf(cell), view.tolerance), quote_seq: market.frame.quote_seq,
    nonce: crypto.randomUUID(), timestamp: Math.floor(market.now()),
  };
  tell({ type: "place", ...order, at: order.timestamp, width_ms: market.width_ms });
  try {
    if (!session()) throw new Refused(401, { error: "invalid_session" });
    const answer = await api.place(await signedBet(order));
    if (answer.status === "confirmed") tell({ type: "confirmed", ...answer, nonce: order.nonce, width_ms: market.width_ms });
    if (Number.isInteger(answer.new_balance)) balance(answer.new_balance);
  } catch (error) {
    settleTrouble(error, order, tell, refused);
  }
}

/** A refusal is certain; silence and a time-out are not. */
function settleTrouble(error, { nonce, cell_id }, tell, refused) {
  const unsure = error instanceof Unheard || error.status === 504;
  if (unsure) tell({ type: "uncertain", nonce, cell_id, bet_id: error.details?.bet_id });
  else tell({ type: "failed", nonce, cell_id, reason: error.code || "bad_request" });
  refused(unsure ? new Refused(504, { error: "timeout", request_id: error.requestId }) : error);
}
