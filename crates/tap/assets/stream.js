// The live line: one socket that comes back by itself, with a ticket where somebody is signed in, and that resumes the
// person's own events where they stopped.

const HEARTBEAT_MS = 15_000;
/** The price comes ten times and the system's state once in 5 s; longer silence is a dead line. */
const SILENCE_MAX_MS = 12_000;
const PAUSE_FIRST_MS = 250;
const PAUSE_MAX_MS = 5000;

/** Full jitter: anywhere between nothing and a bound that doubles, so that not everybody comes back at once. */
export const pause = (attempt, chance) => Math.round(chance * Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** attempt));

export class Stream {
  #socket = null;
  #attempt = 0;
  #heard = 0;
  #lastSeq = 0;
  #timer = 0;
  #generation = 0;

  /** `ticket()` gives a one-time ticket or null; `on(type, data, envelope)` hears; `state(word)` hears of the line. */
  constructor({ ticket, on, state }) {
    Object.assign(this, { ticket, on, state });
    setInterval(() => this.#beat(), HEARTBEAT_MS / 5);
    addEventListener("online", () => this.restart());
  }

  /** Connects, or connects anew when who is signed in has changed. */
  restart({ forget = false } = {}) {
    if (forget) this.#lastSeq = 0;
    this.#attempt = 0;
    this.#drop();
    this.#connect();
  }

  async #connect() {
    clearTimeout(this.#timer);
    const generation = ++this.#generation;
    let ticket = null;
    try { ticket = await this.ticket(); } catch { /* without one the public channels still work */ }
    if (generation !== this.#generation) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/tap/ws`);
    this.#socket = socket;
    this.#heard = performance.now();
    socket.onopen = () => this.#greet(ticket);
    socket.onmessage = (event) => socket === this.#socket && this.#hear(event.data);
    socket.onclose = () => socket === this.#socket && this.#lost();
  }

  #greet(ticket) {
    if (ticket) this.#say({ type: "auth", ticket });
    this.#say({ type: "subscribe", channels: ticket ? ["price", "grid", "user", "system"] : ["price", "grid", "system"] });
    if (ticket && this.#lastSeq) this.#say({ type: "resume", last_seq: this.#lastSeq });
  }

  #hear(text) {
    this.#heard = performance.now();
    const message = JSON.parse(text);
    if (message.type === "hello") {
      this.#attempt = 0;
      this.state("live");
    }
    if (message.type.startsWith("bet:") && message.seq) this.#count(message.seq);
    this.on(message.type, message.data ?? {}, message);
  }

  /** The person's events have no holes; a hole means that something must be read again. */
  #count(seq) {
    if (this.#lastSeq && seq > this.#lastSeq + 1) this.on("resync", {}, {});
    this.#lastSeq = Math.max(this.#lastSeq, seq);
  }

  #lost() {
    this.#socket = null;
    this.state("reconnecting");
    this.#timer = setTimeout(() => this.#connect(), pause(this.#attempt++, Math.random()));
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timer);
    socket?.close();
  }

  #beat() {
    if (!this.#socket) return;
    const silence = performance.now() - this.#heard;
    if (silence > SILENCE_MAX_MS) { this.#drop(); this.#lost(); }
    else if (silence > HEARTBEAT_MS / 3) this.#say({ type: "ping" });
  }

  #say(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
