// Opened without Telegram, or with a session that is over for good.
import { h } from "./dom.js";

/** A simulated Telegram in a frame, with the Mini App inside it, where the server has one. */
const simulated = (client) => {
  const address = new URL(client);
  address.searchParams.set("app", `${location.origin}/funpot`);
  const start = new URLSearchParams(location.search).get("startapp");
  if (start) address.searchParams.set("startapp", start);
  document.body.classList.add("hosting");
  document.body.replaceChildren(h("header", { class: "bar-host" }, h("b", {}, "FunPot"), h("span", {}, "a simulated Telegram with invented people and invented Stars"), h("a", { href: "/" }, "All stalls")),
    h("main", {}, h("iframe", { class: "host", src: address.href, title: "Simulated Telegram", allow: "clipboard-write" })));
};

export const outside = (root) => {
  const client = document.documentElement.dataset.client;
  if (client && window.parent === window) return simulated(client);
  root.replaceChildren(h("div", { class: "empty" }, h("h2", {}, "FunPot lives in Telegram"), h("p", {}, "Open it from its bot: you vote with Telegram Stars, and Telegram says who you are.")));
  root.dataset.state = "outside";
};

export const signedOut = (root, again) => {
  root.replaceChildren(h("div", { class: "empty" }, h("h2", {}, "You are signed out"), h("p", {}, "Close this window and open FunPot from Telegram again. Your credits and your votes are kept."), h("button", { class: "btn", type: "button", onclick: again }, "Try again")));
  root.dataset.state = "signed-out";
};
