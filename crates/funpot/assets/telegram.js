// Telegram's client around us, by its documented events: in a frame of its web clients, or inside its programs. Where there is
// none, nothing is sent and nothing arrives.
const handlers = new Map();
const framed = window.parent !== window;
const proxy = window.TelegramWebviewProxy;

/** Whether somebody is there to hear us. */
export const connected = framed || Boolean(proxy) || Boolean(window.external && "notify" in window.external);

/** Sends an event. None of ours carries anything secret, so that any client may show us. */
export const send = (type, data = {}) => {
  if (proxy) proxy.postEvent(type, JSON.stringify(data));
  else if (window.external && "notify" in window.external) window.external.notify(JSON.stringify({ eventType: type, eventData: data }));
  else if (framed) window.parent.postMessage(JSON.stringify({ eventType: type, eventData: data }), "*");
};

/** Calls `handler` for each event of a kind; returns how to stop. */
export const on = (type, handler) => {
  const all = handlers.get(type) || new Set();
  handlers.set(type, all.add(handler));
  return () => all.delete(handler);
};

const receive = (type, data) => (handlers.get(type) || []).forEach((handler) => handler(data || {}));

addEventListener("message", ({ source, data }) => {
  if (source !== window.parent || !framed || typeof data !== "string") return;
  try {
    const { eventType, eventData } = JSON.parse(data);
    receive(String(eventType), eventData);
  } catch {
    // Not one of Telegram's.
  }
});
// Its programs call these names.
window.Telegram = { WebView: { receiveEvent: receive } };
window.TelegramGameProxy = { receiveEvent: receive };
window.TelegramGameProxy_receiveEvent = receive;

/** A short knock in the hand: `success`, `error`, `warning`, or `select`. */
export const haptic = (kind) =>
  send("web_app_trigger_haptic_feedback", kind === "select" ? { type: "selection_change" } : { type: "notification", notification_type: kind });

/** Telegram's arrow at the top. */
export const backButton = (isVisible) => send("web_app_setup_back_button", { is_visible: isVisible });
export const onBack = (handler) => on("back_button_pressed", handler);

let pressed = null;
on("main_button_pressed", () => pressed?.());

/** Telegram's large button below us. Returns how to take it away. */
export const mainButton = (text, onPress) => {
  pressed = onPress;
  send("web_app_setup_main_button", { is_visible: true, is_active: true, text, is_progress_visible: false });
  return () => {
    if (pressed === onPress) pressed = null;
    if (!pressed) send("web_app_setup_main_button", { is_visible: false });
  };
};

/** Opens an invoice; `paid`, `cancelled`, `failed` or `pending`, as the client says it. The server alone knows. */
export const openInvoice = (link) =>
  new Promise((resolve) => {
    const slug = link.replace(/^.*[/$]/, "");
    const stop = on("invoice_closed", (closed) => {
      if (closed.slug !== slug && closed.slug !== link) return;
      stop();
      resolve(closed.status);
    });
    send("web_app_open_invoice", { slug });
  });

/** Opens a link inside Telegram, or beside us. */
export const openLink = (url) => {
  const address = new URL(url, location.href);
  if (connected && address.hostname === "t.me") send("web_app_open_tg_link", { path_full: address.pathname + address.search });
  else window.open(address.href, "_blank", "noopener");
};

/** Tells the client that we are drawn, and asks how much room there is. */
export const ready = () => {
  ["web_app_ready", "web_app_expand", "web_app_request_theme", "web_app_request_safe_area", "web_app_request_content_safe_area"].forEach((type) => send(type));
};
