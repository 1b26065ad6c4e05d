// Beside each venue time, the same moment on the visitor's own clock, where the two differ. One format everywhere: 24 hours.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const moment = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
const there = (at, timeZone) => new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "short", timeZone }).format(at);

const atOf = (time) => {
  const at = time && new Date(time.dateTime);
  return at && !Number.isNaN(at.getTime()) ? at : null;
};

/** Fills each `[data-local]` that follows a `<time datetime data-zone>`, and writes `<time data-hour>` by the visitor's clock. */
export function localTimes(root) {
  for (const slot of root.querySelectorAll("[data-local]")) {
    const time = slot.parentElement.querySelector("time[data-zone]");
    const at = atOf(time);
    if (!at || there(at, zone) === there(at, time.dataset.zone)) continue;
    slot.textContent = `${moment.format(at)} your time`;
  }
  for (const time of root.querySelectorAll("time[data-hour]")) {
    const at = atOf(time);
    if (at) time.textContent = hour.format(at);
  }
}
