// A waiting room: the place as it moves, by an event stream, and asking every few seconds where streams do not get through.
import { whenShownAgain } from "./clock.js";

const POLL_MS = 5000;
const GIVE_UP_AFTER = 3;

const people = (count) => (count === 0 ? "nobody" : count === 1 ? "1 person" : `${count.toLocaleString("en")} people`);

function wait(seconds) {
  if (seconds === null) return "a while: nobody was let on for a minute";
  if (seconds < 60) return "less than a minute";
  if (seconds < 120) return "about a minute";
  return `about ${Math.floor(seconds / 60)} minutes`;
}

function range(low, high) {
  if (low === null || high === null) return "we cannot say";
  const [from, to] = [Math.floor(low / 60), Math.floor(high / 60) + 1];
  if (from === 0) return to === 1 ? "within a minute" : `within ${to} minutes`;
  return `between ${from} and ${to} minutes`;
}

function show(root, place) {
  if (place.state !== root.dataset.state) { location.reload(); return; }
  const write = (name, text) => { const at = root.querySelector(`[data-q="${name}"]`); if (at) at.textContent = text; };
  write("total", people(place.total_in_queue));
  if (place.position === null) return;
  write("ahead", people(place.position - 1));
  write("behind", people(Math.max(0, place.total_in_queue - place.position)));
  write("wait", wait(place.estimated_wait_seconds));
  write("range", range(place.estimated_wait_low, place.estimated_wait_high));
  const warning = root.querySelector('[data-q="sell-out"]');
  if (warning) warning.hidden = !place.may_sell_out;
}

/** Follows `[data-queue]`: its value is the stream, `data-queue-state` the same as plain JSON. */
export function followQueue(page) {
  const root = page.querySelector("[data-queue]");
  if (!root) return;
  const offline = root.querySelector("[data-offline]");
  const lost = (is) => { if (offline) offline.hidden = !is; };
  let failures = 0;
  let stream = null;
  const ask = async () => {
    try {
      const answer = await fetch(root.dataset.queueState, { headers: { accept: "application/json" } });
      lost(false);
      if (answer.ok) show(root, await answer.json());
      else if (answer.status === 404) location.reload();
    } catch { lost(true); }
  };
  const poll = async () => { await ask(); setTimeout(poll, POLL_MS + Math.random() * 1000); };
  const close = () => { stream?.close(); stream = null; };
  const open = () => {
    if (stream || failures >= GIVE_UP_AFTER) return;
    stream = new EventSource(root.dataset.queue);
    const told = (event) => { failures = 0; lost(false); show(root, JSON.parse(event.data)); };
    stream.addEventListener("position", told);
    stream.addEventListener("pass", told);
    stream.addEventListener("error", (event) => {
      // Ours says why; the browser's says that the connection is gone, and it comes back by itself.
      if (event.data) { if (JSON.parse(event.data).code === "not_in_queue") location.reload(); return; }
      failures += 1;
      lost(true);
      if (failures >= GIVE_UP_AFTER || stream?.readyState === EventSource.CLOSED) { failures = GIVE_UP_AFTER; close(); poll(); }
    });
  };
  open();
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
  // A device that slept may have missed its turn.
  whenShownAgain(ask);
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A text after `puzzle:` that makes its SHA-256 begin with so many zero bits. */
async function work(puzzle, bits) {
  const encoder = new TextEncoder();
  for (let number = 0; ; number += 1) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(`${puzzle}:${number}`)));
    const zeros = digest.findIndex((byte) => byte !== 0);
    if (zeros >= 0 && zeros * 8 + Math.clz32(digest[zeros]) - 24 >= bits) return String(number);
  }
}

/** Gives the form that joins a room the browser's own random number, and the work it asks for. */
export function joinQueue(page) {
  const form = page.querySelector("[data-queue-join]");
  if (!form) return;
  form.elements.contribution.value = hex(crypto.getRandomValues(new Uint8Array(16)));
  const bits = Number(form.dataset.workBits ?? 0);
  if (!bits) return;
  const button = form.querySelector("button");
  button.disabled = true;
  work(form.dataset.workPuzzle, bits).then((done) => { form.elements.work.value = done; button.disabled = false; });
}
