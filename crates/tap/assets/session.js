// Who is signed in here: sign in, restore after a reload, sign bets, sign out.

import { Refused, api, useSession } from "./api.js";
import { betText } from "./bet-text.js";
import { dropKey, keptKey, makeKey, resourceOf, signText } from "./session-key.js";
import { siweText } from "./siwe.js";

const KEPT = "tap.session";

let current = null;
let ticket = null;

export const session = () => current;

function use(next) {
  current = next;
  useSession(next?.session_id);
  try {
    if (next) localStorage.setItem(KEPT, JSON.stringify({ ...next, key: undefined }));
    else localStorage.removeItem(KEPT);
  } catch { /* a browser that keeps nothing: the session lives as long as this page */ }
}

/** Signs in with `wallet` (see wallet.js): one message, one signature, a key for the bets. Gives the user. */
export async function signIn(wallet) {
  const [offer, key] = await Promise.all([api.nonce(wallet.address), makeKey()]);
  const message = siweText(offer, wallet.address, resourceOf(key));
  const answer = await api.login(message, await wallet.sign(message));
  ticket = answer.ws_ticket ?? null;
  use({ session_id: answer.session_id, wallet: answer.user.wallet, expires_at: answer.expires_at, domain: offer.domain, chain_id: offer.chain_id, scheme: key.scheme, kind: wallet.kind, key });
  return answer.user;
}

/** Takes up the session of an earlier visit; gives the user, or null when there is none any more. */
export async function restore() {
  const kept = keptSession();
  const key = kept && await keptKey().catch(() => null);
  if (!kept || !key) return null;
  use({ ...kept, key });
  try {
    return await refresh();
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    await forget();
    return null;
  }
}

/** Asks who is signed in, and takes the new id that a session of half a day is due; key and end stay. Gives the user. */
export async function refresh() {
  const { user, rotation_due } = await api.session();
  if (rotation_due) await (navigator.locks?.request(KEPT, rotate) ?? rotate());
  return user;
}

/** One page of this browser exchanges the id, all others take it up from where it is kept. */
async function rotate() {
  if (!current) return;
  const kept = keptSession();
  if (kept?.wallet === current.wallet && kept.session_id !== current.session_id) return use({ ...current, session_id: kept.session_id });
  const { session_id } = await api.rotate();
  if (current) use({ ...current, session_id });
}

function keptSession() {
  try { return JSON.parse(localStorage.getItem(KEPT) ?? "null"); } catch { return null; }
}

addEventListener("storage", ({ key }) => {
  const kept = key === KEPT && current && keptSession();
  if (kept && kept.wallet === current.wallet) {
    current = { ...current, session_id: kept.session_id };
    useSession(kept.session_id);
  }
});

export async function forget() {
  use(null);
  ticket = null;
  await dropKey().catch(() => {});
}

export async function signOut() {
  await api.logout().catch(() => {});
  await forget();
}

/** A one-time ticket for the socket; null when nobody is signed in. The log-in's own is used up first. */
export async function wsTicket() {
  if (!current) return null;
  const kept = ticket;
  ticket = null;
  return kept ?? (await api.ticket()).ws_ticket;
}

/** The body of `POST /bets`, signed. */
export async function signedBet({ cell_id, amount, rate, min_rate, quote_seq, nonce, timestamp }) {
  const { domain, chain_id, key } = current;
  const text = betText({ domain, cell_id, amount, rate, min_rate, quote_seq, nonce, timestamp, chain_id, version: 1 });
  const signature = await signText(key, text);
  return { cell_id, amount, quote_seq, rate_seen: rate, min_rate, nonce, timestamp, chain_id, contract_version: 1, signature };
}
