// Our server's API. A refusal is an `ApiError`: its code, its words, whether it is known what became of the request.
import { heard } from "./clock.js";

const ROOT = "/funpot/api";
/** A request that takes longer is as good as lost. */
const PATIENCE_MS = 15_000;

export class ApiError extends Error {
  constructor({ status = 0, code = "offline", message = "", details = null, requestId = "", retryAfter = 0 }) {
    super(message);
    Object.assign(this, { status, code, details, requestId, retryAfter });
  }

  /** Nobody can say whether it was done: no answer came, or the server broke on the way. */
  get isUnknown() {
    return this.status === 0 || this.status >= 500 && this.code !== "feature_disabled";
  }
}

let access = { bearer: () => "", renew: async () => false };

/** How requests get their token, and a new one when it is over. */
export const authorise = (how) => {
  access = how;
};

const refusal = async (answer) => {
  const body = await answer.json().catch(() => ({}));
  const { code = "unavailable", message = "", details = null } = body.error || {};
  const retryAfter = Number(answer.headers.get("retry-after")) || 0;
  return new ApiError({ status: answer.status, code, message, details, requestId: body.requestId || answer.headers.get("x-request-id") || "", retryAfter });
};

const exchange = async (method, path, { body, key, signal } = {}) => {
  const headers = { accept: "application/json" };
  const bearer = access.bearer();
  if (bearer) headers.authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  if (key) headers["idempotency-key"] = key;
  const limit = AbortSignal.timeout(PATIENCE_MS);
  let answer;
  try {
    answer = await fetch(ROOT + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: signal || limit });
  } catch {
    throw new ApiError({ code: navigator.onLine ? "no_answer" : "offline" });
  }
  if (!answer.ok) throw await refusal(answer);
  heard(answer.headers.get("date"));
  if (answer.status === 204) return null;
  return answer.json().catch(() => {
    throw new ApiError({ code: "no_answer" });
  });
};

const call = async (method, path, options) => {
  try {
    return await exchange(method, path, options);
  } catch (error) {
    if (error.status !== 401 || !(await access.renew())) throw error;
    return exchange(method, path, options);
  }
};

export const get = (path) => call("GET", path);
export const post = (path, body, key) => call("POST", path, { body, key });
export const put = (path, body) => call("PUT", path, { body });
export const patch = (path, body) => call("PATCH", path, { body });
export const remove = (path) => call("DELETE", path);
/** Without a token, and without renewing one: signing in itself. */
export const postOpenly = (path, body) => exchange("POST", path, { body });

/** A key under which a request is done once, however often it is sent. */
export const newKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** The entries of a list, whether it comes bare or in a page. */
export const items = (answer) => (Array.isArray(answer) ? answer : Object.values(answer || {}).find(Array.isArray) || []);
