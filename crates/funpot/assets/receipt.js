// Checking a receipt without trusting whoever sent it: everything in it that can be computed is computed again from its votes.
import { bytesOf, canonical, sha256 } from "./canonical.js";

const sum = (values) => values.reduce((all, value) => all + BigInt(value), 0n);
const BASIS_POINTS = 10_000n;

/** Microseconds since 1970 of an RFC 3339 text, exactly. */
const micros = (text) => {
  const fraction = /\.(\d+)/.exec(text)?.[1] || "";
  return BigInt(Date.parse(text.replace(/\.\d+/, ""))) * 1_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
};

/** What each vote is due by the published formula: pari-mutuel, the rake from losers only, late votes given back. */
export const split = (body) => {
  const { votes, result, parameters } = body;
  const decided = micros(result.decidedAt);
  const stakeOf = (vote) => BigInt(vote.stake);
  if (result.outcome === "voided") return { payouts: votes.map(stakeOf), rake: 0n, late: 0, winning: 0n, losing: 0n };
  const counts = (vote) => micros(vote.acceptedAt) <= decided;
  const won = (vote) => vote.optionId === result.optionId;
  const winning = sum(votes.filter((vote) => counts(vote) && won(vote)).map(({ stake }) => stake));
  const losing = sum(votes.filter((vote) => counts(vote) && !won(vote)).map(({ stake }) => stake));
  const rake = (losing * BigInt(parameters.rakeBps)) / BASIS_POINTS;
  const due = (vote) => {
    if (!counts(vote)) return stakeOf(vote);
    if (!won(vote)) return 0n;
    return stakeOf(vote) + (winning > 0n ? (stakeOf(vote) * (losing - rake)) / winning : 0n);
  };
  return { payouts: votes.map(due), rake, late: votes.filter((vote) => !counts(vote)).length, winning, losing };
};

const signed = async ({ hash, signature, publicKey }) => {
  try {
    const key = await crypto.subtle.importKey("raw", bytesOf(publicKey), { name: "Ed25519" }, false, ["verify"]);
    return (await crypto.subtle.verify({ name: "Ed25519" }, key, bytesOf(signature), bytesOf(hash))) ? "yes" : "no";
  } catch (error) {
    return error.name === "NotSupportedError" || error.name === "SyntaxError" ? "unable" : "no";
  }
};

const verdict = (ok) => (ok ? "yes" : "no");

const totalsCheck = (body) => {
  const wrong = Object.entries(body.totals).filter(([option, total]) => {
    const own = body.votes.filter((vote) => vote.optionId === option);
    return own.length !== total.votes || sum(own.map(({ stake }) => stake)) !== BigInt(total.stake);
  });
  return { name: "totals", verdict: verdict(!wrong.length), title: "Votes and stakes of each option", text: wrong.length ? `${wrong.map(([option]) => option).join(", ")}: the list of votes gives something else` : `Counted again from ${body.votes.length} votes.` };
};

const payoutCheck = (body, found) => {
  const wrong = body.votes.filter((vote, at) => BigInt(vote.payout) !== found.payouts[at]);
  return { name: "payouts", verdict: verdict(!wrong.length), title: "Every payout", text: wrong.length ? `${wrong.length} of ${body.votes.length} are not what the formula gives` : `All ${body.votes.length} are what the formula gives${found.late ? `; ${found.late} came after it was decided and got the stake back` : ""}.` };
};

const sumCheck = (body, found) => {
  const stakes = sum(body.votes.map(({ stake }) => stake));
  const paid = sum(body.votes.map(({ payout }) => payout));
  const right = found.rake === BigInt(body.rake) && stakes - paid - found.rake === BigInt(body.rounding) && BigInt(body.rounding) >= 0n;
  return { name: "sums", verdict: verdict(right), title: "Payouts, rake and rounding are the pot", text: `${stakes} staked = ${paid} paid + ${body.rake} rake + ${body.rounding} rounding${right ? "." : ", which is wrong."}` };
};

const ownCheck = async (body, mine) => {
  const hash = await sha256(`${mine.salt}:${mine.userId}`);
  const row = body.votes.find(({ userHash }) => userHash === hash);
  const right = row && row.optionId === mine.optionId && BigInt(row.stake) === BigInt(mine.cost) && (mine.payout == null || BigInt(row.payout) === BigInt(mine.payout));
  return { name: "own", verdict: verdict(right), title: "Your own vote is in it", text: row ? `Found by your salt: ${row.stake} on “${row.optionId}”, ${row.payout} back.` : "No row carries your hash.", row: row?.voteId };
};

/**
 * All checks, in the order in which they are shown. `key` is the key the server publishes, `mine` the caller's own vote with its
 * salt, where there is one.
 */
export const check = async (receipt, { key = "", mine = null } = {}) => {
  const { body } = receipt;
  const hash = await sha256(canonical(body));
  const found = split(body);
  const signature = await signed(receipt);
  const checks = [
    { name: "hash", verdict: verdict(hash === receipt.hash), title: "SHA-256 of the canonical text", text: hash === receipt.hash ? `${hash.slice(0, 24)}… computed from the receipt itself.` : `We get ${hash.slice(0, 16)}…, the receipt says ${String(receipt.hash).slice(0, 16)}….` },
    { name: "signature", verdict: signature, title: "Ed25519 signature", text: { yes: "The key in the receipt signed this hash.", no: "The signature does not fit.", unable: "This browser cannot check Ed25519. Save the receipt and use the program." }[signature] },
    { name: "key", verdict: key ? verdict(key === receipt.publicKey) : "unable", title: "The key is the published one", text: key ? `Compared with the one at /funpot/api/receipts/key: ${key.slice(0, 16)}….` : "The published key could not be fetched." },
    totalsCheck(body), payoutCheck(body, found), sumCheck(body, found),
  ];
  if (mine) checks.push(await ownCheck(body, mine));
  return { checks, found };
};
