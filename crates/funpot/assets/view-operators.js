// For those who operate: what waits for a person, what is open, who may stream, what is switched on, who waits for money.
import { explain } from "./words.js";
import { get, items, patch, post, put } from "./api.js";
import { h, skeleton } from "./dom.js";
import { isOn, state, update } from "./store.js";
import { number, when } from "./format.js";
import { eventOf, labelOf, phaseOf, poolOf, votesOf } from "./events.js";

const SECTIONS = [["review", "Review"], ["events", "Events"], ["streamers", "Streamers"], ["withdrawals", "Withdrawals"], ["switches", "Switches"]];

const table = (heads, rows, nothing) => (rows.length
  ? h("div", { class: "table-wrap" }, h("table", { class: "table dense" }, h("thead", {}, h("tr", {}, heads.map((head) => h("th", {}, head)))), h("tbody", {}, rows)))
  : h("p", { class: "muted small" }, nothing));
const row = (...cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell)));

export const view = (root) => {
  const said = h("p", { class: "hint", role: "status", id: "operators-said" });
  const body = h("div");
  let open = SECTIONS[0][0];
  const act = (text, run) => h("button", { class: "btn btn-plain btn-tiny", type: "button", onclick: async ({ currentTarget }) => {
    currentTarget.disabled = true;
    try {
      await run();
      said.textContent = `${text}: done, and on record.`;
    } catch (error) {
      const { title, text: why } = explain(error);
      said.textContent = `${title}. ${why} ${error.requestId ? `Request ${error.requestId}.` : ""}`;
    }
    draw();
  } }, text);

  const review = async () => table(["Since", "What", "Why", ""], items(await get("/admin/review")).map((one) => {
    const what = one.kind === "event" ? one.payload.event?.title : `Result ${one.payload.optionId ?? "void"}`;
    return row(when(one.createdAt), [h("b", {}, what || one.kind), one.eventId ? h("a", { class: "small", href: `/funpot/events/${one.eventId}` }, " event") : ""], one.reason,
      [act("Accept", () => post(`/admin/review/${one.id}/accept`, {})), act("Reject", () => post(`/admin/review/${one.id}/reject`, {}))]);
  }), "Nothing waits for a person.");

  const events = async () => table(["Event", "State", "Votes", "Pot", ""], items(await get("/events?limit=40")).map(eventOf).map((event) => {
    const phase = phaseOf(event);
    const ended = phase === "settled" || phase === "voided";
    const choose = h("select", { class: "input input-tiny", "aria-label": "Outcome" }, event.options.map(({ id, label }) => h("option", { value: id }, label)));
    return row(h("a", { href: `/funpot/events/${event.id}` }, event.title), ended ? labelOf(event, event.result?.optionId) || phase : phase, number(votesOf(event)), number(poolOf(event)),
      ended ? act("Recount", () => post(`/admin/events/${event.id}/recalculate`, {})) : [
        phase === "live" ? act("Close", () => post(`/admin/events/${event.id}/close`, {})) : "", choose,
        act("Resolve", () => post(`/admin/events/${event.id}/resolve`, { optionId: choose.value })),
        act("Void", () => post(`/admin/events/${event.id}/void`, { reason: "by an operator" })),
      ]);
  }), "No events yet.");

  const streamers = async () => table(["Channel", "Watching", "Stands", ""], items(await get("/streamers")).map((one) =>
    row(one.displayName || one.username, one.online ? number(one.viewers) : "offline", [one.status, one.reason ? ` (${one.reason})` : ""],
      ["ok", "rejected", "banned"].filter((status) => status !== one.status).map((status) => act(status === "ok" ? "Take" : status === "banned" ? "Ban" : "Refuse", () => patch(`/admin/streamers/${one.id}`, { status, reason: "by an operator" }))))), "No streamers.");

  const withdrawals = async () => table(["Since", "Amount", "Stands", ""], items(await get("/admin/withdrawals?limit=50")).map((one) => {
    const id = one.withdrawalId || one.id;
    return row(when(one.createdAt), number(one.amountINT ?? one.amount), one.status, [
      one.status === "pending" ? act("Approve", () => post(`/admin/withdrawals/${id}/approve`, {})) : "",
      one.status === "processing" ? act("Complete", () => post(`/admin/withdrawals/${id}/complete`, { externalRef: "by hand" })) : "",
      ["pending", "processing"].includes(one.status) ? act("Reject", () => post(`/admin/withdrawals/${id}/reject`, { reason: "by an operator" })) : "",
    ]);
  }), "Nobody waits for money.");

  const switches = async () => {
    update({ config: await get("/config") });
    return table(["Switch", "", ""], Object.keys(state.config.features).map((name) => row(name, isOn(name) ? "on" : h("b", {}, "off"),
      act(isOn(name) ? "Switch off" : "Switch on", () => put(`/admin/flags/${name}`, { enabled: !isOn(name) })))), "");
  };

  const draw = async () => {
    try {
      body.replaceChildren(await { review, events, streamers, withdrawals, switches }[open]());
    } catch (error) {
      const { title, text } = explain(error);
      body.replaceChildren(h("p", { class: "error", role: "alert" }, `${title}. ${text}`));
    }
    root.dataset.state = "ready";
  };
  const tabs = SECTIONS.map(([name, text]) => h("button", { class: "chip", type: "button", "data-section": name, "aria-pressed": String(name === open), onclick: ({ currentTarget }) => {
    open = name;
    tabs.forEach((tab) => tab.setAttribute("aria-pressed", String(tab === currentTarget)));
    body.replaceChildren(skeleton(4));
    draw();
  } }, text));
  root.replaceChildren(h("h2", { class: "view-title" }, "Operators"), h("div", { class: "chips scroll", role: "group", "aria-label": "Sections" }, tabs), said, body);
  draw();
};
