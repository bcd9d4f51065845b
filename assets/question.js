/* "Which would you use?" under the matches: one click is a vote, another one changes it.
 * The receipt code stays in this browser, so that later votes are of the same rater. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const parts = (mrcmv.parts = mrcmv.parts || {});
  const { el } = mrcmv;
  const KEY = "mrcmv-audition-code";
  const ANSWER_MS = 20000;
  let sent = 0;

  const kept = () => {
    try { return localStorage.getItem(KEY) || ""; } catch { return ""; }
  };
  const keep = (code) => {
    try { localStorage.setItem(KEY, code); } catch { /* a frame without storage: the page knows it */ }
  };

  class Question {
    constructor(element, words, trigger) {
      Object.assign(this, { element, words, trigger });
      this.clear();
    }

    clear() {
      clearTimeout(this.pending?.timer);
      this.pending = this.chosen = null;
      this.element.replaceChildren();
    }

    /* The question about what a search has found; nothing is to choose among fewer than two. */
    ask(found) {
      this.clear();
      const { words } = this;
      if (!words || found.cards.length < 2) return;
      this.run = found.run;
      const section = el("section", "question");
      section.setAttribute("aria-label", words.question);
      this.buttons = el("div", "question-answers");
      this.buttons.setAttribute("role", "group");
      for (const card of found.cards) {
        const button = this.button(String(card.rank), { rank: card.rank });
        button.setAttribute("aria-label", words.use.replace("{title}", card.title));
        button.title = card.title;
      }
      this.button(words.none, { answer: "all-bad" });
      this.state = el("p", "question-state", words.consent);
      this.state.setAttribute("role", "status");
      section.append(el("h3", "question-title", words.question), this.buttons, this.state);
      this.element.append(section);
    }

    button(label, answer) {
      const button = el("button", "question-answer", label);
      button.type = "button";
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => this.vote(button, answer));
      this.buttons.append(button);
      return button;
    }

    vote(button, answer) {
      if (this.pending || this.chosen === button) return;
      const n = ++sent;
      this.pending = { n, button, timer: setTimeout(() => this.answer({ n, error: this.words.lost }), ANSWER_MS) };
      this.state.textContent = `${this.words.sending} …`;
      this.trigger("vote", { n, run: this.run, code: kept(), ...answer });
    }

    answer(reply) {
      if (!reply || !this.pending || reply.n !== this.pending.n) return;
      const { button, timer } = this.pending;
      clearTimeout(timer);
      this.pending = null;
      if (reply.error) {
        this.state.textContent = reply.error;
        return;
      }
      if (reply.code) keep(reply.code);
      this.chosen = button;
      for (const one of this.buttons.children) one.setAttribute("aria-pressed", String(one === button));
      const told = reply.methods ? ` ${this.words.methods.replace("{methods}", reply.methods.map((name, at) => `${at + 1} ${name}`).join(", "))}.` : "";
      this.state.textContent = reply.stored + told;
    }
  }

  parts.question = (element, props, trigger, told) => {
    const question = (mrcmv.question = new Question(element, props.words, trigger));
    told((value) => question.answer(value));
  };
})();
