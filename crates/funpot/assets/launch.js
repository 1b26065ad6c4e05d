// What Telegram started us with: it stands in the address behind the `#` and is kept for reloads of this window.
const KEPT = "funpot.launch";

const read = () => {
  const given = new URLSearchParams(location.hash.slice(1));
  if (!given.has("tgWebAppData") && !given.has("tgWebAppVersion")) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return Object.fromEntries(given);
};

const recall = () => {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) || {};
  } catch {
    return {};
  }
};

const launched = read();
if (launched) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(launched));
  } catch {
    // A window that may keep nothing works until it is reloaded.
  }
}

const params = launched || recall();

/** The raw init data, as the server wants it; empty outside Telegram. */
export const initData = params.tgWebAppData || "";

/** With what Telegram was asked to open us: `ref_CODE`, `event_ID`; only for what to show first. */
export const startParam = new URLSearchParams(initData).get("start_param") || params.tgWebAppStartParam || "";

/** The colours at the start. */
export const themeParams = (() => {
  try {
    return JSON.parse(params.tgWebAppThemeParams || "null");
  } catch {
    return null;
  }
})();
