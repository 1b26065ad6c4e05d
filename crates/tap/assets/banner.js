// The banner over the grid: only there when something is not as usual, with a countdown where we know one.

import { banner } from "./words.js";

/** How long prices must be steady before betting opens again, and, in words, how long they are watched at first. */
const { recovery = "30", warmUp = "5 minutes" } = document.getElementById("desk")?.dataset ?? {};
const RECOVERY_MS = Number(recovery) * 1000;

export function showBanner(elements, market, conn) {
  const { breaker, betting, stale_for_ms } = market.status;
  const now = market.now();
  const resumes_in_s = breaker === "recovering" ? Math.ceil((market.recoveringSince + RECOVERY_MS - now) / 1000) : 0;
  const stale = stale_for_ms ? stale_for_ms + (breaker === "critical" ? now - market.statusAt : 0) : 0;
  const [kind, title, text] = banner({ conn, breaker, betting, stale_for_ms: stale, resumes_in_s, warm_up: warmUp, online: navigator.onLine });
  elements.banner.hidden = !kind;
  elements.banner.dataset.kind = kind;
  for (const [element, words] of [[elements.title, title], [elements.text, text]]) {
    if (element.textContent !== words) element.textContent = words;
  }
}
