// Keeps the figures of a page as they are now: asks for the page again and puts in what changed, so that whoever looks
// loses neither their place nor what they opened. Without it a page is as it was when it was asked for.
const EVERY_MS = 3000;

async function refresh() {
  if (document.hidden || !navigator.onLine) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "error" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-fresh]")) {
    const next = fresh.getElementById(part.id);
    if (!next || next.isEqualNode(part) || part.contains(document.activeElement)) continue;
    const open = new Set([...part.querySelectorAll("details[open]")].map((one) => one.id));
    for (const one of next.querySelectorAll("details")) if (open.has(one.id)) one.open = true;
    part.replaceWith(document.adoptNode(next));
  }
}

if (document.querySelector("[data-fresh]")) {
  setInterval(() => refresh().catch(() => {}), EVERY_MS);
}
