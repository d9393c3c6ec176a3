// Load plotly.js once for the whole page, when it is first wanted; works below any mount path.
window.labPlotly ??= (path) => (window.labPlotlyLoading ??= new Promise((done, fail) => {
  const script = document.createElement("script");
  script.src = (window.gradio_config?.root ?? "").replace(/\/$/, "") + path;
  script.onload = () => done(window.Plotly);
  script.onerror = () => { window.labPlotlyLoading = undefined; fail(new Error(script.src)); };
  document.head.appendChild(script);
}));
