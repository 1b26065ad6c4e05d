// Refusals in words: what happened, what became of the money, what to do.
import { h } from "./dom.js";

const WORDS = {
  offline: ["You are offline", "This was not sent. Your credits are where they were."],
  no_answer: ["No answer yet", "We asked and heard nothing back. Try again: it counts once."],
  insufficient_funds: ["Not enough credits", "Nothing was taken. Buy some, or wait for an event that costs less."],
  event_closed: ["Too late", "This event closed before your vote arrived. Nothing was taken."],
  already_voted: ["You have voted here", "One vote an event. Your first one stands; nothing more was taken."],
  cost_mismatch: ["The price changed", "Your vote was not taken and nothing was paid. Look at the new price."],
  rate_limited: ["A little slower", "Too many at once. Nothing was taken."],
  feature_disabled: ["Paused", "The house has switched this off for now. Nothing was taken; open pots are settled as always."],
  unauthenticated: ["Signed out", "Open FunPot from Telegram again. Your credits and votes are kept."],
  token_expired: ["Signed out", "Open FunPot from Telegram again. Your credits and votes are kept."],
  forbidden: ["Not for this account", "Nothing was changed."],
  not_eligible: ["Not yet", "Nothing was taken."],
  telegram_unavailable: ["Telegram does not answer", "No Stars were taken. Try again in a moment."],
  not_found: ["Nothing there", "It may be over, or the link was cut short."],
  idempotency_in_progress: ["Still being done", "The same request is on its way. Wait a moment."],
};

/** Title and text of a refusal. */
export const explain = (error) => {
  const [title, text] = WORDS[error.code] || ["That did not work", error.message || "Nothing was changed. Try again."];
  const again = error.retryAfter > 0 ? ` You can try again in ${error.retryAfter} s.` : "";
  const known = error.code === "not_eligible" || error.code === "forbidden" || error.code === "bad_request";
  return { title, text: `${known && error.message ? error.message : text}${again}` };
};

/** The same as a box. `again` tries once more. */
export const errorBox = (error, again) => {
  const { title, text } = explain(error);
  return h("div", { class: "note note-bad", role: "alert", "data-code": error.code || "" },
    h("div", {}, h("h2", {}, title), h("p", {}, text),
      error.requestId ? h("p", { class: "tiny muted request" }, `request ${error.requestId}`) : "",
      again ? h("div", { class: "row" }, h("button", { class: "btn btn-plain btn-small", type: "button", onclick: again }, "Try again")) : ""));
};

const REASONS = {
  no_winner: "Nobody had voted for what happened. Every stake went back.",
  one_sided: "Everybody had voted for the same. Every stake went back.",
  tie: "Two options had the most votes. Every stake went back.",
  void: "It was declared void. Every stake went back.",
  cancelled: "It was cancelled while it was open. Every stake went back.",
  unresolved: "Nobody could say in time how it ended. Every stake went back.",
};

/** Why stakes went back, as a sentence. */
export const refundReason = (reason) => REASONS[reason] || "Every stake went back.";

const LEDGER = {
  stars_topup: "Bought with Stars", vote_cost: "Vote", reward: "Won", vote_refund: "Stake returned", referral_bonus: "Invitation bonus",
  referral_reversal: "Bonus taken back", withdraw: "Withdrawal", withdraw_release: "Withdrawal returned", stars_refund: "Stars refunded",
  correction: "Correction", debt_repaid: "Debt repaid",
};

/** What a line of the wallet is about. */
export const ledgerReason = (reason) => LEDGER[reason] || String(reason || "").replaceAll("_", " ");
