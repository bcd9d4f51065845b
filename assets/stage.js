/* The stage: first the drop zone, then the player in its place. Also the frame's toggles. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const parts = (mrcmv.parts = mrcmv.parts || {});
  const { el, fill } = mrcmv;
  const THEME = "mrcmv-theme";

  /* first: nothing but the drop zone; busy: a search before its picture; clip: all of it. */
  mrcmv.setState = (state, value) => {
    const page = document.getElementById("audition");
    if (!page) return;
    if (state === "searching") {
      if (page.dataset.state !== "clip") page.dataset.state = "busy";
      mrcmv.stage.step(value.steps[value.at].text);
    }
    else if (state === "found") page.dataset.state = "clip";
    else if ((state === "error" || state === "empty") && !value.opened && !mrcmv.stage.loaded) {
      page.dataset.state = "first";
      mrcmv.stage.message(value.message);
    } else page.dataset.state = "clip";
    page.dataset.search = state;
    if (state !== "searching") mrcmv.stage.searching = false;
  };

  class Stage {
    constructor(element, props, trigger) {
      this.words = props.words;
      this.samples = props.samples;
      this.limit = props.max_mb;
      this.trigger = trigger;
      this.runs = 0;
      this.searching = false;
      this.zone = el("div", "drop");
      this.screen = el("div", "screen");
      element.append(this.zone, this.screen);
      this.player = mrcmv.createPlayer(this.screen, props.player);
      this.player.keys({ o: "original", v: "voice", 1: "1", 2: "2", 3: "3", 4: "4", 5: "5" });
      this.buildZone();
      this.buildTop();
      const page = document.getElementById("audition");
      if (page) page.dataset.state = "first";
    }

    buildZone() {
      const { words } = this;
      const target = el("div", "drop-target");
      this.input = el("input");
      this.input.type = "file";
      this.input.id = "clip-file";
      this.input.accept = "video/*,.mkv,.avi,.mov,.webm,.mp4";
      this.input.setAttribute("aria-label", words.label);
      const label = el("label", "drop-label");
      label.htmlFor = "clip-file";
      label.append(el("span", "drop-title", words.drop), el("span", "drop-button", words.or));
      this.status = el("div", "drop-status");
      this.status.setAttribute("role", "status");
      target.append(this.input, label, el("p", "drop-formats", words.formats), this.status);
      this.problem = el("div", "message message-error");
      this.problem.setAttribute("role", "alert");
      this.problem.hidden = true;
      const samples = el("div", "samples");
      if (this.samples.length) samples.append(el("p", "samples-title", words.samples), this.sampleList());
      this.zone.append(el("p", "tagline", words.tagline), this.problem, target, samples);
      this.input.addEventListener("change", () => this.take(this.input.files));
      this.listenForDrops(target);
    }

    sampleList() {
      const list = el("ul", "sample-list");
      for (const sample of this.samples) {
        const item = el("li");
        const button = el("button", "sample");
        button.type = "button";
        button.setAttribute("aria-label", fill(this.words.sample, { name: sample.name }));
        const video = el("video");
        Object.assign(video, { muted: true, preload: "metadata", playsInline: true, loop: true, tabIndex: -1 });
        video.src = `${mrcmv.fileUrl(sample.path)}#t=${sample.poster_s}`;
        video.setAttribute("aria-hidden", "true");
        button.append(video, el("span", "sample-name", sample.name));
        button.addEventListener("mouseenter", () => video.play().catch(() => {}));
        button.addEventListener("mouseleave", () => video.pause());
        button.addEventListener("click", () => this.search({ sample: sample.file }));
        item.append(button);
        list.append(item);
      }
      return list;
    }

    listenForDrops(target) {
      const page = document.getElementById("audition") || document.body;
      const files = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
      document.addEventListener("dragover", (event) => {
        if (!files(event)) return;
        event.preventDefault();
        page.classList.add("is-dragging");
        target.classList.add("is-over");
      });
      for (const name of ["dragleave", "drop"])
        document.addEventListener(name, (event) => {
          if (name === "dragleave" && event.relatedTarget) return;
          page.classList.remove("is-dragging");
          target.classList.remove("is-over");
        });
      document.addEventListener("drop", (event) => {
        if (!files(event)) return;
        event.preventDefault();
        if (this.searching || this.request) return;
        this.take(event.dataTransfer.files);
      });
    }

    message(words) {
      this.problem.textContent = words || "";
      this.problem.hidden = !words;
      this.progress(null);
      this.input.value = "";
    }

    progress(words, share) {
      this.status.replaceChildren();
      this.zone.classList.toggle("is-busy", Boolean(words));
      if (!words) return;
      const bar = el("span", "progress");
      const inner = el("span", share === null ? "progress-any" : "progress-known");
      if (share !== null) inner.style.width = `${Math.round(share * 100)}%`;
      bar.append(inner);
      this.status.append(el("span", "", words), bar);
    }

    take(files) {
      const file = files?.[0];
      if (!file || this.request) return;
      this.message(null);
      const shown = { name: file.name, megabytes: this.limit };
      if (file.size > this.limit * 1e6) { this.message(fill(this.words.large, shown)); return; }
      if (document.getElementById("audition")?.dataset.state !== "first") this.another();
      this.upload(file, shown);
    }

    upload(file, shown) {
      const form = new FormData();
      form.append("files", file);
      const request = (this.request = new XMLHttpRequest());
      const root = (window.gradio_config?.root || "").replace(/\/$/, "");
      const refused = (status) => {
        this.request = null;
        const words = status === 413 ? this.words.large : this.words.refused;
        this.message(fill(words, { ...shown, status }));
      };
      request.open("POST", `${root}/gradio_api/upload`);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) this.progress(fill(this.words.uploading, shown), event.loaded / event.total);
      });
      request.addEventListener("load", () => {
        let paths = null;
        try { paths = JSON.parse(request.responseText); } catch { /* not a list of paths: refused */ }
        if (request.status !== 200 || !paths?.[0]) { refused(request.status); return; }
        this.request = null;
        this.search({ path: paths[0] });
      });
      request.addEventListener("error", () => refused("0"));
      request.addEventListener("abort", () => { this.request = null; this.message(null); });
      this.progress(fill(this.words.uploading, shown), 0);
      request.send(form);
    }

    /* Each search has a name of its own; what an older one still tells is not shown. */
    search(asked) {
      mrcmv.run = `${Date.now().toString(36)}-${++this.runs}`;
      this.problem.hidden = true;
      this.searching = true;
      if (!asked.again) this.loaded = this.aspect = null;
      mrcmv.matches.reset();
      this.progress(this.words.waiting, null);
      this.trigger("clip", { ...asked, run: mrcmv.run });
    }

    busy() {
      this.searching = false;
      mrcmv.matches.show({ run: mrcmv.run, state: "error", message: this.words.busy, opened: Boolean(this.loaded) });
    }

    another() {
      if (this.searching) this.trigger("stop");
      this.request?.abort();
      this.searching = false;
      mrcmv.run = null;
      this.loaded = this.aspect = null;
      this.player.unload();
      mrcmv.lanes.show(null);
      mrcmv.matches.reset();
      mrcmv.matches.element.replaceChildren();
      this.message(null);
      document.getElementById("audition").dataset.state = "first";
    }

    buildTop() {
      this.againButton = el("button", "text-button again", this.words.again);
      this.againButton.type = "button";
      this.againButton.addEventListener("click", () => { this.another(); this.input.focus(); });
      this.player.bar.append(this.againButton);
    }

    /* What the search is at, shown in the picture's place when that must still be made. */
    step(words) {
      this.now = words;
      if (this.aspect && !this.loaded) this.player.wait(this.aspect, words, this.words.unplayable);
    }

    show(value) {
      if (!value || value.run !== mrcmv.run) return;
      this.progress(null);
      this.aspect = value.aspect;
      if (!value.video && !this.loaded) {
        document.getElementById("audition").dataset.state = "clip";
        this.step(this.now);
        return;
      }
      const sources = value.sources.map(({ path, ...rest }) => ({ ...rest, url: path ? mrcmv.fileUrl(path) : null }));
      if (value.video && this.loaded !== value.video) {
        this.loaded = value.video;
        this.player.load({ video: mrcmv.fileUrl(value.video), duration: value.duration, aspect: value.aspect, sources });
        document.getElementById("audition").dataset.state = "clip";
      } else sources.forEach((source) => this.player.put(source));
      const original = this.player.find("original");
      if (this.player.source === null && original?.url) this.player.select("original");
    }
  }

  parts.stage = (element, props, trigger, told) => {
    const stage = (mrcmv.stage = new Stage(element, props, trigger));
    told((value) => stage.show(value));
  };
  parts.lanes = (element, props, trigger, told) => {
    const lanes = mrcmv.createLanes(element, props.words);
    told((value) => { if (value.run === mrcmv.run) lanes.show(value); });
  };

  const setTheme = (dark) => {
    document.body.classList.toggle("dark", dark);
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  };
  const stored = () => { try { return localStorage.getItem(THEME); } catch { return null; } };
  parts.frame = (element, props) => {
    const { words } = props;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setTheme(stored() ? stored() === "dark" : system.matches);
    system.addEventListener("change", follow);
    follow();
    const toggle = el("button", "icon-button theme-toggle");
    toggle.type = "button";
    toggle.setAttribute("aria-label", words.theme);
    toggle.title = words.theme;
    toggle.append(el("span", "half"));
    toggle.addEventListener("click", () => {
      const dark = !document.body.classList.contains("dark");
      try { localStorage.setItem(THEME, dark ? "dark" : "light"); } catch { /* it holds until the reload */ }
      setTheme(dark);
    });
    const help = el("button", "icon-button help-toggle", "?");
    help.type = "button";
    help.setAttribute("aria-label", words.help);
    help.title = words.help;
    const dialog = helpDialog(words);
    help.addEventListener("click", () => dialog.showModal());
    const tools = el("div", "tools");
    tools.append(toggle, help);
    element.append(el("h1", "brand", words.title), tools, dialog);
    // What the figures are drawn with is there before somebody asks why, unless data are dear.
    const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 2000)); // Safari has none
    if (!navigator.connection?.saveData) idle(() => mrcmv.plotly(props.library).catch(() => {}));
  };

  function helpDialog(words) {
    const dialog = el("dialog", "help");
    const list = el("dl");
    for (const [key, meaning] of words.keys) list.append(el("dt", "", key), el("dd", "", meaning));
    const close = el("button", "text-button", words.close);
    close.type = "button";
    close.addEventListener("click", () => dialog.close());
    const api = el("a", "", words.api);
    api.href = "?view=api";
    const programs = el("p");
    programs.append(api);
    dialog.append(el("h2", "", words.help_title), list, el("p", "", words.fit), el("p", "", words.song), programs, close);
    return dialog;
  }

  parts.sheet = (element, props) => {
    const handle = el("button", "sheet-handle", props.words.sheet);
    handle.type = "button";
    handle.setAttribute("aria-expanded", "false");
    handle.addEventListener("click", () => {
      const open = document.getElementById("controls").classList.toggle("is-open");
      handle.setAttribute("aria-expanded", String(open));
    });
    element.append(handle);
  };

  mrcmv.findAgain = () => mrcmv.stage.search({ again: true });
  mrcmv.busy = () => mrcmv.stage.busy();
})();
