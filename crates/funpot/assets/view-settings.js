// Settings: how you are called, signing out everywhere, your data, and the other pages.
import { errorBox } from "./words.js";
import { forget } from "./session.js";
import { get, patch, post, remove } from "./api.js";
import { h, write } from "./dom.js";
import { state, update } from "./store.js";

const link = (href, text, hint) => h("a", { class: "line-row", href }, h("span", { class: "what" }, h("b", {}, text), h("small", {}, hint)), h("span", { class: "end", "aria-hidden": "true" }, "›"));

export const view = (root) => {
  const me = state.me || {};
  const name = h("input", { class: "input", id: "nickname", maxlength: 32, value: me.nickname || me.firstName || "" });
  const said = h("div", { role: "status" });
  const attempt = async (act, words) => {
    try {
      await act();
      said.replaceChildren(h("p", { class: "hint" }, words));
    } catch (error) {
      said.replaceChildren(errorBox(error));
    }
  };
  const rename = (submitted) => {
    submitted.preventDefault();
    attempt(async () => update({ me: await patch("/me", { nickname: name.value.trim() }) }), "Saved.");
  };
  const save = () => attempt(async () => {
    const data = await get("/me/export");
    const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
    h("a", { href: url, download: "funpot-data.json" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }, "Your data is being saved as a file.");
  const everywhere = () => attempt(async () => {
    await post("/auth/logout-all");
    forget();
  }, "Signed out everywhere.");
  let sure = false;
  const erase = ({ currentTarget: button }) => {
    if (!sure) {
      sure = true;
      return write(button, "Erase for good: credits that are left are lost");
    }
    return attempt(async () => {
      await remove("/me");
      forget();
    }, "Erased. The ledger keeps your movements under a pseudonym.");
  };
  root.replaceChildren(h("h2", { class: "view-title" }, "You"),
    h("nav", { class: "rows", "aria-label": "More" }, link("/funpot/invite", "Invite somebody", "and earn with every top-up"), link("/funpot/streamers", "Streamers", "search, or propose one"),
      h("a", { class: "line-row", href: "/funpot/solvency", "data-document": "" }, h("span", { class: "what" }, h("b", {}, "What the house holds"), h("small", {}, "credits outstanding against Stars")), h("span", { class: "end", "aria-hidden": "true" }, "›")), me.isAdmin ? link("/funpot/operators", "Operators", "review, events, flags, withdrawals") : ""),
    h("form", { class: "panel", onsubmit: rename, autocomplete: "off" }, h("label", { class: "label", for: "nickname" }, "How you are called"), h("div", { class: "row row-tight" }, name, h("button", { class: "btn btn-plain", type: "submit" }, "Save"))),
    h("section", { class: "panel stack-2" }, h("button", { class: "btn btn-plain btn-wide", type: "button", onclick: save }, "Save my data"), h("button", { class: "btn btn-plain btn-wide", type: "button", onclick: everywhere }, "Sign out everywhere"), h("button", { class: "btn btn-bad btn-wide", type: "button", onclick: erase }, "Erase my account"), said),
    h("p", { class: "tiny muted" }, `Your number at Telegram is ${me.tgUserId ?? "unknown"}; we keep that and the name you chose.`));
  root.dataset.state = "ready";
};
