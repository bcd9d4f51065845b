/* The matches: progress of a search, five cards, and who is mixed when. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const parts = (mrcmv.parts = mrcmv.parts || {});
  const { el } = mrcmv;
  const fill = (mrcmv.fill = (words, values) =>
    words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole)));
  const ANSWER_MS = 120000;
  const SETTLE_MS = 350;

  class Matches {
    constructor(element, words, trigger) {
      Object.assign(this, { element, words, trigger, cards: [], mixes: new Map(), n: 0, epoch: 0 });
      this.chosen = null;
      this.pending = null;
      this.wanted = null;
      this.errors = new Map();
      this.heard = null;
      this.preview = new Audio();
      this.preview.addEventListener("ended", () => this.stopPreview());
      document.addEventListener("player:want", (event) => this.choose(Number(event.detail.source), false));
      document.addEventListener("player:source", (event) => this.sourceChanged(event.detail.source));
      document.addEventListener("player:play", () => this.stopPreview());
    }

    show(value) {
      if (!value || (value.run && value.run !== mrcmv.run)) return;
      this.value = value;
      mrcmv.setState(value.state, value);
      if (value.state === "searching") this.showSearch(value);
      else if (value.state === "found") this.found(value);
      else if (value.state === "error" || value.state === "empty") this.showMessage(value);
      else this.element.replaceChildren();
      this.tell("change");
    }

    /* Other parts of the page hear of it: matches:change, matches:chosen {rank}. */
    tell(name, detail = {}) {
      document.dispatchEvent(new CustomEvent(`matches:${name}`, { detail }));
    }

    reset() {
      this.epoch += 1;
      mrcmv.question?.clear();
      this.cards.forEach((card) => mrcmv.player?.drop(String(card.rank)));
      this.cards = [];
      this.mixes.clear();
      this.errors.clear();
      this.chosen = null;
      this.wanted = null;
      this.stopPreview();
      mrcmv.lanes?.showMusic(null);
      this.tell("change");
    }

    /* One more card, in the place of the one that was picked before it. */
    pick(card) {
      for (const old of this.cards.filter((one) => one.picked)) this.forget(old);
      this.cards.push({ ...card, picked: true });
      const { player } = mrcmv;
      player.put({ id: String(card.rank), label: String(card.rank), hint: fill(this.words.choose, card), url: null });
      this.draw();
    }

    forget(card) {
      this.cards = this.cards.filter((one) => one !== card);
      this.mixes.delete(card.rank);
      if (this.wanted?.rank === card.rank) this.wanted = null;
      mrcmv.player.drop(String(card.rank));
    }

    /* Steps with a tick, a moving line or nothing; under them the places of the cards. */
    showSearch(value) {
      if (this.searchRun !== value.run) { this.searchRun = value.run; this.reset(); }
      const list = el("ol", "steps");
      list.setAttribute("aria-live", "polite");
      value.steps.forEach((step, place) => {
        const item = el("li", step.done ? "step is-done" : place === value.at ? "step is-now" : "step");
        item.append(el("span", "", step.text));
        if (place === value.at) {
          item.setAttribute("aria-current", "step");
          const bar = el("span", "progress");
          const inner = el("span", value.share === null || value.share === undefined ? "progress-any" : "progress-known");
          if (value.share !== null && value.share !== undefined) inner.style.width = `${Math.round(value.share * 100)}%`;
          bar.append(inner);
          item.append(bar);
        }
        list.append(item);
      });
      const places = el("div", "places");
      places.setAttribute("aria-hidden", "true");
      for (let i = 0; i < 5; i++) places.append(el("div", "place"));
      this.element.replaceChildren(this.title(this.words.searching), list, places);
    }

    title(words) { return el("h2", "side-title", words); }

    showMessage(value) {
      this.reset();
      const box = el("div", `message message-${value.state}`);
      box.setAttribute("role", "alert");
      for (const part of value.message.split(/(`[^`]*`)/)) {
        if (part.startsWith("`") && part.length > 1) box.append(el("code", "", part.slice(1, -1)));
        else box.append(part);
      }
      this.element.replaceChildren(this.title(this.words.title), box);
    }

    found(value) {
      this.reset();
      this.cards = value.cards;
      this.list = el("ol", "cards");
      const notes = (value.notes || []).map((note) => el("p", "note", note));
      this.foot = el("div", "mix-foot");
      mrcmv.question?.ask(value);
      this.element.replaceChildren(
        this.title(this.cards.length === 1 ? this.words.one : fill(this.words.titles, { n: this.cards.length })), ...notes, this.list, this.foot);
      this.draw();
      if (this.cards.length) this.request(this.cards[0].rank);
    }

    draw() {
      const active = document.activeElement;
      const focused = this.list.contains(active) ? [active.closest("li").dataset.rank, active.dataset.act] : null;
      this.list.replaceChildren(...this.cards.map((card) => this.card(card)));
      if (focused) this.list.querySelector(`li[data-rank="${focused[0]}"] [data-act="${focused[1]}"]`)?.focus();
      this.drawFoot();
    }

    card(card) {
      const { words } = this;
      const chosen = this.chosen === card.rank;
      const mixing = this.wanted?.rank === card.rank || this.pending?.rank === card.rank;
      const item = el("li", "card");
      item.dataset.rank = card.rank;
      item.dataset.track = card.track_id;
      item.classList.toggle("is-chosen", chosen);
      item.classList.toggle("is-picked", Boolean(card.picked));
      item.classList.toggle("is-mixing", mixing);
      item.classList.toggle("is-mixed", this.mixes.has(card.rank));

      const choose = el("button", "card-title", card.title);
      choose.type = "button";
      choose.dataset.act = "choose";
      choose.setAttribute("aria-pressed", String(chosen));
      choose.title = fill(words.choose, { title: card.title });
      choose.addEventListener("click", () => this.choose(card.rank, true));

      const listen = el("button", "icon-button card-listen");
      listen.type = "button";
      listen.dataset.act = "listen";
      const playing = this.heard === card.rank;
      const label = fill(playing ? words.stop : words.listen, { title: card.title });
      listen.append(mrcmv.icon(playing ? "pause" : "play"));
      listen.setAttribute("aria-label", label);
      listen.title = label;
      listen.addEventListener("click", () => (playing ? this.stopPreview() : this.listen(card)));

      const rank = el("span", "card-rank", String(card.rank));
      rank.setAttribute("aria-hidden", "true");
      const by = el("div", "card-by");
      if (card.artist) by.append(el("span", "card-artist", card.artist));
      by.append(this.chip(card.licence));
      if (card.badge) by.append(el("span", "fact badge", card.badge));

      const what = el("div", "card-what");
      const facts = [card.tempo, card.key, fill(words.from, { clock: mrcmv.clock(card.start_s) })];
      for (const fact of facts) if (fact) what.append(el("span", "fact", fact));
      if (card.tags.length) {
        const tags = el("span", "tags", card.tags.join(", "));
        tags.title = tags.textContent;
        what.append(tags);
      }

      const top = el("div", "card-top");
      top.append(choose);
      if (mixing) top.append(el("span", "card-state", words.mixing));
      else top.append(this.fit(card));

      const main = el("div", "card-main");
      main.append(top, by, what);
      if (this.errors.has(card.rank)) main.append(el("p", "card-error", this.errors.get(card.rank)));
      item.append(rank, main, listen);
      return item;
    }

    chip(licence) {
      const chip = el("span", `chip chip-${licence.level}`, licence.text);
      if (licence.heed) chip.append(el("span", "chip-heed", licence.heed));
      return chip;
    }

    fit(card) {
      const fit = el("span", "fit");
      fit.append(el("span", "fit-word", card.fit_word));
      if (card.fit === null) return fit;
      fit.title = fill(this.words.fit, { percent: card.fit });
      const bar = el("span", "fit-bar");
      bar.setAttribute("role", "img");
      bar.setAttribute("aria-label", fit.title);
      const inner = el("span");
      inner.style.width = `${card.fit}%`;
      bar.append(inner);
      fit.append(bar);
      return fit;
    }

    drawFoot() {
      if (!this.foot) return;
      const { words } = this;
      const mix = this.mixes.get(this.chosen) || null;
      const link = el("a", "download", words.download);
      if (mix) {
        link.href = mrcmv.fileUrl(mix.video);
        link.download = "";
      } else {
        link.setAttribute("aria-disabled", "true");
        link.title = words.downloadFirst;
      }
      const facts = el("p", "mix-facts", mix ? mix.facts : words.downloadFirst);
      this.foot.replaceChildren(link, facts);
      if (mix?.note) this.foot.append(el("p", "note", mix.note));
    }

    /* A card was chosen, by hand (it plays at once) or by key (what plays, plays on). */
    choose(rank, play) {
      const card = this.cards.find((one) => one.rank === rank);
      if (!card) return;
      this.errors.delete(rank);
      this.tell("chosen", { rank });
      if (this.mixes.has(rank)) {
        mrcmv.player.select(String(rank));
        if (play) mrcmv.player.play();
        return;
      }
      this.wanted = { rank, play };
      if (play) mrcmv.player.ensureContext();
      if (!this.pending) this.request(rank);
      else this.draw();
    }

    /* One mix at a time: the page never asks twice at once, and the last wish wins. */
    request(rank) {
      const card = this.cards.find((one) => one.rank === rank);
      if (!card) return;
      const n = ++this.n;
      this.pending = { n, rank, epoch: this.epoch };
      this.pending.timer = setTimeout(() => this.answer({ n, error: this.words.slow }), ANSWER_MS);
      this.trigger("mix", { n, track_id: card.track_id });
      this.draw();
    }

    answer(reply) {
      const { pending } = this;
      if (!reply || !pending || reply.n !== pending.n) return;
      clearTimeout(pending.timer);
      this.pending = null;
      if (pending.epoch === this.epoch) {
        if (!reply.error) this.mixed(pending.rank, reply);
        else {
          this.errors.set(pending.rank, reply.error);
          if (this.wanted?.rank === pending.rank) this.wanted = null;
        }
      }
      if (this.wanted && !this.mixes.has(this.wanted.rank)) this.request(this.wanted.rank);
      else if (this.list) this.draw();
    }

    async mixed(rank, mix) {
      const { epoch } = this;
      this.mixes.set(rank, mix);
      const wanted = this.wanted?.rank === rank ? this.wanted : null;
      if (wanted) this.wanted = null;
      const { player } = mrcmv;
      await player.put({ id: String(rank), url: mrcmv.fileUrl(mix.sound), busy: false });
      if (epoch !== this.epoch) return;
      const untouched = !player.state.playing && player.source === "original";
      if (this.chosen === rank) this.sourceChanged(String(rank));
      else if (wanted || untouched || player.source === null) {
        player.select(String(rank));
        if (wanted?.play) player.play();
      }
    }

    sourceChanged(source) {
      const rank = Number(source);
      const match = this.cards.some((card) => card.rank === rank);
      this.chosen = match ? rank : null;
      if (match) this.tell("chosen", { rank });
      mrcmv.lanes?.showMusic(match ? this.mixes.get(rank)?.lane || null : null);
      if (this.list && this.cards.length) this.draw();
    }

    /* The mix controls changed: what plays is mixed anew, the others when they are chosen. */
    remix() {
      clearTimeout(this.settling);
      if (!this.cards.length) return;
      this.settling = setTimeout(() => {
        const rank = this.chosen || this.wanted?.rank || this.cards[0].rank;
        this.epoch += 1;
        this.mixes.clear();
        for (const card of this.cards)
          if (card.rank !== rank) mrcmv.player.put({ id: String(card.rank), url: null });
        this.wanted = { rank, play: false };
        if (!this.pending) this.request(rank);
        else this.draw();
      }, SETTLE_MS);
    }

    listen(card) {
      mrcmv.player.pause();
      this.stopPreview();
      this.errors.delete(card.rank);
      this.asked = { n: ++this.n, card };
      this.trigger("listen", { n: this.n, track_id: card.track_id });
    }

    heardBack(reply) {
      if (!reply || reply.n !== this.asked?.n) return;
      const { card } = this.asked;
      const failed = (words) => {
        this.heard = null;
        this.errors.set(card.rank, words);
        this.draw();
      };
      if (reply.error) { failed(reply.error); return; }
      this.preview.src = mrcmv.fileUrl(reply.sound);
      this.heard = card.rank;
      this.preview.play().catch(() => failed(fill(this.words.unreachable, { title: card.title })));
      this.draw();
    }

    stopPreview() {
      this.asked = null;
      this.preview.pause();
      if (this.heard === null) return;
      this.heard = null;
      if (this.list && this.cards.length) this.draw();
    }
  }

  parts.matches = (element, props, trigger, told) => {
    const matches = (mrcmv.matches = new Matches(element, props.words, trigger));
    told((value) => matches.show(value));
  };
  parts.mixed = (element, props, trigger, told) => told((value) => mrcmv.matches.answer(value));
  parts.heard = (element, props, trigger, told) => told((value) => mrcmv.matches.heardBack(value));
  mrcmv.remix = () => mrcmv.matches?.remix();
})();
