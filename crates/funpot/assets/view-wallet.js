// The wallet: what can be spent, what is held, buying with Stars, asking for money, and every movement.
import { connected, haptic, mainButton, openInvoice, openLink } from "./telegram.js";
import { credits, number, signed, when } from "./format.js";
import { errorBox, ledgerReason } from "./words.js";
import { get, items, newKey, post } from "./api.js";
import { h, skeleton, show, write } from "./dom.js";
import { isOn, state, update, watch } from "./store.js";
import { listen } from "./feed.js";

const AMOUNTS = [100, 500, 1000, 2500];
const PAID_WITHIN_MS = 30_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const movement = (entry) => {
  const amount = entry.type === "debit" ? -Math.abs(entry.amount) : entry.amount;
  return h("div", { class: "line-row", "data-reason": entry.reason },
    h("span", { class: "what" }, h("b", {}, ledgerReason(entry.reason)), h("small", {}, when(entry.createdAt))),
    h("span", { class: `end ${amount > 0 ? "end-won" : ""}` }, h("b", {}, signed(amount))));
};

/** Waits until the server has the payment, whatever the client said. */
const settledPayment = async (invoiceId) => {
  const end = Date.now() + PAID_WITHIN_MS;
  while (Date.now() < end) {
    const payment = await get(`/payments/${invoiceId}`).catch(() => null);
    if (payment && payment.status !== "pending") return payment.status;
    await pause(700);
  }
  return "pending";
};

const buyBox = (refresh) => {
  let chosen = AMOUNTS[1];
  let isPending = false;
  const rate = state.config?.starsRate || 1;
  const stars = () => Math.ceil(chosen / rate);
  const said = h("p", { class: "hint", role: "status" });
  const trouble = h("div");
  const own = h("button", { class: "btn btn-wide", type: "button", "data-act": "buy" });
  const label = () => `Buy ${credits(chosen)} for ${number(stars())} Stars`;
  let away = () => {};
  const draw = () => {
    const off = !isOn("paymentsEnabled");
    write(own, isPending ? "Waiting for Telegram" : label());
    own.disabled = isPending || off;
    if (off) write(said, "Buying is paused by the house. Your credits are not touched.");
    away();
    if (connected && !off && !isPending) away = mainButton(label(), buy);
  };
  const buy = async () => {
    if (isPending) return;
    isPending = true;
    trouble.replaceChildren();
    draw();
    try {
      const invoice = await post("/payments/stars/createInvoice", { amountINT: chosen }, newKey());
      write(said, "Pay in the sheet of Telegram. Nothing moves before that.");
      const word = connected ? await openInvoice(invoice.invoiceLink) : (openLink(invoice.invoiceLink), "pending");
      if (word === "cancelled") write(said, "Not bought. No Stars were taken.");
      else await finish(invoice.invoiceId, word);
    } catch (error) {
      trouble.replaceChildren(errorBox(error));
    }
    isPending = false;
    draw();
  };
  const finish = async (invoiceId, word) => {
    write(said, "Paid. Waiting until your credits are on our disk.");
    const status = await settledPayment(invoiceId);
    if (status === "paid") {
      haptic("success");
      write(said, `${credits(chosen)} are yours.`);
      return refresh();
    }
    write(said, word === "failed" ? "Telegram says that it failed. If Stars were taken all the same, the credits arrive by themselves." : "Telegram has not told us yet. The credits arrive by themselves; do not pay twice.");
  };
  own.onclick = buy;
  const option = (amount) => h("label", { class: "preset" }, h("input", { type: "radio", name: "amount", value: amount, checked: amount === chosen, onchange: () => {
    chosen = amount;
    draw();
  } }), h("span", {}, number(amount)));
  const box = h("section", { class: "panel", "data-buy": "" }, h("h2", {}, "Buy with Stars"), h("fieldset", { class: "presets" }, h("legend", { class: "sr" }, "How many credits"), AMOUNTS.map(option)),
    connected ? "" : own, said, trouble);
  write(said, `${rate === 1 ? "One Star is one credit" : `One Star is ${number(rate)} credits`}. Telegram asks before it takes any.`);
  return { box, stop: [watch(draw), () => away()] };
};

const STATUSES = { pending: "Waiting for a person", processing: "Approved, being paid", done: "Paid", rejected: "Not paid, credits returned" };

const withdrawBox = (refresh) => {
  const amount = h("input", { class: "input", id: "withdraw-amount", inputmode: "numeric", maxlength: 12, placeholder: "100", "aria-describedby": "withdraw-hint" });
  const trouble = h("div");
  const rows = h("div", { class: "rows" });
  const button = h("button", { class: "btn btn-plain", type: "submit" }, "Withdraw");
  let key = null;
  const list = async () => rows.replaceChildren(...items(await get("/wallet/withdrawals?limit=10").catch(() => [])).map((one) =>
    h("div", { class: "line-row", "data-status": one.status }, h("span", { class: "what" }, h("b", {}, credits(one.amountINT ?? one.amount)), h("small", {}, [when(one.createdAt), one.reason].filter(Boolean).join(" · "))), h("span", { class: "end" }, STATUSES[one.status] || one.status))));
  const send = async (submitted) => {
    submitted.preventDefault();
    const value = Number(amount.value.replaceAll(/[\s,.']/g, ""));
    if (!Number.isSafeInteger(value) || value < 1) return trouble.replaceChildren(h("p", { class: "error", role: "alert" }, "Write a whole number of credits."));
    key ||= newKey();
    button.disabled = true;
    trouble.replaceChildren();
    try {
      await post("/wallet/withdraw", { amountINT: value }, key);
      key = null;
      amount.value = "";
      await Promise.all([list(), refresh()]);
    } catch (error) {
      if (!error.isUnknown) key = null;
      trouble.replaceChildren(errorBox(error));
    }
    button.disabled = false;
  };
  list();
  return h("details", { class: "panel fold" }, h("summary", {}, "Withdraw"),
    h("form", { onsubmit: send, autocomplete: "off" }, h("label", { class: "label", for: "withdraw-amount" }, "How many credits"),
      h("div", { class: "row" }, amount, button),
      h("p", { class: "hint", id: "withdraw-hint" }, isOn("withdrawals") ? "Held at once, and paid when a person has looked at it: from 100 credits, an account of a week, Stars older than 21 days." : "Withdrawals are paused by the house. Nothing is held.")), trouble, rows);
};

export const view = (root) => {
  root.replaceChildren(skeleton(5));
  const figure = h("p", { class: "balance-figure num", "aria-live": "polite" });
  const held = h("p", { class: "muted small" });
  const rows = h("div", { class: "rows" });
  const more = h("button", { class: "btn btn-plain btn-wide", type: "button", hidden: true }, "Show older movements");
  let stops = [];
  const read = async (cursor) => {
    const wallet = await get(`/wallet${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`);
    update({ balance: wallet.balance });
    write(held, [wallet.held ? `${credits(wallet.held)} held for withdrawals.` : "Nothing is held.", wallet.debt ? `You owe ${credits(wallet.debt)}: Stars that Telegram took back. New credits repay them first.` : ""].filter(Boolean).join(" "));
    const entries = items(wallet).map(movement);
    if (cursor) rows.append(...entries);
    else rows.replaceChildren(...(entries.length ? entries : [h("p", { class: "muted small" }, "No movements yet. Buy some credits, and vote.")]));
    show(more, Boolean(wallet.nextCursor));
    more.onclick = () => read(wallet.nextCursor).catch(() => {});
  };
  const refresh = () => read().catch(() => {});
  const open = async () => {
    try {
      await read();
      const buy = buyBox(refresh);
      root.replaceChildren(h("section", { class: "panel" }, h("h2", { class: "sr" }, "Wallet"), h("p", { class: "muted small" }, "You can spend"), figure, held), buy.box, withdrawBox(refresh),
        h("section", {}, h("h2", {}, "Movements"), rows, more));
      stops = [...buy.stop, watch(({ balance }) => write(figure, credits(balance ?? 0))), listen(({ type }) => type === "BALANCE_UPDATED" && refresh())];
      root.dataset.state = "ready";
    } catch (error) {
      root.replaceChildren(errorBox(error, open));
    }
  };
  open();
  return () => stops.forEach((stop) => stop());
};
