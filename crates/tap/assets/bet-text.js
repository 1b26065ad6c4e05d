// The text of a bet, which the session's key signs. Pure; the server rebuilds it byte for byte.

/** LF only, no LF at its end. The least acceptable rate may be left out. Numbers are whole and written in decimal. */
export function betText(bet) {
  return [
    "Fairground Tap bet",
    "Action: place_bet",
    `Domain: ${bet.domain}`,
    `Cell: ${bet.cell_id}`,
    `Amount: ${bet.amount}`,
    `Rate: ${bet.rate}`,
    ...(Number.isInteger(bet.min_rate) ? [`MinRate: ${bet.min_rate}`] : []),
    `QuoteSeq: ${bet.quote_seq}`,
    `Nonce: ${bet.nonce}`,
    `Timestamp: ${bet.timestamp}`,
    `Chain: ${bet.chain_id}`,
    `Version: ${bet.version}`,
  ].join("\n");
}

/** The fields of such a text by their names; null when it is not one. */
export function readBetText(text) {
  const [first, ...lines] = text.split("\n");
  if (first !== "Fairground Tap bet") return null;
  const pairs = lines.map((line) => /^([A-Za-z]+): (.+)$/.exec(line));
  return pairs.every(Boolean) ? Object.fromEntries(pairs.map(([, name, value]) => [name, value])) : null;
}
