// The door: scanning with the camera, answers without a new page, and going on without a network. Without it the form still works.

const SAME_MS = 3000;
const LOOK_MS = 180;
const MERGE_AT_ONCE = 20;

/** A small store that outlives the page: the list, and scans that wait to be sent. */
function kept() {
  const open = new Promise((done, fail) => {
    const request = indexedDB.open("fairground-door", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const run = async (mode, work) => {
    const store = (await open).transaction("kept", mode).objectStore("kept");
    return new Promise((done, fail) => {
      const request = work(store);
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  };
  return { get: (key) => run("readonly", (store) => store.get(key)), set: (key, value) => run("readwrite", (store) => store.put(value, key)) };
}

const bytesOfHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const bytesOfText = (text) => new TextEncoder().encode(text);
const bytesOfBase64 = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** Whether one of the keys signed the code; null where this browser cannot tell. */
async function isSigned(code, keys) {
  const at = code.lastIndexOf(":");
  const said = bytesOfText(`fairground rush ticket 2\n${code.slice(0, at)}`);
  try {
    const signature = bytesOfBase64(code.slice(at + 1));
    for (const key of keys) {
      const known = await crypto.subtle.importKey("raw", bytesOfHex(key), "Ed25519", false, ["verify"]);
      if (await crypto.subtle.verify("Ed25519", known, signature, said)) return true;
    }
    return false;
  } catch (error) { return error.name === "NotSupportedError" ? null : false; }
}

class Door {
  constructor(page) {
    this.page = page;
    this.form = page.querySelector("[data-scan]");
    this.result = page.querySelector("[data-result]");
    this.keys = page.dataset.keys.split(" ").filter(Boolean);
    this.event = page.dataset.event;
    this.kept = kept();
    this.name = `${this.event || "gate"}:`;
    this.last = { code: "", at: 0 };
  }

  field(name) { return this.form.elements.namedItem(name); }
  gate() { return this.page.dataset.gate || this.field("gate")?.value || ""; }

  say({ tone = "", title, text, check_in }) {
    const said = document.createElement("div");
    said.className = `door-said${tone ? ` door-${tone}` : ""}`;
    const line = (tag, name, words) => { const p = document.createElement(tag); p.className = name; p.textContent = words; said.append(p); };
    line("p", "door-title", title);
    line("p", "", text);
    if (check_in) {
      const undo = document.createElement("button");
      undo.className = "btn btn-plain btn-small";
      undo.type = "button";
      undo.textContent = "Undo";
      undo.addEventListener("click", () => this.undo(check_in));
      said.append(undo);
    }
    this.result.replaceChildren(said);
    if (navigator.vibrate) navigator.vibrate(tone === "good" ? 60 : [80, 60, 80]);
  }

  async post(path, fields) {
    const body = new URLSearchParams({ csrf: this.field("csrf").value, event: this.event, ...fields });
    const answer = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } });
    const said = await answer.json().catch(() => null);
    if (!said?.title && !said?.scans) throw new TypeError("no answer of the door");
    return said;
  }

  async scan(code) {
    code = code.trim();
    if (!code) return;
    const attempt = crypto.randomUUID();
    this.form.setAttribute("aria-busy", "true");
    try {
      const said = await this.post("/rush/door/check-in", { code, gate: this.gate(), attempt });
      this.say(said);
      this.count(said.counts);
    } catch { await this.away(code, attempt); }
    this.form.removeAttribute("aria-busy");
    this.field("code").value = "";
    this.field("code").focus();
  }

  async undo(check_in) {
    try {
      const said = await this.post("/rush/door/undo", { check_in });
      this.say(said);
      this.count(said.counts);
    } catch { this.say({ tone: "warn", title: "No network", text: "It could not be undone. Try again when the network is back." }); }
  }

  count(counts) {
    for (const { zone, inside, sold } of counts ?? []) {
      const row = this.page.querySelector(`[data-zone="${CSS.escape(zone)}"]`);
      if (!row) continue;
      row.querySelector("[data-inside]").textContent = inside;
      row.querySelector("[data-sold]").textContent = sold;
      row.querySelector(".bar .sold").setAttribute("width", `${Math.min(100, (100 * inside) / Math.max(1, sold))}%`);
    }
  }

  /** Decides from the list on this device, and keeps the scan. */
  async away(code, key) {
    const list = await this.kept.get(`${this.name}list`).catch(() => null);
    const waiting = (await this.kept.get(`${this.name}scans`).catch(() => null)) ?? [];
    const refuse = (title, text) => this.say({ tone: "bad", title, text });
    if (!list) return refuse("No network", "No list is on this device. Let nobody in by this scan, or write the code down.");
    const parts = code.split(":");
    if (parts.length !== 6) return refuse("Cannot say", "Without a network only the picture can be read, not the short code.");
    if ((await isSigned(code, this.keys)) === false) return refuse("No ticket", "This is no ticket of ours.");
    const ticket = `${parts[0]}:${parts[3]}`;
    const row = list.tickets[ticket];
    if (!row) return refuse("Not in the list", "It is for another event, was refunded, or was bought after the list was taken.");
    if (String(row.generation) !== parts[4]) return refuse("Passed on", "This ticket was passed on. Its new holder has the code that is good.");
    if (row.entered_at) return refuse("Already inside", `Somebody came in with this ticket at ${row.entered_at}.`);
    const before = waiting.find((scan) => scan.ticket === ticket);
    if (before) return refuse("Already inside", `This device let somebody in at ${before.scanned_at}.`);
    waiting.push({ key, code, ticket, scanned_at: new Date().toISOString(), gate: this.gate() });
    await this.kept.set(`${this.name}scans`, waiting);
    this.say({ tone: "good", title: "Come in", text: `${row.zone ?? ""}${row.name ? `, ${row.name}` : ""}. Kept on this device until the network is back.` });
    this.showWaiting(waiting.length);
  }

  async takeList() {
    const state = this.page.querySelector("[data-list-state]");
    state.textContent = "Taking the list along…";
    try {
      const answer = await fetch(`/rush/door/list?event=${encodeURIComponent(this.event)}`);
      if (!answer.ok) throw new TypeError("no list");
      const tickets = {};
      for (const line of (await answer.text()).split("\n").filter(Boolean)) {
        const { ticket, ...row } = JSON.parse(line);
        tickets[ticket] = row;
      }
      const at = new Date().toISOString();
      await this.kept.set(`${this.name}list`, { at, tickets });
      this.showList({ at, tickets });
    } catch { state.textContent = "The list did not arrive whole. Try again."; }
  }

  showList(list) {
    if (!list) return;
    const count = Object.keys(list.tickets).length;
    const hour = new Date(list.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.page.querySelector("[data-list-state]").textContent = `${count} tickets are on this device, as of ${hour}.`;
  }

  showWaiting(count) {
    const button = this.page.querySelector("[data-merge]");
    button.hidden = count === 0;
    button.textContent = `Send ${count} kept ${count === 1 ? "scan" : "scans"}`;
  }

  async merge() {
    const state = this.page.querySelector("[data-merge-state]");
    let waiting = (await this.kept.get(`${this.name}scans`).catch(() => null)) ?? [];
    const sum = { merged: 0, conflicts: 0, refused: 0 };
    try {
      while (waiting.length) {
        const some = waiting.slice(0, MERGE_AT_ONCE).map(({ key, code, scanned_at, gate }) => ({ key, code, scanned_at, gate }));
        const said = await this.post("/rush/door/merge", { scans: JSON.stringify(some) });
        for (const name of Object.keys(sum)) sum[name] += said[name];
        waiting = waiting.slice(some.length);
        await this.kept.set(`${this.name}scans`, waiting);
        this.count(said.counts);
      }
      state.textContent = `${sum.merged} sent, ${sum.conflicts} let in twice, ${sum.refused} not good.`;
    } catch { state.textContent = `No network yet. ${waiting.length} wait on this device.`; }
    this.showWaiting(waiting.length);
  }

  async camera() {
    const [box, detector] = [this.page.querySelector("[data-camera]"), new BarcodeDetector({ formats: ["qr_code"] })];
    const video = box.querySelector("video");
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch { return this.say({ tone: "warn", title: "No camera", text: "This browser gives us no camera. Type the short code instead." }); }
    box.hidden = false;
    await video.play();
    const look = async () => {
      const [found] = await detector.detect(video).catch(() => []);
      const now = Date.now();
      if (found && (found.rawValue !== this.last.code || now - this.last.at > SAME_MS)) {
        this.last = { code: found.rawValue, at: now };
        await this.scan(found.rawValue);
      } else if (found) this.last.at = now;
      setTimeout(look, LOOK_MS);
    };
    look();
  }

  async start() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.scan(this.field("code").value);
    }, true);
    this.page.querySelector("[data-take-list]").addEventListener("click", () => this.takeList());
    this.page.querySelector("[data-merge]").addEventListener("click", () => this.merge());
    const use = this.page.querySelector("[data-use-camera]");
    use.hidden = !("BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia);
    use.addEventListener("click", () => { use.hidden = true; this.camera(); });
    addEventListener("online", () => this.merge());
    this.showList(await this.kept.get(`${this.name}list`).catch(() => null));
    this.showWaiting(((await this.kept.get(`${this.name}scans`).catch(() => null)) ?? []).length);
    this.page.dataset.ready = "true";
  }
}

const page = document.querySelector("[data-door]");
if (page) new Door(page).start();

// A gate's link carries its key behind the #, which no server sees until the form is sent.
const opening = document.querySelector("[data-gate-open]");
if (opening && location.hash.length > 1) {
  opening.elements.namedItem("key").value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  opening.requestSubmit();
}
