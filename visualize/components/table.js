// A table of texts. Every cell is set as text, whatever it contains.
const lab = window.lab;
const root = element.querySelector(".lab-table");
const [title, note, head, body] = [".lab-title", ".lab-note", "thead", "tbody"].map((name) =>
  root.querySelector(name));

function cell(tag, text, kind) {
  const out = lab.node(tag, "", kind === "letters" && tag === "td" ? letters(text) : text);
  if (tag === "th") out.scope = "col";
  if (kind === "letters" && tag === "td") out.dir = "auto";
  out.dataset.kind = kind;
  return out;
}

/** Letters as one can see them; a blank in the first column of pairs stays a visible sign. */
function letters(text) {
  return [...text].map(lab.visible).join("");
}

function line(texts, kinds, tag) {
  const row = lab.node("tr");
  row.append(...texts.map((text, i) => cell(tag, text, kinds[i])));
  return row;
}

function draw() {
  const v = props.value;
  root.hidden = !v;
  if (!v) return;
  title.textContent = lab.legible(v.title);
  title.hidden = !v.title;
  note.textContent = lab.legible(v.note);
  note.hidden = !v.note;
  head.replaceChildren(line(v.heads, v.kinds, "th"));
  head.hidden = !v.heads.some(Boolean) || !v.rows.length;
  body.replaceChildren(...v.rows.map((row) => line(row, v.kinds, "td")));
  if (v.strong !== null && body.rows[v.strong]) body.rows[v.strong].dataset.strong = "";
  element.dataset.drawn = String(v.version);
}

watch("value", draw);
draw();
