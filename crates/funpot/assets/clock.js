// The server's present. The page is drawn with it; answers and frames bring it nearer.
let ahead = Number(document.documentElement.dataset.now || Date.now()) - Date.now();

/** Milliseconds since 1970 at the server. */
export const now = () => Date.now() + ahead;

/** A moment the server named just now. It took some time to arrive, so it can only be too early. */
export const heard = (text) => {
  const at = Date.parse(text);
  if (Number.isFinite(at) && at - Date.now() > ahead) ahead = at - Date.now();
};

const beats = new Set();

/** Calls `beat` each second, and at once, until the returned function is called. */
export const each = (beat) => {
  beats.add(beat);
  beat();
  return () => beats.delete(beat);
};

const tick = () => {
  beats.forEach((beat) => beat());
  setTimeout(tick, 1000 - (now() % 1000) + 5);
};
tick();
