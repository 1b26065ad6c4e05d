// The quantity stepper and the total beside it. The server counts again; this only shows what it will say.

/** Minor units as the server writes them: sign, thousands, minor digits. */
export function money(minor, sign, scale) {
  const unit = 10 ** scale;
  const whole = String(Math.floor(minor / unit)).replace(/\B(?=(\d{3})+$)/g, ",");
  return scale ? `${sign}${whole}.${String(minor % unit).padStart(scale, "0")}` : `${sign}${whole}`;
}

function limits(form) {
  const zone = form.querySelector("input[name=zone]:checked");
  const own = Number(form.dataset.remaining);
  if (!zone) return { zone, min: 1, max: own };
  const max = Math.min(own, Number(zone.dataset.max), Number(zone.dataset.available));
  return { zone, min: Number(zone.dataset.min), max };
}

function draw(form) {
  const field = form.querySelector("input[name=quantity]");
  const { zone, min, max } = limits(form);
  const wanted = Math.min(Math.max(Number(field.value) || min, min), Math.max(min, max));
  Object.assign(field, { min, max, value: wanted });
  form.querySelector("[data-less]").disabled = wanted <= min;
  form.querySelector("[data-more]").disabled = wanted >= max;
  const button = form.querySelector("[data-buy]");
  button.disabled = !zone || max < min;
  const label = button.querySelector("[data-buy-label]");
  if (label) label.textContent = `Hold ${wanted} ${wanted === 1 ? "seat" : "seats"}`;
  const total = form.querySelector("[data-total]");
  if (zone) total.textContent = money(Number(zone.dataset.price) * wanted, form.dataset.sign, Number(form.dataset.scale));
}

/** Every `form[data-buy-form]` inside `root`. */
export function steppers(root) {
  for (const form of root.querySelectorAll("form[data-buy-form]")) {
    const field = form.querySelector("input[name=quantity]");
    const step = (by) => { field.value = Number(field.value) + by; draw(form); };
    form.querySelector("[data-less]").addEventListener("click", () => step(-1));
    form.querySelector("[data-more]").addEventListener("click", () => step(1));
    form.addEventListener("change", () => draw(form));
    form.addEventListener("seats", () => draw(form));
    draw(form);
  }
}
