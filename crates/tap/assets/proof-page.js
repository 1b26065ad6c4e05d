// The proof's page: fetches the proof of one bet, has it checked, and says what came of it.

import { proofText } from "./api.js";
import { heardHeads } from "./heads.js";
import { captionOf, drawProof } from "./proof-picture.js";
import { checkProof } from "./proof.js";
import { explain } from "./words.js";

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
  $("verdict-title").textContent = title;
  $("verdict-text").textContent = text;
}

function conclude(steps) {
  if (steps.some((step) => step.verdict === "no")) return verdict("no", "This proof does not hold", "Save it and send it to us with this page's address.");
  const unseen = steps.filter((step) => step.verdict === "open").length;
  verdict("yes", "This proof holds", unseen ? "Everything that can be checked here was recomputed by your browser." : "Every step was recomputed by your browser.");
}

try {
  const text = await proofText(page.dataset.bet);
  const { proof, steps } = await checkProof(text, heardHeads());
  $("checks").replaceChildren(...steps.map(stepItem));
  conclude(steps);
  $("download").href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  if (proof) {
    drawProof($("picture"), proof);
    $("picture-text").textContent = captionOf(proof);
    $("signed").textContent = proof.signed.text;
  }
} catch (error) {
  $("checks").replaceChildren();
  const missing = error.status === 404;
  verdict("open", missing ? "No proof yet" : "Not fetched", missing ? "There is one as soon as the bet is settled. Come back then." : explain(error.code ?? "offline", error.message));
}
