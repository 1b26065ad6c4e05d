// Placing a vote: one key for all attempts of it, so that it is taken once, and a plain word while nobody knows.
import { ApiError, newKey, post } from "./api.js";
import { update } from "./store.js";

const TRIES = 5;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Sends it until there is an answer. `onUnknown` is called when one was lost. Resolves with the server's answer; rejects with a
 * refusal, or with `unknown` when we gave up asking.
 */
export const vote = async (event, optionId, onUnknown) => {
  const key = newKey();
  const body = { eventId: event.id, optionId, cost: event.cost };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      const answer = await post("/votes", body, key);
      if (Number.isFinite(answer.newBalance)) update({ balance: answer.newBalance });
      return answer;
    } catch (error) {
      if (!error.isUnknown && error.code !== "idempotency_in_progress") throw error;
      onUnknown(error);
      await pause(Math.max(error.retryAfter * 1_000, 500 * 2 ** attempt));
    }
  }
  throw new ApiError({ code: "unknown" });
};
