// Number fields with bounds, such as those beside Gradio's sliders: what is out of bounds, or empty
// while somebody types, is not sent, for Gradio would answer with an error. On leaving the field
// the nearest number that fits takes its place.
{
  const bounded = (field) => field.matches?.("input[type=number][min][max]");
  const nearest = (field) => Math.min(Math.max(field.valueAsNumber || 0, +field.min), +field.max);
  const fits = (field) => field.value !== "" && +field.value === nearest(field);

  document.addEventListener("input", (event) => {
    if (bounded(event.target) && !fits(event.target)) event.stopImmediatePropagation();
  }, true);
  document.addEventListener("change", ({ target }) => {
    if (!bounded(target) || fits(target)) return;
    target.value = nearest(target);
    target.dispatchEvent(new Event("input", { bubbles: true }));
  }, true);
}
