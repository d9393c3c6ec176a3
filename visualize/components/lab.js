// What all components share, as window.lab. Loaded once, from the page's head.
// A component draws words of a corpus by textContent and fillText only, never as markup.
"use strict";
window.lab = (() => {
  // ---- data ---------------------------------------------------------------------------------

  /** base64 -> Uint8Array */
  function bytes(text) {
    const raw = atob(text || "");
    const out = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out;
  }

  /** base64 of little-endian float32 -> Float32Array */
  function floats(text) {
    return new Float32Array(bytes(text).buffer);
  }

  /** {type: "u1" | "f4", data: base64} -> typed array; null -> null */
  function array(packed) {
    if (!packed) return null;
    return packed.type === "u1" ? bytes(packed.data) : floats(packed.data);
  }

  // ---- words and numbers --------------------------------------------------------------------

  /** A letter as something one can see: a blank, a control character, a lone accent. */
  function visible(letter) {
    if (letter === " ") return "␣";
    if (/^\p{M}+$/u.test(letter)) return "◌" + letter;
    if (/^[\p{C}\p{Z}]+$/u.test(letter)) return "�";
    return legible(letter);
  }

  let lacking; // true where no font has the end mark of handles; asked once

  /** The text, with another sign for the end mark ␃ where this machine has no font for it. */
  function legible(text) {
    if (!text.includes("␃")) return text;
    if (lacking === undefined) lacking = drawn("␃") === drawn("\u2430"); // 2430 is no character
    return lacking ? text.replaceAll("␃", "∎") : text;
  }

  function drawn(letter) {
    const paper = document.createElement("canvas");
    const context = paper.getContext("2d");
    context.font = "32px " + css("mono");
    context.fillText(letter, 10, 60);
    return paper.toDataURL();
  }

  const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

  /** Whole numbers with commas, others with four significant digits. */
  function number(x) {
    if (!Number.isFinite(x)) return x > 0 ? "∞" : x < 0 ? "−∞" : "not a number";
    if (Number.isInteger(x) && Math.abs(x) < 1e9) return grouped.format(x).replace("-", "−");
    const size = Math.abs(x);
    const text = size < 1e-3 || size >= 1e5 ? x.toExponential(2) : x.toPrecision(4);
    return text.replace("-", "−");
  }

  /** 0.7573 -> "75.7 %", a difference of -0.03 -> "−3.0 %"; a number near 0 is said to be small. */
  function percent(p) {
    const x = Math.abs(100 * p);
    if (!Number.isFinite(x)) return "not a number";
    if (x > 0 && x < 0.01) return p < 0 ? "> −0.01 %" : "< 0.01 %";
    const size = x >= 99.95 || x === 0 ? x.toFixed(0) : x < 1 ? x.toFixed(2) : x.toFixed(1);
    return (p < 0 ? "−" : "") + size + " %";
  }

  /** Per cent in the width of a bar or of a cell: 76, 5.2, .3, <.1, 0, and −5.2 for a difference. */
  function short(p) {
    const x = Math.abs(100 * p);
    if (x > 0 && x < 0.05) return "<.1";
    const size = x >= 9.95 || x === 0 ? x.toFixed(0) : x.toFixed(1).replace(/^0/, "");
    return (p < 0 ? "−" : "") + size;
  }

  // ---- colours ------------------------------------------------------------------------------

  /** A palette colour or font of style.py as the page has it now: css("ink"), css("kind-vowel"). */
  function css(name) {
    return getComputedStyle(document.body).getPropertyValue("--lab-" + name).trim();
  }

  function rgb(hex) {
    return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  }

  function luminance(color) {
    const [r, g, b] = color.map((c) => {
      const s = c / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(a, b) {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  }

  const INKS = [["#1d1c1a", "#fdfcfa"], ["#000000", "#ffffff"]]; // as ink_on() of style.py

  /** The readable text colour on an [r, g, b] background, as style.ink_on has it. */
  function inkOn(color) {
    for (const pair of INKS) {
      const best = pair.map((ink) => [contrast(rgb(ink), color), ink]).sort((a, b) => b[0] - a[0])[0];
      if (best[0] >= 4.5) return best[1];
    }
    return "#000000";
  }

  /** 255 colours of a scale, "seq" or "div" (127 is its middle), and the ink on each: {fill, inks}. */
  function scale(name) {
    const stops = [];
    for (let i = 0, hex; (hex = css(name + "-" + i)); i++) stops.push(rgb(hex));
    const fill = [], inks = [];
    for (let i = 0; i < 255; i++) {
      const at = (i / 254) * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2);
      const color = stops[low].map((c, k) => Math.round(c + (stops[low + 1][k] - c) * (at - low)));
      fill.push("rgb(" + color.join(",") + ")");
      inks.push(inkOn(color));
    }
    return { fill, inks };
  }

  /** Colour tiles [{node, p, end}] by their probabilities: small ones show too, an end by its edge. */
  function shade(tiles) {
    const { fill, inks } = scale("seq");
    for (const { node, p, end } of tiles) {
      const at = Math.round(254 * Math.sqrt(Math.min(1, Math.max(0, p || 0))));
      if (end) node.style.borderBottomColor = fill[at];
      else Object.assign(node.style, { background: fill[at], color: inks[at] });
    }
  }

  // ---- drawing ------------------------------------------------------------------------------

  const DASHES = { // the dashes of plotly's lines in px, by the names in DASHES of figures
    solid: [], dash: [8, 4], dashdot: [8, 4, 2, 4], longdash: [14, 4],
    longdashdot: [14, 4, 2, 4], dot: [2, 4],
  };

  /** Size a canvas for the screen's pixels and clear it; returns a context in CSS pixels. */
  function canvas(element, width, height) {
    const ratio = Math.min(window.devicePixelRatio || 1, 16000 / Math.max(width, height, 1));
    element.style.width = width + "px";
    element.style.height = height + "px";
    const w = Math.round(width * ratio), h = Math.round(height * ratio);
    if (element.width !== w) element.width = w;
    if (element.height !== h) element.height = h;
    const context = element.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  /**
   * Call draw now, when the element's width changes (a hidden tab is shown, a phone is turned)
   * and when the page turns dark; never while it is hidden, at most once a frame.
   * Returns a function that asks for one more draw.
   */
  function keepDrawn(element, draw) {
    let asked = false, width = -1;
    function run() {
      asked = false;
      if (element.clientWidth) draw();
    }
    function ask() {
      if (!asked) requestAnimationFrame(run);
      asked = true;
    }
    new ResizeObserver(() => {
      if (element.clientWidth !== width) ask();
      width = element.clientWidth;
    }).observe(element);
    const turned = new MutationObserver(() => (element.isConnected ? ask() : turned.disconnect()));
    turned.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    ask();
    return ask;
  }

  /** True when the person has asked the system for less motion. */
  function still() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  // ---- small pieces of page -----------------------------------------------------------------

  /** A new element; its text is text, whatever it contains. */
  function node(tag, className, text) {
    const out = document.createElement(tag);
    if (className) out.className = className;
    if (text !== undefined) out.textContent = text;
    return out;
  }

  const OUTLINES = { // in a box of 12 by 12; the same shapes as KIND_SHAPES of style.py
    vowel: "M6 1a5 5 0 1 0 .01 0z",
    consonant: "M1.5 1.5h9v9h-9z",
    capital: "M6 1l5.5 10h-11z",
    digit: "M6 .5L11.5 6 6 11.5.5 6z",
    mark: "M4 1h4v3h3v4h-3v3h-4v-3h-3v-4h3z",
    letter: "M6 .8l5.4 4-2 6.2h-6.8l-2-6.2z",
    end: "M6 1a5 5 0 1 0 .01 0zM6 3a3 3 0 1 1-.01 0z",
  };

  /** The sign of a kind of letters as a small SVG, in the kind's colour. */
  function sign(kind) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 12 12");
    svg.setAttribute("class", "lab-sign");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", OUTLINES[kind] || OUTLINES.mark);
    path.setAttribute("style", "fill: var(--lab-kind-" + (OUTLINES[kind] ? kind : "mark") + ")");
    svg.append(path);
    return svg;
  }

  /** A strip of the colour scale between two texts, into an empty element. */
  function ramp(element, name, low, high, note) {
    const { fill } = scale(name);
    const strip = node("span", "lab-ramp");
    const stops = Array.from({ length: 16 }, (_, i) => fill[Math.round((i * 254) / 15)]);
    strip.style.background = "linear-gradient(90deg," + stops.join(",") + ")";
    element.replaceChildren(node("span", "", low), strip, node("span", "", high));
    if (note) element.append(node("span", "lab-note", note));
  }

  /** A letter inside a sentence; Hebrew and Arabic are isolated, else they turn it round. */
  function own(letter) {
    return /[\u0590-\u08ff\ufb1d-\ufeff]/.test(letter) ? "\u2068" + letter + "\u2069" : letter;
  }

  /**
   * Show a tip above a thing whose top middle is (x, y) in the pixels of the tip's parent, or
   * below it where there is no room; the thing is `tall` px high. No text hides the tip.
   */
  function tip(element, text, x, y, tall) {
    element.hidden = !text;
    if (!text) return;
    if (element.textContent !== text) element.textContent = text;
    const room = element.parentElement.clientWidth - element.offsetWidth;
    element.style.left = Math.max(0, Math.min(x - element.offsetWidth / 2, room)) + "px";
    const above = y - element.offsetHeight - 6;
    element.style.top = (above < 0 ? y + (tall || 30) + 6 : above) + "px";
  }

  /** On a phone the open sidebar would cover the page: it is folded as soon as it has opened. */
  function foldSidebar() {
    if (!window.matchMedia("(max-width: 768px)").matches) return;
    let tries = 100; // ten seconds for a slow page to come
    const clock = setInterval(() => {
      const button = document.querySelector(".sidebar.open .toggle-button");
      if (button) button.click();
      if (button || --tries === 0) clearInterval(clock);
    }, 100);
  }

  foldSidebar();

  return {
    DASHES, OUTLINES, array, bytes, canvas, css, floats, inkOn, keepDrawn, legible, node, number, own,
    percent, ramp, rgb, scale, shade, short, sign, still, tip, visible,
  };
})();
