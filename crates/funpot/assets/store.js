// What several views show: who is here, the balance, the switches. A change tells those who listen.
export const state = { me: null, config: null, balance: null, isSignedOut: false, isLive: false, notice: "" };

const listeners = new Set();

export const update = (changes) => {
  Object.assign(state, changes);
  listeners.forEach((listener) => listener(state));
};

/** Calls `listener` now and on each change; returns how to stop. */
export const watch = (listener) => {
  listeners.add(listener);
  listener(state);
  return () => listeners.delete(listener);
};

/** Whether something is switched on; what is not known is. */
export const isOn = (name) => state.config?.features?.[name] !== false;
