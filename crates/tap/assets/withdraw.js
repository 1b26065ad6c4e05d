// Money to the own wallet: asked for once, held at once, sent by the house.

import { Refused, api } from "./api.js";
import { $, say, text } from "./dom.js";
import { cents, moment, money } from "./format.js";
import { session } from "./session.js";
import { explain } from "./words.js";

const SHOWN = 5;
const STATES = { pending: "waits for the house", approved: "sent", rejected: "given back" };
const OWN_WORDS = { bad_amount: "That amount cannot be sent. No money moved.", insufficient_funds: "You have less than that. No money moved.", rate_limited: "That is often enough for an hour. No money moved." };

/** The key of a request that may have been taken and was not answered: asking again finds the same one. */
let open = null;

function trouble(words) {
  text($("withdraw-error"), words);
  $("withdraw-error").hidden = !words;
}

function row({ amount, status, requested_at, reason }) {
  const item = document.createElement("li");
  item.dataset.status = status;
  const when = new Date(moment(requested_at)).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  item.textContent = `${money(amount)}, ${when}: ${STATES[status] ?? status}${reason ? `. ${reason}` : ""}`;
  return item;
}

/** Shows the newest; called when the sheet opens. */
export async function showWithdrawals() {
  trouble("");
  const page = await api.withdrawals({ limit: SHOWN }).catch(() => null);
  if (page) $("withdrawals").replaceChildren(...page.withdrawals.map(row));
}

async function withdraw() {
  const amount = cents($("withdraw-amount").value);
  if (!amount) return trouble("Write an amount in dollars, such as 25 or 12.50.");
  if (open?.amount !== amount) open = { amount, key: crypto.randomUUID() };
  $("withdraw-send").disabled = true;
  try {
    await api.withdraw({ amount, address: session().wallet }, open.key);
    open = null;
    $("withdraw-amount").value = "";
    say(`${money(amount)} is set aside for your wallet.`);
    await showWithdrawals();
  } catch (error) {
    // A server in trouble may have taken it all the same; only a refusal of ours says that it did not.
    const refused = error instanceof Refused && error.status < 500;
    if (refused) open = null;
    trouble(refused ? OWN_WORDS[error.code] ?? explain(error.code, error.message) : "We did not hear back. Ask again: it is taken once.");
  }
  $("withdraw-send").disabled = false;
}

export function startWithdrawals() {
  $("withdraw").addEventListener("submit", (event) => { event.preventDefault(); withdraw(); });
}
