// What is on now, of one streamer or of all; below it what was decided lately.
import { empty, h, skeleton } from "./dom.js";
import { errorBox } from "./words.js";
import { eventCard } from "./event-card.js";
import { eventOf, phaseOf, takeTotals } from "./events.js";
import { follow, listen } from "./feed.js";
import { get, items } from "./api.js";
import { now } from "./clock.js";
import { outcomeRow } from "./outcome-row.js";
import { state, watch } from "./store.js";

/** How often we ask while the socket is open, and while it is not. */
const CALM_MS = 20_000;
const BUSY_MS = 1_500;
/** How long a closed event stays among the live ones, so that nobody loses sight of a vote. */
const LINGER_MS = 15_000;
const RECENT = 8;
/** Streamers whose events stand side by side; the others are one touch away. */
const WATCHED_MAX = 8;

export const view = (root, { streamerId = "" } = {}) => {
  const chips = h("nav", { class: "chips scroll", "aria-label": "Streamers" });
  const list = h("div", { class: "events", "data-state": "loading" }, skeleton(4), skeleton(4));
  const recent = h("section", { class: "recent", hidden: true }, h("h2", {}, "Decided lately"), h("div", { class: "rows" }));
  const conn = h("p", { class: "conn", role: "status" });
  root.replaceChildren(chips, conn, list, recent);
  const cards = new Map();
  const streamers = new Map();
  let stopped = false;
  let timer = 0;
  let unfollow = () => {};

  const nameOf = (event) => streamers.get(event.streamerId)?.displayName || event.streamerName;
  const add = (given) => {
    const event = eventOf(given);
    if (streamerId && event.streamerId && event.streamerId !== streamerId) return;
    const known = cards.get(event.id);
    if (known) {
      takeTotals(known.event, event.totals, event.pool);
      known.event.closesAt = event.closesAt || known.event.closesAt;
      known.event.blind = event.blind;
      known.event.vote ||= event.vote;
      return known.draw();
    }
    if (!event.options.length) return;
    const card = eventCard(event, { streamer: nameOf(event) });
    cards.set(event.id, card);
    place();
  };
  const place = () => {
    const sorted = [...cards.values()].sort((a, b) => (a.event.closesAt || 0) - (b.event.closesAt || 0));
    list.querySelectorAll(".skeleton, .empty, .note").forEach((box) => box.remove());
    sorted.forEach((card, at) => list.children[at] !== card.element && list.insertBefore(card.element, list.children[at] || null));
    list.dataset.state = sorted.length ? "ready" : "empty";
    if (!sorted.length) list.replaceChildren(empty("Nothing is on right now", "The next event opens as soon as something happens in a stream. It appears here by itself.", h("a", { class: "btn", href: "/funpot/streamers" }, "See the streamers")));
  };
  const drop = (id) => {
    cards.get(id)?.stop();
    cards.get(id)?.element.remove();
    cards.delete(id);
    place();
  };
  const sweep = (alive) => [...cards.values()].forEach(({ event }) => {
    const gone = !alive.has(event.id) && event.closesAt + LINGER_MS < now();
    if (gone || (phaseOf(event) !== "live" && !event.vote && event.closesAt + LINGER_MS < now())) drop(event.id);
  });

  const readLive = async () => {
    if (!streamers.size) await readStreamers();
    const ids = streamerId ? [streamerId] : watched();
    const listed = (await Promise.all(ids.map((id) => get(`/events/live?streamerId=${encodeURIComponent(id)}`)))).flatMap(items);
    listed.forEach(add);
    sweep(new Set(listed.map(({ id }) => id)));
    place();
  };
  const readRecent = async () => {
    const query = streamerId ? `&streamerId=${encodeURIComponent(streamerId)}` : "";
    const closed = items(await get(`/events?state=closed&limit=${RECENT}${query}`)).map(eventOf);
    recent.hidden = !closed.length;
    recent.lastElementChild.replaceChildren(...closed.slice(0, RECENT).map((event) => outcomeRow(event, nameOf(event))));
  };
  const drawChips = () => {
    const chip = (href, text, current) => h("a", { class: "chip", href, "aria-current": current ? "page" : null }, text);
    chips.replaceChildren(chip("/funpot", "All", !streamerId), ...[...streamers.values()].filter((one) => one.status === "ok")
      .map((one) => chip(`/funpot/streamers/${one.id}`, one.displayName || one.username, one.id === streamerId)));
  };
  const watched = () => [...streamers.values()].sort((a, b) => Number(b.online) - Number(a.online)).slice(0, WATCHED_MAX).map(({ id }) => id);
  const readStreamers = async () => {
    items(await get("/streamers?status=ok")).forEach((one) => streamers.set(one.id, one));
    drawChips();
    unfollow();
    unfollow = follow((streamerId ? [streamerId] : watched()).map((id) => `streamer:${id}`));
    readRecent().catch(() => {});
  };

  const round = async () => {
    clearTimeout(timer);
    try {
      await readLive();
    } catch (error) {
      if (list.dataset.state === "loading" || !cards.size) {
        list.dataset.state = "error";
        list.replaceChildren(errorBox(error, round));
      }
    }
    if (!stopped) timer = setTimeout(round, state.isLive ? CALM_MS : BUSY_MS);
  };
  const onFrame = ({ type, payload = {} }) => {
    if (type === "EVENT_CREATED") add(payload.event || payload);
    const card = cards.get(payload.eventId);
    if (type === "EVENT_UPDATED" && card) {
      takeTotals(card.event, payload.totals, payload.pool);
      if (payload.isBlind != null) card.event.blind = payload.isBlind;
      if (payload.closesAt) card.event.closesAt = Date.parse(payload.closesAt);
    }
    if (type === "EVENT_CLOSED" && card) Object.assign(card.event, { state: payload.state || "closed", blind: false, totals: payload.result?.totals || card.event.totals });
    if (type === "EVENT_SETTLED" && card) Object.assign(card.event, { state: "closed", settlement: payload.outcome, result: { optionId: payload.optionId }, reason: payload.reason });
    card?.draw();
    if (type === "EVENT_SETTLED" || type === "RESYNC") {
      readRecent().catch(() => {});
      if (type === "RESYNC") round();
    }
  };

  round();
  const stops = [listen(onFrame), watch(({ isLive, notice }) => {
    conn.dataset.conn = isLive ? "live" : "polling";
    conn.textContent = notice || (isLive ? "" : "Totals are a second or two old.");
    conn.hidden = !conn.textContent;
  })];
  return () => {
    stopped = true;
    clearTimeout(timer);
    unfollow();
    stops.forEach((stop) => stop());
    cards.forEach((card) => card.stop());
  };
};
