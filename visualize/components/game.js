// The guessing game: what is shown so far, a keyboard, how sure one is, the board. The right letter
// is not on this page before it was guessed: Python keeps it.
const lab = window.lab;
const root = element.querySelector(".lab-game");
const [title, play, word, sure, keys, help, board, past, tip] = [
  ".lab-title", ".lab-game-play", ".lab-game-word", ".lab-game-sure", ".lab-game-keys",
  ".lab-game-help", ".lab-game-board", ".lab-game-past", ".lab-tip",
].map((name) => root.querySelector(name));

let d = null;
let level = "fairly sure"; // stays from letter to letter
let sent = -1; // the turn that was guessed: a second click waits for the answer
let tiles = []; // of the words that were shown: [{node, p, end}]

function load() {
  const v = props.value;
  d = v && v.symbols ? v : null;
  title.textContent = v ? lab.legible(v.title) : "";
  board.hidden = past.hidden = !d;
  play.hidden = !d || d.over;
  sent = -1;
  if (d) {
    buildWord();
    buildSure();
    buildKeys();
    buildBoard();
    buildPast();
  }
  draw();
}

function buildWord() {
  const letters = [...d.word].map((letter) => lab.node("span", "", lab.visible(letter)));
  word.replaceChildren(...letters, lab.node("span", "lab-game-next", "?"));
  word.setAttribute("aria-label", d.word ? `so far ${d.word}` : "the first letter");
  help.textContent = d.help;
}

function buildSure() {
  const names = Object.keys(d.sureness);
  if (!names.includes(level)) level = names[0];
  if (sure.dataset.names !== names.join()) {
    sure.dataset.names = names.join();
    sure.replaceChildren(lab.node("span", "lab-note", "How sure?"), ...names.map((name) => {
      const share = lab.percent(d.sureness[name]).replace(".0", "");
      const button = lab.node("button", "", `${name}, ${share}`);
      button.type = "button";
      button.setAttribute("role", "radio");
      button.dataset.level = name;
      return button;
    }));
  }
  for (const button of sure.querySelectorAll("button")) {
    button.setAttribute("aria-checked", String(button.dataset.level === level));
  }
}

/** Built once for an alphabet, so that the key in hand keeps the focus. */
function buildKeys() {
  const signs = d.symbols.join("\n");
  if (keys.dataset.signs === signs) return;
  keys.dataset.signs = signs;
  const order = [...d.symbols.keys()].slice(1);
  keys.replaceChildren(...[...order, 0].map((id) => {
    const text = id ? lab.visible(d.symbols[id]) : `${lab.visible(d.symbols[0])} the word ends here`;
    const button = lab.node("button", id ? "" : "lab-game-end", text);
    button.type = "button";
    button.dataset.letter = id;
    return button;
  }));
}

function buildBoard() {
  const size = (line) => (line.bits === null ? 12 : Math.min(line.bits, 12)); // null: infinite
  const most = Math.max(...d.board.map(size), 1);
  board.querySelector("caption").textContent = d.caption;
  board.hidden = !d.board.length;
  board.querySelector("tbody").replaceChildren(...d.board.map((line) => {
    const row = lab.node("tr"), name = lab.node("th", "", line.name), cell = lab.node("td");
    name.scope = "row";
    if (line.mine) row.dataset.mine = "";
    const bar = lab.node("div", "lab-game-bar");
    bar.style.width = `${(100 * size(line)) / most}%`;
    cell.append(bar);
    const bits = line.bits === null ? "∞" : line.bits.toFixed(2);
    row.append(name, cell, lab.node("td", "", `${bits} bits per letter`));
    return row;
  }));
}

function buildPast() {
  tiles = [];
  past.replaceChildren(...d.past.map((letters) => {
    const one = lab.node("span");
    one.append(...letters.map(({ letter, share, tip: text }) => {
      const end = letter === d.symbols[0];
      const node = lab.node("span", end ? "lab-tile lab-tile-end" : "lab-tile", lab.visible(letter));
      node.dataset.tip = text;
      tiles.push({ node, p: share, end });
      return node;
    }));
    return one;
  }));
}

/** Colours only: how much of its share the class had put on each letter. */
function draw() {
  if (!root.clientWidth) return;
  lab.shade(tiles);
  if (props.value) element.dataset.drawn = String(props.value.version);
}

function guess(letter) {
  if (!d || d.over || sent === d.turn) return;
  sent = d.turn;
  trigger("guess", { turn: d.turn, letter, sure: level });
}

function choose(name) {
  level = name;
  buildSure();
}

root.addEventListener("click", ({ target }) => {
  if (target.dataset.level) choose(target.dataset.level);
  if (target.dataset.letter) guess(+target.dataset.letter);
});

root.addEventListener("keydown", (event) => {
  if (!d || d.over || event.ctrlKey || event.metaKey || event.altKey) return;
  const names = Object.keys(d.sureness), at = names.indexOf(level);
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const letter = d.symbols.indexOf(event.key);
  if (step) choose(names[Math.max(0, Math.min(names.length - 1, at + step))]);
  else if (letter >= 0) guess(letter);
  else return;
  event.preventDefault();
});
root.tabIndex = -1;

past.addEventListener("pointermove", ({ target }) => {
  if (!target.dataset.tip) return lab.tip(tip, "");
  const box = target.getBoundingClientRect(), base = root.getBoundingClientRect();
  lab.tip(tip, target.dataset.tip, box.left - base.left + box.width / 2, box.top - base.top,
    box.height);
});
past.addEventListener("pointerleave", () => lab.tip(tip, ""));

watch("value", load);
lab.keepDrawn(root, draw);
load();
