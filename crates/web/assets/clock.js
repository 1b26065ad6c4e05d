// The server's clock, and every countdown that ticks by it. The visitor's own clock may be hours off, and a device that sleeps may
// stop the page's.

const sentAt = Number(document.documentElement.dataset.now);
const navigation = performance.getEntriesByType("navigation")[0];
// The page's first byte left the server at about `sentAt`; time since then is measured monotonically.
const arrivedAt = navigation ? navigation.responseStart : performance.now();
/** One moment by all three clocks: the server's, the page's, the device's. */
let known = { server: sentAt, page: arrivedAt, device: Date.now() - (performance.now() - arrivedAt) };
/** By so much the device's clock may run ahead of the page's before the device has slept. */
const SLEPT_MS = 1000;

/** Milliseconds since 1970 by the server's clock. While a device sleeps the page's clock may stand still; the device's does not. */
export function serverNow() {
  const [page, device] = [performance.now() - known.page, Date.now() - known.device];
  return known.server + (device - page > SLEPT_MS ? device : page);
}

/** Asks the server what time it is; without an answer what is known stays. */
async function resync() {
  const asked = performance.now();
  try {
    const answer = await fetch("/_now", { cache: "no-store", signal: AbortSignal.timeout(2000) });
    if (!answer.ok) return;
    const { now_ms } = await answer.json();
    const here = performance.now();
    known = { server: now_ms + (here - asked) / 2, page: here, device: Date.now() };
  } catch { /* offline, or a site without the clock */ }
}

/** Calls `act` at once and after the server's answer whenever the page is shown again: by a tab, a wake-up, or the back button. */
export function whenShownAgain(act) {
  const shown = async () => { act(); await resync(); act(); };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) shown(); });
  addEventListener("pageshow", (event) => { if (event.persisted) shown(); });
  addEventListener("online", shown);
}

/** 3_723_000 ms is "1:02:03"; 582_000 ms is "9:42". */
export function short(ms) {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

function parts(ms) {
  const all = Math.max(0, Math.ceil(ms / 1000));
  return { d: Math.floor(all / 86400), h: Math.floor(all / 3600) % 24, m: Math.floor(all / 60) % 60, s: all % 60 };
}

function write(element, left) {
  const cells = element.querySelectorAll("[data-part]");
  if (!cells.length) {
    element.textContent = left > 86_400_000 ? `${Math.floor(left / 86_400_000)} d ${short(left % 86_400_000)}` : short(left);
    return;
  }
  const now = parts(left);
  for (const cell of cells) {
    cell.textContent = cell.dataset.part === "d" ? now.d : String(now[cell.dataset.part]).padStart(2, "0");
  }
}

// A screen reader hears minutes, and the last ten seconds once, not every tick.
function say(element, left) {
  const voice = document.getElementById(element.dataset.voice ?? "");
  if (!voice) return;
  const seconds = Math.ceil(left / 1000);
  if (seconds > 60 && seconds % 60 === 0) voice.textContent = `${seconds / 60} minutes left`;
  if (seconds === 60) voice.textContent = "One minute left";
  if (seconds === 10) voice.textContent = "Ten seconds left";
}

function finish(element) {
  if (element.dataset.done) return;
  element.dataset.done = "true";
  // Not everybody at once: when a sale opens, thousands of pages reach zero in the same second.
  if (element.dataset.zero === "reload") setTimeout(() => location.reload(), 400 + Math.random() * 1600);
}

function tick(element) {
  const left = Number(element.dataset.countdown) - serverNow();
  write(element, left);
  say(element, left);
  const frame = element.closest("[data-urgent]");
  if (frame) frame.dataset.urgent = String(left < 60_000);
  const bar = frame?.querySelector("[data-bar]");
  if (bar) bar.setAttribute("width", `${Math.max(0, Math.min(100, (left / Number(bar.dataset.bar)) * 100))}%`);
  if (left <= 0) finish(element);
}

/** Ticks every `[data-countdown]` (a moment in ms) inside `root` on the server's full seconds. */
export function startCountdowns(root) {
  const all = [...root.querySelectorAll("[data-countdown]")];
  if (!all.length || !sentAt) return;
  const beat = () => {
    all.forEach(tick);
    setTimeout(beat, 1000 - (serverNow() % 1000) + 5);
  };
  beat();
  whenShownAgain(() => all.forEach(tick));
}
