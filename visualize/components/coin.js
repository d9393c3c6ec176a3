// One word, letter by letter: bars, the same bars laid end to end from 0 to 1, and the coin that
// falls on them. Re-shaped here; Python is asked only when the word leaves the way it sent.
const lab = window.lab;
const root = element.querySelector(".lab-coin");
const [title, word, buttons, canvas, legend, sliders, tip] = [
  ".lab-title", ".lab-coin-word", ".lab-coin-buttons", "canvas", ".lab-legend", ".lab-sliders",
  ".lab-tip",
].map((name) => root.querySelector(name));
const FALL = 350, PAUSE = 750; // ms: one coin's fall; from letter to letter while it runs

let d = null; // the value, with its arrays unpacked
let known = new Map(); // "1,5,3" -> logits of the letter after these ids
let settings = { temperature: 1, top_k: 0, top_p: 1 };
let sent = []; // settings that Python was told of and has not yet answered, as JSON
let asked = "", key = null; // the settings Python last asked for; which word this is
let path = []; // letters taken, the start not included
let want = 0; // how many letters are to be taken, once their logits are here
let looking = null; // a letter that was clicked, counted from 0; null: the last
let dropped = 1; // 0 ... 1: how far the coin has fallen
let clock = 0, frame = 0;
let spots = []; // what can be hovered: {x, y, w, h, text}

// ---- the way of the word --------------------------------------------------------------------

function load() {
  const v = props.value;
  d = v && v.symbols ? { ...v, coins: lab.doubles(v.coins), rows: lab.doubles(v.logits) } : null;
  title.textContent = (v && v.message) || "";
  if (d) {
    if (v.key !== key) [known, path, want, looking] = [new Map(), [], 0, null];
    if (v.key !== key) stop();
    key = v.key;
    d.text = v.symbols.map((symbol) => lab.visible(symbol));
    remember();
    if (v.settings) place(v.settings);
    buildSliders();
    replay();
  } else stop(); // a sentence stands in its place: nothing is run through any more
  show();
}

/** Put the sliders where Python asks, unless it only repeats what this page told it. */
function place(wanted) {
  const now = JSON.stringify(wanted), echo = sent.lastIndexOf(now);
  if (echo >= 0) sent.splice(0, echo + 1);
  else if (now !== asked) settings = { ...wanted };
  asked = now;
}

function remember() {
  const ids = [...d.begun], size = d.symbols.length;
  d.taken.forEach((letter, step) => {
    known.set(ids.join(), d.rows.subarray(step * size, (step + 1) * size));
    ids.push(letter);
  });
}

const idsAt = (count) => [...d.start, ...path.slice(0, count)];
const chances = (ids) => lab.reshape(known.get(ids.join()), settings, ids.length >= d.lengths[0]);
const choice = (ids) => lab.fall(chances(ids), d.coins[ids.length]);

function complete() {
  return path[path.length - 1] === 0 || d.start.length + path.length >= d.lengths[1];
}

/** Take letters from the start until there are `want`; ask Python where logits are missing. */
function replay() {
  path = [];
  while (path.length < want && !complete()) {
    const ids = idsAt(path.length);
    if (!known.has(ids.join())) return trigger("ask", { ids, ...settings });
    path.push(choice(ids));
  }
  want = path.length;
}

// ---- what is shown --------------------------------------------------------------------------

/** The step that is looked at: its number, what came before, its bars, where its coin fell. */
function view() {
  const count = looking ?? Math.max(path.length - 1, 0), ids = idsAt(count);
  if (!known.has(ids.join())) return null;
  const p = chances(ids), thrown = path.length > count;
  const u = d.coins[ids.length];
  return { count, ids, p, u, thrown, letter: thrown ? lab.fall(p, u) : null };
}

function show() {
  const seen = d && view();
  word.hidden = buttons.hidden = canvas.hidden = legend.hidden = sliders.hidden = !seen;
  if (!seen) {
    if (props.value) element.dataset.drawn = String(props.value.version);
    return;
  }
  if (seen.thrown) path[seen.count] = seen.letter; // while a slider moves, the last letter follows
  title.textContent = sentence(seen);
  buildWord(seen);
  buildLegend();
  const [next, back, run, start] = buttons.children;
  next.disabled = complete();
  run.disabled = complete() && !clock;
  back.disabled = start.disabled = !path.length;
  run.textContent = clock ? "Stop" : "Run";
  draw(seen);
  element.dataset.word = path.filter(Boolean).map((i) => d.symbols[i]).join("");
  element.dataset.complete = String(complete());
  element.dataset.shape = JSON.stringify(settings);
  element.dataset.drawn = String(d.version);
}

const named = (i) => (i === 0 ? `the end (${d.text[0]})` : lab.own(d.text[i]));

function sentence({ ids, p, u, thrown, letter, count }) {
  const before = ids.length ? `After “${ids.map((i) => d.text[i]).join("")}”` : "As the first letter";
  if (!thrown) {
    const best = p.indexOf(Math.max(...p));
    return `${before}, ${named(best)} is likeliest: ${lab.percent(p[best])}. Next lets the coin fall`;
  }
  const said = `The coin ${u.toFixed(4)} falls on ${named(letter)}, which had ${lab.percent(p[letter])}`;
  const last = count === path.length - 1 && complete();
  if (!last) return said;
  return said + (letter ? `; the word is cut at ${d.lengths[1]} letters` : "; the word is complete");
}

function buildWord({ count, thrown }) {
  const tiles = d.start.map((i) => tile(d.text[i], { given: "" }));
  path.forEach((i, step) => {
    const one = tile(d.text[i], { step });
    if (step === count && thrown) one.setAttribute("aria-current", "step");
    one.title = "Look at this letter’s bars";
    tiles.push(one);
  });
  if (!complete()) tiles.push(tile(" ", { open: "" }));
  word.replaceChildren(...tiles);
}

function tile(text, data) {
  const out = lab.node("button", "", text);
  out.type = "button";
  if (!("step" in data)) out.tabIndex = -1;
  Object.assign(out.dataset, data);
  return out;
}

function buildLegend() {
  const items = Object.entries(d.kind_words).map(([kind, words]) => {
    const item = lab.node("span");
    item.append(lab.sign(kind), words);
    return item;
  });
  legend.replaceChildren(...items, lab.node("span", "", "above each bar: per cent; in one line below: the same bars, end to end"));
}

// ---- buttons, sliders, tips -----------------------------------------------------------------

/** Take one more letter: the coin falls, unless the person wants no motion. */
function next() {
  const before = path.length;
  [looking, want] = [null, path.length + 1];
  replay();
  if (path.length === before || lab.still()) return show();
  const from = performance.now();
  cancelAnimationFrame(frame);
  const step = (now) => {
    const t = Math.min(1, Math.max(0, now - from) / FALL);
    dropped = t * t; // falling is faster at the end
    const seen = d && view();
    if (seen) draw(seen);
    if (t < 1) frame = requestAnimationFrame(step);
  };
  dropped = 0;
  show();
  frame = requestAnimationFrame(step);
}

function stop() {
  clearInterval(clock);
  cancelAnimationFrame(frame);
  [clock, dropped] = [0, 1];
}

function run() {
  if (clock) return stop();
  if (lab.still()) return goTo(d.lengths[1]);
  next();
  clock = setInterval(() => {
    if (complete() || !element.isConnected) stop(), show();
    else next();
  }, PAUSE);
}

function goTo(count) {
  [want, looking] = [count, null];
  replay();
}

buttons.addEventListener("click", (event) => {
  const go = event.target.dataset.go;
  if (!d || !go) return;
  if (go === "next") (stop(), next());
  else if (go === "run") run();
  else (stop(), goTo(go === "back" ? path.length - 1 : 0));
  show();
});

word.addEventListener("click", ({ target }) => {
  if (target.dataset.step === undefined) return;
  stop();
  looking = +target.dataset.step;
  show();
  word.querySelector("[aria-current]")?.focus();
});

canvas.addEventListener("keydown", (event) => {
  const go = { ArrowRight: "next", ArrowLeft: "back", Home: "start" }[event.key];
  if (!go) return;
  buttons.querySelector(`[data-go="${go}"]`).click();
  event.preventDefault();
});

function buildSliders() {
  const size = d.symbols.length;
  if (+sliders.dataset.size !== size) {
    sliders.dataset.size = size;
    sliders.replaceChildren(...lab.sliders(["temperature", "top_k", "top_p"], size, {
      settings: () => settings,
      moved: (next) => { stop(); settings = next; redraw(); },
      released: () => {
        want = path.length; looking = null; replay(); show();
        sent.push(JSON.stringify(settings));
        trigger("release", { ...settings }); // links must know where the sliders stand
      },
    }));
  }
  for (const input of sliders.querySelectorAll("input")) lab.showSlider(input, settings);
}

canvas.addEventListener("pointermove", ({ offsetX: x, offsetY: y }) => {
  const spot = spots.find((s) => x >= s.x && x < s.x + s.w && y >= s.y && y < s.y + s.h);
  lab.tip(tip, spot ? spot.text : "", x, canvas.offsetTop + (spot ? spot.y : 0), spot ? spot.h : 0);
});
canvas.addEventListener("pointerleave", () => lab.tip(tip, ""));

watch("value", load);
const redraw = lab.keepDrawn(root, show);
load();
