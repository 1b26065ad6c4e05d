// Where sign-ins are signed: the browser's own wallet, or a demo key that is kept in this browser's storage.

import { hex, unhex, utf8 } from "./bytes.js";
import { store, stored } from "./dom.js";
import { addressOf, personalHash } from "./siwe.js";

const DEMO_KEY = "tap.demo-wallet";

/** The demo wallet of a browser that keeps nothing, for as long as the page lives. */
let unkept = null;

/** `r || s || v` of a digest, as wallets write it. The library puts the recovery number first. */
export async function signDigest(digest, secret) {
  const { signAsync } = await import("./secp256k1.js");
  const made = await signAsync(digest, secret, { prehash: false, format: "recovered" });
  return `0x${hex(made.slice(1))}${(27 + made[0]).toString(16)}`;
}

export const hasInjected = () => typeof globalThis.ethereum?.request === "function";

/** The browser's wallet; asks the person for an account, then for each signature. */
export async function injected() {
  const [address] = await globalThis.ethereum.request({ method: "eth_requestAccounts" });
  const sign = (text) => globalThis.ethereum.request({ method: "personal_sign", params: [`0x${hex(utf8(text))}`, address] });
  return { address, sign, kind: "wallet" };
}

/** The demo wallet of this browser, made when there is none. */
export async function demo() {
  const { getPublicKey, utils } = await import("./secp256k1.js");
  const kept = stored(DEMO_KEY) ?? unkept;
  const secret = kept ? unhex(kept) : utils.randomSecretKey();
  if (!kept) {
    unkept = hex(secret);
    store(DEMO_KEY, unkept);
  }
  return { address: addressOf(getPublicKey(secret, false)), sign: (text) => signDigest(personalHash(text), secret), kind: "demo" };
}

export const hasDemo = () => (stored(DEMO_KEY) ?? unkept) !== null;
