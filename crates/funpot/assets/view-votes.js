// Your own votes, newest first, with what each brought.
import { empty, h, skeleton } from "./dom.js";
import { errorBox } from "./words.js";
import { get, items } from "./api.js";
import { number, signed, when } from "./format.js";

const OUTCOMES = { won: "Won", lost: "Lost", refunded: "Stake back", none: "Open" };

const row = (vote) => {
  const outcome = vote.outcome || "none";
  const cost = vote.cost ?? vote.costInt ?? 0;
  const payout = vote.payout ?? vote.payoutInt ?? 0;
  const net = vote.net ?? payout - cost;
  const settled = outcome !== "none";
  return h("a", { class: "line-row", href: `/funpot/events/${vote.eventId}`, "data-outcome": outcome },
    h("span", { class: "what" }, h("b", {}, vote.title || vote.eventTitle || "Event"),
      h("small", {}, [vote.optionLabel || vote.optionId, cost ? `${number(cost)} staked` : "free", when(vote.acceptedAt || vote.createdAt)].join(" · "))),
    h("span", { class: `end end-${outcome}` }, h("b", {}, settled ? signed(net) : number(cost)), h("small", {}, OUTCOMES[outcome])));
};

export const view = (root) => {
  const rows = h("div", { class: "rows" });
  const net = h("p", { class: "muted small" });
  const more = h("button", { class: "btn btn-plain btn-wide", type: "button", hidden: true }, "Show older votes");
  let total = 0;
  let votes = 0;
  root.replaceChildren(h("h2", { class: "view-title" }, "Your votes"), skeleton(5));
  const read = async (cursor) => {
    try {
      const page = await get(`/votes/mine?limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      const listed = items(page);
      root.dataset.state = "ready";
      if (!cursor) root.replaceChildren(h("h2", { class: "view-title" }, "Your votes"), net, rows, more);
      if (!cursor && !listed.length) return root.replaceChildren(h("h2", { class: "view-title" }, "Your votes"), empty("No votes yet", "Pick what happens next in a stream. What it brought stands here, with its receipt.", h("a", { class: "btn", href: "/funpot" }, "See what is live")));
      rows.append(...listed.map(row));
      const settled = listed.filter(({ outcome }) => outcome && outcome !== "none");
      votes += settled.length;
      total += settled.reduce((sum, vote) => sum + (vote.net ?? (vote.payout ?? vote.payoutInt ?? 0) - (vote.cost ?? vote.costInt ?? 0)), 0);
      net.textContent = `Net of these ${votes} settled votes: ${signed(total)}. Returned stakes count as nothing.`;
      net.hidden = !votes;
      more.hidden = !page.nextCursor;
      more.onclick = () => read(page.nextCursor);
    } catch (error) {
      if (!cursor) root.replaceChildren(errorBox(error, () => view(root)));
      else more.textContent = "That did not work. Try again";
    }
  };
  read();
};
