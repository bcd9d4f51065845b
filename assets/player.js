/* The player: one muted video and n soundtracks in step with it.
 *
 * Short clips: every soundtrack is decoded ahead and all of them run at once, each behind its own
 * gain; switching turns two gains, so the sound changes on the same frame and nothing restarts.
 * Long clips (decoded sound over BUDGET_BYTES): media elements follow the video's clock instead,
 * so memory stays bounded. Events on the element it was made in (they bubble):
 *   player:play, player:pause  {position}
 *   player:time                {position, duration}      every frame while it plays, and on seeks
 *   player:source              {source}
 *   player:want                {source}                  asked for, but without a sound yet
 *   player:seen                {seconds, share}          unique seconds seen, hidden tab excluded
 */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const RATE = 48000;
  const BUDGET_BYTES = 256e6;
  const PLANNED_SOURCES = 7;
  const BINS_PER_S = 4;

  const el = (mrcmv.el = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = text;
    return node;
  });
  mrcmv.icon = (name) => {
    const paths = {
      play: "M8 5v14l11-7z",
      pause: "M7 5h4v14H7zM13 5h4v14h-4z",
      sound: "M4 9v6h4l5 5V4L8 9zM16 8.5a5 5 0 0 1 0 7v-7z",
      mute: "M4 9v6h4l5 5V4L8 9zM16 9l5 6M21 9l-5 6",
      full: "M4 9V4h5v2H6v3zM15 4h5v5h-2V6h-3zM4 15h2v3h3v2H4zM18 15h2v5h-5v-2h3z",
    };
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", paths[name]);
    if (name === "mute") path.setAttribute("class", "stroked");
    svg.append(path);
    return svg;
  };
  mrcmv.clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds + 1e-6));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };

  const { bufferEngine, elementEngine } = mrcmv;

  class Player {
    constructor(element, words) {
      this.element = element;
      this.words = words;
      this.sources = [];
      this.source = null;
      this.loading = new Map();
      this.context = null;
      this.engine = null;
      this.duration = 0;
      this.seen = new Uint8Array(0);
      this.lastPosition = null;
      this.volume = 1;
      this.build();
    }

    build() {
      const { words } = this;
      this.root = el("div", "player");
      this.screen = el("div", "player-screen");
      this.video = el("video");
      Object.assign(this.video, { muted: true, playsInline: true, preload: "auto", disablePictureInPicture: true });
      this.video.setAttribute("aria-label", words.video);
      this.big = el("span", "player-big");
      this.big.setAttribute("aria-hidden", "true");
      this.big.append(mrcmv.icon("play"));
      this.waiting = el("div", "player-waiting");
      this.screen.append(this.video, this.big, this.waiting);
      this.bar = el("div", "player-bar");
      this.button = el("button", "icon-button player-toggle");
      this.button.type = "button";
      this.time = el("span", "player-time");
      this.switch = el("div", "player-sources");
      this.switch.setAttribute("role", "group");
      this.switch.setAttribute("aria-label", words.sources);
      this.mute = el("button", "icon-button");
      this.mute.type = "button";
      this.full = el("button", "icon-button");
      this.full.type = "button";
      this.full.append(mrcmv.icon("full"));
      this.full.setAttribute("aria-label", words.full);
      this.full.title = words.full;
      this.bar.append(this.button, this.time, this.switch, this.mute, this.full);
      this.root.append(this.screen, this.bar);
      this.element.append(this.root);
      this.showPlaying();
      this.showMute();
      this.listen();
    }

    listen() {
      const { video } = this;
      this.button.addEventListener("click", () => this.toggle());
      this.screen.addEventListener("click", () => this.toggle());
      this.mute.addEventListener("click", () => this.setVolume(this.volume ? 0 : 1));
      this.full.addEventListener("click", () => {
        if (document.fullscreenElement) document.exitFullscreen();
        else this.screen.requestFullscreen?.().catch(() => {});
      });
      video.addEventListener("playing", () => { this.engine?.start(video); this.showPlaying(); });
      video.addEventListener("play", () => { this.emit("play", { position: video.currentTime }); this.tick(); this.showPlaying(); });
      for (const name of ["waiting", "seeking", "pause", "ended", "emptied"])
        video.addEventListener(name, () => { this.engine?.stop(); video.playbackRate = 1; });
      video.addEventListener("pause", () => { this.emit("pause", { position: video.currentTime }); this.showPlaying(); });
      video.addEventListener("seeked", () => {
        this.lastPosition = null;
        this.showTime();
        if (!video.paused && video.readyState >= 3) this.engine?.start(video);
      });
      video.addEventListener("loadedmetadata", () => this.showTime());
    }

    emit(name, detail = {}) {
      this.element.dispatchEvent(new CustomEvent(`player:${name}`, { bubbles: true, detail }));
    }

    ensureContext() {
      if (this.context) return;
      this.context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
      this.master = this.context.createGain();
      this.analyser = this.context.createAnalyser();
      this.analyser.fftSize = 2048;
      this.master.connect(this.analyser).connect(this.context.destination);
    }

    /* The picture's place while there is none to play: what is going on, and why. */
    wait(aspect, now, why) {
      this.screen.style.aspectRatio = aspect;
      this.waiting.replaceChildren(el("p", "", now), el("p", "player-why", why));
      this.root.classList.add("is-waiting");
    }

    /* Show another clip. sources: [{id, label, hint, url?, off?, later?}]; one without a url is asked for. */
    load({ video, duration, aspect, sources }) {
      this.ensureContext();
      this.root.classList.remove("is-waiting");
      this.screen.style.aspectRatio = aspect;
      this.engine?.clear();
      this.duration = duration;
      const bytes = PLANNED_SOURCES * duration * RATE * 2 * 4;
      this.engine = (bytes > BUDGET_BYTES ? elementEngine : bufferEngine)(this.context, this.master);
      this.loading.clear();
      this.source = null;
      this.seen = new Uint8Array(Math.max(1, Math.ceil(duration * BINS_PER_S)));
      this.lastPosition = null;
      this.video.pause();
      this.video.src = video;
      this.sources = [];
      sources.forEach((source) => this.put(source));
      this.showTime();
    }

    unload() {
      this.engine?.clear();
      this.video.pause();
      this.video.removeAttribute("src");
      this.video.load();
      this.sources = [];
      this.source = null;
      this.showSources();
      this.showPlaying(); // load() drops the `pause` event that would have said so
    }

    /* Add a soundtrack or change one; the sound is decoded at once. */
    put(source) {
      const at = this.sources.findIndex((one) => one.id === source.id);
      const before = at >= 0 ? this.sources[at] : null;
      const now = { ...before, ...source };
      if (at >= 0) this.sources[at] = now;
      else this.sources.push(now);
      if (!now.url) this.engine.remove(now.id);
      else if (!before || before.url !== now.url || !this.engine.has(now.id)) this.decode(now);
      this.showSources();
      return this.loading.get(now.id) || Promise.resolve();
    }

    /* Take a soundtrack away; if it was the one heard, the first that has a sound is. */
    drop(id) {
      this.engine?.remove(id);
      this.loading.delete(id);
      this.sources = this.sources.filter((one) => one.id !== id);
      if (this.source === id) {
        this.source = null;
        const other = this.sources.find((one) => one.url && !one.off);
        if (other) this.select(other.id);
      }
      this.showSources();
    }

    decode(source) {
      const { engine } = this;
      const work = engine.add(source.id, source.url, this.video).then((install) => {
        if (this.engine !== engine || this.loading.get(source.id) !== work) return;
        install();
        this.loading.delete(source.id);
        this.showSources();
      }).catch((error) => {
        if (this.loading.get(source.id) === work) this.loading.delete(source.id);
        const now = this.sources.find((one) => one.id === source.id);
        if (now && now.url === source.url) now.url = null;
        this.showSources();
        console.error(error);
      });
      this.loading.set(source.id, work);
    }

    find(id) { return this.sources.find((source) => source.id === id); }

    select(id) {
      const source = this.find(id);
      if (!source || source.off || source.later) return;
      if (!source.url) { this.emit("want", { source: id }); return; }
      if (this.source === id) return;
      this.source = id;
      this.engine.choose(id);
      this.showSources();
      this.emit("source", { source: id });
    }

    async play() {
      if (!this.video.src) return;
      this.ensureContext();
      await this.context.resume();
      if (this.video.ended) this.video.currentTime = 0;
      await this.video.play().catch(() => {});
    }
    pause() { this.video.pause(); }
    toggle() { if (this.video.paused) this.play(); else this.pause(); }

    seek(position) {
      const end = this.video.duration || this.duration;
      this.video.currentTime = Math.max(0, Math.min(end - 0.05, position));
      this.showTime();
    }

    setVolume(volume) {
      this.ensureContext();
      this.volume = volume;
      this.master.gain.setTargetAtTime(volume, this.context.currentTime, 0.01);
      this.showMute();
    }

    /* While it plays: time, drift, what was seen. */
    tick() {
      if (this.video.paused) return;
      this.showTime();
      this.mark();
      const now = performance.now();
      if (!this.followed || now - this.followed > 100) { this.followed = now; this.engine?.follow(this.video); }
      requestAnimationFrame(() => this.tick());
    }

    mark() {
      const position = this.video.currentTime;
      const last = this.lastPosition;
      this.lastPosition = position;
      if (last === null || document.hidden || position < last || position - last > 0.5) return;
      let fresh = false;
      for (let bin = Math.floor(last * BINS_PER_S); bin <= position * BINS_PER_S && bin < this.seen.length; bin++)
        if (!this.seen[bin]) { this.seen[bin] = 1; fresh = true; }
      if (fresh) this.emit("seen", { seconds: this.secondsSeen, share: this.secondsSeen * BINS_PER_S / this.seen.length });
    }

    get secondsSeen() { return this.seen.reduce((sum, bin) => sum + bin, 0) / BINS_PER_S; }

    get rms() {
      if (!this.analyser) return 0;
      const samples = new Float32Array(this.analyser.fftSize);
      this.analyser.getFloatTimeDomainData(samples);
      return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
    }

    get state() {
      return {
        position: this.video.currentTime,
        duration: this.video.duration || this.duration,
        playing: !this.video.paused && !this.video.ended,
        source: this.source,
        ready: this.sources.filter((one) => one.url && this.engine?.has(one.id)).map((one) => one.id),
        drift: this.engine?.drift(this.video) ?? null,
        engine: this.engine?.kind ?? null,
        rms: this.rms,
        secondsSeen: this.secondsSeen,
      };
    }

    showPlaying() {
      const playing = !this.video.paused && !this.video.ended;
      this.button.replaceChildren(mrcmv.icon(playing ? "pause" : "play"));
      const label = playing ? this.words.pause : this.words.play;
      this.button.setAttribute("aria-label", label);
      this.button.title = `${label} (${this.words.space})`;
      this.root.classList.toggle("is-playing", playing);
    }

    showMute() {
      const label = this.volume ? this.words.mute : this.words.unmute;
      this.mute.replaceChildren(mrcmv.icon(this.volume ? "sound" : "mute"));
      this.mute.setAttribute("aria-label", label);
      this.mute.title = label;
    }

    showTime() {
      const end = this.video.duration || this.duration || 0;
      this.time.textContent = `${mrcmv.clock(this.video.currentTime)} / ${mrcmv.clock(end)}`;
      this.emit("time", { position: this.video.currentTime, duration: end });
    }

    showSources() {
      const focused = this.switch.contains(document.activeElement) ? document.activeElement.dataset.source : null;
      this.switch.replaceChildren(...this.sources.map((source) => {
        const button = el("button", "source", source.label);
        button.type = "button";
        button.dataset.source = source.id;
        button.title = source.hint || source.label;
        button.setAttribute("aria-label", source.hint || source.label);
        button.setAttribute("aria-pressed", String(source.id === this.source));
        button.disabled = Boolean(source.off || source.later);
        button.classList.toggle("is-off", Boolean(source.off));
        button.classList.toggle("is-busy", this.loading.has(source.id) || Boolean(source.busy));
        button.classList.toggle("is-empty", !source.url);
        button.addEventListener("click", () => this.select(source.id));
        return button;
      }));
      if (focused) this.switch.querySelector(`[data-source="${CSS.escape(focused)}"]`)?.focus();
    }

    /* Space, arrows and the keys of the sources ({o: "original", 1: "1"}), unless one is typing. */
    keys(table) {
      document.addEventListener("keydown", (event) => {
        const target = event.target;
        if (event.ctrlKey || event.metaKey || event.altKey || !this.video.src) return;
        if (this.root.inert) return;
        const key = event.key.toLowerCase();
        // Digits and letters mean nothing to a choice or a slider of its own: there they switch.
        const plain = target.matches?.("input[type=radio], input[type=checkbox], input[type=range]") && table[key];
        if (!plain && target.closest?.("input, textarea, select, [contenteditable], [role=listbox], [role=option], dialog")) return;
        if (key === " ") {
          // With the keyboard, space presses what is focused; after a click it plays and pauses.
          const pressable = target.closest?.("button, a, summary");
          if (pressable?.matches(":focus-visible")) return;
          pressable?.blur();
          this.toggle();
        } else if (key === "arrowleft" || key === "arrowright") {
          const step = event.shiftKey ? 1 : 5;
          this.seek(this.video.currentTime + (key === "arrowleft" ? -step : step));
        } else if (table[key]) this.select(table[key]);
        else return;
        event.preventDefault();
      });
    }
  }

  mrcmv.fileUrl = (path) => {
    const root = (window.gradio_config?.root || "").replace(/\/$/, "");
    return `${root}/gradio_api/file=${path.split("/").map(encodeURIComponent).join("/")}`;
  };

  mrcmv.createPlayer = (element, words) => {
    const player = new Player(element, words);
    mrcmv.player = player;
    Object.defineProperty(window, "mrcmvPlayer", { configurable: true, get: () => player.state });
    return player;
  };
})();
