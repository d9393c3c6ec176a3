// The address of this experiment: asked of Python when the panel opens and when a choice changes.
const lab = window.lab;
const root = element.querySelector(".lab-share");
const [question, open, panel, hides, ask, address, copy, code, said] = [
  ".lab-question", ".lab-share-open", ".lab-share-panel", "fieldset div", ".lab-share-ask input",
  ".lab-share-line input", ".lab-share-line button", "canvas", ".lab-note",
].map((name) => root.querySelector(name));

function tab() {
  const chosen = document.querySelector('#tabs button[role="tab"][aria-selected="true"]');
  return chosen ? chosen.id.replace(/^tab-|-button$/g, "") : "";
}

function chosenHides() {
  return [...hides.querySelectorAll("input:checked")].map((box) => box.value);
}

let soon = 0; // leaving the question by ticking a box are two wishes in one moment: ask once
function request() {
  clearTimeout(soon);
  const base = location.origin + location.pathname;
  soon = setTimeout(() => trigger("address", { tab: tab(), hide: chosenHides(), ask: ask.value, base }), 60);
}

function listControls() {
  hides.replaceChildren(...((props.value.controls || {})[tab()] || []).map(([name, label]) => {
    const line = lab.node("label"), box = lab.node("input");
    box.type = "checkbox";
    box.value = name;
    box.addEventListener("change", request);
    line.append(box, " ", lab.node("span", "", label));
    return line;
  }));
  hides.parentElement.hidden = !hides.children.length;
}

function toggle(show) {
  panel.hidden = !show;
  open.setAttribute("aria-expanded", String(show));
  if (show) {
    listControls();
    request();
  }
}

/** Black on white in either mode, with the quiet zone that scanners need. */
function drawCode(rows) {
  code.hidden = !rows.length;
  const side = rows.length + 8, dot = Math.max(2, Math.floor(440 / side));
  code.width = code.height = side * dot;
  const c = code.getContext("2d");
  c.fillStyle = "#ffffff";
  c.fillRect(0, 0, code.width, code.height);
  c.fillStyle = "#000000";
  rows.forEach((row, y) => [...row].forEach((bit, x) => {
    if (bit === "1") c.fillRect((x + 4) * dot, (y + 4) * dot, dot, dot);
  }));
}

function draw() {
  const v = props.value || {};
  if (v.question) question.textContent = v.question;
  question.hidden = !question.textContent;
  address.value = v.address || "";
  said.textContent = "";
  drawCode(v.qr || []);
  element.dataset.drawn = String(v.version);
}

open.addEventListener("click", () => toggle(panel.hidden));
ask.addEventListener("change", request);
address.addEventListener("focus", () => address.select());
copy.addEventListener("click", async () => {
  address.select();
  try {
    await navigator.clipboard.writeText(address.value);
    said.textContent = "Copied.";
  } catch {
    said.textContent = document.execCommand("copy") ? "Copied." : "Press Ctrl+C to copy.";
  }
});
root.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || panel.hidden) return;
  toggle(false);
  open.focus();
});
document.addEventListener("pointerdown", (event) => {
  if (!panel.hidden && !root.contains(event.target)) toggle(false);
});
watch("value", draw);
draw();
