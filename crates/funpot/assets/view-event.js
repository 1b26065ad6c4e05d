// One event through all of its states, with the evidence of its verdict.
import { errorBox } from "./words.js";
import { eventCard } from "./event-card.js";
import { eventOf, phaseOf, takeTotals } from "./events.js";
import { follow, listen } from "./feed.js";
import { get, items } from "./api.js";
import { h, skeleton } from "./dom.js";
import { openLink } from "./telegram.js";
import { state } from "./store.js";
import { when } from "./format.js";

const CALM_MS = 10_000;
const BUSY_MS = 1_500;

const fact = (name, value) => (value ? [h("dt", {}, name), h("dd", {}, value)] : []);

const evidenceBox = (event, clips) => {
  const evidence = event.verdict?.evidence;
  if (!evidence) return "";
  const clip = clips.find((one) => one.id === evidence.clipId || one.clipId === evidence.clipId);
  const versions = Object.entries(event.verdict.promptVersions || {}).map(([name, version]) => `${name} ${version}`).join(", ");
  const { confidence } = event.verdict;
  return h("section", { class: "panel", "data-evidence": evidence.clipId || "" }, h("h2", {}, "What the verdict rests on"),
    clip?.thumbnailUrl ? h("img", { class: "clip", src: clip.thumbnailUrl, alt: "The moment in the clip", loading: "lazy" }) : "",
    h("dl", { class: "facts small" },
      fact("Clip", evidence.clipId), fact("At", Number.isFinite(evidence.atMs) ? `${(evidence.atMs / 1000).toFixed(1)} s` : ""),
      fact("Happened", when(event.verdict.decidedAt)), fact("Confidence", confidence == null ? "" : `${Math.round(confidence * 100)} %`),
      fact("Model", event.verdict.llmModel), fact("Prompts", versions), fact("Frame", evidence.frameSha256 ? `${evidence.frameSha256.slice(0, 16)}…` : "")),
    clip?.url ? h("button", { class: "btn btn-plain btn-small", type: "button", onclick: () => openLink(clip.url) }, "Watch the clip") : "");
};

const steps = (event) => {
  const phase = phaseOf(event);
  const at = { live: 1, closing: 1, waiting: 2, proposed: 3, settled: 4, voided: 4 }[phase];
  const names = ["Opened", "Voting", "Closed", "Verdict", phase === "voided" ? "Voided" : "Settled"];
  return h("ol", { class: "track", "aria-label": "Where this event is" }, names.map((name, n) =>
    h("li", { "data-done": String(n <= at), "aria-current": n === at ? "step" : null }, name)));
};

export const view = (root, { id }) => {
  root.replaceChildren(skeleton(6));
  let card = null;
  let clips = [];
  let timer = 0;
  let stopped = false;
  let unfollow = () => {};
  const track = h("div");
  const proof = h("div");
  const about = h("p", { class: "tiny muted" });

  const draw = () => {
    card.draw();
    track.replaceChildren(steps(card.event));
    proof.replaceChildren(evidenceBox(card.event, clips));
    const versions = Object.entries(card.event.promptVersions || {}).map(([name, version]) => `${name} ${version}`).join(", ");
    about.textContent = [`House ${card.event.rakeBps / 100} % of what losers staked`, versions && `opened by prompts ${versions}`].filter(Boolean).join(" · ");
  };
  const first = async (event) => {
    const streamer = event.streamerId ? await get(`/streamers/${event.streamerId}`).catch(() => null) : null;
    card = eventCard(event, { streamer: streamer?.displayName || event.streamerName, linked: false });
    root.replaceChildren(track, card.element, proof, about);
    if (event.streamerId) unfollow = follow([`streamer:${event.streamerId}`]);
    clips = event.streamerId ? items(await get(`/media/clips?streamerId=${event.streamerId}`).catch(() => [])) : [];
  };
  const readOutcome = async () => {
    const mine = items(await get("/votes/mine?limit=50").catch(() => [])).find((vote) => vote.eventId === id);
    if (mine) card.event.vote = mine;
  };
  const read = async () => {
    clearTimeout(timer);
    try {
      const event = eventOf(await get(`/events/${encodeURIComponent(id)}`));
      if (!card) await first(event);
      const vote = event.vote || card.event.vote;
      const newer = card.event.totals;
      Object.assign(card.event, event, { vote: vote && { ...card.event.vote, ...vote } });
      if (event.state === "live") takeTotals(card.event, newer);
      if (["settled", "voided"].includes(phaseOf(card.event))) await readOutcome();
      if (stopped) return;
      draw();
      root.dataset.state = "ready";
      if (!["settled", "voided"].includes(phaseOf(card.event)) || (card.event.vote && !card.event.vote.outcome)) timer = setTimeout(read, state.isLive ? CALM_MS : BUSY_MS);
    } catch (error) {
      if (!card) root.replaceChildren(errorBox(error, read));
      else if (!stopped) timer = setTimeout(read, CALM_MS);
    }
  };
  const onFrame = ({ type, payload = {} }) => {
    if (!card || (payload.eventId !== id && type !== "RESYNC")) return;
    if (type === "EVENT_UPDATED") {
      takeTotals(card.event, payload.totals, payload.pool);
      if (payload.closesAt) card.event.closesAt = Date.parse(payload.closesAt);
      draw();
    } else {
      read();
    }
  };
  read();
  const stop = listen(onFrame);
  return () => {
    stopped = true;
    clearTimeout(timer);
    stop();
    unfollow();
    card?.stop();
  };
};
