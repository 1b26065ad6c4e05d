// Which view an address opens. Views whose module is not needed at first are fetched when they are opened.
import { view as live } from "./view-live.js";
import { view as event } from "./view-event.js";

const later = (load) => async (root, params) => (await load()).view(root, params);
const ID = "([0-9A-Za-z-]{1,40})";

const ROUTES = [
  ["/funpot", "Live", "live", live],
  ["/funpot/app", "Live", "live", live],
  [`/funpot/events/${ID}`, "Event", "", event],
  [`/funpot/streamers/${ID}`, "Live", "live", (root, { id }) => live(root, { streamerId: id })],
  ["/funpot/streamers", "Streamers", "you", later(() => import("./view-streamers.js"))],
  ["/funpot/votes", "Your votes", "votes", later(() => import("./view-votes.js"))],
  ["/funpot/wallet", "Wallet", "wallet", later(() => import("./view-wallet.js"))],
  ["/funpot/invite", "Invite", "you", later(() => import("./view-invite.js"))],
  ["/funpot/settings", "You", "you", later(() => import("./view-settings.js"))],
  ["/funpot/operators", "Operators", "you", later(() => import("./view-operators.js"))],
  [`/funpot/receipts/${ID}`, "Receipt", "", later(() => import("./view-receipt.js"))],
].map(([path, title, tab, view]) => ({ pattern: new RegExp(`^${path}/?$`), title, tab, view }));

/** The views behind the tabs, in which Telegram's arrow has nowhere to go. */
export const isTop = (path) => ["/funpot", "/funpot/app", "/funpot/votes", "/funpot/wallet", "/funpot/settings"].includes(path.replace(/\/$/, ""));

/** The view of a path, with what stands in it. */
export const find = (path) => {
  for (const route of ROUTES) {
    const found = route.pattern.exec(path);
    if (found) return { ...route, params: { id: found[1] || "" } };
  }
  return { ...ROUTES[0], params: {} };
};
