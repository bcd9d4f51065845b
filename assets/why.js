/* The tab Why: one player, the matches, and under a sentence the figures of the chosen one.
 *
 * Figures come from the server as plotly.js takes them; plotly.js itself is loaded when the tab is
 * first opened, from this server. The player is the one of Audition: it stands here while this tab
 * is open. Of the maps the mean of the heads comes with the rest, a head when it is chosen.
 */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const parts = (mrcmv.parts = mrcmv.parts || {});
  const { el, fill } = mrcmv;

  /* Until what came meanwhile was heard, and what is drawn can be seen. */
  const moment = () => new Promise((done) => setTimeout(done));
  const theme = () => (document.body.classList.contains("dark") ? "dark" : "light");

  class Why {
    constructor(element, props, trigger) {
      Object.assign(this, { element, words: props.words, library: props.library });
      Object.assign(this, { figures: new Map(), headChosen: 0, by: "energy", rank: null });
      this.asking = new mrcmv.Asking((question) => trigger("ask", question), props.words.slow);
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
      if (visible) this.settling = setTimeout(() => this.figures.forEach((figure) => figure.resize()), 120);
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

    ask(what, more = {}) {
      const chosen = this.match?.track_id ?? this.card?.track_id;
      return this.asking.ask({ what, theme: theme(), by: this.by, head: this.headChosen, chosen, ...more });
    }

    /* A film strip that many figures have comes once. */
    answer(reply) {
      for (const one of reply.figures ?? [])
        for (const image of one.spec.layout.images ?? []) image.source = reply.strips[image.source];
      this.asking.answer(reply);
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
      value.asked = new Map([[`maps ${value.head}`, null]]);
      if (value.rest) this.keep(`inside ${value.head} ${value.follows}`, value.rest);
      this.build();
      for (const one of value.figures) {
        if (!this.isOwn(one)) continue;
        await this.draw(one);
        await moment();
        if (this.value !== value) return;
      }
      await this.showInside();
      if (this.value !== value) return;
      if (value.head !== this.headChosen) await this.showHead(); // chosen while this was asked for
      this.root.dataset.run = value.run;
      this.root.dataset.theme = value.theme;
      this.root.dataset.drawn = String(this.figures.size);
    }

    /* Whether a figure is of the match and of the head that are chosen, where it is of one. */
    isOwn({ track, head }) {
      return (!track || track === this.match?.track_id) && (head === null || head === this.headChosen);
    }

    async draw(one) {
      if (!this.figures.has(one.name)) {
        const figure = new mrcmv.WhyFigure(this, one.name);
        this.figures.set(one.name, figure);
        const place = this.sections[one.group];
        // The music's map comes later than the rest, and stands before the gate's profile.
        place.insertBefore(figure.root, one.name === "music" ? place.querySelector('[data-figure="profile"]') : null);
      }
      const figure = this.figures.get(one.name);
      if (figure.value !== one) await figure.show(one);
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
      if (value.line) this.main.append(mrcmv.whyParts.numbers(this.words, (kind) => this.save({ kind })));
      this.showLead();
    }

    showLead() {
      const { value, match } = this;
      this.lead.replaceChildren(...(match?.said ? [el("p", "why-of", `${match.rank}  ${match.title}`), el("h2", "why-said", match.said)] : []),
        ...[...value.notes, match?.note].filter(Boolean).map((note) => el("p", "note", note)));
    }

    showList() {
      const picked = (rank) => Boolean(mrcmv.matches.cards.find((card) => card.rank === rank)?.picked);
      const list = mrcmv.whyParts.matches(this.words, this.value.matches, this.rank, picked, (rank) => this.choose(rank));
      this.list.replaceChildren(el("h2", "side-title", this.words.matches), list);
    }

    headSelect() {
      const most = Math.max(...this.value.figures.map((one) => one.layers));
      const options = Array.from({ length: most }, (_, n) => [String(n), n ? fill(this.words.oneHead, { n }) : this.words.mean]);
      if (most < 2) return "";
      return mrcmv.whyParts.select(this.words.head, options, String(this.headChosen), (head) => {
        this.headChosen = Number(head);
        this.showHead();
      });
    }

    /* The mean of the heads (0) or one of them, in all maps. */
    async showHead() {
      const { value, headChosen } = this;
      await this.once(`maps ${headChosen}`, "maps");
      if (this.value !== value || this.headChosen !== headChosen) return;
      for (const one of value.figures) if (one.head !== null && this.isOwn(one)) await this.draw(one);
      await this.showInside();
    }

    colourSelect() {
      return mrcmv.whyParts.select(this.words.by, Object.entries(this.words.colours), this.by, async (by) => {
        this.by = by;
        const { value } = this;
        const reply = await this.ask("map");
        if (this.value !== value) return;
        if (reply.error) this.note(reply.error);
        else for (const one of reply.figures) await this.draw(one);
      });
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
      this.stale = false;
      this.showList();
      this.showLead();
      for (const one of this.value.figures) if (one.track && this.isOwn(one)) await this.draw(one);
      await this.showInside();
    }

    /* The inside of the chosen track, in the head that is chosen. */
    async showInside() {
      const { value, match, headChosen } = this;
      if (!value.line) return;
      await this.once(`inside ${headChosen} ${match.track_id}`, "inside");
      if (this.value !== value || this.match !== match || this.headChosen !== headChosen) return;
      const own = value.figures.find((one) => one.name === "music" && this.isOwn(one));
      if (own) await this.draw(own);
      else this.drop("music");
    }

    /* What is asked for once: the figures that come are kept with the value. */
    once(name, what) {
      const { asked } = this.value;
      return asked.has(name) ? asked.get(name) : this.keep(name, this.ask(what));
    }

    keep(name, asked) {
      const { value } = this;
      const kept = asked.then((reply) => {
        if (!reply.error) { value.figures.push(...reply.figures); return; }
        value.asked.delete(name);
        if (this.value === value) this.note(reply.error);
      });
      value.asked.set(name, kept);
      return kept;
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

  parts.why = (element, props, trigger, told) => {
    const why = (mrcmv.why = new Why(element, props, trigger));
    told((value) => why.answer(value));
  };
  mrcmv.whyFailed = () => mrcmv.why?.asking.failed();
})();
