// JSON in the one form of RFC 8785, and SHA-256 over it.
/** The canonical text of a value. `JSON` writes numbers and texts as the RFC wants them; names are sorted by UTF-16 units. */
export const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
};

export const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) || [], (byte) => parseInt(byte, 16));
export const hexOf = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** SHA-256 of a text, hex. */
export const sha256 = async (text) => hexOf(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
