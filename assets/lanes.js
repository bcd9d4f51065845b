/* The time line: what is known about a clip, lane under lane, on the clip's own seconds. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const { el } = mrcmv;
  const SVG = "http://www.w3.org/2000/svg";

  function shape(className, points, width, mirrored) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${width} 100`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", className);
    const at = (i) => ((i + 0.5) * width) / points.length;
    const top = points.map((y, i) => `${at(i).toFixed(1)},${(mirrored ? 50 - y / 2 : 100 - y).toFixed(1)}`);
    const bottom = mirrored
      ? points.map((y, i) => `${at(i).toFixed(1)},${(50 + y / 2).toFixed(1)}`).reverse()
      : [`${width},100`, "0,100"];
    path.setAttribute("d", `M${top.join("L")}L${bottom.join("L")}Z`);
    svg.append(path);
    return svg;
  }

  function curve(points, width) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${width} 100`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(SVG, "polyline");
    line.setAttribute("class", "lane-curve");
    line.setAttribute("vector-effect", "non-scaling-stroke");
    line.setAttribute("points", points.map((y, i) => `${(((i + 0.5) * width) / points.length).toFixed(1)},${(100 - y).toFixed(1)}`).join(" "));
    svg.append(line);
    return svg;
  }

  class Lanes {
    constructor(element, words) {
      this.words = words;
      this.data = null;
      this.music = null;
      this.root = el("div", "lanes");
      this.root.hidden = true;
      element.append(this.root);
      new ResizeObserver(() => this.fillStrip()).observe(element);
      document.addEventListener("player:time", (event) => this.move(event.detail.position));
    }

    show(data) {
      this.data = data;
      this.root.hidden = !data;
      if (data) this.draw();
    }

    showMusic(music) {
      this.music = music;
      if (this.data) this.draw();
    }

    draw() {
      const { words, data } = this;
      this.root.replaceChildren();
      this.area = el("div", "lanes-area");
      this.area.tabIndex = 0;
      this.area.setAttribute("role", "slider");
      this.area.setAttribute("aria-label", words.seek);
      this.area.setAttribute("aria-valuemin", "0");
      this.area.setAttribute("aria-valuemax", String(Math.round(data.duration)));
      this.area.append(this.ruler());
      this.row("picture", words.picture, this.strip());
      for (const lane of data.lanes) this.row(lane.id, lane.label, this.wave(lane), lane.note);
      this.row("music", words.music, this.musicShape(), this.music?.label);
      this.head = el("div", "playhead");
      this.area.append(this.head);
      this.root.append(this.area);
      if (data.note) this.root.append(el("p", "lanes-note", data.note));
      this.pointer();
      this.fillStrip();
      this.move(mrcmv.player?.video.currentTime || 0);
    }

    row(id, label, content, note) {
      const row = el("div", `lane lane-${id}`);
      const name = el("div", "lane-name", label);
      if (note) name.append(el("small", "", note));
      const track = el("div", "lane-track");
      track.append(content);
      row.append(name, track);
      this.area.append(row);
    }

    ruler() {
      const { data } = this;
      const row = el("div", "lane lane-ruler");
      const track = el("div", "lane-track");
      const step = [1, 2, 5, 10, 15, 30, 60, 120].find((s) => data.duration / s <= 8) || 120;
      for (let t = 0; t <= data.duration - step * 0.4; t += step) {
        const mark = el("span", "tick", mrcmv.clock(t));
        mark.style.left = `${(100 * t) / data.duration}%`;
        track.append(mark);
      }
      if (data.window && data.window.end - data.window.start < data.duration - 0.5) {
        const looked = el("span", "looked");
        looked.title = this.words.window;
        looked.style.left = `${(100 * data.window.start) / data.duration}%`;
        looked.style.width = `${(100 * (data.window.end - data.window.start)) / data.duration}%`;
        track.append(looked);
      }
      row.append(el("div", "lane-name"), track);
      return row;
    }

    strip() {
      this.cells = el("div", "strip");
      return this.cells;
    }

    fillStrip() {
      const strip = this.data?.strip;
      if (!strip || !this.cells) return;
      const { width, height } = this.cells.getBoundingClientRect();
      if (!width) return;
      const n = Math.max(1, Math.min(strip.n, Math.round(width / (height * strip.aspect))));
      if (n === this.cells.childElementCount) return;
      this.cells.replaceChildren(...Array.from({ length: n }, (_, i) => {
        const k = Math.min(strip.n - 1, Math.floor(((i + 0.5) * strip.n) / n));
        const cell = el("div", "frame");
        cell.style.backgroundImage = `url(${strip.src})`;
        cell.style.backgroundSize = `${100 * strip.n}% 100%`;
        cell.style.backgroundPosition = strip.n > 1 ? `${(100 * k) / (strip.n - 1)}% 0` : "0 0";
        return cell;
      }));
    }

    wave(lane) {
      const box = el("div", "wave");
      if (!lane.peaks) { box.append(el("span", "lane-empty", lane.empty)); return box; }
      for (const [start, end] of lane.spans || []) {
        const span = el("span", "speech");
        span.style.left = `${(100 * start) / this.data.duration}%`;
        span.style.width = `${(100 * (end - start)) / this.data.duration}%`;
        box.append(span);
      }
      box.append(shape("lane-wave", lane.peaks, 1000, true));
      return box;
    }

    musicShape() {
      const box = el("div", "wave");
      if (!this.music) { box.append(el("span", "lane-empty", this.words.noMusic)); return box; }
      if (this.music.peaks) box.append(shape("lane-wave", this.music.peaks, 1000, false));
      box.append(shape("lane-fill", this.music.gain, 1000, false), curve(this.music.gain, 1000));
      return box;
    }

    /* Press, drag and keys on the time line seek. */
    pointer() {
      const seek = (event) => {
        const track = this.area.querySelector(".lane-track").getBoundingClientRect();
        const share = (event.clientX - track.left) / track.width;
        mrcmv.player.seek(Math.max(0, Math.min(1, share)) * this.data.duration);
      };
      this.area.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        this.area.setPointerCapture(event.pointerId);
        seek(event);
      });
      this.area.addEventListener("pointermove", (event) => {
        if (this.area.hasPointerCapture(event.pointerId)) seek(event);
      });
      this.area.addEventListener("keydown", (event) => {
        const far = { Home: 0, End: this.data.duration }[event.key];
        if (far === undefined) return;
        mrcmv.player.seek(far);
        event.preventDefault();
      });
    }

    move(position) {
      if (!this.head || !this.data) return;
      const track = this.area.querySelector(".lane-track");
      const x = track.offsetLeft + (track.offsetWidth * Math.min(position, this.data.duration)) / this.data.duration;
      this.head.style.transform = `translateX(${x}px)`;
      this.area.setAttribute("aria-valuenow", String(Math.round(position)));
      this.area.setAttribute("aria-valuetext", mrcmv.clock(position));
    }
  }

  mrcmv.createLanes = (element, words) => (mrcmv.lanes = new Lanes(element, words));
})();
