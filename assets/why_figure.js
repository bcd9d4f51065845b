/* A figure of the tab Why: title, plot, caption; a click on a moment, a playhead, files to save. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const { el, fill } = mrcmv;
  const WINDOW_S = 32;
  const TAP_PX = 6;
  const CONFIG = { displayModeBar: false, displaylogo: false, scrollZoom: false };

  let library = null;
  /* plotly.js, loaded once, from this server: in a quiet moment (stage.js), or when it is needed. */
  mrcmv.plotly = (path) => {
    library ??= new Promise((done, failed) => {
      const script = el("script");
      script.src = mrcmv.fileUrl(path);
      script.onload = () => done(window.Plotly);
      script.onerror = () => { library = null; failed(new Error("plotly.js")); };
      document.head.append(script);
    });
    return library;
  };

  /* One figure: title, plot, caption, and what it can be saved as. */
  class Figure {
    constructor(why, name) {
      Object.assign(this, { why, name });
      this.root = el("figure", "why-figure");
      this.root.dataset.figure = name;
      this.title = el("h3", "why-title");
      this.plot = el("div", "why-plot");
      this.caption = el("figcaption", "why-caption");
      this.head = el("div", "why-playhead");
      this.head.hidden = true;
      this.top = el("div", "why-top");
      this.root.append(this.top, this.plot, this.caption);
      this.point();
    }

    async show(value) {
      this.value = value;
      this.title.textContent = value.title;
      this.root.classList.toggle("is-timed", value.times);
      if (value.times) this.plot.title = this.why.words.seek;
      this.saves(value);
      this.caption.textContent = value.caption;
      await Plotly.react(this.plot, value.spec.data, value.spec.layout, CONFIG);
      this.plot.append(this.head);
      this.listen();
      this.move(mrcmv.player.video.currentTime);
    }

    /* As wide as its place now is. */
    async resize() {
      const { _fullLayout: drawn, clientWidth } = this.plot;
      if (!drawn || Math.abs(drawn.width - clientWidth) < 1) return;
      await Plotly.Plots.resize(this.plot);
      this.move(mrcmv.player.video.currentTime);
    }

    saves(value) {
      const row = el("span", "why-saves");
      for (const kind of ["png", "svg", "html"]) {
        const button = el("button", "text-button", kind.toUpperCase());
        button.type = "button";
        button.dataset.save = kind;
        button.setAttribute("aria-label", fill(this.why.words.save, { title: value.title, kind: kind.toUpperCase() }));
        button.addEventListener("click", () => this.save(kind));
        row.append(button);
      }
      this.top.replaceChildren(this.title, row);
    }

    save(kind) {
      if (kind === "html") { this.why.save({ kind, name: this.name }); return; }
      const { width, height } = this.plot.getBoundingClientRect();
      Plotly.downloadImage(this.plot, { format: kind, filename: `${this.value.title}`, width: Math.round(width), height: Math.round(height), scale: kind === "png" ? 2 : 1 });
    }

    /* Which second of the window lies at a place of the plot; null beside it. */
    secondAt(x) {
      const layout = this.plot._fullLayout;
      for (const name of Object.keys(layout)) {
        if (!/^xaxis\d*$/.test(name) || Math.abs(layout[name].range[1] - WINDOW_S) > 1) continue;
        const share = (x - layout[name]._offset) / layout[name]._length;
        if (share >= 0 && share <= 1) return share * WINDOW_S;
      }
      return null;
    }

    /* A click or a tap goes to its second; a finger that scrolls does not. */
    point() {
      let from = null;
      this.plot.addEventListener("pointerdown", (event) => { from = event.button ? null : { x: event.clientX, y: event.clientY }; }, true);
      document.addEventListener("pointerup", (event) => {
        if (from && this.value?.times && Math.hypot(event.clientX - from.x, event.clientY - from.y) < TAP_PX) {
          const box = this.plot.getBoundingClientRect();
          const second = this.secondAt(event.clientX - box.left);
          if (second !== null) this.why.seek(second);
        }
        from = null;
      }, true);
      document.addEventListener("pointercancel", () => { from = null; }, true);
    }

    /* A click on a track of the map, or on a match's bars, chooses it. */
    listen() {
      this.plot.removeAllListeners?.("plotly_click");
      this.plot.on("plotly_click", (event) => {
        const [point] = event.points;
        if (this.name === "map" && point.customdata) this.why.chooseTrack(point.customdata[0]);
        if (this.name === "contributions") this.why.choose(this.why.value.matches[point.pointIndex]?.rank);
      });
    }

    /* The playhead, on figures over time. */
    move(position) {
      const line = this.why.value?.line;
      const axis = this.plot._fullLayout?.xaxis;
      const into = line ? position - line.start : -1;
      this.head.hidden = !(line && axis && this.value?.times && this.value.head === null && into >= 0 && into <= line.length);
      if (this.head.hidden) return;
      this.head.style.top = `${this.plot._fullLayout.margin.t}px`;
      this.head.style.transform = `translateX(${axis._offset + (axis._length * into) / WINDOW_S}px)`;
    }
  }

  mrcmv.WhyFigure = Figure;
})();
