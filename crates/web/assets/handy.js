// Small conveniences: copy, print, show a password, and word of a lost connection.

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1500);
}

function reveal(button) {
  const field = document.getElementById(button.dataset.reveal);
  const hidden = field.type === "password";
  field.type = hidden ? "text" : "password";
  button.textContent = hidden ? "Hide" : "Show";
  button.setAttribute("aria-pressed", String(hidden));
}

/** Buttons with `data-copy`, `data-print`, `data-reveal` inside `root`. */
export function handy(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.copy) copy(button);
    if (button?.dataset.reveal) reveal(button);
    if (button && "print" in button.dataset) print();
  });
  const offline = root.getElementById("offline");
  if (!offline) return;
  const show = () => { offline.hidden = navigator.onLine; };
  addEventListener("online", show);
  addEventListener("offline", show);
}
