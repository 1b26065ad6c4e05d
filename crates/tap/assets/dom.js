// The few things every part does to the page: find, write, say, and tell in a toast.

import { explain } from "./words.js";

const TOAST_MS = 4500;
let timer = 0;

export const $ = (id) => document.getElementById(id);

/** Writes only what is new, so that nothing is laid out or read aloud twice. */
export function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** What this browser keeps for us, or null: some keep nothing and say so by an exception. */
export function stored(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

/** Keeps it if the browser does. */
export function store(key, value) {
  try { localStorage.setItem(key, value); } catch { /* it is asked again next time */ }
}

/** For screen readers, politely. */
export const say = (words) => text($("say"), words);

/** Tells what a code means, or `words` in its place, for a few seconds. */
export function toast(code, { words, requestId } = {}) {
  text($("toast-text"), words ?? explain(code));
  text($("toast-id"), requestId ? `request ${requestId}` : "");
  $("toast").dataset.code = code;
  $("toast").hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { $("toast").hidden = true; }, TOAST_MS);
}
