// Numbers as people read them. Pure. Rates are cut and never rounded up: nobody is promised more than is paid.

const two = (value) => String(value).padStart(2, "0");
const grouped = (whole) => String(whole).replace(/\B(?=(\d{3})+$)/g, ",");

/** 6412345 is `64,123.45`. */
export function price(cents) {
  return `${cents < 0 ? "-" : ""}${grouped(Math.floor(Math.abs(cents) / 100))}.${two(Math.abs(cents) % 100)}`;
}

/** Without cents where there are none, for edges of rows. */
export const edge = (cents) => cents % 100 ? price(cents) : grouped(cents / 100);

/** 1175 is `$11.75`. */
export const money = (cents) => `${cents < 0 ? "-" : ""}$${price(Math.abs(cents))}`;

/** What somebody wrote as dollars, in cents: `25`, `12.5`, `$1,000.00`; nothing for whatever is no amount. */
export function cents(words) {
  const found = /^\$?(\d{1,3}(?:,\d{3})+|\d{1,8})(?:\.(\d{1,2}))?$/.exec(words.trim());
  return found ? Number(found[1].replaceAll(",", "")) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : undefined;
}

/** 500 is `$5`. */
export const short = (cents) => cents % 100 ? money(cents) : `$${grouped(cents / 100)}`;

/** 235 is `2.35`, 1247 is `12.4`, 5000 is `50`. */
export function rate(hundredths) {
  if (hundredths < 1000) return `${Math.floor(hundredths / 100)}.${two(hundredths % 100)}`;
  const tenths = Math.floor(hundredths / 10);
  return tenths % 10 ? `${Math.floor(tenths / 10)}.${tenths % 10}` : String(tenths / 10);
}

/** A rate in three signs at most, for cells that are all shown at once: 235 is `2.3`, 1247 is `12`. */
export const brief = (hundredths) => hundredths < 1000 ? (Math.floor(hundredths / 10) / 10).toFixed(1) : String(Math.floor(hundredths / 100));

/** All digits of a rate, for records. */
export const exactRate = (hundredths) => `${Math.floor(hundredths / 100)}.${two(hundredths % 100)}`;

/** The viewer's clock, with seconds. */
export function fullClock(t_ms) {
  const at = new Date(t_ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** A mark of an axis: hours and minutes at a full minute, else the seconds alone with their unit, so that nobody takes minutes for hours. */
export function axisTime(t_ms) {
  const at = new Date(t_ms);
  return at.getSeconds() ? `${at.getSeconds()} s` : `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `4 s`, or `now`. */
export const inSeconds = (ms) => ms <= 0 ? "now" : `${Math.ceil(ms / 1000)} s`;

/** Volatility a year, from parts per 10^9 per square root of a second. */
export const yearly = (sigma_ppb) => `${((sigma_ppb / 1e9) * Math.sqrt(31_536_000) * 100).toFixed(0)} %`;

/** The day's time of an API moment, which is in ms or RFC 3339. */
export const moment = (at) => typeof at === "string" ? Date.parse(at) : at;
