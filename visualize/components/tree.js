// The tree: a row of buttons a level, letters at the bottom; each node is a picture of its neurons.
const lab = window.lab;
const root = element.querySelector(".lab-tree");
const [title, next, rows, legend, said, empty] = [
  ".lab-title", ".lab-tree-next", ".lab-tree-rows", ".lab-legend", ".lab-tree-said", ".lab-state-empty",
].map((name) => root.querySelector(name));
const SVG = "http://www.w3.org/2000/svg";

let d = null; // the value, with its arrays unpacked
let nodes = []; // nodes[level][i] = {button, canvas, moved}
let edges = []; // edges[level][i]: the line from node i of this level up to its parent
let at = null; // [level, i] under mouse or keyboard
let hidden = null; // the letter that is hidden
let words = ""; // what the letters were: a new word shows all of its letters again

function load() {
  const v = props.value;
  d = v && v.levels ? { ...v } : null;
  if (d) {
    d.sheets = d.levels.map((level) => lab.array(level.values));
    d.moves = d.changes.map(lab.array);
    const now = d.letters.join("\u0000");
    if (now !== words) hidden = null;
    words = now;
    at = null;
    build();
  }
  draw();
}

// ---- the page: built once a value -----------------------------------------------------------

const letters = () => d.letters.length;
const reach = (level, i) => [i * 2 ** level, (i + 1) * 2 ** level]; // its letters, from and to
const readable = (letter) => lab.own(letter === d.end ? lab.visible(d.end) : lab.visible(letter));
const reads = (level, i) => d.letters.slice(...reach(level, i)).map(readable).join("");

function build() {
  const focused = nodeOf(document.activeElement);
  nodes = d.levels.map((level, k) => Array.from({ length: level.nodes }, (_, i) => makeNode(k, i)));
  edges = d.levels.slice(0, -1).map(() => []);
  const parts = [];
  for (let k = d.levels.length - 1; k >= 0; k--) {
    const row = lab.node("div", "lab-tree-row");
    row.style.gridTemplateColumns = `repeat(${d.levels[k].nodes}, minmax(0, 1fr))`;
    row.append(...nodes[k].map((node) => node.button));
    parts.push(row);
    if (k > 0) parts.push(makeEdges(k - 1));
  }
  rows.replaceChildren(...parts);
  rows.setAttribute("aria-label", props.label + ". Arrow keys move between nodes, Enter on a letter hides it.");
  if (focused) nodes[focused[0]]?.[focused[1]]?.button.focus(); // a new node is the same place
}

function makeNode(level, i) {
  const button = lab.node("button"), canvas = lab.node("canvas"), moved = lab.node("span", "lab-tree-moved");
  button.type = "button";
  button.dataset.node = level + " " + i;
  if (level === 0) {
    const letter = lab.node("span", "lab-tree-letter", lab.visible(d.letters[i]));
    if (d.letters[i] === d.end) letter.classList.add("lab-end");
    button.append(moved, canvas, letter);
  } else {
    button.append(moved, canvas);
  }
  return { button, canvas, moved };
}

function makeEdges(level) {
  const svg = document.createElementNS(SVG, "svg"), count = d.levels[level].nodes;
  svg.setAttribute("viewBox", `0 0 ${count} 1`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("class", "lab-tree-edges");
  svg.setAttribute("aria-hidden", "true");
  for (let i = 0; i < count; i++) {
    const line = document.createElementNS(SVG, "line");
    const place = { x1: i + 0.5, y1: 1, x2: 2 * Math.floor(i / 2) + 1, y2: 0 };
    for (const name in place) line.setAttribute(name, place[name]);
    edges[level].push(line);
    svg.append(line);
  }
  return svg;
}

// ---- colours, numbers and sentences ---------------------------------------------------------

function draw() {
  empty.hidden = !!d;
  for (const part of [next, rows, legend, said]) part.hidden = !d;
  title.textContent = props.value ? lab.legible(props.value.title) : "";
  title.hidden = !title.textContent;
  if (!d || !root.clientWidth) return;
  const { fill } = lab.scale("div");
  nodes.forEach((row, k) => row.forEach((node, i) => paint(node.canvas, k, i, fill)));
  lab.ramp(legend, "div", "−1", "1", "each square is a neuron; at the letters, a number of the embedding");
  tell();
  element.dataset.drawn = String(d.version);
}

/** A node's neurons as squares, about twice as wide as high, at one pixel each: CSS enlarges it. */
function paint(canvas, level, i, fill) {
  const { width, largest } = d.levels[level];
  let down = Math.max(1, Math.floor(Math.sqrt(width / 2)));
  while (width % down) down--;
  const across = width / down, top = level === 0 ? largest : 1;
  canvas.width = across;
  canvas.height = down;
  const pen = canvas.getContext("2d");
  for (let n = 0; n < width; n++) {
    const t = Math.max(-1, Math.min(1, d.sheets[level][i * width + n] / top));
    pen.fillStyle = fill[Math.round(127 + 127 * t)];
    pen.fillRect(n % across, Math.floor(n / across), 1, 1);
  }
}

const share = (level, i) => (hidden === null ? 0 : d.moves[level][hidden * d.levels[level].nodes + i]);

function tell() {
  nodes.forEach((row, k) => row.forEach((node, i) => {
    const moved = share(k, i);
    node.moved.textContent = hidden === null ? "" : moved ? lab.percent(moved) : "0";
    node.moved.classList.toggle("lab-far", moved > 0);
    node.button.setAttribute("aria-label", sentence(k, i));
    if (k === 0) node.button.setAttribute("aria-pressed", String(hidden === i));
  }));
  next.replaceChildren(lab.node("span", "", hidden === null ? "next letter:" : "next letter, with one hidden:"),
    ...d.next[hidden === null ? 0 : hidden + 1].map(([letter, p]) => {
      const item = lab.node("span"), name = lab.node("b", "", lab.visible(letter));
      item.append(name, document.createTextNode(" " + lab.percent(p)));
      return item;
    }));
  if (hidden === null) delete element.dataset.hidden;
  else element.dataset.hidden = String(hidden);
  light();
}

/** What a node reads, how strong it answers, its strongest neurons, and what the hidden letter did. */
function sentence(level, i) {
  const { width } = d.levels[level], sheet = d.sheets[level].subarray(i * width, (i + 1) * width);
  const norm = Math.hypot(...sheet);
  const strongest = [...sheet.keys()].sort((a, b) => Math.abs(sheet[b]) - Math.abs(sheet[a])).slice(0, 3)
    .map((n) => `number ${n} (${sheet[n].toFixed(2).replace("-", "−")})`).join(", ");
  const [from, to] = reach(level, i);
  const who = level === 0 ? `Letter ${i + 1}, ${reads(0, i)}: ${width} numbers`
    : `Reads letters ${from + 1} to ${to}, ${reads(level, i)}: ${width} neurons`;
  const most = level === 0 ? "" : ` of at most ${lab.number(Math.sqrt(width))}`;
  const moved = hidden === null ? "" : share(level, i)
    ? ` Hiding letter ${hidden + 1} moves it by ${lab.percent(share(level, i))} of its length.`
    : ` Letter ${hidden + 1} does not reach it.`;
  return `${who}, length ${lab.number(norm)}${most}; strongest ${strongest}.${moved}`;
}

function resting() {
  if (hidden === null) return "Point at a node to see which letters it reads; press a letter to hide it.";
  const far = d.moves.flatMap((_, k) => nodes[k].map((_, i) => share(k, i))).filter((x) => x > 0).length;
  const all = nodes.reduce((n, row) => n + row.length, 0);
  return `Letter ${hidden + 1}, ${readable(d.letters[hidden])}, is hidden: ${far} of ${all} nodes move, `
    + "the others do not read it. Press it again to show it.";
}

/** Stands out: below the node in hand all that it reads, above the hidden letter all that reads it. */
function light() {
  const pressed = at && at[0] === 0 && at[1] === hidden;
  said.textContent = at && !pressed ? sentence(...at) : resting();
  const inside = (level, i) => {
    if (!at) return false;
    const [from, to] = reach(...at), [low, high] = reach(level, i);
    return pressed ? low <= from && high >= to : level <= at[0] && low >= from && high <= to;
  };
  nodes.forEach((row, k) => row.forEach(({ button }, i) => {
    button.classList.toggle("lab-in", inside(k, i));
    button.classList.toggle("lab-out", !!at && !inside(k, i));
  }));
  edges.forEach((row, k) => row.forEach((line, i) => line.classList.toggle("lab-in",
    inside(k, i) && inside(k + 1, i >> 1))));
}

// ---- hands ----------------------------------------------------------------------------------

function nodeOf(target) {
  const button = target.closest("[data-node]");
  return button && rows.contains(button) ? button.dataset.node.split(" ").map(Number) : null;
}

function go(place) {
  if (String(place) === String(at)) return;
  at = place;
  if (d) light();
}

const MOVES = {
  ArrowLeft: ([k, i]) => [k, i - 1], ArrowRight: ([k, i]) => [k, i + 1],
  ArrowUp: ([k, i]) => [k + 1, Math.floor(i / 2)], ArrowDown: ([k, i]) => [k - 1, 2 * i],
};

rows.addEventListener("pointermove", (event) => go(nodeOf(event.target)));
rows.addEventListener("pointerleave", () => go(null));
rows.addEventListener("focusin", (event) => go(nodeOf(event.target)));
rows.addEventListener("focusout", () => go(null));
rows.addEventListener("click", (event) => {
  const place = nodeOf(event.target);
  if (!place || place[0] !== 0) return;
  hidden = hidden === place[1] ? null : place[1];
  tell();
});
rows.addEventListener("keydown", (event) => {
  const place = nodeOf(event.target);
  if (event.key === "Escape") { hidden = null; tell(); }
  if (!place || !MOVES[event.key]) return;
  const [k, i] = MOVES[event.key](place);
  nodes[k]?.[i]?.button.focus();
  event.preventDefault();
});

watch("value", load);
lab.keepDrawn(root, draw);
load();
