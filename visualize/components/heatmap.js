// The heatmap: two canvases side by side (row labels stay while cells scroll), a cursor, a tip.
const lab = window.lab;
const root = element.querySelector(".lab-heat");
const [title, box, rowsCanvas, cellsCanvas, cursor, legend, empty, tip, spoken] = [
  ".lab-title", ".lab-heat-box", ".lab-heat-rows", ".lab-heat-cells", ".lab-heat-cursor",
  ".lab-legend", ".lab-state-empty", ".lab-tip", ".lab-spoken",
].map((name) => root.querySelector(name));

const LINE = 18; // px of the line that names the axes
const FEW = 32; // columns that may be so wide that a finger hits them
const HEAD = 22; // px of the line of column labels

let d = null; // the value, with its arrays unpacked
let g = null; // the geometry of the last drawing
let at = null; // the cell under mouse or keyboard, {row, col}; col -1 is the row's label

// ---- data -----------------------------------------------------------------------------------

const minus = (text) => text.replace("-", "−");
const CELL = { // as short as can be: a cell may be 24 px wide
  count: (x) => String(+x.toFixed(1)),
  probability: lab.short,
  log: (x) => (Number.isFinite(x) ? minus(x.toFixed(x > -9.95 ? 1 : 0)) : "−∞"),
  value: (x) => minus(String(+x.toPrecision(2))),
};
const UNIT = {
  count: lab.number,
  probability: lab.percent,
  log: (x) => (Number.isFinite(x) ? minus(x.toFixed(2)) : "−∞"),
  value: lab.number,
};
const BEND = {
  linear: (t) => t,
  sqrt: Math.sqrt,
  log: (t) => Math.log1p(999 * t) / Math.log(1000),
};

const shown = (label) => ([...label].length > 1 ? lab.legible(label) : lab.visible(label));
const numbered = (labels) => labels.every((label) => /^\d+$/.test(label));
const longest = (labels) => labels.reduce((n, s) => Math.max(n, [...s].length), 0);

function load() {
  const v = props.value;
  d = v && v.rows && v.rows.length && v.cols.length ? { ...v } : null;
  if (d) {
    d.z = lab.array(v.values);
    d.top = lab.array(v.numerators) || d.z;
    d.bottom = lab.array(v.denominators);
    d.rowText = v.rows.map(shown);
    d.colText = v.cols.map(shown);
    d.shade = shades();
    d.written = d.texts || (d.format ? Array.from(d.z, cellText) : null);
    if (at && (at.row >= v.rows.length || at.col >= v.cols.length)) at = null;
  }
  draw();
}

function cellText(x) {
  return Number.isNaN(x) ? "" : CELL[d.format](x);
}

/** Where each value lies on the colour scale, 0 to 254; not a number is paper. */
function shades() {
  const bend = BEND[d.transform];
  const both = d.scale === "diverging";
  return Uint8Array.from(d.z, (x) => {
    const t = both ? x / d.vmax : (x - d.vmin) / (d.vmax - d.vmin);
    if (Number.isNaN(t)) return both ? 127 : 0;
    const bent = bend(Math.min(1, both ? Math.abs(t) : Math.max(0, t)));
    return Math.round(both ? 127 + 127 * Math.sign(t) * bent : 254 * bent);
  });
}

// ---- drawing --------------------------------------------------------------------------------

function geometry() {
  const R = d.rows.length, C = d.cols.length;
  const unnamed = longest(d.colText) > 2 || numbered(d.cols); // cells to see, not to read or hit
  const smallest = d.written || d.pairs ? 24 : unnamed && C > FEW ? 3 : 12;
  const left = Math.min(150, longest(d.rowText) * 8.5 + 12);
  const cell = Math.max(smallest, Math.min(40, Math.floor((box.clientWidth - left - 2) / C)));
  const head = HEAD + (d.names.some(Boolean) ? LINE : 0);
  return { R, C, cell, left, head, size: Math.max(11, Math.min(15, cell * 0.62)) };
}

function draw() {
  empty.hidden = !!d;
  box.hidden = legend.hidden = !d;
  title.textContent = d ? lab.legible(d.title) : "";
  title.hidden = !title.textContent;
  if (!d || !root.clientWidth) return;
  g = geometry();
  const k = lab.scale(d.scale === "diverging" ? "div" : "seq");
  for (const name of ["ink", "muted", "accent", "paper", "mono", "font"]) k[name] = lab.css(name);
  drawRows(k);
  drawCells(k);
  const ends = [d.vmin, d.vmax].map(UNIT[d.unit]);
  const notes = [
    { linear: "", sqrt: "colour by square root", log: "colour by logarithm" }[d.transform],
    d.format === "probability" ? "numbers in per cent" : "",
  ].filter(Boolean);
  lab.ramp(legend, d.scale === "diverging" ? "div" : "seq", ...ends, notes.join(", "));
  cellsCanvas.setAttribute("aria-label",
    (d.title || props.label) + " Arrow keys move, Enter chooses.");
  place();
  element.dataset.drawn = String(d.version);
}

/** Label every how many: at least so many, in round steps where the labels are numbers. */
function stride(least, round) {
  const steps = round ? [1, 2, 5, 10, 20, 25, 50, 100] : [1, 2, 3, 4, 6, 8, 12, 16, 24];
  return steps.find((step) => step >= least) || Math.ceil(least);
}

function drawRows(k) {
  const c = lab.canvas(rowsCanvas, g.left, g.head + g.R * g.cell + 2);
  c.textBaseline = "middle";
  c.textAlign = "right";
  const every = stride(12 / g.cell, numbered(d.rows));
  for (let i = 0; i < g.R; i += every) {
    const chosen = d.selected && d.selected[0] === i;
    c.font = (chosen ? "700 " : "") + g.size + "px " + k.mono;
    c.fillStyle = chosen ? k.accent : d.rows[i] === d.end ? k.muted : k.ink;
    c.fillText(d.rowText[i], g.left - 7, g.head + 1 + (i + 0.5) * g.cell, g.left - 8);
  }
}

function drawCells(k) {
  const c = lab.canvas(cellsCanvas, g.C * g.cell + 2, g.head + g.R * g.cell + 2);
  c.textBaseline = "middle";
  drawHead(c, k);
  const gap = g.cell >= 12 ? 1 : 0;
  for (let n = 0; n < d.z.length; n++) {
    c.fillStyle = k.fill[d.shade[n]];
    const x = 1 + (n % g.C) * g.cell, y = g.head + 1 + Math.floor(n / g.C) * g.cell;
    c.fillRect(x, y, g.cell - gap, g.cell - gap);
  }
  if (d.written || d.pairs) drawTexts(c, k);
  drawChosen(c, k);
}

function drawHead(c, k) {
  c.font = "13px " + k.font;
  c.textAlign = "left";
  c.fillStyle = k.muted;
  const [down, right] = d.names;
  c.fillText([down && "↓ " + down, right && right + " →"].filter(Boolean).join("    "), 2, LINE / 2);
  c.font = g.size + "px " + k.mono;
  const widest = Math.max(...d.colText.map((s) => c.measureText(s).width));
  const every = stride((widest + (widest > 16 ? 8 : 1)) / g.cell, numbered(d.cols));
  for (let j = 0; j < g.C; j += every) {
    c.fillStyle = d.cols[j] === d.end ? k.muted : k.ink;
    const first = every > 1 && j === 0; // else half of a long first label is cut off
    c.textAlign = first ? "left" : "center";
    c.fillText(d.colText[j], first ? 1 : 1 + (j + 0.5) * g.cell, g.head - HEAD / 2);
  }
}

/** In each cell its pair of labels, its number below it, or both; in one size all over. */
function drawTexts(c, k) {
  c.textAlign = "center";
  c.font = "100px " + k.font;
  const lines = d.written || [];
  const width = Math.max(1, ...lines.map((s) => c.measureText(s).width)) / 100;
  const small = Math.min(13, g.cell * (d.pairs ? 0.38 : 0.5), (g.cell - 3) / width);
  const numbers = lines.length > 0 && small >= 6.5;
  const up = d.pairs && numbers ? g.cell * 0.21 : 0;
  const pairFont = Math.min(14, g.cell * 0.42) + "px " + k.mono;
  const paper = d.scale === "diverging" ? 127 : 0;
  for (let n = 0; n < d.z.length; n++) {
    const row = Math.floor(n / g.C), col = n % g.C;
    const x = 0.5 + (col + 0.5) * g.cell, y = g.head + 1 + (row + 0.5) * g.cell;
    c.fillStyle = d.shade[n] === paper ? k.muted : k.inks[d.shade[n]];
    if (d.pairs) {
      c.font = pairFont;
      c.fillText(d.rowText[row] + d.colText[col], x, y - up, g.cell - 2);
    }
    if (!numbers || !lines[n]) continue;
    c.font = small + "px " + k.font;
    c.fillText(lines[n], x, y + up);
  }
}

function drawChosen(c, k) {
  if (!d.selected) return;
  const [row, col] = d.selected;
  const y = g.head + 1 + row * g.cell;
  c.strokeStyle = k.ink;
  c.lineWidth = 2;
  c.strokeRect(1, y - 0.5, g.C * g.cell, g.cell);
  if (col === null) return;
  c.lineWidth = 3;
  c.strokeRect(1.5 + col * g.cell, y, g.cell - 1, g.cell - 1);
  c.strokeStyle = k.paper;
  c.lineWidth = 1;
  c.strokeRect(3.5 + col * g.cell, y + 2, g.cell - 5, g.cell - 5);
}

// ---- cursor and tip -------------------------------------------------------------------------

function sentence({ row, col }) {
  const own = lab.own;
  if (col < 0) return (d.names[0] ? d.names[0] + " " : "") + own(d.rowText[row]);
  const n = row * g.C + col;
  const parts = {
    row: () => own(d.rowText[row]),
    col: () => own(d.colText[col]),
    value: () => UNIT[d.unit](d.z[n]),
    numerator: () => lab.number(d.top[n]),
    denominator: () => lab.number(d.bottom[row]),
    percent: () => lab.percent(d.top[n] / d.bottom[row]),
  };
  return d.hover.replace(/\{(\w+)\}/g, (all, name) => (parts[name] ? parts[name]() : all));
}

/** Put cursor and tip on the cell, or hide them. */
function place() {
  cursor.hidden = !at || !d;
  if (cursor.hidden) return lab.tip(tip, "");
  const x = at.col < 0 ? box.scrollLeft : g.left + 1 + at.col * g.cell;
  const y = g.head + 1 + at.row * g.cell;
  const wide = at.col < 0 ? g.left : g.cell;
  cursor.style.cssText = `left:${x}px;top:${y}px;width:${wide}px;height:${g.cell}px`;
  lab.tip(tip, sentence(at), box.offsetLeft + x - box.scrollLeft + wide / 2, box.offsetTop + y, g.cell);
}

function go(next, say) {
  if (at && next && at.row === next.row && at.col === next.col) return;
  at = next;
  place();
  if (say && at) spoken.textContent = sentence(at);
}

function choose() {
  if (at && at.col < 0) trigger("row", { row: at.row });
  else if (at) trigger("cell", { row: at.row, col: at.col });
}

function under(event) {
  if (!d || !g) return null;
  const head = event.target === rowsCanvas;
  const row = Math.floor((event.offsetY - g.head - 1) / g.cell);
  const col = head ? -1 : Math.floor((event.offsetX - 1) / g.cell);
  return row < 0 || row >= g.R || col >= g.C ? null : { row, col: head ? -1 : Math.max(0, col) };
}

for (const canvas of [rowsCanvas, cellsCanvas]) {
  canvas.addEventListener("pointermove", (event) => go(under(event)));
  canvas.addEventListener("click", (event) => {
    go(under(event));
    choose();
  });
}
box.addEventListener("pointerleave", () => go(null));
box.addEventListener("scroll", place, { passive: true });

const STEP = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
cellsCanvas.addEventListener("keydown", (event) => {
  if (!d || !g) return;
  const here = at || { row: d.selected ? d.selected[0] : 0, col: (d.selected && d.selected[1]) || 0 };
  const ends = { Home: [here.row, 0], End: [here.row, g.C - 1] };
  if (event.key === "Enter" || event.key === " ") choose();
  else if (event.key === "Escape") go(null);
  else if (ends[event.key]) go({ row: here.row, col: ends[event.key][1] }, true);
  else if (STEP[event.key]) {
    const [down, right] = at ? STEP[event.key] : [0, 0]; // the first key shows where we are
    const row = Math.max(0, Math.min(g.R - 1, here.row + down));
    go({ row, col: Math.max(-1, Math.min(g.C - 1, here.col + right)) }, true);
    const x = at.col * g.cell, room = box.clientWidth - g.left - g.cell;
    box.scrollLeft = Math.max(x - room, Math.min(x, box.scrollLeft));
  } else return;
  event.preventDefault();
});
cellsCanvas.addEventListener("blur", () => go(null));

watch("value", load);
lab.keepDrawn(root, draw);
load();
