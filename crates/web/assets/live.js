// Seats as they go: an event stream, and asking every few seconds where streams do not get through.

const POLL_MS = 4000;
const GIVE_UP_AFTER = 3;

function show(zone, seats) {
  const share = (count) => `${(100 * count) / Math.max(1, seats.total)}%`;
  zone.querySelector(".bar .sold")?.setAttribute("width", share(seats.sold));
  const held = zone.querySelector(".bar .held");
  held?.setAttribute("x", share(seats.sold));
  held?.setAttribute("width", share(seats.held));
  zone.querySelector("[data-left]").textContent = seats.available === 0 ? "Sold out" : `${seats.available.toLocaleString("en")} left`;
  zone.dataset.low = String(seats.available > 0 && seats.available * 10 <= seats.total);
  const radio = zone.querySelector("input");
  if (!radio) return;
  radio.dataset.available = seats.available;
  radio.disabled = seats.available < Number(radio.dataset.min);
  zone.classList.toggle("zone-off", radio.disabled);
  if (radio.disabled) radio.checked = false;
}

function apply(root, zones) {
  for (const seats of zones) {
    const zone = root.querySelector(`[data-zone="${CSS.escape(seats.id)}"]`);
    if (zone) show(zone, seats);
  }
  root.closest("form")?.dispatchEvent(new Event("seats"));
}

function poll(root, status) {
  status("Checking every few seconds", "off");
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(root.dataset.seats, { headers: { accept: "application/json" } });
        if (answer.ok) apply(root, (await answer.json()).zones);
      } catch { status("Offline. Seats may be out of date", "off"); }
    }
    setTimeout(ask, POLL_MS + Math.random() * 1000);
  };
  ask();
}

/** Follows the zones inside `[data-live]`: its value is the stream, `data-seats` the same as plain JSON. */
export function liveSeats(page) {
  const root = page.querySelector("[data-live]");
  if (!root) return;
  const dot = page.querySelector("[data-live-dot]");
  const status = (text, state) => { if (dot) { dot.textContent = text; dot.dataset.liveDot = state; } };
  let failures = 0;
  let stream = null;
  // A browser has six connections for a site: a page that nobody looks at gives its own back, and the seventh tab loads.
  const close = () => { stream?.close(); stream = null; };
  const open = () => {
    if (stream || failures >= GIVE_UP_AFTER || document.hidden) return;
    stream = new EventSource(root.dataset.live);
    stream.addEventListener("seats", (event) => {
      failures = 0;
      status("Live", "on");
      apply(root, JSON.parse(event.data).zones);
    });
    stream.addEventListener("error", () => {
      failures += 1;
      status("Reconnecting", "off");
      if (failures >= GIVE_UP_AFTER || stream?.readyState === EventSource.CLOSED) { failures = GIVE_UP_AFTER; close(); poll(root, status); }
    });
  };
  open();
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else open(); });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
}
