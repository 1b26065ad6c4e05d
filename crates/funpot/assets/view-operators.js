// For those who operate: what waits for a person, what is open, who may stream, what is switched on, who waits for money.
import { explain } from "./words.js";
import { get, items, patch, post, put } from "./api.js";
import { h, skeleton } from "./dom.js";
import { isOn, state, update } from "./store.js";
import { number, when } from "./format.js";
import { eventOf, labelOf, phaseOf, poolOf, votesOf } from "./events.js";

const SECTIONS = [["review", "Review"], ["events", "Events"], ["streamers", "Streamers"], ["games", "Games"], ["withdrawals", "Withdrawals"], ["switches", "Switches"],
  ["prompts", "Prompts"], ["letters", "Dead letters"], ["audit", "Audit"]];
/** Where a game may go from where it stands. */
const NEXT = { draft: ["active"], active: ["paused", "closed"], upcoming: ["paused", "closed"], paused: ["active", "closed"], closed: ["archived"], archived: [] };

const table = (heads, rows, nothing) => (rows.length
  ? h("div", { class: "table-wrap" }, h("table", { class: "table dense" }, h("thead", {}, h("tr", {}, heads.map((head) => h("th", {}, head)))), h("tbody", {}, rows)))
  : h("p", { class: "muted small" }, nothing));
const row = (...cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell)));

export const view = (root) => {
  const said = h("p", { class: "hint", role: "status", id: "operators-said" });
  const reason = h("input", { class: "input", type: "text", maxlength: "200", id: "operators-reason", "aria-label": "Reason, for the record", placeholder: "Reason, for the record" });
  const why = () => reason.value.trim() || "by an operator";
  const body = h("div");
  let open = SECTIONS[0][0];
  const act = (text, run) => h("button", { class: "btn btn-plain btn-tiny", type: "button", onclick: async ({ currentTarget }) => {
    currentTarget.disabled = true;
    try {
      const answer = await run();
      said.textContent = answer?.status === "awaiting_approval" ? `${text}: waits until a second superadmin says the same.` : `${text}: done, and on record.`;
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
      ended ? [act("Recount", () => post(`/admin/events/${event.id}/recalculate`, {})), choose,
        act("Correct", () => post(`/admin/events/${event.id}/resettle`, { optionId: choose.value, reason: why() }))] : [
        phase === "live" ? act("Close", () => post(`/admin/events/${event.id}/close`, {})) : "", choose,
        act("Resolve", () => post(`/admin/events/${event.id}/resolve`, { optionId: choose.value })),
        act("Void", () => post(`/admin/events/${event.id}/void`, { reason: why() })),
      ]);
  }), "No events yet.");

  const streamers = async () => table(["Channel", "Watching", "Stands", ""], items(await get("/streamers")).map((one) =>
    row(one.displayName || one.username, one.online ? number(one.viewers) : "offline", [one.status, one.reason ? ` (${one.reason})` : ""],
      ["ok", "rejected", "banned"].filter((status) => status !== one.status).map((status) => act(status === "ok" ? "Take" : status === "banned" ? "Ban" : "Refuse", () => patch(`/admin/streamers/${one.id}`, { status, reason: why() }))))), "No streamers.");

  const withdrawals = async () => table(["Since", "Amount", "Stands", ""], items(await get("/admin/withdrawals?limit=50")).map((one) => {
    const id = one.withdrawalId || one.id;
    return row(when(one.createdAt), number(one.amountINT ?? one.amount), one.status, [
      one.status === "pending" ? act("Approve", () => post(`/admin/withdrawals/${id}/approve`, {})) : "",
      one.status === "processing" ? act("Complete", () => post(`/admin/withdrawals/${id}/complete`, { externalRef: "by hand" })) : "",
      ["pending", "processing"].includes(one.status) ? act("Reject", () => post(`/admin/withdrawals/${id}/reject`, { reason: why() })) : "",
    ]);
  }), "Nobody waits for money.");

  const switches = async () => {
    update({ config: await get("/config") });
    return table(["Switch", "", ""], Object.keys(state.config.features).map((name) => row(name, isOn(name) ? "on" : h("b", {}, "off"),
      act(isOn(name) ? "Switch off" : "Switch on", () => put(`/admin/flags/${name}`, { enabled: !isOn(name) })))), "");
  };

  const games = async () => table(["Game", "Stands", ""], items(await get("/admin/games?limit=50")).map((one) =>
    row([h("b", {}, one.title), h("span", { class: "muted small" }, ` ${one.slug}`)], one.status,
      NEXT[one.status].map((status) => act(`Make ${status}`, () => put(`/admin/games/${one.id}`, { ...one, status }))))), "No games yet.");

  const prompts = async () => table(["Prompt", "Model", "Stands", ""], items(await get("/admin/prompts")).map((one) => {
    const stands = one.isActive ? h("b", {}, "in use") : one.rollout ? `tried on ${one.rollout.percent} %` : one.isShadow ? "in shadow" : "not in use";
    return row(`${one.purpose} v${one.version}`, one.model, stands, [
      one.isActive ? "" : act("Use", () => post(`/admin/prompts/${one.id}/activate`, {})),
      one.isActive || one.rollout ? "" : act("Try on 10 %", () => post(`/admin/prompts/${one.id}/rollout`, { percent: 10 })),
      one.isActive || one.rollout ? act("Take back", () => post(`/admin/prompts/${one.id}/rollback`, {})) : "",
    ]);
  }), "No prompts yet.");

  const letters = async () => table(["Since", "Stage", "Why", ""], items(await get("/admin/dlq?limit=50")).map((one) =>
    row(when(one.createdAt), one.stage, [one.error, h("span", { class: "muted small" }, ` after ${number(one.attempts)} tries`)],
      act("Try again", () => post(`/admin/dlq/${one.id}/replay`, {})))), "Nothing was given up.");

  const brief = (value) => (value == null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));
  const audit = async () => table(["When", "Who", "What", "Before and after"], items(await get("/admin/audit?limit=50")).map((one) =>
    row(when(one.at), one.actor, [h("b", {}, one.action), h("span", { class: "muted small" }, ` ${one.target}`)],
      h("span", { class: "small breaks" }, [brief(one.before), brief(one.after)].filter(Boolean).join(" → ")))), "Nothing was done yet.");

  const draw = async () => {
    try {
      body.replaceChildren(await { review, events, streamers, games, withdrawals, switches, prompts, letters, audit }[open]());
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
  root.replaceChildren(h("h2", { class: "view-title" }, "Operators"), h("div", { class: "chips scroll", role: "group", "aria-label": "Sections" }, tabs), reason, said, body);
  draw();
};
