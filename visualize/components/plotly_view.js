// Draw props.value = {figure: JSON of plotly, title, words, version} and keep what the reader did.
const lab = window.lab;
const root = element.querySelector(".lab-plotly");
const heading = element.querySelector(".lab-title");
const plot = element.querySelector(".lab-plot");
const scrub = element.querySelector(".lab-scrub");
const [play, slider, stepLabel] = scrub.children;
const coarse = matchMedia("(pointer: coarse)");

// ---- colours: every "var(--name)" or "var(--name, 20%)" (an opacity) of the figure ----

function resolver() {
  const known = new Map();
  const look = (text) => {
    const [, name, opacity] = text.match(/^var\(--lab-([\w-]+)(?:,\s*([\d.]+)%)?\)$/) ?? [];
    const color = name && lab.css(name);
    if (!color) return text;
    const alpha = Math.round(255 * (opacity ?? 100) / 100).toString(16).padStart(2, "0");
    return opacity && /^#[0-9a-f]{6}$/i.test(color) ? color + alpha : color;
  };
  return (text) => known.get(text) ?? known.set(text, look(text)).get(text);
}

function resolved(node, look) {
  if (typeof node === "string") return node.startsWith("var(--") ? look(node) : node;
  if (Array.isArray(node)) return node.map((item) => resolved(item, look));
  if (node && typeof node === "object") {
    for (const key in node) if (key !== "bdata") node[key] = resolved(node[key], look);
  }
  return node;
}

// ---- snapshots of training: (T, V, 2) float32, moved in the browser ----

let film = null, place = 0, playing = null;   // place: a snapshot, or a point between two

function loadFilm(layout, data) {
  const packed = layout.meta?.snapshots;
  if (!packed) { film = null; stop(); scrub.hidden = true; return; }
  if (film?.key === packed.xy) { film.rows = data.map((trace) => trace.meta?.rows ?? []); return; }
  const [times, letters] = packed.shape;
  film = { key: packed.xy, xy: lab.floats(packed.xy), times, letters, steps: packed.steps,
           rows: data.map((trace) => trace.meta?.rows ?? []) };
  stop();
  place = times - 1;
  slider.max = times - 1;
  scrub.hidden = times < 2;
  label();
}

function label() {
  const now = Math.round(place);
  slider.value = now;
  slider.style.setProperty("--range_progress", `${100 * place / Math.max(1, film.times - 1)}%`);
  stepLabel.textContent = `step ${film.steps[now].toLocaleString("en")}`;
  slider.setAttribute("aria-valuetext", stepLabel.textContent);
  element.dataset.step = film.steps[now];
}

function positions(axis) {
  const { xy, letters, times, rows } = film;
  const early = Math.floor(place), late = Math.min(early + 1, times - 1), share = place - early;
  const at = (time, row) => xy[(time * letters + row) * 2 + axis];
  return rows.map((own) => own.map((row) => at(early, row) * (1 - share) + at(late, row) * share));
}

// While it plays only the marks move, without plotly, which takes 20 ms for what is done here in 1.
function glide() {
  label();
  if (!plot._fullLayout?.xaxis?.c2p) return;
  const { xaxis, yaxis } = plot._fullLayout, [xs, ys] = [positions(0), positions(1)];
  for (const group of plot.querySelectorAll(".scatterlayer .trace")) {
    const own = group.__data__[0].trace.index;
    const at = (i) => [xaxis.c2p(xs[own][i]), yaxis.c2p(ys[own][i])];
    for (const mark of group.querySelectorAll(".point")) {
      mark.setAttribute("transform", `translate(${at(mark.__data__.i)})`);
    }
    for (const letter of group.querySelectorAll(".textpoint")) {
      const [x, y] = at(letter.__data__.i);
      letter.firstChild.setAttribute("x", x);
      letter.firstChild.setAttribute("y", y);
    }
  }
  element.dataset.frames = (+element.dataset.frames || 0) + 1;
}

function settle() {       // tell plotly where the marks are now, for hover, zoom and legend
  const all = film.rows.map((_, trace) => trace);
  drawing = drawing.then(() => Plotly.restyle(plot, { x: positions(0), y: positions(1) }, all))
    .catch(failed);
}

function stop() {
  if (playing) cancelAnimationFrame(playing.frame);
  playing = null;
  play.textContent = "▶";
  play.setAttribute("aria-label", "play the training");
}

function start() {
  if (place >= film.times - 1) place = 0;
  const pace = film.times / Math.min(10, Math.max(4, film.times * 0.12));   // snapshots a second
  playing = { from: place, since: performance.now(), pace: lab.still() ? Math.min(pace, 2) : pace };
  play.textContent = "❚❚";
  play.setAttribute("aria-label", "pause");
  playing.frame = requestAnimationFrame(tick);
}

function tick(now) {
  if (!playing) return;
  const gone = playing.from + Math.max(0, now - playing.since) / 1000 * playing.pace;
  const next = Math.min(lab.still() ? Math.floor(gone) : gone, film.times - 1);
  if (next !== place) { place = next; glide(); }
  if (place >= film.times - 1) { stop(); return settle(); }
  playing.frame = requestAnimationFrame(tick);
}

play.addEventListener("click", () => {
  if (!playing) return start();
  stop(); place = Math.round(place); glide(); settle();
});
slider.addEventListener("input", () => { stop(); place = +slider.value; glide(); });
slider.addEventListener("change", settle);

// ---- the legend: buttons, so that a keyboard reaches them; what is hidden stays hidden ----

const keys = root.querySelector(".lab-keys"), hidden = new Set();

function swatch({ meta, line, marker, type }) {
  if (meta.key.kind) return lab.sign(meta.key.kind);
  const space = "http://www.w3.org/2000/svg", bar = type === "bar", wide = bar ? 12 : 28;
  const box = document.createElementNS(space, "svg"), mark = document.createElementNS(space, "path");
  const look = { d: bar ? "M0 6h12" : "M0 6h28", stroke: (bar ? marker : line).color,
                 "stroke-width": bar ? 12 : 2, "stroke-dasharray": (lab.DASHES[line?.dash] ?? []).join(" ") };
  for (const name in look) mark.setAttribute(name, look[name]);
  box.setAttribute("width", wide);
  box.setAttribute("aria-hidden", "true");
  box.append(mark);
  return box;
}

function legend(data) {
  const listed = data.filter((trace) => trace.meta?.key);
  const focus = [...keys.children].indexOf(document.activeElement);
  keys.replaceChildren(...(listed.length < 2 ? [] : listed).map((trace) => {
    const button = lab.node("button"), group = trace.legendgroup;
    button.type = "button";
    button.append(swatch(trace), document.createTextNode(trace.meta.key.name));
    const press = () => button.setAttribute("aria-pressed", String(!hidden.has(group)));
    button.addEventListener("click", () => { hidden.delete(group) || hidden.add(group); press(); draw(); });
    press();
    return button;
  }));
  keys.children[focus]?.focus();
  for (const trace of data) trace.visible = !(listed.length > 1 && hidden.has(trace.legendgroup));
}

// ---- the figure ----

let drawing = Promise.resolve();      // one draw after the other
const config = { displayModeBar: coarse.matches ? false : "hover", // no finger hovers: it would cover the figure
                 displaylogo: false, responsive: false, showTips: false, doubleClick: "reset",
                 modeBarButtons: [["zoom2d", "pan2d", "resetScale2d", "toImage"]] };

const narrow = () => plot.clientWidth < 480;

function dress(layout) {
  layout.autosize = true;
  delete layout.height;
  layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: lab.css("muted"),
                     activecolor: lab.css("accent"), orientation: "v" };
  layout.dragmode = coarse.matches ? false : "zoom";
  layout.annotations = (layout.annotations ?? []).filter(({ name }) => name !== (narrow() ? "wide" : "narrow"));
  for (const axis of [layout.xaxis, layout.yaxis]) {      // labels that do not fit: plotly picks some
    if (axis?.tickvals?.length * 8 > plot.clientWidth) axis.tickmode = "auto";
  }
  return layout;
}

function fitMarks(data) {       // letters in large marks take less room on a phone
  for (const { marker, textfont } of narrow() ? data : []) {
    if (textfont && marker?.size > 12) { marker.size *= 0.72; textfont.size *= 0.75; }
  }
}

async function paint() {
  const value = props.value;
  heading.textContent = value?.title ?? "";
  root.setAttribute("aria-label", value?.words ?? "");
  if (value?.height) plot.style.height = value.height + "px";
  if (!value?.figure || !plot.clientWidth) return;      // nothing yet, or in a hidden tab
  const wished = wish(), Plotly = await window.labPlotly(props.script);
  if (!plot.clientWidth) return;      // hidden while the script came: plotly would take a width of its own
  const look = resolver(), { data, layout } = JSON.parse(value.figure);
  loadFilm(layout, data);
  if (film) {
    const [x, y] = [positions(0), positions(1)];
    data.forEach((trace, i) => { if (film.rows[i].length) { trace.x = x[i]; trace.y = y[i]; } });
    delete layout.meta.snapshots;
  }
  legend(resolved(data, look));
  fitMarks(data);
  await Plotly.react(plot, data, dress(resolved(layout, look)), config);
  element.dataset.drawn = String(value.version);
  painted = wished;
}

function failed(error) {
  console.error(error);
  if (plot._fullLayout) return;
  const sorry = "This figure could not be drawn. Reload the page to try again.";
  plot.replaceChildren(lab.node("p", "lab-empty", sorry));
}

function draw() { drawing = drawing.then(paint).catch(failed); }

let dark = document.body.classList.contains("dark"), painted = "";
const wish = () => [props.value?.version, dark, narrow()].join();      // what is seen, but for its size

async function resize() {
  const fits = plot._fullLayout?.width === Math.round(plot.clientWidth);
  if (plot._fullLayout && plot.clientWidth && !fits) await Plotly.Plots.resize(plot);
}

new ResizeObserver(() => {
  if (!plot.clientWidth) return;
  drawing = drawing.then(resize).catch(failed);
  if (painted !== wish()) draw();
}).observe(plot);
const themes = new MutationObserver(() => {
  if (!element.isConnected) return themes.disconnect();
  const now = document.body.classList.contains("dark");
  if (now !== dark) { dark = now; draw(); }
});
themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });
watch("value", draw);
draw();
