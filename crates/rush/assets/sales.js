// Live sales: whenever seats move the figures are fetched anew, at most once a second; without streams every few seconds.

const LEAST_MS = 1000;
const POLL_MS = 5000;

function draw(page, sales) {
  for (const [word, text] of Object.entries(sales.figures)) {
    const figure = page.querySelector(`[data-figure="${CSS.escape(word)}"]`);
    if (figure && figure.textContent !== text) figure.textContent = text;
  }
  for (const zone of sales.zones) {
    const row = page.querySelector(`[data-zone="${CSS.escape(zone.id)}"]`);
    if (!row) continue;
    row.querySelector("[data-text]").textContent = zone.text;
    row.querySelector(".bar").setAttribute("aria-label", zone.text);
    row.querySelector(".bar .sold").setAttribute("width", zone.sold);
    row.querySelector(".bar .held").setAttribute("x", zone.sold);
    row.querySelector(".bar .held").setAttribute("width", zone.held);
  }
  const bars = page.querySelectorAll("[data-chart] rect");
  sales.bars.forEach(([, height, seats], at) => {
    bars[at]?.setAttribute("height", height);
    bars[at]?.setAttribute("y", 40 - height);
    const title = bars[at]?.querySelector("title");
    if (title) title.textContent = seats;
  });
  page.querySelector("[data-as-of]").textContent = sales.as_of;
}

const page = document.querySelector("[data-sales]");
if (page) {
  const dot = page.querySelector("[data-live-dot]");
  const status = (text, state) => { dot.textContent = text; dot.dataset.liveDot = state; };
  let due = 0;
  let waiting = false;
  const fetchNow = async () => {
    waiting = false;
    due = Date.now() + LEAST_MS;
    try {
      const answer = await fetch(page.dataset.sales, { headers: { accept: "application/json" } });
      if (answer.ok) draw(page, await answer.json());
    } catch { status("Offline. Figures may be out of date", "off"); }
  };
  const moved = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(fetchNow, Math.max(0, due - Date.now()));
  };
  let stream = null;
  const open = () => {
    if (stream || document.hidden) return;
    stream = new EventSource(page.dataset.salesLive);
    stream.addEventListener("moved", () => { status("Live", "on"); moved(); });
    stream.addEventListener("open", () => status("Live", "on"));
    stream.addEventListener("error", () => status("Reconnecting", "off"));
  };
  const close = () => { stream?.close(); stream = null; };
  open();
  setInterval(() => { if (!document.hidden) moved(); }, POLL_MS);
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else { open(); moved(); } });
  addEventListener("pagehide", close);
}
