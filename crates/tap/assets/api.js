// The REST door. Answers are plain objects; refusals are thrown as `Refused` with the API's code.

export class Refused extends Error {
  constructor(status, body, retryAfter) {
    super(body.message ?? body.title ?? "refused");
    Object.assign(this, { status, code: body.error ?? "", details: body.details ?? {}, requestId: body.request_id ?? "", retryAfter });
  }
}

/** The line broke, so whether it arrived is not known. */
export class Unheard extends Error {}

/** How long an answer may take; the server itself gives up after 5 s. */
const PATIENCE_MS = 8000;

let bearer = "";
let onSignedOut = () => {};

export const useSession = (id) => { bearer = id ?? ""; };
export const whenSignedOut = (act) => { onSignedOut = act; };

async function ask(method, path, body, key) {
  const headers = { accept: "application/json" };
  if (body) headers["content-type"] = "application/json";
  if (key) headers["idempotency-key"] = key;
  if (bearer) headers.authorization = `Bearer ${bearer}`;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  let response, answer;
  try {
    response = await fetch(`/tap/api${path}`, { method, headers, signal, cache: "no-store", body: body && JSON.stringify(body) });
    answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
  } catch (error) {
    throw new Unheard(error.message);
  }
  if (response.ok) return answer;
  if (response.status === 401 && bearer && answer.error === "invalid_session") onSignedOut();
  throw new Refused(response.status, answer, Number(response.headers.get("retry-after")) || 0);
}

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined && value !== "")).toString();

export const api = {
  nonce: (wallet) => ask("GET", `/auth/nonce?${query({ wallet })}`),
  login: (message, signature) => ask("POST", "/auth/login", { message, signature }),
  logout: () => ask("POST", "/auth/logout"),
  session: () => ask("GET", "/auth/session"),
  rotate: () => ask("POST", "/auth/rotate"),
  ticket: () => ask("POST", "/auth/ws-ticket"),
  grid: () => ask("GET", "/grid"),
  place: (bet) => ask("POST", "/bets", bet),
  bets: (values = {}) => ask("GET", `/bets?${query(values)}`),
  bet: (id) => ask("GET", `/bets/${id}`),
  balance: () => ask("GET", "/balance"),
  history: (from, to, step) => ask("GET", `/prices/history?${query({ from, to, step })}`),
  faucet: () => ask("POST", "/demo/faucet"),
  withdrawals: (values = {}) => ask("GET", `/withdrawals?${query(values)}`),
  withdraw: (wish, key) => ask("POST", "/withdrawals", wish, key),
};

/** The proof's exact text, since its seal is over its bytes. */
export async function proofText(id) {
  const response = await fetch(`/tap/api/bets/${encodeURIComponent(id)}/proof`, { cache: "no-store" });
  if (response.ok) return response.text();
  const answer = await response.json().catch(() => ({}));
  throw new Refused(response.status, answer, Number(response.headers.get("retry-after")) || 0);
}
