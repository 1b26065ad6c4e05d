// The account's button and its two sheets: sign in, play money, sign out.

import { Refused, api } from "./api.js";
import { $, say, text, toast } from "./dom.js";
import { moment } from "./format.js";
import { session, signIn, signOut } from "./session.js";
import { demo, hasDemo, hasInjected, injected } from "./wallet.js";
import { showWithdrawals, startWithdrawals } from "./withdraw.js";
import { explain } from "./words.js";

/** `arrived(user)` and `left()` hear of who is here; `balance(cents)` of play money. */
let listener = { arrived() {}, left() {}, balance() {} };

export function showPerson(user) {
  $("account").dataset.signed = user ? "yes" : "no";
  text($("account-name"), user ? `${user.wallet.slice(0, 6)}…${user.wallet.slice(-4)}` : "Sign in");
  if (!user) {
    text($("account-note"), "");
    if ($("faucet")) $("faucet").disabled = false;
    return;
  }
  const { scheme, expires_at, kind } = session();
  $("account").dataset.kind = kind;
  text($("account-wallet"), user.wallet);
  text($("account-key"), scheme === "ed25519" ? "an Ed25519 key nobody can read out" : "a secp256k1 key of this page");
  text($("account-until"), new Date(moment(expires_at)).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
}

export function openSignIn() {
  $("with-wallet").hidden = !hasInjected();
  // There is no demo wallet where money is real: nobody could move its key elsewhere.
  if ($("with-demo")) {
    $("with-demo").classList.toggle("btn-plain", hasInjected());
    text($("with-demo"), hasDemo() ? "Use this browser's demo wallet" : "Make a demo wallet here");
  } else {
    $("no-wallet").hidden = hasInjected();
  }
  $("sign-in-error").hidden = true;
  $("sign-in").showModal();
}

async function signInWith(source) {
  const buttons = [$("with-wallet"), $("with-demo")].filter(Boolean);
  for (const button of buttons) button.disabled = true;
  $("sign-in-error").hidden = true;
  try {
    const user = await signIn(await source());
    $("sign-in").close();
    say("You are signed in.");
    if (user.balance === 0 && $("faucet")) user.balance = await faucet() ?? 0;
    listener.arrived(user);
  } catch (error) {
    text($("sign-in-error"), trouble(error));
    $("sign-in-error").hidden = false;
  }
  for (const button of buttons) button.disabled = false;
}

function trouble(error) {
  if (error instanceof Refused) return explain(error.code, error.message);
  if (!isSecureContext) return "Browsers make keys only over https, or on the machine itself. Open this page there.";
  if (error.code === 4001) return "You declined in your wallet. Nothing happened.";
  return "That did not work. Nothing happened. Try again.";
}

function openAccount() {
  $("account-sheet").showModal();
  showWithdrawals();
}

/** Play money, once a day; gives the new balance, or nothing. */
async function faucet() {
  try {
    const { balance, paid, next_at } = await api.faucet();
    listener.balance(balance);
    const next = new Date(moment(next_at)).toLocaleString([], { weekday: "short", hour: "2-digit", minute: "2-digit" });
    $("faucet").disabled = true;
    text($("account-note"), paid ? `Today's $1,000 is yours. The next comes ${next}.` : `You had today's $1,000 already, when you signed in. The next comes ${next}.`);
    if (paid) toast("faucet", { words: "$1,000 of play money is yours. Tap a cell." });
    return balance;
  } catch (error) {
    text($("account-note"), error instanceof Refused ? explain(error.code, error.message) : explain("offline"));
    return undefined;
  }
}

export function startPerson(heard) {
  listener = heard;
  startWithdrawals();
  $("account").addEventListener("click", () => session() ? openAccount() : openSignIn());
  $("with-wallet").addEventListener("click", () => signInWith(injected));
  $("with-demo")?.addEventListener("click", () => signInWith(demo));
  $("sign-in-close").addEventListener("click", () => $("sign-in").close());
  $("account-close").addEventListener("click", () => $("account-sheet").close());
  $("faucet")?.addEventListener("click", faucet);
  $("sign-out").addEventListener("click", async () => {
    await signOut();
    $("account-sheet").close();
    listener.left();
  });
}
