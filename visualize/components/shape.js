// Shared after lab.js: a distribution re-shaped and drawn from as makemore/sampling.py and dice.py
// do, in the same order and in float64, and the sliders that re-shape it.
"use strict";
Object.assign(window.lab, (() => {
  /** base64 of little-endian float64 -> Float64Array: coins, and logits that a coin decides on. */
  const doubles = (text) => new Float64Array(window.lab.bytes(text).buffer);

  /** logits -> probabilities at this temperature; 0 takes the first of the likeliest. */
  function softmax(logits, temperature) {
    const row = Array.from(logits), top = Math.max(...row);
    if (temperature === 0) return row.map((_, i) => +(i === row.indexOf(top)));
    const e = row.map((x) => Math.exp((x - top) / temperature));
    const sum = e.reduce((a, b) => a + b, 0);
    return e.map((x) => x / sum);
  }

  /** Temperature, then only the k likeliest (0: all), then only as many as reach a share of top_p. */
  function reshape(logits, { temperature, top_k, top_p }, mayEnd = true) {
    const row = Array.from(logits);
    if (!mayEnd && row.slice(1).some((x) => x > -Infinity)) row[0] = -Infinity;
    const p = softmax(row, temperature);
    if (temperature === 0) return p;
    const order = p.map((_, i) => i).sort((a, b) => p[b] - p[a] || a - b); // likeliest first
    const kept = top_k > 0 ? order.slice(0, top_k) : order;
    const inside = kept.reduce((sum, i) => sum + p[i], 0);
    const out = p.map(() => 0);
    let running = 0;
    for (const i of kept) {
      const share = top_k > 0 ? p[i] / inside : p[i];
      running += share;
      if (top_p >= 1 || running - share < top_p) out[i] = share; // the letter that reaches p is in
    }
    const sum = out.reduce((a, b) => a + b, 0);
    return out.map((x) => x / sum);
  }

  /** The running sum of probabilities: where each letter's piece of the bar ends. */
  function running(p) {
    let sum = 0;
    return p.map((x) => (sum += x));
  }

  /** The letter that a coin u in [0, 1) falls on. */
  function fall(p, u) {
    const ends = running(p), at = u * ends[ends.length - 1];
    return Math.max(ends.filter((end) => end < at).length, p.findIndex((x) => x > 0));
  }

  const letters = (x) => (x ? x + (x > 1 ? " letters" : " letter") : "all");
  const SLIDERS = {
    temperature: { text: "Temperature", min: 0.05, max: 3, step: 0.05, say: (x) => x.toFixed(2) },
    top_k: { text: "Top-k", min: 1, step: 1, say: letters },
    top_p: { text: "Top-p", min: 0.05, max: 1, step: 0.05,
      say: (x) => (x < 1 ? window.lab.percent(x) : "all") },
  };

  /**
   * The three sliders, as labels to put on the page. settings() gives where they stand; moved(next)
   * hears every move, released() when one is let go. size: how many letters there are.
   */
  function sliders(names, size, { settings, moved, released }) {
    return names.map((name) => {
      const { text, min, max, step } = SLIDERS[name];
      const box = window.lab.node("label", "lab-slider"), input = window.lab.node("input");
      Object.assign(input, { type: "range", name, min, max: max || size, step });
      input.addEventListener("input", () => {
        const x = +input.value;
        moved({ ...settings(), [name]: name === "top_k" && x >= size ? 0 : x });
        showSlider(input, settings());
      });
      input.addEventListener("change", released);
      box.append(window.lab.node("span", "", text), input, window.lab.node("output"));
      return box;
    });
  }

  /** Put a slider's knob and its words to where the settings stand. */
  function showSlider(input, settings) {
    const x = settings[input.name];
    input.value = input.name === "top_k" && x === 0 ? input.max : x;
    const done = (input.value - input.min) / (input.max - input.min || 1);
    input.style.setProperty("--range_progress", 100 * done + "%");
    input.nextElementSibling.textContent = SLIDERS[input.name].say(x);
    input.setAttribute("aria-valuetext", SLIDERS[input.name].say(x));
  }

  return { doubles, fall, reshape, running, showSlider, sliders, softmax };
})());
