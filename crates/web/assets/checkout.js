// A payment under way: asks for its state until it changes, then shows the page of the new state.

const ASK_MS = 1200;

/** Follows `[data-state-url]`, whose `data-state` is the state this page was drawn for. */
export function followPayment(root) {
  const place = root.querySelector("[data-state-url]");
  if (!place) return;
  const offline = root.querySelector("[data-offline]");
  const ask = async () => {
    try {
      const answer = await fetch(place.dataset.stateUrl, { headers: { accept: "application/json" } });
      if (offline) offline.hidden = true;
      if (answer.ok && (await answer.json()).state !== place.dataset.state) { location.reload(); return; }
    } catch { if (offline) offline.hidden = false; }
    setTimeout(ask, ASK_MS);
  };
  setTimeout(ask, ASK_MS);
}
