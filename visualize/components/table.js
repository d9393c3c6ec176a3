// A table of texts. Every cell is set as text, whatever it contains; heads sort, rows are picked.
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

// ---- sorting and picking --------------------------------------------------------------------

let by = null; // {column, down}: how a person has sorted; kept when the numbers change

function value(row, column) {
  const text = row[column];
  const number = props.value.kinds[column] === "number" ? parseFloat(text.replace(/[^\d.eE+-]/g, "")) : NaN;
  return { text, number };
}

function before(a, b) {
  const [x, y] = [value(a, by.column), value(b, by.column)];
  const numbers = [Number.isNaN(x.number), Number.isNaN(y.number)];
  if (numbers[0] !== numbers[1] && props.value.kinds[by.column] === "number") return numbers[0] ? 1 : -1;
  const order = numbers[0] ? x.text.localeCompare(y.text) : x.number - y.number;
  return by.down ? -order : order;
}

function order(v) {
  const rows = v.rows.map((row, index) => ({ row, index }));
  return by && by.column < v.kinds.length ? rows.sort((a, b) => before(a.row, b.row)) : rows;
}

function wrap(node, act) {
  const button = lab.node("button", "", node.textContent);
  button.type = "button";
  button.addEventListener("click", act);
  node.replaceChildren(button);
}

function sortable() {
  [...head.querySelectorAll("th")].forEach((node, column) => {
    if (by && by.column === column) node.setAttribute("aria-sort", by.down ? "descending" : "ascending");
    wrap(node, () => {
      by = { column, down: !!by && by.column === column && !by.down };
      draw();
      head.querySelectorAll("th button")[column].focus();
    });
  });
}

function fill(v) {
  body.replaceChildren(...order(v).map(({ row, index }) => {
    const out = line(row, v.kinds, "td");
    if (v.strong === index) out.dataset.strong = "";
    if ((v.pickable || [])[index]) wrap(out.cells[0], () => trigger("pick", { index }));
    return out;
  }));
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
  if (v.sortable) sortable();
  fill(v);
  element.dataset.drawn = String(v.version);
}

watch("value", draw);
draw();
