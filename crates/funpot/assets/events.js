// Events as the views know them, whatever door they came through.
import { now } from "./clock.js";

const sum = (totals) => Object.values(totals).reduce((all, value) => all + value, 0);

/** An event of the API or of a frame. */
export const eventOf = (given) => ({
  id: given.id || given.eventId,
  streamerId: given.streamerId || "",
  streamerName: given.streamerName || given.streamer?.displayName || "",
  title: given.title || "",
  kind: given.kind || "prediction",
  options: given.options || [],
  totals: given.totals || {},
  pool: given.pool ?? null,
  cost: given.costPerVote ?? 0,
  rakeBps: given.rakeBps ?? 500,
  closesAt: Date.parse(given.closesAt),
  closesAtText: given.closesAt || "",
  blind: Boolean(given.isBlind),
  state: given.state || "live",
  settlement: given.settlement || "none",
  settleAt: Date.parse(given.settleAt) || null,
  result: given.result || null,
  verdict: given.verdict || null,
  reason: given.reason || given.result?.reason || given.result?.outcome || null,
  vote: given.userVote || null,
  confidence: given.confidence ?? null,
  promptVersions: given.promptVersions || null,
  createdAt: given.createdAt || given.opensAt || "",
});

export const votesOf = (event) => sum(event.totals);

/** All stakes, in credits. */
export const poolOf = (event) => event.pool ?? votesOf(event) * event.cost;

export const winnerOf = (event) => event.result?.optionId ?? event.verdict?.optionId ?? null;

export const labelOf = (event, id) => event.options.find((option) => option.id === id)?.label || "";

/** What is going on, in one word. */
export const phaseOf = (event) => {
  if (event.settlement === "voided" || event.state === "cancelled") return "voided";
  if (event.settlement === "settled") return "settled";
  if (event.settlement === "proposed") return "proposed";
  if (event.state === "closed") return "waiting";
  return event.closesAt <= now() ? "closing" : "live";
};

/** What a stake on `id` would bring now, as if one more vote came. Null where nothing is staked. */
export const wouldPay = (event, id) => {
  const has = event.vote?.optionId;
  const mine = has ? 0 : event.cost;
  const won = (event.totals[id] || 0) * event.cost + mine;
  const all = poolOf(event) + mine;
  if (!event.cost || won <= 0) return null;
  const lost = Math.max(0, all - won);
  const rake = Math.floor((lost * event.rakeBps) / 10_000);
  return event.cost + Math.floor((event.cost * (lost - rake)) / won);
};

/** Totals only grow: an older answer changes nothing. */
export const takeTotals = (event, totals, pool) => {
  if (!totals || sum(totals) < votesOf(event)) return;
  event.totals = totals;
  if (pool != null) event.pool = pool;
};
