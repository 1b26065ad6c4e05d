// One line of a list of events that are over.
import { h } from "./dom.js";
import { labelOf, phaseOf, poolOf, votesOf, winnerOf } from "./events.js";
import { number } from "./format.js";

const SAYS = { waiting: "waiting for the verdict", proposed: "verdict proposed", voided: "voided, stakes returned", closing: "closing", live: "live" };

export const outcomeRow = (event, streamer = "") => {
  const phase = phaseOf(event);
  const word = phase === "settled" ? labelOf(event, winnerOf(event)) || "settled" : SAYS[phase];
  return h("a", { class: "line-row", href: `/funpot/events/${event.id}`, "data-phase": phase },
    h("span", { class: "what" }, h("b", {}, event.title), h("small", {}, [streamer, event.cost ? `pot ${number(poolOf(event))}` : `${number(votesOf(event))} votes`].filter(Boolean).join(" · "))),
    h("span", { class: `end end-${phase}` }, word));
};
