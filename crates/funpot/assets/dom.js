// Elements from values. What others wrote is only ever text: nothing here parses markup.
const SVG = "http://www.w3.org/2000/svg";
const PICTURES = new Set(["svg", "path", "rect", "circle", "title", "g"]);

const set = (element, name, value) => {
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (value === true) element.setAttribute(name, "");
  else if (value !== false && value != null) element.setAttribute(name, value);
};

/** An element with attributes and children; strings become text, empty ones are left out. */
export const h = (tag, attributes = {}, ...children) => {
  const element = PICTURES.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => set(element, name, value));
  element.append(...children.flat(3).filter((child) => child != null && child !== false && child !== ""));
  return element;
};

/** Writes a text where it differs, so that screen readers hear changes alone. */
export const write = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

/** Shows or hides. */
export const show = (element, shown) => {
  element.hidden = !shown;
};

/** Grey lines in the place of what is coming. */
export const skeleton = (lines = 3) =>
  h("div", { class: "skeleton pane", role: "status" }, h("span", { class: "sr" }, "Loading"), Array.from({ length: lines }, () => h("i")));

/** A box that says there is nothing, and where to go. */
export const empty = (title, text, ...ways) =>
  h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, text), ways.length ? h("div", { class: "row row-middle" }, ways) : "");
