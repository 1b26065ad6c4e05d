// Starts the Mini App: signs in, draws the frame around the views, and moves between them.
import "./theme.js";
import { backButton, onBack, ready } from "./telegram.js";
import { errorBox } from "./words.js";
import { find, isTop } from "./routes.js";
import { follow, start } from "./feed.js";
import { h, write } from "./dom.js";
import { initData, startParam } from "./launch.js";
import { number } from "./format.js";
import { open } from "./session.js";
import { outside, signedOut } from "./outside.js";
import { watch } from "./store.js";

const root = document.querySelector("#view");
const ICONS = {
  live: "M4 12h3l3-7 4 14 3-7h3", votes: "M5 12l4 4L19 6M5 20h14", wallet: "M4 7h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4zM4 7l10-3v3M16 13h.01", you: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c1-5 15-5 16 0",
};
const TABS = [["live", "/funpot", "Live"], ["votes", "/funpot/votes", "Votes"], ["wallet", "/funpot/wallet", "Wallet"], ["you", "/funpot/settings", "You"]];

let leave = null;
let visits = 0;
let turn = 0;

const tabs = TABS.map(([name, href, text]) => [name, h("a", { class: "tab", href, "data-tab": name }, h("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, h("path", { d: ICONS[name] })), h("span", {}, text))]);

const draw = async () => {
  const route = find(location.pathname);
  const mine = (turn += 1);
  leave?.();
  leave = null;
  document.title = `${route.title} · FunPot`;
  tabs.forEach(([name, tab]) => (name === route.tab ? tab.setAttribute("aria-current", "page") : tab.removeAttribute("aria-current")));
  backButton(!isTop(location.pathname));
  delete root.dataset.state;
  root.dataset.view = route.title;
  try {
    const stop = await route.view(root, route.params);
    if (mine === turn) leave = stop;
    else stop?.();
  } catch (error) {
    root.replaceChildren(errorBox(error, draw));
  }
};

const go = (path) => {
  if (path === location.pathname) return;
  history.pushState(null, "", path);
  visits += 1;
  scrollTo(0, 0);
  draw();
  root.focus({ preventScroll: true });
};

const back = () => {
  if (visits > 0) {
    visits -= 1;
    history.back();
  } else {
    go("/funpot");
  }
};

const onClick = (event) => {
  const link = event.target.closest("a[href^='/funpot']");
  if (!link || link.hasAttribute("download") || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || "document" in link.dataset) return;
  event.preventDefault();
  go(link.getAttribute("href"));
};

const frame = () => {
  const balance = h("a", { class: "balance num", href: "/funpot/wallet", id: "balance", "aria-live": "polite" });
  const offline = h("div", { class: "offline", role: "status", hidden: navigator.onLine }, "You are offline. Nothing is sent; your credits are where they were.");
  document.querySelector(".bar-top").append(balance);
  document.body.append(h("nav", { class: "bar-tabs", "aria-label": "Main" }, tabs.map(([, tab]) => tab)));
  root.before(offline);
  addEventListener("online", () => (offline.hidden = true));
  addEventListener("offline", () => (offline.hidden = false));
  watch((state) => {
    const known = Number.isFinite(state.balance);
    balance.hidden = !known;
    if (known) write(balance, number(state.balance));
    balance.dataset.balance = known ? String(state.balance) : "";
    balance.setAttribute("aria-label", `Wallet: ${number(state.balance ?? 0)} credits`);
    if (state.isSignedOut) signedOut(root, () => location.reload());
  });
};

const startView = () => {
  const event = /^event_([0-9A-Za-z-]{1,40})$/.exec(startParam)?.[1];
  if (event && isTop(location.pathname)) history.replaceState(null, "", `/funpot/events/${event}`);
};

const boot = async () => {
  if (!initData && !sessionStorage.getItem("funpot.session")) return outside(root);
  try {
    const me = await open();
    if (!document.querySelector(".bar-tabs")) frame();
    startView();
    start();
    follow([`user:${me.userId}`]);
    document.addEventListener("click", onClick);
    addEventListener("popstate", draw);
    onBack(back);
    await draw();
  } catch (error) {
    if (error.status === 401 && !error.isUnknown) signedOut(root, boot);
    else root.replaceChildren(errorBox(error, boot));
  }
};

ready();
boot();
