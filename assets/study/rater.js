/* The rater's way through a study: what the server says is next is what is shown. */
(() => {
  const mrcmv = window.mrcmv;
  const { steps, Refused } = mrcmv;
  const { announce, banner } = mrcmv.parts;
  const at = (id) => document.getElementById(id);
  const study = document.documentElement.dataset.study;
  const link = new URLSearchParams(location.search);
  const RIGHT_TO_LEFT = /^(ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)\b/;
  const person = link.get("PROLIFIC_PID") || link.get("workerId") || "";
  const PREVIEW = "ASSIGNMENT_ID_NOT_AVAILABLE";
  /* After these the page was behind the server: it catches up. */
  const BEHIND = ["forged", "expired", "replayed", "key-reused", "out-of-turn", "no-correction"];

  let words, info, keep, tabs, call, task;
  let language = "en";
  let say = (key) => key;
  let texts = {};
  let code = "";
  let attempt = 1;

  const notice = (text) => banner("notice", text);

  function speak(next) {
    language = next;
    say = mrcmv.speaker(words, language);
    texts = info.texts[language];
    document.documentElement.lang = language;
    document.documentElement.dir = RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr";
    document.title = texts.title;
    at("title").textContent = texts.title;
    task = null;
  }

  function preferred() {
    const wanted = [link.get("lang"), keep.get("language"), ...navigator.languages];
    const base = (one) => one?.split("-")[0].toLowerCase();
    for (const one of wanted) {
      const found = info.languages.find((name) => name === one) || info.languages.find((name) => base(name) === base(one));
      if (found) return found;
    }
    return info.languages[0];
  }

  function show(element, { wide = false, title = true } = {}) {
    task?.leave();
    at("main").replaceChildren(element);
    document.body.classList.toggle("is-wide", wide);
    at("title").hidden = !title;
    at("progress").hidden = true;
    window.scrollTo(0, 0);
    element.querySelector("h1")?.focus({ preventScroll: true });
  }

  /* Before a session. */

  function arrive(text) {
    code = "";
    at("foot").hidden = true;
    const choosing = { list: info.languages, chosen: language, onChoose: (next) => { keep.set("language", next); speak(next); arrive(); } };
    const common = { say, texts, onCode: (given) => enter(given), ...choosing };
    if (info.is_over) show(steps.closed(common), { title: false });
    else show(steps.consent({ ...common, isPreview: link.get("assignmentId") === PREVIEW, onAgree: agree, onDecline: decline }), { title: false });
    notice(text);
  }

  function decline() { show(steps.declined({ say, texts }), { title: false }); }

  async function agree(pressed) {
    pressed.disabled = true;
    try {
      // Kept until it is answered: a lost answer, or a reload before it, begins no second session.
      const key = keep.get("key") || mrcmv.newKey();
      keep.set("key", key);
      const body = { study, language, consent: info.consent, parameters: Object.fromEntries(link), key };
      const { session } = await call("begin", body);
      keep.clear();
      remember(session.code);
      tabs.take();
      notice();
      step(session);
    } catch (error) {
      pressed.disabled = false;
      refused(error);
    }
  }

  function remember(given) {
    code = given;
    keep.set("code", code);
    keep.set("person", person);
  }

  /* Go on with a receipt code: from this browser, or typed in. */
  async function enter(given) {
    let session;
    try { ({ session } = await call("resume", {}, given)); } catch (error) {
      if (error.reason !== "unknown-code") throw error;
      if (keep.get("code") === given) keep.clear();
      arrive(say("reason-unknown-code"));
      return;
    }
    if (session.study !== study) {
      mrcmv.keeper(session.study).set("code", given);
      location.search = new URLSearchParams({ s: session.study });
      return;
    }
    remember(given);
    speak(session.language);
    if (await tabs.isElsewhere()) { elsewhere(); return; }
    await here(session);
  }

  async function here(session) {
    tabs.take();
    notice();
    const pending = keep.get("pending");
    if (!pending) { step(session); return; }
    await cast(pending.kind, pending.ballot, pending.shown);
  }

  function elsewhere() {
    at("foot").hidden = true;
    show(steps.elsewhere({ say, onHere: trying(async () => here((await call("resume", {}, code)).session)) }));
  }

  /* A session's step. */

  function step(session) {
    foot();
    attempt = session.attempt;
    const common = { say, texts, session, receiptCode: code, onWithdraw: withdraw };
    if (session.step === "sound-check") soundCheck(session);
    else if (session.step === "questions") show(steps.questions({ ...common, strip: strip(), onAnswers: answer }));
    else if (session.step === "training" || session.step === "trials") next();
    else { at("foot").hidden = true; show(steps.end({ ...common, strip: strip(true), onAnother: another })); }
  }

  function foot() {
    at("foot").hidden = false;
    if (at("foot").dataset.code === code + language) return;
    at("foot").dataset.code = code + language;
    at("foot").replaceChildren(steps.foot({ say, receiptCode: code, keeps: keep.works, onWithdraw: withdraw }));
  }

  const catchUp = trying(async (text) => {
    const { session } = await call("resume", {}, code);
    step(session);
    notice(text);
  });

  function soundCheck(session) {
    const shown = steps.sound({
      say,
      nTones: session.n_tones,
      onHeard: trying(async (nHeard) => {
        const told = await call("sound-check", { n_heard: nHeard }, code);
        if (told.session.step !== "sound-check") { notice(); step(told.session); return; }
        notice(say("reason-sound-not-heard"));
        shown.anew(told.session.n_tones);
      }),
    });
    show(shown);
  }

  const next = trying(async () => {
    const { trial, session } = await call("trial", {}, code);
    if (!trial) { step(session); return; }
    const isAnew = session.attempt > attempt;
    attempt = session.attempt;
    showTrial(trial, { strip: strip() });
    steps.progress(at("progress"), { say, trial, attempt });
    if (isAnew) notice(say("practice_anew"));
  });

  function showTrial(trial, options) {
    if (!task) {
      task = mrcmv.task({
        say, texts, info, announce,
        send: (body) => call("watch", body, code),
        onRefused: refused,
        onReload: () => next(),
      });
    }
    if (task.root.parentNode !== at("main")) show(task.root, { wide: true });
    task.show(trial, {
      onVote: (answered) => {
        notice();
        cast("vote", { token: trial.token, key: mrcmv.newKey(), ...answered }, { slots: trial.slots, is_training: trial.is_training });
      },
      ...options,
    });
  }

  /* Send a vote until its receipt is here. It is kept until then: a reload sends it again. */
  async function cast(kind, ballot, shown) {
    keep.set("pending", { kind, ballot, shown });
    let receipt;
    try { ({ receipt } = await call(kind, ballot, code)); } catch (error) {
      keep.set("pending", undefined);
      task?.again();
      refused(error);
      return;
    }
    keep.set("pending", undefined);
    const { slot, answer, ratings, comment } = ballot;
    keep.set("last", { kind, ...shown, receipt, given: { slot, answer, ratings, comment } });
    if (shown.is_training) show(steps.feedback({ say, receipt, onNext: () => catchUp() }));
    else catchUp();
  }

  /* What the last vote's receipt says, and the way to change it while there is one. */
  function strip(isOver) {
    const last = keep.get("last");
    return !last || last.is_training ? null : steps.stored({ say, last, onChange: isOver ? null : change });
  }

  function change(last) {
    const { slots, receipt, given } = last;
    showTrial({ slots }, {
      correcting: true,
      given,
      onKeep: () => catchUp(),
      onVote: (answered) => {
        notice();
        cast("correct", { token: receipt.change_token, key: mrcmv.newKey(), ...answered }, { slots, is_training: false });
      },
    });
    at("progress").hidden = true;
  }

  const answer = trying(async (answers) => {
    const { session } = await call("answer", { answers }, code);
    notice();
    step(session);
  });

  const withdraw = trying(async () => {
    await call("withdraw", {}, code);
    keep.clear();
    tabs.leave();
    at("foot").hidden = true;
    notice();
    show(steps.withdrawn({ say }));
  });

  /* Someone else at the same computer. */
  function another() {
    keep.clear();
    tabs.leave();
    arrive();
  }

  /* What is refused is told; where the page was behind, it catches up. */
  function refused(error) {
    if (!(error instanceof Refused)) throw error;
    const key = `reason-${error.reason}`;
    const text = say.has(key) ? say(key) : error.message;
    if (error.reason === "unknown-code") { keep.clear(); arrive(text); return; }
    if (code && BEHIND.includes(error.reason)) catchUp(text);
    else notice(text);
  }

  function trying(work) {
    return async (...values) => {
      try { await work(...values); } catch (error) { refused(error); }
    };
  }

  async function start() {
    keep = mrcmv.keeper(study);
    call = mrcmv.caller((state) => banner("link", state && say(state)));
    words = await (await fetch(`study/assets/words.json?v=${document.body.dataset.version}`)).json();
    say = mrcmv.speaker(words, document.documentElement.lang);
    tabs = mrcmv.tabs(study, elsewhere);
    info = await call(`describe?s=${encodeURIComponent(study)}`);
    speak(preferred());
    const kept = keep.get("code");
    // Who comes with another platform's id is someone else.
    if (kept && (!person || keep.get("person") === person)) await enter(kept);
    else arrive();
  }

  const broke = () => banner("notice", say("broken") === "broken" ? "Load the page again." : say("broken"));
  window.addEventListener("error", broke);
  window.addEventListener("unhandledrejection", broke);
  start();
})();
