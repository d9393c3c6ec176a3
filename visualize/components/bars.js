// Next-letter bars. The sliders re-shape the distribution here, without asking Python.
const lab = window.lab;
const root = element.querySelector(".lab-bars");
const [title, canvas, legend, sliders, empty, tip, spoken] = [
  ".lab-title", "canvas", ".lab-legend", ".lab-sliders", ".lab-state-empty", ".lab-tip", ".lab-spoken",
].map((name) => root.querySelector(name));

let d = null; // the value, with its arrays unpacked
let boxes = []; // where each bar is: {x, y, w, h}
let at = -1; // the bar under mouse or keyboard
let settings = { temperature: 1, top_k: 0, top_p: 1 };
let asked = ""; // the settings that Python last asked for

// ---- the distribution -----------------------------------------------------------------------

const changed = () => settings.temperature !== 1 || settings.top_k > 0 || settings.top_p < 1;

function load() {
  const v = props.value;
  d = v && v.labels && v.labels.length ? { ...v } : null;
  if (d) {
    d.logits = lab.array(v.logits);
    d.counts = lab.array(v.counts);
    d.total = d.counts && d.counts.reduce((a, b) => a + b, 0);
    d.text = v.labels.map((label) => lab.visible(label));
    d.plain = lab.softmax(d.logits, 1);
    const now = JSON.stringify([v.temperature, v.top_k, v.top_p]);
    if (now !== asked) settings = { temperature: v.temperature, top_k: v.top_k, top_p: v.top_p };
    asked = now;
    if (at >= v.labels.length) at = -1;
    buildSliders();
    buildLegend();
  }
  draw();
}

// ---- drawing --------------------------------------------------------------------------------

function draw() {
  empty.hidden = !!d;
  canvas.hidden = legend.hidden = sliders.hidden = title.hidden = !d;
  if (!d || !root.clientWidth) return;
  d.p = lab.reshape(d.logits, settings);
  const k = {};
  for (const name of ["ink", "muted", "line", "accent", "paper", "mono", "font"]) k[name] = lab.css(name);
  for (const kind of Object.keys(d.kind_words)) k[kind] = lab.css("kind-" + kind);
  const best = d.p.indexOf(Math.max(...d.p));
  title.textContent = fill(lab.legible(d.title), { letter: lab.own(d.text[best]), percent: lab.percent(d.p[best]) });
  title.hidden = !title.textContent;
  canvas.setAttribute("aria-label", title.textContent + " Arrow keys move.");
  const full = Math.max(...d.p, ...d.plain);
  if (root.clientWidth >= d.labels.length * 17) drawUpright(k, full);
  else drawLying(k, full);
  legend.classList.toggle("lab-changed", changed());
  place();
  element.dataset.drawn = String(d.version);
  element.dataset.shape = JSON.stringify(settings);
}

const fill = (text, parts) => text.replace(/\{(\w+)\}/g, (all, name) => parts[name] ?? all);

/** Columns side by side, where there are at least 17 px for each. */
function drawUpright(k, full) {
  const n = d.labels.length, tall = 190, head = 18, foot = 36;
  const wide = Math.min(44, Math.floor(root.clientWidth / n));
  const c = lab.canvas(canvas, root.clientWidth, head + tall + foot);
  c.textBaseline = "middle";
  c.textAlign = "center";
  c.fillStyle = k.line;
  c.fillRect(0, head + tall, n * wide, 1);
  boxes = [];
  d.labels.forEach((_, i) => {
    const x = i * wide, mid = x + wide / 2;
    boxes[i] = { x, y: 0, w: wide, h: head + tall + foot };
    const up = (p) => (p / full) * tall;
    const box = (p) => [x + 2, head + tall - up(p), wide - 4, up(p)];
    drawBar(c, k, i, box, [x + 2, head + tall - up(d.plain[i]), wide - 4, 1]);
    c.fillStyle = k.ink;
    c.font = Math.min(13, wide * 0.5) + "px " + k.font;
    const top = head + tall - up(Math.max(d.p[i], changed() ? d.plain[i] : 0)) - 9;
    c.fillText(lab.short(d.p[i]), mid, top, wide - 1);
    drawLabel(c, k, i, mid, head + tall + 13, mid - 4, head + tall + 25);
  });
}

/** Rows, in as many columns as keep them on a screen. */
function drawLying(k, full) {
  const n = d.labels.length, row = 19;
  const columns = Math.max(1, Math.min(Math.floor(root.clientWidth / 128), Math.ceil((n * row) / 560)));
  const each = Math.ceil(n / columns), wide = Math.floor(root.clientWidth / columns);
  const c = lab.canvas(canvas, root.clientWidth, each * row + 2);
  c.textBaseline = "middle";
  boxes = [];
  d.labels.forEach((_, i) => {
    const x = Math.floor(i / each) * wide, y = (i % each) * row;
    const mid = y + row / 2, start = x + 36, room = wide - 36 - 62;
    boxes[i] = { x, y, w: wide - 12, h: row };
    const box = (p) => [start, y + 3, Math.max((p / full) * room, p > 0 ? 1 : 0), row - 6];
    drawBar(c, k, i, box, [start + (d.plain[i] / full) * room - 1, y + 3, 1, row - 6]);
    c.fillStyle = d.p[i] > 0 ? k.ink : k.muted;
    c.textAlign = "left";
    c.font = "13px " + k.font;
    const end = start + (Math.max(d.p[i], changed() ? d.plain[i] : 0) / full) * room;
    c.fillText(lab.percent(d.p[i]), end + 6, mid + 0.5);
    c.textAlign = "center";
    drawLabel(c, k, i, x + 24, mid, x + 2, mid - 5);
  });
}

/** A bar, in front of a pale one of what it was at temperature 1 with nothing cut off. */
function drawBar(c, k, i, box, mark) {
  c.fillStyle = k.line;
  if (changed()) c.fillRect(...box(d.plain[i]));
  c.fillStyle = k[d.kinds[i]];
  c.fillRect(...box(d.p[i]));
  c.fillStyle = k.paper; // the pale bar is hidden: a line shows where it ended
  if (changed() && d.p[i] > d.plain[i]) c.fillRect(...mark);
}

function drawLabel(c, k, i, x, y, signX, signY) {
  const chosen = i === d.highlight;
  c.font = (chosen ? "700 " : "") + "15px " + k.mono;
  c.fillStyle = chosen ? k.accent : d.kinds[i] === "end" || d.p[i] === 0 ? k.muted : k.ink;
  c.fillText(d.text[i], x, y);
  c.save();
  c.translate(signX, signY);
  c.scale(0.75, 0.75);
  c.fillStyle = k[d.kinds[i]];
  c.fill(new Path2D(lab.OUTLINES[d.kinds[i]]), "evenodd");
  c.restore();
}

function buildLegend() {
  legend.replaceChildren(...Object.entries(d.kind_words).map(([kind, words]) => {
    const item = lab.node("span");
    item.append(lab.sign(kind), words);
    return item;
  }), d.controls.length ? lab.node("span", "lab-was", "pale: before the sliders") : "");
}

// ---- sliders --------------------------------------------------------------------------------

function buildSliders() {
  const key = d.controls.join() + d.labels.length;
  if (sliders.dataset.key !== key) {
    sliders.dataset.key = key;
    sliders.replaceChildren(...lab.sliders(d.controls, d.labels.length, {
      settings: () => settings,
      moved: (next) => { settings = next; redraw(); },
      released: () => trigger("release", { ...settings }),
    }));
  }
  for (const input of sliders.querySelectorAll("input")) lab.showSlider(input, settings);
}

// ---- cursor and tip -------------------------------------------------------------------------

function sentence(i) {
  const name = `P(${lab.own(d.text[i])}${d.context ? " | " + lab.own(lab.legible(d.context)) : ""})`;
  const was = d.counts && d.total
    ? `${lab.number(d.counts[i])} / ${lab.number(d.total)} = ${lab.percent(d.plain[i])}`
    : lab.percent(d.plain[i]);
  if (!changed()) return `${name} = ${was}`;
  const now = d.p[i] > 0 ? "is now " + lab.percent(d.p[i]) : "is now cut off";
  return `${name} = ${was}, ${now}`;
}

function place() {
  const spot = d && at >= 0 && boxes[at];
  if (!spot) return lab.tip(tip, "");
  const y = canvas.offsetTop + spot.y;
  lab.tip(tip, sentence(at), spot.x + Math.min(spot.w, 240) / 2, y, spot.h);
}

function go(i, say) {
  if (i === at) return;
  at = i;
  place();
  if (say && at >= 0) spoken.textContent = sentence(at);
}

function under({ offsetX: x, offsetY: y }) {
  return boxes.findIndex((b) => b && x >= b.x && x < b.x + b.w && y >= b.y && y < b.y + b.h);
}

canvas.addEventListener("pointermove", (event) => go(under(event)));
canvas.addEventListener("pointerleave", () => go(-1));
canvas.addEventListener("click", (event) => go(under(event)));
canvas.addEventListener("keydown", (event) => {
  if (!d) return;
  const n = d.labels.length;
  const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1,
    Home: 0, End: n - 1 }[event.key];
  if (next !== undefined) go(Math.max(0, Math.min(n - 1, next)), true);
  else if (event.key === "Escape") go(-1);
  else return;
  event.preventDefault();
});
canvas.addEventListener("blur", () => go(-1));

watch("value", load);
const redraw = lab.keepDrawn(root, draw);
load();
