// The receipt of an event, recomputed by this page, which says exactly what it compared.
import { check } from "./receipt.js";
import { errorBox, refundReason } from "./words.js";
import { get, items } from "./api.js";
import { h, skeleton } from "./dom.js";
import { number, when } from "./format.js";
import { state } from "./store.js";

const ROWS_MAX = 200;
const WORDS = { yes: "holds", no: "does not hold", unable: "not checked" };

const checkRow = ({ name, verdict, title, text }) => h("li", { class: "check", "data-check": name, "data-verdict": verdict },
  h("b", {}, title, h("span", { class: "sr" }, `: ${WORDS[verdict]}`)), h("span", { class: "small muted" }, text));

const voteRow = (vote, at, expected, own) => h("tr", { "data-own": String(vote.voteId === own), "data-right": String(BigInt(vote.payout) === expected) },
  h("td", {}, number(at + 1)), h("td", { class: "mono" }, vote.voteId === own ? "you" : vote.userHash.slice(0, 8)), h("td", {}, vote.optionId), h("td", {}, number(vote.stake)), h("td", {}, number(vote.payout)));

const summary = (body) => {
  const label = body.terms.options.find(({ id }) => id === body.result.optionId)?.label;
  return h("section", { class: "panel" }, h("h2", {}, body.terms.title),
    h("p", {}, body.result.outcome === "voided" ? refundReason(body.result.reason) : `It was “${label || body.result.optionId}”.`),
    h("dl", { class: "facts small" }, h("dt", {}, "Pot"), h("dd", {}, number(body.pool)), h("dt", {}, `Rake, ${body.parameters.rakeBps / 100} % of losers`), h("dd", {}, number(body.rake)),
      h("dt", {}, "Rounding"), h("dd", {}, number(body.rounding)), h("dt", {}, "Decided"), h("dd", {}, when(body.result.decidedAt)),
      body.chainHead ? [h("dt", {}, "Ledger block"), h("dd", {}, number(body.chainHead.height))] : []),
    body.previous ? h("p", { class: "small" }, `This corrects an earlier receipt, ${body.previous.slice(0, 16)}….`) : "");
};

const votesTable = (body, found, own) => h("details", { class: "panel fold" }, h("summary", {}, `All ${number(body.votes.length)} votes`),
  h("div", { class: "table-wrap" }, h("table", { class: "table" }, h("thead", {}, h("tr", {}, ["#", "Voter", "Option", "Stake", "Back"].map((name) => h("th", {}, name)))),
    h("tbody", {}, body.votes.slice(0, ROWS_MAX).map((vote, at) => voteRow(vote, at, found.payouts[at], own))))),
  body.votes.length > ROWS_MAX ? h("p", { class: "tiny muted" }, `The first ${ROWS_MAX}; all of them were checked and are in the file.`) : "");

export const view = (root, { id }) => {
  root.dataset.state = "loading";
  const box = h("div", { class: "verdict-line", role: "status", "data-verdict": "checking" }, h("b", {}, "Checking"), h("span", {}, " This page recomputes the receipt."));
  root.replaceChildren(h("h2", { class: "view-title" }, "Receipt"), box, skeleton(6));
  const load = async () => {
    try {
      const receipt = await get(`/events/${encodeURIComponent(id)}/receipt`);
      const [{ publicKey = "" }, votes] = await Promise.all([get("/receipts/key").catch(() => ({})), get("/votes/mine?limit=100").catch(() => [])]);
      const vote = items(votes).find(({ eventId }) => eventId === receipt.body.eventId);
      const mine = vote && state.me ? { ...vote, userId: state.me.userId } : null;
      const { checks, found } = await check(receipt, { key: publicKey, mine });
      const bad = checks.some(({ verdict }) => verdict === "no");
      const unable = checks.some(({ verdict }) => verdict === "unable");
      box.dataset.verdict = bad ? "no" : unable ? "unable" : "yes";
      box.replaceChildren(h("b", {}, bad ? "This receipt does not hold" : unable ? "What could be checked holds" : "Everything holds"), h("span", {}, bad ? " Save it: it is proof against us." : " Computed here from the receipt alone."));
      const file = URL.createObjectURL(new Blob([JSON.stringify(receipt)], { type: "application/json" }));
      root.replaceChildren(h("h2", { class: "view-title" }, "Receipt"), box, h("ol", { class: "checks" }, checks.map(checkRow)), summary(receipt.body), votesTable(receipt.body, found, checks.find(({ row }) => row)?.row),
        h("div", { class: "row" }, h("a", { class: "btn btn-plain", id: "download", href: file, download: "receipt.json" }, "Save receipt.json"), h("a", { class: "btn btn-quiet", href: `/funpot/events/${id}` }, "The event")),
        h("p", { class: "muted small" }, "Check it without us, offline:"), h("pre", { class: "cmd" }, h("code", {}, "fairground verify receipt.json")));
      root.dataset.state = bad ? "no" : "yes";
    } catch (error) {
      box.remove();
      root.dataset.state = "error";
      root.replaceChildren(h("h2", { class: "view-title" }, "Receipt"), error.code === "not_found"
        ? h("div", { class: "note" }, h("div", {}, h("p", {}, "There is no receipt yet. It appears when the pot is shared."), h("div", { class: "row" }, h("a", { class: "btn btn-plain btn-small", href: `/funpot/events/${id}` }, "The event")))) : errorBox(error, load));
    }
  };
  load();
};
