// Labelled lines as a definition list; every text is set as text.
const lab = window.lab;
const root = element.querySelector(".lab-facts");
const [title, list, empty] = root.children;

function load() {
  const v = props.value;
  empty.hidden = !!v;
  root.hidden = !!v && !v.title && !v.lines.length;
  title.textContent = v ? lab.legible(v.title) : "";
  title.hidden = !title.textContent;
  list.replaceChildren(...(v ? v.lines : []).flatMap(([label, text, kind]) => {
    const line = lab.node("dd", "", lab.legible(text));
    line.dataset.kind = kind;
    return [lab.node("dt", "", label), line];
  }));
  list.hidden = !list.children.length;
  if (v) element.dataset.drawn = String(v.version);
}

watch("value", load);
load();
