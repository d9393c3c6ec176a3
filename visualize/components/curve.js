// Draw props.value (see curve.py) on a canvas; axes change seldom, so that the eye can rest.
const lab = window.lab;
const root = element.querySelector(".lab-curve");
const heading = element.querySelector(".lab-title");
const keys = element.querySelector(".lab-keys");
const canvas = element.querySelector("canvas");
const note = element.querySelector(".lab-note");
const pen = canvas.getContext("2d");
const PAD = { left: 52, right: 22, top: 12, bottom: 40 };

function unpack(value) {
  return (value?.runs ?? []).map((run) => ({ ...run,
    raw: [lab.floats(run.steps), lab.floats(run.losses)],
    mean: [lab.floats(run.mean_steps), lab.floats(run.mean_losses)] }));
}

// ---- axes that keep still: they grow when they must and shrink only when much is empty ----

const nice = (span, count) => {
  const rough = span / count, power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 2.5, 5, 10].find((m) => m * power >= rough * 0.999);
};
function wanted(runs, value) {
  let [low, high] = value.baseline ? [value.baseline.value, value.baseline.value] : [Infinity, -Infinity];
  for (const { raw: [, losses] } of runs) {
    for (const loss of losses) { low = Math.min(low, loss); high = Math.max(high, loss); }
  }
  if (low === high) low = 0; // nothing but the baseline yet: the curve may come from anywhere
  return low <= high ? [low, high] : [0, 1];
}
let axes = { y: null, x: 0, log: false };
function fitY([low, high], log) {
  const map = log ? Math.log10 : (v) => v;
  [low, high] = [map(log ? Math.max(low, 1e-6) : low), map(log ? Math.max(high, 1e-6) : high)];
  const span = Math.max(high - low, log ? 0.02 : 0.1 * Math.max(0.1, Math.abs(high)));
  const held = axes.y, size = held && held[1] - held[0];
  const fits = held && axes.log === log && low >= held[0] && high <= held[1] && span > 0.45 * size;
  if (fits) return;
  const step = log ? 0 : nice(span * 1.15, 5);
  axes.y = log ? [low - 0.08 * span, high + 0.12 * span]
    : [Math.max(Math.floor((low - 0.04 * span) / step) * step, low >= 0 ? 0 : -Infinity), Math.ceil((high + 0.06 * span) / step) * step];
  axes.log = log;
}
function fitX(runs, total) {
  const last = Math.max(total ?? 0, runs.some((run) => run.raw[0].length > 1) ? 1 : 100, ...runs.map((run) => run.broken ?? run.raw[0].at(-1) ?? 0));
  if (total) axes.x = last;
  else if (last > axes.x || last < 0.4 * axes.x) axes.x = nice(last * 1.25, 1);
}
function ticksY() {
  const [low, high] = axes.y;
  if (axes.log) return logTicks(10 ** low, 10 ** high);
  const step = nice(high - low, 5), first = Math.ceil(low / step - 1e-9), out = [];
  for (let i = first; i * step <= high + 1e-9 * step; i++) out.push(i * step);
  return out;
}
function logTicks(low, high) {
  const out = [], marks = high / low > 30 ? [1, 3] : [1, 1.5, 2, 2.5, 3, 4, 5, 7];
  for (let p = Math.floor(Math.log10(low)); p <= Math.log10(high); p++) {
    for (const m of marks) { const v = m * 10 ** p; if (v >= low && v <= high) out.push(v); }
  }
  return out;
}

// ---- drawing ----

let runs = [], hover = null;
const size = () => [root.clientWidth, canvas.clientHeight];
const toX = (step) => PAD.left + step / axes.x * (size()[0] - PAD.left - PAD.right);
function toY(loss) {
  const [low, high] = axes.y, v = axes.log ? Math.log10(Math.max(loss, 1e-6)) : loss;
  return PAD.top + (high - v) / (high - low) * (size()[1] - PAD.top - PAD.bottom);
}
const short = (v) => String(+v.toPrecision(6)).replace("-", "−");

function line(points, { color, width, dash = [], alpha = 1 }) {
  const [xs, ys] = points;
  pen.save();
  Object.assign(pen, { strokeStyle: color, lineWidth: width, globalAlpha: alpha, lineJoin: "round" });
  pen.setLineDash(dash);
  pen.beginPath();
  xs.forEach((x, i) => (i ? pen.lineTo(toX(x), toY(ys[i])) : pen.moveTo(toX(x), toY(ys[i]))));
  pen.stroke();
  pen.restore();
}
function text(words, x, y, { color = lab.css("muted"), align = "left", base = "middle" } = {}) {
  Object.assign(pen, { fillStyle: color, textAlign: align, textBaseline: base });
  pen.fillText(words, x, y);
}
function rule(x1, y1, x2, y2, color, dash = []) {
  pen.save();
  Object.assign(pen, { strokeStyle: color, lineWidth: 1 });
  pen.setLineDash(dash);
  pen.beginPath(); pen.moveTo(x1, y1); pen.lineTo(x2, y2); pen.stroke();
  pen.restore();
}

function drawAxes(value) {
  const [w, h] = size(), hair = lab.css("line"), floor = h - PAD.bottom;
  for (const tick of ticksY()) {
    const y = Math.round(toY(tick)) + 0.5;
    rule(PAD.left, y, w - PAD.right, y, hair);
    text(short(tick), PAD.left - 8, y, { align: "right" });
  }
  const step = nice(axes.x, w < 500 ? 4 : 6);
  for (let x = 0; x <= axes.x * 1.0001; x += step) {
    text(Math.round(x).toLocaleString("en"), toX(x), floor + 14, { align: "center" });
  }
  text(value.x_title, w - PAD.right, h - 8, { align: "right" });
  pen.save(); pen.translate(9, PAD.top + (floor - PAD.top) / 2); pen.rotate(-Math.PI / 2);
  text(value.y_title, 0, 0, { align: "center" });
  pen.restore();
}
function drawBaseline({ value, label }) {
  const [w, h] = size(), y = Math.round(toY(value)) + 0.5;
  rule(PAD.left, y, w - PAD.right, y, lab.css("muted"), [5, 4]);
  const below = isFloor(value) && y + 17 < h - PAD.bottom;
  halo(label, w - PAD.right - 4, below ? y + 9 : y - 9, lab.css("muted"));
}
/** Whether all runs lie above a line: its words then stand below it, out of the curves' way. */
function isFloor(value) {
  const losses = runs.map((run) => run.raw[1]).filter((own) => own.length);
  return losses.length > 0 && losses.every((own) => own.every((loss) => loss > value));
}
function halo(words, x, y, color) {      // text that stays readable across a curve
  pen.save();
  Object.assign(pen, { strokeStyle: lab.css("paper"), lineWidth: 4, lineJoin: "round",
                       textAlign: "right", textBaseline: "middle" });
  pen.strokeText(words, x, y);
  pen.restore();
  text(words, x, y, { color, align: "right" });
}
function drawRun(run) {
  const color = lab.css(run.color), dash = lab.DASHES[run.dash], smooth = run.mean[0].length;
  line(run.raw, { color, width: smooth ? 1 : 1.75, dash: smooth ? [] : dash, alpha: smooth ? 0.22 : 1 });
  if (smooth) line(run.mean, { color, width: 2, dash });
  if (run.broken !== null) drawCross(run);
}
function drawCross(run) {
  const x = toX(run.raw[0].at(-1) ?? run.broken), y = toY(run.raw[1].at(-1) ?? axes.y[1]);
  pen.save();
  Object.assign(pen, { strokeStyle: lab.css("wrong"), lineWidth: 2.5 });
  pen.beginPath();
  pen.moveTo(x - 6, y - 6); pen.lineTo(x + 6, y + 6); pen.moveTo(x - 6, y + 6); pen.lineTo(x + 6, y - 6);
  pen.stroke();
  pen.restore();
}

function nearest(xs, step) {
  let low = 0, high = xs.length - 1;
  while (high - low > 1) { const mid = (low + high) >> 1; if (xs[mid] < step) low = mid; else high = mid; }
  return Math.abs(xs[low] - step) <= Math.abs(xs[high] - step) ? low : high;
}
function drawHover(value) {
  const found = runs.filter((run) => run.raw[0].length).map((run) => {
    const [xs, ys] = run.mean[0].length ? run.mean : run.raw, i = nearest(xs, hover);
    return { run, step: xs[i], loss: ys[i] };
  });
  if (!found.length) return "";
  const x = Math.round(toX(found[0].step)) + 0.5;
  rule(x, PAD.top, x, size()[1] - PAD.bottom, lab.css("muted"));
  for (const { run, step, loss } of found) {
    pen.fillStyle = lab.css(run.color);
    pen.beginPath(); pen.arc(toX(step), toY(loss), 4, 0, 7); pen.fill();
  }
  const mean = value.smooth > 1 ? `, mean of the last ${value.smooth.toLocaleString("en")}` : "";
  const each = found.map(({ run, loss }) => `${run.name}: ${lab.number(loss)}`).join("; ");
  return `Step ${Math.round(found[0].step).toLocaleString("en")}. ${each}${mean}`;
}

function drawKeys() {
  keys.replaceChildren(...(runs.length < 2 ? [] : runs).map((run) => {
    const item = lab.node("span"), svg = "http://www.w3.org/2000/svg";
    const mark = document.createElementNS(svg, "svg"), stroke = document.createElementNS(svg, "line");
    const look = { x1: 0, x2: 28, y1: 4, y2: 4, "stroke-width": 2, stroke: `var(--lab-${run.color})`,
                   "stroke-dasharray": lab.DASHES[run.dash].join(" ") };
    for (const name in look) stroke.setAttribute(name, look[name]);
    mark.append(stroke);
    item.append(mark, document.createTextNode(run.name));
    return item;
  }));
}
const broken = () => runs.filter((run) => run.broken !== null).map((run) =>
  `${run.name}: the loss is no longer a number at step ${run.broken.toLocaleString("en")}.`).join(" ");

function paint() {
  const value = props.value, [w, h] = size();
  if (!w || !value) return;                       // nothing yet, or in a hidden tab
  lab.canvas(canvas, w, h).font = `${lab.css("size-1")} ${lab.css("font")}`;
  drawAxes(value);
  runs.forEach(drawRun);
  if (value.baseline) drawBaseline(value.baseline);
  const said = hover === null ? "" : drawHover(value);
  note.textContent = said || broken();
  element.dataset.drawn = String(value.version);
}

function load() {
  const value = props.value;
  runs = unpack(value);
  heading.textContent = value?.title ?? "";
  canvas.setAttribute("aria-label", value?.words ?? "");
  if (value) { fitY(wanted(runs, value), !!value.log); fitX(runs, value.total); }
  drawKeys();
  paint();
}

canvas.addEventListener("pointermove", (event) => {
  const [w] = size(), share = (event.offsetX - PAD.left) / (w - PAD.left - PAD.right);
  hover = Math.min(Math.max(share, 0), 1) * axes.x;
  repaint();
});
canvas.addEventListener("pointerleave", () => { hover = null; repaint(); });
canvas.addEventListener("blur", () => { hover = null; paint(); });
canvas.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -0.01, ArrowRight: 0.01 }[event.key];
  if (!by) return;
  event.preventDefault();
  hover = Math.min(Math.max((hover ?? axes.x / 2) + by * axes.x, 0), axes.x);
  paint();
});
const repaint = lab.keepDrawn(root, paint);
watch("value", load);
load();
