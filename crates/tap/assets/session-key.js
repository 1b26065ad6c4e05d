// The key that signs bets: Ed25519 that no script can read out where the browser has it, else secp256k1.
// It lives in IndexedDB beside the session and is thrown away with it.

import { hex, unhex, utf8 } from "./bytes.js";
import { personalHash } from "./siwe.js";
import { signDigest } from "./wallet.js";

const [DATABASE, STORE, SLOT] = ["tap", "keys", "session"];

/** A store that has not opened after this long will not: another page holds it, or the browser has none for this site. */
const OPEN_MAX_MS = 3000;

/** Runs `act` on the store. Rejects with whatever the browser throws, wherever it throws it, and when it says nothing at all. */
function withStore(mode, act) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the browser's store does not open")), OPEN_MAX_MS);
    const end = (settle) => (value) => { clearTimeout(timer); settle(value); };
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => end(reject)(opening.error);
    opening.onblocked = () => end(reject)(new Error("another page holds the browser's store"));
    opening.onsuccess = () => {
      const database = opening.result;
      const fail = (error) => { database.close(); end(reject)(error); };
      // What is thrown in here reaches nobody who waits for the promise.
      try {
        const transaction = database.transaction(STORE, mode);
        const request = act(transaction.objectStore(STORE));
        transaction.oncomplete = () => { database.close(); end(resolve)(request.result); };
        transaction.onerror = transaction.onabort = () => fail(transaction.error ?? request.error);
      } catch (error) {
        fail(error);
      }
    };
  });
}

const keep = (key) => withStore("readwrite", (store) => store.put(key, SLOT));

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

/** A new key, kept where the browser can: one that it cannot store is made anew as one that it can, and where it stores nothing the
 * key lives as long as the page. */
export async function makeKey() {
  const made = await makeEd25519().catch(makeSecp256k1);
  try {
    await keep(made);
    return made;
  } catch {
    return made.scheme === "ed25519" ? keepPlain(made) : made;
  }
}

async function keepPlain(unkept) {
  const plain = await makeSecp256k1();
  return keep(plain).then(() => plain, () => unkept);
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
