// Signing in: with Telegram's init data, then by renewing; silently again when a session is over.
import { ApiError, authorise, get, postOpenly } from "./api.js";
import { initData } from "./launch.js";
import { state, update } from "./store.js";

const KEPT = "funpot.session";
let session = null;
let renewing = null;

const keep = (given) => {
  session = given;
  try {
    if (given) sessionStorage.setItem(KEPT, JSON.stringify(given));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Then a reload signs in anew.
  }
};

const recall = () => {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
};

const signIn = async () => {
  if (!initData) throw new ApiError({ status: 401, code: "unauthenticated" });
  const given = await postOpenly("/auth/telegram", { initData });
  keep({ token: given.token, refreshToken: given.refreshToken });
};

const renewOrSignIn = async () => {
  if (session?.refreshToken) {
    try {
      const given = await postOpenly("/auth/refresh", { refreshToken: session.refreshToken });
      return keep({ token: given.token, refreshToken: given.refreshToken });
    } catch (error) {
      if (error.isUnknown) throw error;
      keep(null);
    }
  }
  return signIn();
};

/** A new token; one attempt at a time, for a refresh token is good once. False: the session is over for good. */
export const renew = () => {
  renewing ||= renewOrSignIn()
    .then(() => true, (error) => {
      if (error.isUnknown) return false;
      update({ isSignedOut: true });
      return false;
    })
    .finally(() => {
      renewing = null;
    });
  return renewing;
};

authorise({ bearer: () => session?.token || "", renew });

export const bearer = () => session?.token || "";

/** Signs in, and reads who that is and what is switched on. */
export const open = async () => {
  session = recall();
  if (!session) await signIn();
  const [me, config] = await Promise.all([get("/me"), get("/config")]);
  update({ me, config, balance: me.balances?.internal ?? 0, isSignedOut: false });
  return me;
};

/** Ends every session of this user, everywhere. */
export const forget = () => {
  keep(null);
  update({ me: null, isSignedOut: true });
};

export const isSignedIn = () => Boolean(state.me);
