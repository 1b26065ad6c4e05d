// Beside each venue time, the same moment on the visitor's own clock, where the two differ.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const clock = (at, timeZone) => new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone }).format(at);

/** Fills each `[data-local]` that follows a `<time datetime data-zone>`. */
export function localTimes(root) {
  for (const slot of root.querySelectorAll("[data-local]")) {
    const time = slot.parentElement.querySelector("time[data-zone]");
    const at = time && new Date(time.dateTime);
    if (!at || Number.isNaN(at.getTime()) || clock(at, zone) === clock(at, time.dataset.zone)) continue;
    slot.textContent = `· ${clock(at, zone)} your time`;
    slot.hidden = false;
  }
}
