// What happens while we watch: frames of the socket, and asking again and again while there is none.
import { bearer, renew } from "./session.js";
import { heard } from "./clock.js";
import { state, update } from "./store.js";

/** Frames of one channel have numbers without a gap; the last one we had is where we go on. */
const since = new Map();
const wanted = new Map();
const listeners = new Set();
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000];
const UPGRADE_MS = 8_000;

let socket = null;
let tries = 0;

const tell = (frame) => listeners.forEach((listener) => listener(frame));

/** Calls `listener` with each frame: `{type, payload}`; `RESYNC` means that something may have been missed. */
export const listen = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const say = (command) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(command));

const subscribe = (channels) => {
  const known = Object.fromEntries(channels.filter((name) => since.has(name)).map((name) => [name, since.get(name)]));
  if (channels.length) say({ action: "subscribe", channels, since: known });
};

/** Follows channels until the returned function is called. */
export const follow = (channels) => {
  const fresh = channels.filter((name) => !wanted.has(name));
  channels.forEach((name) => wanted.set(name, (wanted.get(name) || 0) + 1));
  subscribe(fresh);
  return () => {
    const left = channels.filter((name) => {
      wanted.set(name, wanted.get(name) - 1);
      return wanted.get(name) <= 0;
    });
    left.forEach((name) => wanted.delete(name) && since.delete(name));
    if (left.length) say({ action: "unsubscribe", channels: left });
  };
};

const receive = (frame) => {
  if (frame.ts) heard(frame.ts);
  if (frame.ch && Number.isInteger(frame.seq)) since.set(frame.ch, frame.seq);
  switch (frame.type) {
    case "BATCH":
      return (frame.payload?.messages || []).forEach(receive);
    case "RESYNC_REQUIRED":
      since.delete(frame.payload?.channel);
      return tell({ type: "RESYNC", payload: frame.payload });
    case "BALANCE_UPDATED":
      update({ balance: frame.payload.balance });
      return tell(frame);
    case "SYSTEM_NOTICE":
      update({ notice: frame.payload?.message || "" });
      return tell(frame);
    default:
      return tell(frame);
  }
};

const live = (isLive) => {
  if (state.isLive !== isLive) update({ isLive });
};

const again = () => {
  live(false);
  const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)];
  tries += 1;
  setTimeout(connect, pause * (0.75 + Math.random() / 2));
};

const connect = () => {
  if (!bearer() || state.config?.features?.realtime === false) return again();
  const opened = new WebSocket(`${location.origin.replace(/^http/, "ws")}/funpot/realtime`);
  const late = setTimeout(() => opened.close(), UPGRADE_MS);
  socket = opened;
  opened.onopen = () => {
    clearTimeout(late);
    opened.send(JSON.stringify({ action: "auth", token: bearer() }));
    opened.send(JSON.stringify({ action: "hello", batch: true }));
    subscribe([...wanted.keys()]);
  };
  opened.onmessage = ({ data }) => {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame.type !== "ERROR" && !state.isLive) {
      tries = 0;
      live(true);
      // Whatever happened while we were away and nobody kept for us.
      tell({ type: "RESYNC", payload: {} });
    }
    receive(frame);
  };
  opened.onclose = async ({ code }) => {
    clearTimeout(late);
    if (socket !== opened) return;
    live(false);
    if (code === 4401) await renew();
    again();
  };
};

/** A token is renewed on the open socket before it is over. */
const RENEW_MS = 4 * 60_000;
const keepSigned = async () => {
  if (state.isLive && (await renew())) say({ action: "auth", token: bearer() });
};

/** Starts it. */
export const start = () => {
  connect();
  setInterval(keepSigned, RENEW_MS);
  addEventListener("online", () => {
    tries = 0;
    if (socket?.readyState !== WebSocket.OPEN) socket?.close();
  });
};
