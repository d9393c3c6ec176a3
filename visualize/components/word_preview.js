// Words of a list, each set as text.
const lab = window.lab;
const root = element.querySelector(".lab-peek");
const [title, list, note] = [".lab-title", "ul", ".lab-note"].map((name) => root.querySelector(name));

function item(word) {
  const out = lab.node("li", "", word);
  out.dir = "auto";
  return out;
}

function draw() {
  const v = props.value;
  root.hidden = !v;
  if (!v) return;
  title.textContent = lab.legible(v.title);
  title.hidden = !v.title;
  note.textContent = v.note;
  note.hidden = !v.note;
  list.replaceChildren(...v.words.map(item));
  element.dataset.drawn = String(v.version);
}

watch("value", draw);
draw();
