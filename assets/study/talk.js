/* How the rater's page talks: to the server, to its other tabs, and in the rater's language. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const PATIENCE_MS = 20000;
  const LONGEST_WAIT_S = 10;

  /* A refusal of the server: `reason` is its code. */
  class Refused extends Error {
    constructor({ reason, message }) {
      super(message);
      this.reason = reason;
    }
  }

  /* What the browser keeps of a study; memory where storage is blocked (frames of other sites). */
  mrcmv.keeper = (study) => {
    const name = `study:${study}`;
    let kept = {};
    let works = true;
    const read = () => {
      try { kept = JSON.parse(localStorage.getItem(name)) || {}; } catch { works = false; }
    };
    const write = () => {
      try { localStorage.setItem(name, JSON.stringify(kept)); } catch { works = false; }
    };
    read();
    write();
    return {
      get works() { return works; },
      get: (key) => { if (works) read(); return kept[key]; },
      set(key, value) { if (works) read(); kept[key] = value; write(); },
      clear() { kept = {}; write(); },
    };
  };

  /* Words by key in a language, with numbers in its digits. */
  mrcmv.speaker = (words, language) => {
    const own = words[language.split("-")[0]];
    const table = own || words.en;
    const digits = new Intl.NumberFormat(own ? language : "en", { useGrouping: false });
    const say = (key, values = {}) => (table[key] ?? words.en[key] ?? key).replace(
      /\{(\w+)\}/g,
      (_, name) => (typeof values[name] === "number" ? digits.format(values[name]) : values[name]),
    );
    say.has = (key) => key in table;
    say.number = (value) => digits.format(value);
    say.digits = (text) => text.replace(/\d/g, (digit) => digits.format(Number(digit)));
    return say;
  };

  const pause = (seconds) => new Promise((done) => {
    const timer = setTimeout(done, seconds * 1000);
    window.addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });

  /* Ask the server until it answers: a request that is lost is sent again as it was.
     `tell(null | "lost" | "failing")` says how that goes. */
  mrcmv.caller = (tell) => {
    const once = async (path, body, code) => {
      const headers = { "Content-Type": "application/json" };
      if (code) headers.Authorization = `Bearer ${code}`;
      const text = JSON.stringify(body);
      // Small ones are finished even when the page is closed; browsers refuse that for large ones.
      const post = { method: "POST", headers, body: text, keepalive: (text?.length ?? 0) < 10000 };
      const answer = await fetch(`study/api/${path}`, {
        ...(body === undefined ? {} : post),
        cache: "no-store",
        signal: AbortSignal.timeout?.(PATIENCE_MS),
      });
      if (answer.status >= 500 || answer.status === 429) return { failing: true };
      return { ok: answer.ok, said: await answer.json() };
    };
    return async (path, body, code) => {
      for (let wait_s = 0.5; ; wait_s = Math.min(wait_s * 2, LONGEST_WAIT_S)) {
        const answer = await once(path, body, code).catch(() => ({ lost: true }));
        if (answer.said) {
          tell(null);
          if (answer.ok) return answer.said;
          throw new Refused(answer.said);
        }
        tell(answer.failing ? "failing" : "lost");
        await pause(wait_s);
      }
    };
  };

  /* One tab at a time: `onTaken` is called when another one goes on with this study. */
  mrcmv.tabs = (study, onTaken) => {
    if (!window.BroadcastChannel) return { isElsewhere: async () => false, take() {}, leave() {} };
    const channel = new BroadcastChannel(`study:${study}`);
    let mine = false;
    let answered = false;
    channel.addEventListener("message", ({ data }) => {
      if (data === "anyone" && mine) channel.postMessage("here");
      if (data === "here") answered = true;
      if (data === "mine" && mine) { mine = false; onTaken(); }
    });
    return {
      async isElsewhere() {
        answered = false;
        channel.postMessage("anyone");
        await new Promise((done) => setTimeout(done, 250));
        return answered;
      },
      take() { mine = true; channel.postMessage("mine"); },
      leave() { mine = false; },
    };
  };

  mrcmv.newKey = () => [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  mrcmv.Refused = Refused;
})();
