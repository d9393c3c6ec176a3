// The picture of coin.js, which stands in the same scope: columns, pieces end to end, the coin.

const TALL = 150, HEAD = 18, GAP = 66, BAR = 34, FOOT = 22;

function draw(seen) {
  const width = root.clientWidth;
  if (!width) return;
  const c = lab.canvas(canvas, width, HEAD + TALL + GAP + BAR + FOOT);
  const k = {};
  for (const name of ["ink", "muted", "line", "accent", "paper", "mono", "font"]) k[name] = lab.css(name);
  for (const kind of Object.keys(d.kind_words)) k[kind] = lab.css("kind-" + kind);
  c.textBaseline = "middle";
  c.textAlign = "center";
  spots = [];
  const columns = drawColumns(c, k, seen, width);
  drawPieces(c, k, seen, width, columns);
  if (seen.thrown) drawCoin(c, k, seen, width);
  canvas.setAttribute("aria-label", title.textContent);
  tip.hidden = true;
}

/** One column a letter, as many as fit, the likeliest ones in the order of the alphabet. */
function drawColumns(c, k, { p, letter }, width) {
  const fit = Math.min(p.length, Math.floor(width / 17));
  const likely = p.map((_, i) => i).sort((a, b) => p[b] - p[a] || a - b).slice(0, fit);
  if (letter !== null && !likely.includes(letter)) likely[fit - 1] = letter;
  const order = likely.sort((a, b) => a - b), wide = Math.min(44, width / fit), full = Math.max(...p);
  const base = HEAD + TALL, columns = {};
  c.fillStyle = k.line;
  c.fillRect(0, base, wide * fit, 1);
  order.forEach((i, place) => {
    const x = place * wide, high = (p[i] / full) * TALL;
    columns[i] = [x + 2, x + wide - 2];
    c.fillStyle = k[d.kinds[i]];
    c.fillRect(x + 2, base - high, wide - 4, high);
    c.fillStyle = k.ink;
    c.font = `${Math.min(13, wide * 0.5)}px ${k.font}`;
    c.fillText(lab.short(p[i]), x + wide / 2, base - high - 9, wide - 1);
    c.fillStyle = i === letter ? k.accent : p[i] === 0 || i === 0 ? k.muted : k.ink;
    c.font = `${i === letter ? "700 " : ""}15px ${k.mono}`;
    c.fillText(d.text[i], x + wide / 2, base + 14);
    spots.push({ x, y: 0, w: wide, h: base + 24, text: `P(${named(i)}) = ${lab.percent(p[i])}` });
  });
  return columns;
}

/** The bars laid end to end: letter i covers the running sum from its start to its end. */
function drawPieces(c, k, { p, letter }, width, columns) {
  const ends = lab.running(p), y = HEAD + TALL + GAP;
  p.forEach((share, i) => {
    if (!share) return;
    const x = (ends[i] - share) * width, w = share * width;
    c.fillStyle = k[d.kinds[i]];
    c.fillRect(x, y, Math.max(w - 1, 0.5), BAR);
    if (w >= 11) {
      c.fillStyle = lab.inkOn(lab.rgb(k[d.kinds[i]]));
      c.font = `15px ${k.mono}`;
      c.fillText(d.text[i], x + w / 2, y + BAR / 2 + 1);
    }
    const piece = `${named(i)}: from ${(ends[i] - share).toFixed(4)} to ${ends[i].toFixed(4)} (${lab.percent(share)})`;
    spots.push({ x, y, w: Math.max(w, 2), h: BAR, text: piece });
  });
  if (letter !== null && columns[letter]) join(c, k, columns[letter], ends[letter] - p[letter], p[letter], width);
  c.fillStyle = k.muted;
  c.font = `13px ${k.font}`;
  [0, 0.25, 0.5, 0.75, 1].forEach((at) => {
    c.textAlign = at === 0 ? "left" : at === 1 ? "right" : "center";
    c.fillText(String(at), at * width, y + BAR + 12);
  });
  c.textAlign = "center";
}

/** From the letter's column to its piece of the bar, and a frame round the piece. */
function join(c, k, [left, right], start, share, width) {
  const top = HEAD + TALL + 25, y = HEAD + TALL + GAP;
  c.fillStyle = k.line;
  c.beginPath();
  c.moveTo(left, top);
  c.lineTo(right, top);
  c.lineTo((start + share) * width, y);
  c.lineTo(start * width, y);
  c.fill();
  c.strokeStyle = k.accent;
  c.lineWidth = 2;
  c.strokeRect(start * width, y - 1, Math.max(share * width - 1, 1), BAR + 2);
}

function drawCoin(c, k, { u, letter }, width) {
  const y = HEAD + TALL + GAP, x = u * width, r = 8;
  const high = y - r - (1 - dropped) * (GAP + TALL - 30);
  c.strokeStyle = c.fillStyle = k.ink;
  c.lineWidth = 2;
  if (dropped === 1) c.fillRect(x - 1, y, 2, BAR);
  const middle = Math.max(r + 1, Math.min(width - r - 1, x));
  c.beginPath();
  c.arc(middle, high, r, 0, 7);
  c.fillStyle = k.paper;
  c.fill();
  c.stroke();
  spots.unshift({ x: middle - 12, y: y - 2 * r - 4, w: 24, h: 2 * r + 6,
    text: `the coin: u = ${u.toFixed(4)}, the first piece that ends at ${u.toFixed(4)} or later is ${named(letter)}` });
}
