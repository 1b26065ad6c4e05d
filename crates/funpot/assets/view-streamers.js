// Streamers: search, and proposing one.
import { empty, h, skeleton } from "./dom.js";
import { errorBox } from "./words.js";
import { get, items, post } from "./api.js";
import { initial, number } from "./format.js";

const STATUSES = { ok: "", pending: "being checked", rejected: "not taken", banned: "banned" };
const REASONS = { not_enough_viewers: "too few viewers right now; we look again every five minutes", offline: "offline; we look again every five minutes", not_found: "Twitch knows no such channel", twitch_unavailable: "Twitch does not answer; we look again soon" };
const PAUSE_MS = 250;

const row = (one) => h("a", { class: "line-row", href: `/funpot/streamers/${one.id}`, "data-streamer": one.username },
  h("span", { class: "face", "aria-hidden": "true" }, initial(one.displayName || one.username)),
  h("span", { class: "what" }, h("b", {}, one.displayName || one.username), h("small", {}, one.online ? `live · ${number(one.viewers)} watching` : "offline")),
  h("span", { class: "end" }, STATUSES[one.status] ?? one.status));

export const view = (root) => {
  const rows = h("div", { class: "rows" }, skeleton(5));
  const search = h("input", { class: "input", type: "search", id: "search", placeholder: "Name", maxlength: 40 });
  const name = h("input", { class: "input", id: "propose", placeholder: "Twitch name", maxlength: 25, autocapitalize: "none", spellcheck: "false" });
  const said = h("div", { role: "status" });
  let page = 1;
  let timer = 0;
  const more = h("button", { class: "btn btn-plain btn-wide", type: "button", hidden: true, onclick: () => read(page + 1) }, "Show more");
  const read = async (wanted = 1) => {
    try {
      const query = new URLSearchParams({ page: wanted, ...(search.value.trim() ? { query: search.value.trim() } : {}) });
      const listed = items(await get(`/streamers?${query}`));
      page = wanted;
      if (page === 1) rows.replaceChildren();
      rows.append(...listed.map(row));
      if (!rows.children.length) rows.replaceChildren(empty("Nobody of that name", "Propose them below: a channel is taken when enough people watch it."));
      more.hidden = listed.length < 20;
      root.dataset.state = "ready";
    } catch (error) {
      rows.replaceChildren(errorBox(error, () => read()));
    }
  };
  search.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(read, PAUSE_MS);
  };
  const propose = async (submitted) => {
    submitted.preventDefault();
    const twitchUsername = name.value.trim().replace(/^@/, "").toLowerCase();
    if (!/^[a-z0-9_]{4,25}$/.test(twitchUsername)) return said.replaceChildren(h("p", { class: "error" }, "A Twitch name has 4 to 25 letters, digits or underscores."));
    try {
      const answer = await post("/streamers", { twitchUsername });
      const words = answer.status === "ok" ? "Taken. Events open as soon as something happens." : `${answer.status === "rejected" ? "Not taken" : "Waiting"}: ${REASONS[answer.reason] || answer.reason || "being checked"}.`;
      said.replaceChildren(h("p", { class: "hint", "data-status": answer.status }, words));
      name.value = "";
      read();
    } catch (error) {
      said.replaceChildren(errorBox(error));
    }
  };
  root.replaceChildren(h("h2", { class: "view-title" }, "Streamers"), h("label", { class: "sr", for: "search" }, "Search"), search, rows, more,
    h("form", { class: "panel", onsubmit: propose, autocomplete: "off" }, h("label", { class: "label", for: "propose" }, "Propose a channel of Twitch"), h("div", { class: "row row-tight" }, name, h("button", { class: "btn", type: "submit" }, "Propose")), said));
  read();
};
