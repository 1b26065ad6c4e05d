// Telegram's colours on our names of colours, kept readable, and its safe areas. Without Telegram the sheet's own stand.
import { on } from "./telegram.js";
import { themeParams } from "./launch.js";

const root = document.documentElement;
const HEX = /^#[0-9a-f]{6}$/i;
const CONTRAST_MIN = 4.5;

const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const light = (hex) => {
  const [red, green, blue] = parts(hex).map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
const mixed = (from, to, part) => `#${parts(from).map((value, at) => Math.round(value + (parts(to)[at] - value) * part).toString(16).padStart(2, "0")).join("")}`;

/** `colour`, moved towards `ink` only until it can be read on `paper`. */
const readable = (colour, ink, paper) => {
  for (let part = 0; part < 1; part += 0.05) {
    const moved = mixed(colour, ink, part);
    if (contrast(moved, paper) >= CONTRAST_MIN) return moved;
  }
  return ink;
};

/** Puts a client's colours on. Those it does not send stay ours. */
export const wear = (given) => {
  const colour = (name) => (HEX.test(given?.[name] || "") ? given[name] : null);
  const raised = colour("section_bg_color") || colour("bg_color");
  const ink = colour("text_color");
  if (!raised || !ink) return;
  root.dataset.theme = light(raised) < 0.25 ? "dark" : "light";
  const paper = colour("secondary_bg_color") || raised;
  const hint = colour("subtitle_text_color") || colour("hint_color") || ink;
  const button = colour("button_color");
  const set = (name, value) => value && root.style.setProperty(name, value);
  set("--paper", paper);
  set("--raised", raised);
  set("--ink", ink);
  set("--muted", readable(readable(hint, ink, raised), ink, paper));
  set("--sunk", mixed(paper, ink, 0.06));
  set("--bad", colour("destructive_text_color") && readable(colour("destructive_text_color"), ink, raised));
  if (!button) return;
  const text = colour("button_text_color") || "#ffffff";
  set("--accent", readable(button, ink, raised));
  set("--button", contrast(button, text) >= CONTRAST_MIN ? button : mixed(button, "#000000", 0.25));
  set("--on-button", text);
};

const area = (name) => ({ top = 0, bottom = 0 }) => {
  root.style.setProperty(`--${name}-top`, `${Number(top) || 0}px`);
  root.style.setProperty(`--${name}-bottom`, `${Number(bottom) || 0}px`);
};

wear(themeParams);
on("theme_changed", ({ theme_params: changed }) => wear(changed));
on("safe_area_changed", area("safe"));
on("content_safe_area_changed", area("content"));
