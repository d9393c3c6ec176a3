// One sentence, set as text, and a bar while something is going on.
const root = element.querySelector(".lab-notice");
const [text, bar] = root.children;

function draw() {
  const v = props.value;
  root.hidden = !v || !v.text;
  if (!v) return;
  text.textContent = v.text;
  root.dataset.state = v.state;
  bar.hidden = v.state !== "busy";
  if (v.share === null) bar.removeAttribute("value");
  else bar.value = v.share;
  element.dataset.drawn = String(v.version);
}

watch("value", draw);
draw();
