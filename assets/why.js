/* The tab Why: one player, the matches, and under a sentence the figures of the chosen one.
 *
 * Figures come from the server as plotly.js takes them; plotly.js itself is loaded when the tab is
 * first opened, from this server. The player is the one of Audition: it stands here while this tab
 * is open. What is asked of the server is asked one thing at a time (`ask`).
 */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const parts = (mrcmv.parts = mrcmv.parts || {});
  const { el, fill } = mrcmv;
  const ANSWER_MS = 120000;

  const theme = () => (document.body.classList.contains("dark") ? "dark" : "light");

  class Why {
    constructor(element, props, trigger) {
      Object.assign(this, { element, trigger, words: props.words, library: props.library });
      Object.assign(this, { n: 0, queue: Promise.resolve(), figures: new Map(), headChosen: 0, by: "energy", rank: null });
      this.root = el("div", "why");
      this.side = el("aside", "why-side");
      this.slot = el("div", "why-player");
      this.list = el("div", "why-list");
      this.main = el("div", "why-main");
      this.side.append(this.slot, this.list);
      this.root.append(this.side, this.main);
      element.append(this.root);
      new ResizeObserver(() => this.resized()).observe(element);
      new MutationObserver(() => this.refresh()).observe(document.body, { attributeFilter: ["class"] });
      document.addEventListener("matches:change", () => this.refresh());
      document.addEventListener("matches:chosen", (event) => this.chosen(event.detail.rank));
      document.addEventListener("player:time", (event) => {
        if (this.visible) this.figures.forEach((figure) => figure.move(event.detail.position));
      });
    }

    /* The tab was opened or closed, or the window's width changed. */
    resized() {
      const visible = this.element.offsetWidth > 0;
      if (visible !== this.visible) {
        this.visible = visible;
        if (visible) mrcmv.plotly(this.library).catch(() => {}); // who waits for it is told by load()
        this.place();
        this.refresh();
      }
      clearTimeout(this.settling);
      if (visible) this.settling = setTimeout(() => {
        for (const figure of this.figures.values())
          if (figure.plot._fullLayout) Plotly.Plots.resize(figure.plot).then(() => figure.move(mrcmv.player.video.currentTime));
      }, 120);
    }

    get state() {
      const value = mrcmv.matches?.value;
      if (!mrcmv.run) return "nothing";
      if (value?.run !== mrcmv.run || value.state === "searching") return "searching";
      if (value.state !== "found" || !value.cards.length) return "none";
      return mrcmv.matches.cards.length ? "found" : "searching";
    }

    /* The one player stands in the tab that is open. */
    place() {
      const { player, stage } = mrcmv;
      const here = this.visible && stage?.loaded;
      (here ? this.slot : stage?.screen)?.append(player.root);
    }

    refresh() {
      if (!this.visible) return;
      this.place();
      const { state } = this;
      this.root.dataset.state = state;
      if (state !== "found") { this.value = null; this.message(this.words[state], state === "nothing"); return; }
      const wanted = `${mrcmv.run} ${theme()}`;
      if (this.wanted === wanted) {
        if (this.stale && this.match) this.showChosen(); // another was chosen while this was hidden
        return;
      }
      this.wanted = wanted;
      const { matches } = mrcmv;
      if (!this.value || this.value.run !== mrcmv.run) this.rank = matches.wanted?.rank ?? matches.chosen ?? matches.cards[0].rank;
      this.load(wanted);
    }

    async load(wanted) {
      if (!this.value) this.message(this.words.looking, false, true);
      const asked = this.ask("everything");
      try { await mrcmv.plotly(this.library); }
      catch { this.failed(this.words.offline); return; }
      const reply = await asked;
      if (this.wanted !== wanted) return;
      if (reply.error) { this.failed(reply.error); return; }
      if (reply.run === mrcmv.run) await this.show(reply);
    }

    failed(words) {
      this.wanted = null;
      this.value = null;
      this.message(words);
      this.root.dataset.state = "error";
    }

    /* Ask the server, one question at a time. */
    ask(what, more = {}) {
      const run = () => new Promise((done) => {
        const n = ++this.n;
        const timer = setTimeout(() => this.answer({ n, error: this.words.slow }), ANSWER_MS);
        this.waiting = { n, done, timer };
        this.trigger("ask", { n, what, theme: theme(), by: this.by, chosen: this.match?.track_id ?? this.card?.track_id, ...more });
      });
      return (this.queue = this.queue.then(run));
    }

    answer(reply) {
      if (!reply || reply.n !== this.waiting?.n) return;
      clearTimeout(this.waiting.timer);
      const { done } = this.waiting;
      this.waiting = null;
      done(reply);
    }

    get card() { return mrcmv.matches?.cards.find((card) => card.rank === this.rank); }
    get match() { return this.value?.matches.find((match) => match.rank === this.rank); }

    message(words, go = false, busy = false) {
      this.figures.clear();
      this.list.replaceChildren();
      const box = el("div", "message why-message", words);
      box.setAttribute("role", "status");
      const parts = [box];
      if (busy) {
        const bar = el("span", "progress");
        bar.append(el("span", "progress-any"));
        parts.push(bar);
      }
      if (go) {
        const button = el("button", "why-go", this.words.go);
        button.type = "button";
        button.addEventListener("click", () => document.querySelector('#tabs [role="tab"]').click());
        parts.push(button);
      }
      this.main.replaceChildren(...parts);
    }

    /* Everything anew; figures that were there stay in their place. */
    async show(value) {
      this.value = value;
      if (!this.match) this.rank = value.matches[0].rank;
      this.build();
      const inside = this.askInside(); // the server answers while the rest is drawn
      for (const one of value.figures) {
        if (one.track && one.track !== this.match?.track_id) continue;
        await this.draw(one);
        if (this.value !== value) return;
      }
      await this.showInside(value, inside);
      if (this.value !== value) return;
      this.root.dataset.run = value.run;
      this.root.dataset.theme = value.theme;
      this.root.dataset.drawn = String(this.figures.size);
    }

    async draw(one) {
      if (!this.figures.has(one.name)) {
        const figure = new mrcmv.WhyFigure(this, one.name);
        this.figures.set(one.name, figure);
        const place = this.sections[one.group];
        // The music's map comes later than the rest, and stands before the gate's profile.
        place.insertBefore(figure.root, one.name === "music" ? place.querySelector('[data-figure="profile"]') : null);
      }
      await this.figures.get(one.name).show(one);
    }

    /* The frame of it: the sentence, the sections, the selectors. */
    build() {
      const { value } = this;
      this.showList();
      if (this.sections && this.main.contains(this.lead)) { this.showLead(); return; }
      this.figures.clear();
      this.lead = el("div", "why-lead");
      this.lead.setAttribute("aria-live", "polite");
      const groups = new Set(value.figures.map((one) => one.group));
      this.sections = {};
      const made = [];
      for (const group of ["look", "inside", "map"]) {
        if (!groups.has(group)) continue;
        const section = el("section", `why-section why-${group}`);
        if (this.words.sections[group]) {
          const head = el("div", "why-head");
          head.append(el("h2", "", this.words.sections[group]));
          if (group === "inside") head.append(this.headSelect());
          if (group === "map") head.append(this.colourSelect(), el("span", "why-hint", this.words.choose));
          section.append(head);
        }
        const figures = el("div", "why-figures");
        section.append(figures);
        this.sections[group] = figures;
        made.push(section);
      }
      this.main.replaceChildren(this.lead, ...made);
      if (value.line) this.main.append(this.numbers());
      this.showLead();
    }

    showLead() {
      const { value, match } = this;
      this.lead.replaceChildren(...(match?.said ? [el("p", "why-of", `${match.rank}  ${match.title}`), el("h2", "why-said", match.said)] : []),
        ...[...value.notes, match?.note].filter(Boolean).map((note) => el("p", "note", note)));
    }

    showList() {
      const title = el("h2", "side-title", this.words.matches);
      const list = el("ol", "why-matches");
      for (const match of this.value.matches) {
        const item = el("li");
        const button = el("button", "why-match");
        button.type = "button";
        button.dataset.rank = match.rank;
        button.setAttribute("aria-label", `${match.rank} ${match.title}`);
        button.setAttribute("aria-pressed", String(match.rank === this.rank));
        const picked = mrcmv.matches.cards.find((card) => card.rank === match.rank)?.picked;
        const words = [match.verdict, picked ? this.words.picked : ""].filter(Boolean).join(" · ");
        button.append(el("span", "why-rank", String(match.rank)), el("span", "why-name", match.title), el("span", "why-verdict", words));
        button.addEventListener("click", () => this.choose(match.rank));
        item.append(button);
        list.append(item);
      }
      this.list.replaceChildren(title, list);
    }

    select(label, options, chosen, change) {
      const box = el("label", "why-select", label);
      const select = el("select");
      for (const [name, words] of options) {
        const option = el("option", "", words);
        option.value = name;
        option.selected = name === chosen;
        select.append(option);
      }
      select.addEventListener("change", () => change(select.value));
      box.append(select);
      return box;
    }

    headSelect() {
      const most = Math.max(1, ...this.value.figures.map((one) => one.spec.layout.updatemenus?.[0].buttons.length || 1));
      const options = Array.from({ length: most }, (_, n) => [String(n), n ? fill(this.words.oneHead, { n }) : this.words.mean]);
      if (most < 2) return "";
      return this.select(this.words.head, options, String(this.headChosen), (head) => {
        this.headChosen = Number(head);
        this.figures.forEach((figure) => figure.showHead(this.headChosen));
      });
    }

    colourSelect() {
      return this.select(this.words.by, Object.entries(this.words.colours), this.by, async (by) => {
        this.by = by;
        const { value } = this;
        const reply = await this.ask("map");
        if (this.value !== value) return;
        if (reply.error) this.note(reply.error);
        else for (const one of reply.figures) await this.draw(one);
      });
    }

    numbers() {
      const row = el("p", "why-numbers", this.words.numbers);
      for (const kind of ["json", "npz"]) {
        const button = el("button", "text-button", kind.toUpperCase());
        button.type = "button";
        button.dataset.save = kind;
        button.setAttribute("aria-label", fill(this.words.numbersAs, { kind: kind.toUpperCase() }));
        button.addEventListener("click", () => this.save({ kind }));
        row.append(button);
      }
      return row;
    }

    note(words) { this.lead.append(el("p", "note why-error", words)); }

    async save(asked) {
      const reply = await this.ask("save", asked);
      if (reply.error) { this.note(reply.error); return; }
      const link = el("a");
      link.href = mrcmv.fileUrl(reply.file);
      link.download = "";
      document.body.append(link);
      link.click();
      link.remove();
    }

    /* A second of the window, as the clip's own: a short clip comes again and again. */
    seek(second) {
      const { line } = this.value;
      mrcmv.player.seek(line.start + (second % line.length));
    }

    /* Chosen here: Audition follows, and mixes it. */
    choose(rank) {
      if (!rank) return;
      mrcmv.matches.choose(rank, false);
      this.chosen(rank);
    }

    /* Chosen here or in Audition. */
    async chosen(rank) {
      if (this.rank === rank) return;
      this.rank = rank;
      const { value, match } = this;
      if (!value || !match || !this.visible) { this.stale = Boolean(value); return; }
      await this.showChosen();
    }

    async showChosen() {
      const { value, match } = this;
      this.stale = false;
      this.showList();
      this.showLead();
      for (const one of value.figures) if (one.track === match.track_id) await this.draw(one);
      await this.showInside(value, this.askInside());
    }

    /* The inside of the chosen track, asked for once. */
    askInside() {
      const { value, match } = this;
      if (!value.line || value.inside?.has(match.track_id)) return null;
      value.inside = (value.inside || new Set()).add(match.track_id);
      return this.ask("inside").then((reply) => ({ ...reply, match }));
    }

    async showInside(value, asked) {
      const reply = await asked;
      if (this.value !== value || !value.line) return;
      if (reply?.error) this.note(reply.error);
      value.figures.push(...(reply?.figures || []));
      const own = value.figures.find((one) => one.name === "music" && one.track === this.match.track_id);
      if (own && (!reply || reply.match === this.match)) await this.draw(own);
      else if (!own) this.drop("music");
    }

    drop(name) {
      this.figures.get(name)?.root.remove();
      this.figures.delete(name);
    }

    /* A track on the map: one of the matches, or one that becomes a match now. */
    async chooseTrack(track_id) {
      const known = this.value.matches.find((match) => match.track_id === track_id);
      if (known) { this.choose(known.rank); return; }
      const { value } = this;
      const reply = await this.ask("pick", { track_id });
      if (this.value !== value || reply.run !== mrcmv.run) return;
      if (reply.error) { this.note(reply.error); return; }
      mrcmv.matches.pick(reply.card);
      this.rank = reply.card.rank;
      mrcmv.matches.choose(reply.card.rank, false);
      await this.show(reply);
    }
  }

  parts.why = (element, props, trigger, watch) => {
    const why = (mrcmv.why = new Why(element, props, trigger));
    watch("value", () => { if (props.value) why.answer(JSON.parse(props.value)); });
  };
  mrcmv.whyFailed = () => mrcmv.why?.answer({ n: mrcmv.why.waiting?.n, error: mrcmv.why.words.slow });
})();
