// Generated words, letter by letter: how likely each was shows as its colour and in a tip.
const lab = window.lab;
const root = element.querySelector(".lab-names");
const [title, list, more, legend, empty, tip, spoken] = [
  ".lab-title", ".lab-words", ".lab-more", ".lab-legend", ".lab-state-empty", ".lab-tip", ".lab-spoken",
].map((name) => root.querySelector(name));

let d = null; // the value, with its probabilities unpacked
let at = null; // the tile under mouse or keyboard
let tiles = []; // of every word: [{node, p, end}]

function load() {
  const v = props.value;
  d = v && v.words && v.words.length ? { ...v, p: lab.array(v.probabilities) } : null;
  go(null);
  tiles = [];
  let from = 0;
  list.replaceChildren(...(d ? d.words : []).map((word, index) => {
    const letters = [...word.letters], size = letters.length + (word.ended ? 1 : 0);
    const item = buildWord(word, letters, index, d.p.subarray(from, from + size));
    from += size;
    return item;
  }));
  title.textContent = v ? lab.legible(v.title) : "";
  title.hidden = !title.textContent;
  empty.hidden = !!d || !title.hidden; // a title says itself why there are none
  legend.hidden = !d;
  more.textContent = d && d.more ? `… ${lab.number(d.more)} more words` : "";
  more.hidden = !more.textContent;
  draw();
}

/** <li><button> tiles, badge </button></li>; every letter is set as text. */
function buildWord(word, letters, index, chances) {
  const item = lab.node("li"), button = lab.node("button", "lab-word");
  button.type = "button";
  button.dataset.index = index;
  button.setAttribute("aria-label", [word.letters, word.badge, word.note].filter(Boolean).join(", "));
  const row = lab.node("span", "lab-tiles");
  row.dir = "auto";
  const own = letters.map((letter, i) => ({
    node: lab.node("span", "lab-tile", lab.visible(letter)), p: chances[i], text: tileText(letters, i, chances[i]),
  }));
  if (word.ended) {
    const i = letters.length;
    own.push({
      node: lab.node("span", "lab-tile lab-tile-end", lab.visible(d.end)), p: chances[i], end: true,
      text: tileText([...letters, d.end], i, chances[i]),
    });
  }
  tiles.push(own);
  row.append(...own.map((tile) => tile.node));
  if (word.more) row.append(lab.node("span", "lab-note", `… ${lab.number(word.more)} more`));
  button.append(row);
  if (word.badge) button.append(badge(word));
  item.append(button);
  return item;
}

function badge(word) {
  const out = lab.node("span", "lab-badge", word.badge);
  if (word.note) out.dataset.note = word.note;
  return out;
}

/** "P(a | em) = 31.2 %" for letter i, with as much of what came before as the model sees. */
function tileText(letters, i, p) {
  const seen = d.block_size || Math.max(1, Math.min(i, 12));
  const before = [...Array(seen).fill(d.end), ...letters.slice(0, i)].slice(-seen);
  const cut = !d.block_size && i > seen ? "…" : "";
  const context = cut + before.map(lab.visible).join("");
  return `P(${lab.own(lab.visible(letters[i]))} | ${lab.own(context)}) = ${lab.percent(p)}`;
}

/** Colours only: runs again when the page turns dark. */
function draw() {
  if (!root.clientWidth) return;
  lab.shade(tiles.flat());
  lab.ramp(legend, "seq", "0 %", "100 %", "how likely each letter was");
  if (props.value) element.dataset.drawn = String(props.value.version);
}

function go(node, text) {
  if (at) at.classList.remove("lab-at");
  at = node;
  if (!node) return lab.tip(tip, "");
  node.classList.add("lab-at");
  const box = node.getBoundingClientRect(), base = root.getBoundingClientRect();
  lab.tip(tip, text, box.left - base.left + box.width / 2, box.top - base.top, box.height);
}

function tileOf(node) {
  const button = node.closest(".lab-word");
  const found = button && tiles[+button.dataset.index].find((tile) => tile.node === node);
  return found || null;
}

list.addEventListener("pointermove", (event) => {
  const tile = tileOf(event.target), note = event.target.dataset.note;
  if (event.target !== at) go(tile || note ? event.target : null, tile ? tile.text : note);
});
list.addEventListener("pointerleave", () => go(null));
list.addEventListener("click", (event) => {
  const button = event.target.closest(".lab-word");
  if (button) trigger("pick", { index: +button.dataset.index });
});
list.addEventListener("focusout", () => go(null));
list.addEventListener("keydown", (event) => {
  const button = event.target.closest(".lab-word");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "Escape") go(null);
  if (!button || !step) return;
  const own = tiles[+button.dataset.index];
  const here = own.findIndex((tile) => tile.node === at);
  const next = own[Math.max(0, Math.min(own.length - 1, here + step))];
  if (next) go(next.node, next.text);
  if (next) spoken.textContent = next.text;
  event.preventDefault();
});

watch("value", load);
lab.keepDrawn(root, draw);
load();
