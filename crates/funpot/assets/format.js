// Numbers and times as people read them. Amounts are whole units of credit.
const whole = new Intl.NumberFormat("en");
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const number = (value) => whole.format(value);

export const credits = (value) => `${whole.format(value)} ${Math.abs(value) === 1 ? "credit" : "credits"}`;

export const signed = (value) => (value > 0 ? `+${whole.format(value)}` : whole.format(value));

/** `1:05`, `1:02:05`; never below zero. */
export const countdown = (ms) => {
  const left = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
};

export const when = (text) => (text ? day.format(new Date(text)) : "");

/** Of `part` in `all`, per cent, without places. */
export const share = (part, all) => (all > 0 ? Math.round((100 * part) / all) : 0);

/** The first letter of a name, for a face. */
export const initial = (name) => (/[\p{L}\p{N}]/u.exec(name || "")?.[0] || "?").toUpperCase();
