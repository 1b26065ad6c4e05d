// The sign-in message of EIP-4361, the address of a key, and the hash that wallets sign (EIP-191). Pure.

import { concat, hex, utf8 } from "./bytes.js";
import { keccak256 } from "./keccak.js";

/** An address with the capitals of EIP-55. */
export function checksummed(address) {
  const plain = address.toLowerCase().replace(/^0x/, "");
  const digest = hex(keccak256(utf8(plain)));
  return `0x${Array.from(plain, (digit, at) => parseInt(digest[at], 16) >= 8 ? digit.toUpperCase() : digit).join("")}`;
}

/** The address of an uncompressed public key (65 bytes, the first is 4). */
export const addressOf = (key) => checksummed(hex(keccak256(key.slice(1)).slice(12)));

/** What `personal_sign` hashes; the length counts bytes. */
export function personalHash(text) {
  const bytes = utf8(text);
  return keccak256(concat(utf8(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes));
}

/** The message, LF only, no LF at its end. `offer` is the server's nonce answer. */
export function siweText(offer, address, resource) {
  return [
    `${offer.domain} wants you to sign in with your Ethereum account:`,
    checksummed(address),
    "",
    offer.statement,
    "",
    `URI: ${offer.uri}`,
    "Version: 1",
    `Chain ID: ${offer.chain_id}`,
    `Nonce: ${offer.nonce}`,
    `Issued At: ${offer.issued_at}`,
    "Resources:",
    `- ${resource}`,
  ].join("\n");
}
