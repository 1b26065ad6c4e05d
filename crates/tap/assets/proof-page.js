// The proof's page: fetches the proof of one bet, has it checked, and says what came of it.

import { proofText } from "./api.js";
import { heardHeads } from "./heads.js";
import { captionOf, drawProof } from "./proof-picture.js";
import { checkProof } from "./proof.js";
import { explain } from "./words.js";

/** The least time between two looks for a proof that is not sealed yet, s. */
const AGAIN_MIN_S = 2;

const $ = (id) => document.getElementById(id);
const page = $("proof");

const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text ?? "" });

function stepItem({ name, verdict, text }) {
  const item = make("li", "check");
  item.dataset.verdict = verdict;
  const dot = make("span", "mark-dot");
  dot.setAttribute("aria-hidden", "true");
  const words = make("div", "");
  const said = { yes: "holds", no: "does not hold", open: "not checked here" }[verdict];
  const title = make("h3", "", name);
  title.append(make("span", "sr", `: ${said}`));
  words.append(title, make("p", "", text));
  item.append(dot, words);
  return item;
}

function verdict(kind, title, text) {
  page.dataset.state = kind;
  $("verdict").dataset.verdict = kind;
  // A countdown is not read aloud each second.
  $("verdict").setAttribute("aria-live", kind === "waiting" && page.dataset.waits === "yes" ? "off" : "polite");
  page.dataset.waits = kind === "waiting" ? "yes" : "no";
  $("verdict-title").textContent = title;
  $("verdict-text").textContent = text;
}

function conclude(steps) {
  if (steps.some((step) => step.verdict === "no")) return verdict("no", "This proof does not hold", "Save it and send it to us with this page's address.");
  const unseen = steps.filter((step) => step.verdict === "open").map((step) => step.name.toLowerCase());
  verdict("yes", "This proof holds", unseen.length ? `Your browser recomputed what it can. Not compared here: ${unseen.join(", ")}.` : "Your browser recomputed every step and compared the head with the one it heard.");
}

const second = () => new Promise((done) => { setTimeout(done, 1000); });

/** Counts down to the next look; the server says when the minute of the column's last tick will be sealed. */
async function waitForSeal(seconds) {
  $("download").hidden = true;
  for (let left = Math.max(AGAIN_MIN_S, seconds); left > 0; left -= 1) {
    verdict("waiting", "Not sealed yet", `A proof is sealed at the end of its minute: in about ${left} s. It is checked here then.`);
    await second();
  }
}

/** The proof's text, as soon as it is sealed. */
async function whenSealed() {
  for (;;) {
    try {
      return await proofText(page.dataset.bet);
    } catch (error) {
      if (error.code !== "proof_pending") throw error;
      await waitForSeal(error.retryAfter);
    }
  }
}

try {
  const text = await whenSealed();
  verdict("checking", "Checking", "Your browser recomputes every step.");
  const { proof, steps } = await checkProof(text, heardHeads());
  $("checks").replaceChildren(...steps.map(stepItem));
  conclude(steps);
  $("download").hidden = false;
  $("download").href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  if (proof) {
    drawProof($("picture"), proof);
    $("picture-text").textContent = captionOf(proof);
    $("signed").textContent = proof.signed.text;
  }
} catch (error) {
  $("checks").replaceChildren();
  $("download").hidden = true;
  for (const part of [$("picture").parentElement, $("signed").parentElement]) part.hidden = true;
  const missing = error.status === 404;
  verdict("open", missing ? "No proof" : "Not fetched", missing ? "There is no such bet, or it was never placed." : explain(error.code ?? "offline", error.message));
}
