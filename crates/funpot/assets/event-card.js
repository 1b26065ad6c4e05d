// One event: its options as large targets, its pot as bars, the time that is left, and your vote. It changes in place.
import { countdown, credits, initial, number, share, signed } from "./format.js";
import { each, now } from "./clock.js";
import { errorBox, refundReason } from "./words.js";
import { h, show, write } from "./dom.js";
import { haptic } from "./telegram.js";
import { isOn, state, watch } from "./store.js";
import { labelOf, phaseOf, poolOf, votesOf, winnerOf, wouldPay } from "./events.js";
import { vote } from "./voting.js";

/** Seconds before closing in which the countdown is shown as urgent. */
const URGENT_S = 10;

const PHASES = {
  live: ["Live", "live"], closing: ["Closing", "warn"], waiting: ["Waiting for the verdict", "warn"],
  proposed: ["Verdict proposed", "warn"], settled: ["Settled", "good"], voided: ["Voided", "muted"],
};

const optionButton = (event, option, at, choose) => {
  const fill = h("span", { class: "fill" });
  const percent = h("span", { class: "percent" });
  const pays = h("span", { class: "pays" });
  const mark = h("span", { class: "chosen" });
  const button = h("button", { class: `option tone-${at % 10}`, type: "button", "data-option": option.id, "aria-pressed": "false", onclick: () => choose(option.id) },
    fill, h("span", { class: "label" }, option.label, mark), h("span", { class: "figures" }, percent, pays));
  const draw = (picked) => {
    const phase = phaseOf(event);
    const votes = event.totals[option.id] || 0;
    const part = share(votes, votesOf(event));
    const mine = event.vote?.optionId === option.id;
    const won = winnerOf(event) === option.id;
    const open = phase === "live" && !event.vote;
    fill.style.width = event.blind ? "0" : `${part}%`;
    write(percent, event.blind ? "hidden" : `${part}%`);
    const pay = phase === "live" && !event.blind ? wouldPay(event, option.id) : null;
    write(pays, pay ? `pays ${number(pay)}` : `${number(votes)} ${votes === 1 ? "vote" : "votes"}`);
    write(mark, [won ? (phase === "proposed" ? "proposed" : "won") : "", mine ? "your vote" : ""].filter(Boolean).join(" · "));
    button.disabled = !open;
    button.setAttribute("aria-pressed", String(mine || picked === option.id));
    button.dataset.mine = String(mine);
    button.dataset.won = String(won);
    button.dataset.picked = String(picked === option.id && open);
  };
  return { button, draw };
};

const stateLine = (event) => {
  const phase = phaseOf(event);
  const { payout, outcome } = event.vote || {};
  const label = event.vote ? labelOf(event, event.vote.optionId) : "";
  if (phase === "voided") return refundReason(event.reason);
  if (phase === "settled" && outcome === "won") return `You won ${credits(payout ?? 0)}, ${signed((payout ?? 0) - event.cost)} net.`;
  if (phase === "settled" && outcome === "lost") return `Not this time: your ${credits(event.cost)} went to the winners.`;
  if (phase === "settled" && outcome === "refunded") return `Your ${credits(event.cost)} came back: the vote arrived after it was decided.`;
  if (phase === "settled") return `It was “${labelOf(event, winnerOf(event))}”. The pot was shared.`;
  if (phase === "proposed" && !winnerOf(event)) return "It is proposed to be void: every stake would go back. That can be contradicted until the window ends.";
  if (phase === "proposed") return `“${labelOf(event, winnerOf(event))}” is proposed. It can be contradicted until the window ends.`;
  if (phase === "waiting") return event.vote ? `Closed. Your vote for “${label}” counts.` : "Closed. The verdict comes with its clip.";
  if (phase === "closing") return "Time is up. Counting the last votes.";
  if (event.vote) return event.cost ? `Your vote: “${label}”. ${credits(event.cost)} are in the pot.` : `Your vote: “${label}”.`;
  return event.cost ? `${credits(event.cost)} a vote, one vote each.` : "Free: one vote each.";
};

const confirmBar = (event, send, cancel) => {
  const button = h("button", { class: "btn btn-wide", type: "button", "data-act": "vote", onclick: send });
  const hint = h("p", { class: "hint" });
  const bar = h("div", { class: "confirm", hidden: true }, button, h("div", { class: "row row-apart" }, hint, h("button", { class: "btn btn-quiet btn-small", type: "button", onclick: cancel }, "Not this")));
  const draw = (picked, isPending) => {
    show(bar, Boolean(picked) && phaseOf(event) === "live" && !event.vote);
    if (!picked) return;
    const label = labelOf(event, picked);
    const pay = wouldPay(event, picked);
    const poor = event.cost > (state.balance ?? 0);
    const paused = !isOn("votes") || (event.cost > 0 && !isOn("paidVoting"));
    write(button, isPending ? "Sending your vote" : event.cost ? `Vote “${label}” for ${credits(event.cost)}` : `Vote “${label}”`);
    button.disabled = isPending || poor || paused;
    button.dataset.pending = String(isPending);
    write(hint, paused ? "Voting is paused by the house." : poor ? `You have ${credits(state.balance ?? 0)}. Buy some in the wallet.` : pay ? `If it wins as things stand: ${number(pay)} back.` : "It cannot be changed afterwards.");
  };
  return { bar, draw };
};

/** The card of an event. `element`, `draw()` after a change, `stop()` when it is taken away. */
export const eventCard = (event, { streamer = "", linked = true } = {}) => {
  let picked = null;
  let isPending = false;
  const options = event.options.map((option, at) => optionButton(event, option, at, (id) => {
    picked = picked === id ? null : id;
    haptic("select");
    draw();
  }));
  const left = h("span", { class: "countdown", role: "timer" });
  const tag = h("span", { class: "phase" });
  const pot = h("span", { class: "pot" });
  const line = h("p", { class: "line", role: "status", "aria-live": "polite" });
  const trouble = h("div", { class: "trouble" });
  const receipt = h("a", { class: "btn btn-plain btn-small", href: `/funpot/receipts/${event.id}`, hidden: true }, "Receipt");
  const send = async () => {
    isPending = true;
    trouble.replaceChildren();
    draw();
    try {
      const answer = await vote(event, picked, () => write(line, "No answer yet. Asking again; it counts once."));
      event.vote = { optionId: answer.optionId };
      event.totals = { ...event.totals, [answer.optionId]: (event.totals[answer.optionId] || 0) + 1 };
      if (event.pool != null) event.pool += event.cost;
      haptic("success");
    } catch (error) {
      haptic("error");
      refused(error);
    }
    isPending = false;
    picked = null;
    draw();
  };
  const refused = (error) => {
    if (error.code === "unknown") {
      trouble.replaceChildren(h("div", { class: "note note-warn", role: "alert" }, h("div", {}, h("p", {}, "We could not find out whether your vote arrived. If it did, it stands here after a reload and was paid once."))));
      return;
    }
    if (error.code === "event_closed" && event.state === "live") event.closesAt = Math.min(event.closesAt, now());
    trouble.replaceChildren(errorBox(error));
  };
  const confirm = confirmBar(event, send, () => {
    picked = null;
    draw();
  });
  const title = linked ? h("a", { href: `/funpot/events/${event.id}` }, event.title) : event.title;
  const element = h("article", { class: "event", "data-event": event.id },
    h("header", {}, h("span", { class: "face", "aria-hidden": "true" }, initial(streamer)), h("span", { class: "who" }, streamer || "A streamer"), tag, left),
    h("h2", {}, title),
    h("p", { class: "sum" }, pot),
    h("div", { class: "options", role: "group", "aria-label": event.title }, options.map(({ button }) => button)),
    confirm.bar, line, trouble, h("div", { class: "row" }, receipt));
  const beat = () => {
    const phase = phaseOf(event);
    const until = phase === "proposed" ? event.settleAt : phase === "live" ? event.closesAt : null;
    show(left, until != null);
    if (until != null) write(left, countdown(until - now()));
    element.dataset.urgent = String(phase === "live" && event.closesAt - now() < URGENT_S * 1_000);
    if (element.dataset.phase !== phase) draw();
  };
  const draw = () => {
    const phase = phaseOf(event);
    const [word, tone] = PHASES[phase];
    element.dataset.phase = phase;
    element.dataset.votes = String(votesOf(event));
    element.dataset.voted = event.vote?.optionId ?? "";
    write(tag, word);
    tag.className = `phase phase-${tone}`;
    write(pot, event.cost ? `Pot ${number(poolOf(event))} · ${number(votesOf(event))} ${votesOf(event) === 1 ? "vote" : "votes"}` : `${number(votesOf(event))} ${votesOf(event) === 1 ? "vote" : "votes"}, free`);
    options.forEach((option) => option.draw(picked));
    confirm.draw(picked, isPending);
    if (!isPending) write(line, event.blind && phase === "live" ? `${stateLine(event)} Totals are hidden until it closes.` : stateLine(event));
    show(receipt, phase === "settled" || (phase === "voided" && event.settlement === "voided"));
  };
  draw();
  const stops = [each(beat), watch(() => picked && draw())];
  return { element, event, draw, stop: () => stops.forEach((stop) => stop()) };
};

