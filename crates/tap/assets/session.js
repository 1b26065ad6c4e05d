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
  if (next) localStorage.setItem(KEPT, JSON.stringify({ ...next, key: undefined }));
  else localStorage.removeItem(KEPT);
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
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  const key = kept && await keptKey().catch(() => null);
  if (!kept || !key) return null;
  use({ ...kept, key });
  try {
    return (await api.session()).user;
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error;
    await forget();
    return null;
  }
}

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
export async function signedBet({ cell_id, amount, rate, quote_seq, nonce, timestamp }) {
  const { domain, chain_id, key } = current;
  const text = betText({ domain, cell_id, amount, rate, quote_seq, nonce, timestamp, chain_id, version: 1 });
  const signature = await signText(key, text);
  return { cell_id, amount, quote_seq, rate_seen: rate, nonce, timestamp, chain_id, contract_version: 1, signature };
}
