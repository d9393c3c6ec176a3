// Words under one another: tiles as dark as the letter was likely, a mark where words part.
const lab = window.lab;
const root = element.querySelector(".lab-strands");
const [title, note, groups, legend, tip] = [
  ".lab-title", ".lab-strands-note", ".lab-strands-groups", ".lab-legend", ".lab-tip",
].map((name) => root.querySelector(name));
let tiles = []; // [{node, p, end}]

function load() {
  const v = props.value;
  tiles = [];
  text(title, v && v.title);
  text(note, v && v.note);
  const chances = v ? lab.array(v.probabilities) : [];
  let from = 0;
  groups.toggleAttribute("data-wide", !!(v && v.wide));
  groups.replaceChildren(...(v ? v.groups : []).map((group) => {
    const table = lab.node("table");
    if (group.head) table.append(lab.node("caption", "", lab.legible(group.head)));
    for (const line of group.lines) {
      table.append(...rows(line, chances.subarray(from, from + line.size)));
      from += line.size;
    }
    return table;
  }));
  draw();
}

function text(node, words) {
  node.textContent = lab.legible(words || "");
  node.hidden = !words;
}

/** A line: name, tiles, what is said of it; below the tiles a sentence, if there is one. */
function rows(line, chances) {
  const row = lab.node("tr"), name = lab.node("th", "", line.name), word = lab.node("td");
  name.scope = "row";
  if (line.chosen) row.dataset.chosen = "";
  const strand = lab.node("span", "lab-strand");
  strand.dir = "auto";
  const letters = [...line.letters, ...(line.end ? [line.end] : [])];
  strand.append(...letters.map((letter, i) => tile(line, letters, letter, i, chances[i])));
  strand.setAttribute("aria-label", line.letters);
  word.append(strand);
  row.append(name, word);
  if (line.said) row.append(lab.node("td", "lab-strand-said", line.said));
  else word.colSpan = 2;
  if (!line.more) return [row];
  name.rowSpan = 2;
  const below = lab.node("tr"), cell = lab.node("td", "lab-strand-more", lab.legible(line.more));
  cell.colSpan = 2;
  below.append(cell);
  return [row, below];
}

function tile(line, letters, letter, i, p) {
  const end = Boolean(line.end) && i === letters.length - 1;
  const node = lab.node("span", end ? "lab-tile lab-tile-end" : "lab-tile", lab.visible(letter));
  if (line.part === i + 1) node.classList.add("lab-part");
  const bits = -Math.log2(p);
  const before = letters.slice(0, i).map(lab.visible).join("");
  const after = before ? ` after “${before}”` : " at the beginning";
  node.dataset.tip = `${lab.own(lab.visible(letter))}${after}: ${lab.percent(p)}, ${bits.toFixed(2)} bits`;
  tiles.push({ node, p, end });
  return node;
}

/** Colours only: runs again when the page turns dark. */
function draw() {
  if (!root.clientWidth) return;
  lab.shade(tiles);
  legend.hidden = !tiles.length;
  lab.ramp(legend, "seq", "0 %", "100 %", "how likely each letter was: faint is a surprise");
  if (props.value && props.value.mark) {
    const mark = lab.node("span");
    mark.append(lab.node("span", "lab-strands-mark"), props.value.mark);
    legend.append(mark);
  }
  if (props.value) element.dataset.drawn = String(props.value.version);
}

groups.addEventListener("pointermove", ({ target }) => {
  if (!target.dataset.tip) return lab.tip(tip, "");
  const box = target.getBoundingClientRect(), base = root.getBoundingClientRect();
  lab.tip(tip, target.dataset.tip, box.left - base.left + box.width / 2, box.top - base.top, box.height);
});
groups.addEventListener("pointerleave", () => lab.tip(tip, ""));

watch("value", load);
lab.keepDrawn(root, draw);
load();
