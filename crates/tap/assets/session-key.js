// The key that signs bets: Ed25519 that no script can read out where the browser has it, else secp256k1.
// It lives in IndexedDB beside the session and is thrown away with it.

import { hex, unhex, utf8 } from "./bytes.js";
import { personalHash } from "./siwe.js";
import { signDigest } from "./wallet.js";

const [DATABASE, STORE, SLOT] = ["tap", "keys", "session"];

function withStore(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => { opening.result.close(); resolve(request.result); };
      transaction.onerror = () => reject(transaction.error);
    };
  });
}

async function makeEd25519() {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  const key = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { scheme: "ed25519", key: `0x${hex(key)}`, secret: pair.privateKey };
}

async function makeSecp256k1() {
  const { getPublicKey, utils } = await import("./secp256k1.js");
  const secret = utils.randomSecretKey();
  return { scheme: "secp256k1", key: `0x${hex(getPublicKey(secret))}`, secret: hex(secret) };
}

/** A new key, kept. */
export async function makeKey() {
  const made = await makeEd25519().catch(makeSecp256k1);
  await withStore("readwrite", (store) => store.put(made, SLOT));
  return made;
}

export const keptKey = () => withStore("readonly", (store) => store.get(SLOT));
export const dropKey = () => withStore("readwrite", (store) => store.delete(SLOT));

/** How the sign-in message names a key. */
export const resourceOf = ({ scheme, key }) => scheme === "ed25519" ? `urn:tap:session-key:ed25519:${key}` : `urn:tap:session-key:${key}`;

/** The signature over a bet's text, hex with 0x. */
export async function signText({ scheme, secret }, text) {
  if (scheme === "secp256k1") return signDigest(personalHash(text), unhex(secret));
  return `0x${hex(new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, secret, utf8(text))))}`;
}
