// What happened, whether money moved, and what to do, for each code of the API. Pure.

const NOTHING = "No money moved.";

const WORDS = {
  too_late: `That column had just closed. ${NOTHING}`,
  cell_not_offered: `That cell has no rate at the moment. ${NOTHING}`,
  bad_cell: `The rows had just changed. ${NOTHING} Tap again.`,
  bad_amount: `That stake is not taken here. ${NOTHING}`,
  bad_request: `That tap did not arrive whole. ${NOTHING} Tap again.`,
  quote_expired: `The rate had run out before the tap arrived. ${NOTHING} Tap again.`,
  quote_moved: `The rate moved before the tap arrived. ${NOTHING} Tap again.`,
  duplicate_cell: "You have a bet in this cell already. It stands; nothing was added.",
  limit_reached: `The house has as much on this cell as it takes. ${NOTHING} Try a smaller stake.`,
  insufficient_funds: `Your balance is below this stake. ${NOTHING}`,
  rate_limited: `That was faster than we take taps. ${NOTHING}`,
  invalid_session: "You are signed out. Nothing was placed.",
  invalid_signature: `Your key did not match. ${NOTHING} Sign in again.`,
  signature_expired: `Your clock and ours differ too much, or the tap was late. ${NOTHING}`,
  replay_detected: `That tap had arrived before. ${NOTHING}`,
  tampered_payload: `That tap did not arrive as you signed it. ${NOTHING}`,
  PRICE_FEED_STALE: `The price is not fresh enough to bet on. ${NOTHING}`,
  price_feed_stale: `The price is not fresh enough to bet on. ${NOTHING}`,
  volatility_halt: `The market moves too fast to price. ${NOTHING}`,
  house_limit: `The house takes no more bets for now. ${NOTHING}`,
  overloaded: `Too many taps at once. ${NOTHING} Tap again in a second.`,
  dependency_down: `We cannot take bets right now. ${NOTHING}`,
  warming_up: `We are still watching the market before we price it. ${NOTHING}`,
  timeout: "We did not hear back. The bet shows what became of it as soon as we know.",
  offline: "You are offline. Nothing was placed.",
  not_arrived: `The tap never arrived. ${NOTHING}`,
  contract_wallet_unsupported: "This is a contract wallet, which cannot sign in here. Use an ordinary one.",
  wrong_chain: "Your wallet is on another chain. Switch it and try again.",
};

export const explain = (code, fallback) => WORDS[code] ?? fallback ?? `That did not work. ${NOTHING}`;

/** The banner for a state of the feed: kind (`warn`, `bad`, or empty for none), title, text. */
export function banner({ conn, breaker, betting, stale_for_ms, resumes_in_s, warm_up, online }) {
  if (!online) return ["bad", "Offline", "Your bets stand. The grid comes back with the connection."];
  if (conn === "reconnecting") return ["warn", "Reconnecting", "Your bets stand. What you see may be old."];
  if (conn !== "live") return ["", "", ""];
  if (breaker === "recovering") return ["warn", "Prices are back", resumes_in_s > 0 ? `Betting opens in ${resumes_in_s} s if they stay steady.` : "Betting opens in a moment."];
  if (betting === "warming_up") return ["warn", "Warming up", `We watch the market for ${warm_up} before we price it.`];
  if (betting === "volatility_halt") return ["bad", "Betting paused", "The market moves too fast to price. Your bets stand."];
  if (betting === "house_limit") return ["bad", "Betting paused", "The house takes no more bets for now. Your bets stand."];
  if (breaker === "critical" || betting === "price_feed_stale") return ["bad", "Betting paused", `No fresh price${stale_for_ms > 1000 ? ` for ${Math.floor(stale_for_ms / 1000)} s` : ""}. Your bets stand.`];
  if (breaker === "degraded") return ["warn", "Thin prices", "The feed is slow, so rates are a little lower."];
  return ["", "", ""];
}
