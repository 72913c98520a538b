/* The first page comes alive in the order of what a reader waits for: its words, its charts, and then Dash, which draws the
   same page again and takes the charts over as they stand. */
(() => {
  "use strict";
  const { nonce, dataset: { plotly: library } } = document.currentScript;
  const LONGEST_WAIT = 2000; // ms, for the charts' library; Dash does not wait longer

  // Style elements that Dash and the chart library make by script carry the document's nonce, without which they are refused.
  const make = document.createElement.bind(document);
  document.createElement = (kind, ...rest) => {
    const made = make(kind, ...rest);
    if (nonce && kind === "style") made.nonce = nonce;
    return made;
  };

  // In order means one after another: each waits for those asked for in order before it, however long they take to come.
  const evaluate = (src, { inOrder }) => new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src, async: !inOrder, onload: done, onerror: failed });
    document.head.append(script);
  });
  const after = (ms) => new Promise((done) => { setTimeout(done, ms); });
  // What stands in the document by now is on the screen; a window nobody sees has no frames to wait for.
  const painted = () => (document.hidden ? after(0) : Promise.race([
    new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); }), after(500),
  ]));

  // ---------- charts ----------
  let fetched = null;
  const plotly = () => {
    fetched = fetched || evaluate(library, { inOrder: false }).then(() => window.Plotly);
    return fetched;
  };
  const size = (here) => `${here.clientWidth} ${here.clientHeight}`;
  const plot = (Plotly, here, figure, config) => {
    here.size = size(here);
    return Plotly.react(here, figure.data, figure.layout, config);
  };
  const canvas = (box) => {
    const here = document.createElement("div");
    here.style.height = "100%";
    box.append(here);
    return here;
  };

  const drawn = new Map(); // what a chart shows -> the chart, until the same page of Dash's takes it over
  const drawFirst = async (boxes) => {
    const Plotly = await plotly();
    for (const box of boxes) {
      if (!box.isConnected) return;
      const figure = JSON.parse(box.dataset.figure);
      const here = canvas(box);
      drawn.set(JSON.stringify(figure), here);
      plot(Plotly, here, figure, JSON.parse(box.dataset.config));
      box.className = "";
      await after(0);
    }
  };
  const take = (figure, box) => {
    const key = JSON.stringify(figure);
    const here = drawn.get(key);
    drawn.delete(key);
    if (here) box.append(here);
    return here;
  };
  const leave = () => {
    for (const here of drawn.values()) window.Plotly.purge(here);
    drawn.clear();
  };

  const Chart = ({ figure, config, ...rest }) => {
    const box = React.useRef(null);
    const chart = React.useRef({});
    React.useLayoutEffect(() => {
      const ready = take(figure, box.current);
      const here = ready || canvas(box.current);
      chart.current = { here, shown: ready && figure };
      const fit = () => { if (here.data && here.clientWidth && here.size !== size(here)) { here.size = size(here); window.Plotly.Plots.resize(here); } };
      const watch = new ResizeObserver(fit);
      watch.observe(here);
      return () => { watch.disconnect(); if (window.Plotly) window.Plotly.purge(here); };
    }, []);
    React.useEffect(() => {
      const now = chart.current;
      let gone = false;
      if (now.shown !== figure) plotly().then((Plotly) => { if (!gone) plot(Plotly, now.here, figure, config); });
      now.shown = figure;
      return () => { gone = true; };
    }, [figure]);
    return React.createElement("div", { ref: box, ...rest });
  };
  window.zhijian = { charts: { Chart, leave } };

  // ---------- the order ----------
  const begin = async () => {
    const boxes = [...document.querySelectorAll("#first [data-figure]")];
    await painted();
    if (boxes.length) {
      await Promise.race([drawFirst(boxes).catch(() => {}), after(LONGEST_WAIT)]);
      await painted();
    }
    for (const later of document.querySelectorAll("script[type='text/plain']")) evaluate(later.src, { inOrder: true });
  };
  begin();
})();
