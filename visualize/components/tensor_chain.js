// Tensors as buttons, in groups; one of them is in the Tab order, arrow keys move along all.
const lab = window.lab;
const root = element.querySelector(".lab-chain");
const [title, groups, legend, empty] = root.children;

const SIGN = { exact: "✓", approximate: "≈", wrong: "✗" };
let chips = []; // all buttons, in order

function load() {
  const v = props.value;
  const held = chips.indexOf(document.activeElement);
  empty.hidden = !!v;
  groups.hidden = legend.hidden = !v;
  title.textContent = v ? v.title : "";
  title.hidden = !title.textContent;
  chips = [];
  groups.replaceChildren(...(v ? v.groups : []).map(([name, members]) => group(name, members, v)));
  groups.setAttribute("aria-label", props.label);
  if (!v) return;
  reach(held >= 0 && held < chips.length ? held : v.selected, held >= 0);
  drawLegend();
  element.dataset.drawn = String(v.version);
}

function group(name, members, v) {
  const out = lab.node("div", "lab-chain-group"), row = lab.node("div", "lab-chain-chips");
  if (v.begin && !chips.length) row.append(lab.node("span", "lab-chain-begin", v.begin + " →"));
  for (const member of members) row.append(chip(member, chips.length, v));
  out.append(lab.node("span", "", name), row);
  return out;
}

function chip(member, index, v) {
  const out = lab.node("button", "lab-chip");
  out.type = "button";
  out.dataset.index = index;
  out.dataset.verdict = member.verdict;
  out.dataset.kind = member.kind;
  if (member.mistaken) out.dataset.mistaken = "";
  if (v.near.includes(index)) out.dataset.near = "";
  out.setAttribute("aria-pressed", String(index === v.selected));
  out.setAttribute("aria-label", member.spoken + (member.mistaken ? ", the mistake is here" : ""));
  const sign = lab.node("b", "", SIGN[member.verdict] + (member.mistaken ? " here" : ""));
  out.append(sign, lab.node("span", "", member.name), lab.node("small", "", member.note));
  out.addEventListener("click", () => {
    reach(index);
    trigger("pick", { index });
  });
  chips.push(out);
  return out;
}

/** Only this chip is reached by the Tab key. */
function reach(index, focus) {
  chips.forEach((node, i) => (node.tabIndex = i === index ? 0 : -1));
  if (focus) chips[index].focus();
}

function drawLegend() {
  const v = props.value, all = v.groups.flatMap((entry) => entry[1]);
  const has = (key, value) => all.some((member) => member[key] === value);
  const words = [
    ["exact", "✓", "the same bit for bit"], ["approximate", "≈", "the same but for rounding"],
    ["wrong", "✗", "wrong"],
  ].filter(([verdict]) => has("verdict", verdict)).map(([verdict, sign, text]) => {
    const out = lab.node("span"), mark = lab.node("b", verdict === "wrong" ? "lab-wrong" : "lab-right", sign);
    out.append(mark, lab.node("span", "", text));
    return out;
  });
  if (has("kind", "parameter")) words.push(lab.node("span", "", "underlined: what training changes"));
  if (v.near.length) words.push(lab.node("span", "", "thick edge: next to the picked one"));
  if (has("kind", "fused")) words.push(lab.node("span", "", "dashed: many steps in one"));
  legend.replaceChildren(...words);
}

const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
groups.addEventListener("keydown", (event) => {
  const here = chips.indexOf(event.target);
  const next = { Home: 0, End: chips.length - 1 }[event.key] ?? here + (STEP[event.key] || 0);
  if (here < 0 || next === here && !(event.key in STEP)) return;
  reach(Math.max(0, Math.min(chips.length - 1, next)), true);
  event.preventDefault();
});

watch("value", load);
load();
