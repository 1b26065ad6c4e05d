// Forms: one submit each, problems beside the field as soon as it is left, password rules that tick off.

const RULES = {
  length: (text) => new TextEncoder().encode(text).length <= 72 && [...text].length >= 8,
  upper: (text) => /\p{Lu}/u.test(text),
  lower: (text) => /\p{Ll}/u.test(text),
  digit: (text) => /\d/.test(text),
  special: (text) => /[^\p{L}\p{N}\s]/u.test(text),
};

function complain(field, text) {
  const slot = document.getElementById(`${field.id}-error`);
  field.setAttribute("aria-invalid", String(Boolean(text)));
  if (!slot) return;
  slot.textContent = text;
  slot.hidden = !text;
}

function problem(field) {
  if (field.dataset.same) {
    const other = document.getElementById(field.dataset.same);
    if (field.value && field.value !== other.value) return "The two passwords differ.";
  }
  if (field.validity.valid) return "";
  if (field.validity.valueMissing) return field.dataset.missing || "This is needed.";
  return field.dataset.problem || field.validationMessage;
}

function watchRules(list) {
  const field = document.getElementById(list.dataset.rules);
  const draw = () => {
    for (const item of list.querySelectorAll("[data-rule]")) item.dataset.met = String(RULES[item.dataset.rule](field.value));
  };
  field.addEventListener("input", draw);
  draw();
}

function onceOnly(form) {
  form.addEventListener("submit", (event) => {
    if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
    const wrong = [...form.querySelectorAll("[data-check]")].filter((field) => { complain(field, problem(field)); return problem(field); });
    if (wrong.length) { event.preventDefault(); wrong[0].focus(); return; }
    form.setAttribute("aria-busy", "true");
    const button = event.submitter ?? form.querySelector("button[type=submit]");
    const label = button?.querySelector("[data-busy]") ?? button;
    if (label && button.dataset.busyText) { label.dataset.idle = label.textContent; label.textContent = button.dataset.busyText; }
  });
}

/** Every form inside `root`; `[data-check]` fields say their problem when left. */
export function forms(root) {
  root.querySelectorAll("form").forEach(onceOnly);
  for (const field of root.querySelectorAll("[data-check]")) {
    field.form.noValidate = true;
    field.addEventListener("blur", () => { if (field.value) complain(field, problem(field)); });
    field.addEventListener("input", () => { if (field.getAttribute("aria-invalid") === "true") complain(field, problem(field)); });
  }
  root.querySelectorAll("[data-rules]").forEach(watchRules);
  for (const list of root.querySelectorAll("select[data-submit]")) list.addEventListener("change", () => list.form.requestSubmit());
  // Coming back with the browser's back button finds the form as it was left: busy. Free it.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of root.querySelectorAll("form[aria-busy]")) {
      form.removeAttribute("aria-busy");
      for (const label of form.querySelectorAll("[data-idle]")) label.textContent = label.dataset.idle;
    }
  });
}
