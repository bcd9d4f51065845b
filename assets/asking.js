/* Questions to the server, one at a time, each with a number that its reply brings back. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const ANSWER_MS = 120000;

  /* send(question) asks; slow: what is told where no answer comes. A reply that says what `follows`
   * has a `rest`, the promise of a second one; the next question waits for that too. */
  mrcmv.Asking = class {
    constructor(send, slow) {
      Object.assign(this, { send, slow, n: 0, queue: Promise.resolve() });
    }

    ask(question) {
      const asked = this.queue.then(() => {
        const told = this.wait(++this.n);
        this.send({ n: this.n, ...question });
        return told;
      });
      this.queue = asked.then((reply) => reply.rest);
      return asked;
    }

    wait(n) {
      return new Promise((done) => {
        const timer = setTimeout(() => this.answer({ n, error: this.slow }), ANSWER_MS);
        this.waiting = { n, done, timer };
      });
    }

    answer(reply) {
      if (reply.n !== this.waiting?.n) return;
      const { done, timer } = this.waiting;
      clearTimeout(timer);
      this.waiting = null;
      if (reply.follows) reply.rest = this.wait(reply.n);
      done(reply);
    }

    failed() { if (this.waiting) this.answer({ n: this.waiting.n, error: this.slow }); }
  };
})();
