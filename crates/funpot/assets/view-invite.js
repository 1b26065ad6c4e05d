// Inviting: your link, whom it brought, and what that earned.
import { errorBox } from "./words.js";
import { get, items } from "./api.js";
import { h, skeleton } from "./dom.js";
import { haptic, openLink } from "./telegram.js";
import { number, when } from "./format.js";

export const view = async (root) => {
  root.replaceChildren(skeleton(5));
  try {
    const summary = await get("/referrals/summary");
    const payouts = items(await get("/referrals/payouts?limit=20").catch(() => []));
    const copied = h("p", { class: "hint", role: "status" });
    const copy = async () => {
      await navigator.clipboard?.writeText(summary.url).catch(() => {});
      copied.textContent = "Copied.";
      haptic("success");
    };
    const text = "Vote with me on what happens next in the stream.";
    const shareUrl = `//t.me/share/url?${new URLSearchParams({ url: summary.url, text })}`;
    root.replaceChildren(
      h("section", { class: "panel" }, h("h2", {}, "Invite somebody"), h("p", { class: "small muted" }, `You get ${Number(summary.percent)} % of every top-up they pay, credited with it. It is the house that pays it, not they.`),
        h("p", { class: "code-box", "data-code": summary.referralCode }, summary.url), h("div", { class: "row" }, h("button", { class: "btn", type: "button", onclick: () => openLink(shareUrl) }, "Send in Telegram"), h("button", { class: "btn btn-plain", type: "button", onclick: copy }, "Copy")), copied),
      h("section", { class: "panel pairs" }, h("div", {}, h("span", { class: "muted small" }, "Invited"), h("b", {}, number(summary.invitedCount ?? 0))), h("div", {}, h("span", { class: "muted small" }, "Earned"), h("b", {}, number(summary.earningsINT ?? 0)))),
      h("section", {}, h("h2", {}, "Bonuses"), h("div", { class: "rows" }, payouts.length
        ? payouts.map((one) => h("div", { class: "line-row" }, h("span", { class: "what" }, h("b", {}, "Bonus"), h("small", {}, when(one.createdAt))), h("span", { class: "end end-won" }, `+${number(one.amountINT)}`)))
        : h("p", { class: "muted small" }, "None yet. The first comes with the first top-up of somebody you invited."))));
    root.dataset.state = "ready";
  } catch (error) {
    root.replaceChildren(errorBox(error, () => view(root)));
  }
};
