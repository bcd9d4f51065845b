/* The task: one player, one question. It is built once and shows one trial after the other. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const { el } = mrcmv;
  const { button, choice, group, newId } = mrcmv.parts;
  const EDGE_S = 0.05;
  /* The same keys in Persian and Arabic. */
  const DIGITS = ["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"];
  const MOST_SLOTS = 8;

  const keyTable = () => {
    const table = {};
    for (let slot = 0; slot < MOST_SLOTS; slot++)
      for (const digits of DIGITS) table[digits[slot + 1]] = String(slot);
    return table;
  };

  /* The picture's place in time, to be dragged. */
  function seekBar(player, say) {
    const bar = el("input", "seek");
    Object.assign(bar, { type: "range", min: 0, max: 1, step: 0.1, value: 0, dir: "ltr" });
    bar.setAttribute("aria-label", say("seek"));
    bar.addEventListener("input", () => player.seek(Number(bar.value)));
    player.element.addEventListener("player:time", ({ detail: { position, duration } }) => {
      bar.max = duration || 1;
      bar.value = position;
      bar.style.setProperty("--at", `${(100 * position) / (duration || 1)}%`);
      bar.setAttribute("aria-valuetext", say.digits(`${mrcmv.clock(position)} / ${mrcmv.clock(duration)}`));
    });
    return bar;
  }

  function keysHint(say, nSlots) {
    const hint = el("p", "keys");
    const range = { first: 1, last: nSlots };
    const every = [
      ...(nSlots > 1 ? [say("keys_switch", range)] : []),
      say("keys_play"), say("keys_seek"), say("keys_choose"), say("keys_vote"),
    ];
    hint.append(el("span", "keys-name", say("keys")), ...every.map((one) => el("span", "", one)));
    return hint;
  }

  mrcmv.task = ({ say, texts, info, send, announce, onRefused, onReload }) => {
    const root = el("div", "task");
    const stage = el("section", "stage");
    stage.setAttribute("aria-label", say("video"));
    const panel = el("section", "panel");
    const place = el("div");
    root.append(stage, panel);
    stage.append(place);
    const words = Object.fromEntries(
      ["video", "sources", "play", "pause", "space", "mute", "unmute", "full"].map((key) => [key, say(key)]),
    );
    const player = mrcmv.createPlayer(place, words);
    const showTime = player.showTime.bind(player);
    player.showTime = () => { showTime(); player.time.textContent = say.digits(player.time.textContent); };
    player.time.dir = "ltr";
    player.screen.after(seekBar(player, say));
    player.keys(keyTable());
    player.video.addEventListener("loadedmetadata", () => {
      const { videoWidth, videoHeight } = player.video;
      if (videoWidth) player.screen.style.aspectRatio = videoWidth / videoHeight;
    });

    let trial = null;
    let watched = [];
    let isOpen = false;
    let bars = [];
    let parts = {};

    const reporter = mrcmv.reporter(player, { send, onWatched, onRefused });

    const leftOf = (slot) => {
      const { duration_s: duration } = trial.slots[slot];
      const left = (info.gate - watched[slot]) * duration - EDGE_S;
      return left > 0 ? Math.max(1, Math.ceil(left)) : 0;
    };
    const missing = () => (isOpen ? [] : trial.slots.map((_, slot) => slot).filter((slot) => leftOf(slot)));

    function answer() {
      const form = new FormData(parts.form);
      const comment = String(form.get("comment") || "");
      if (info.question.kind === "mos") {
        const ratings = trial.slots.map((_, slot) => Number(form.get(`rating-${slot}`)));
        return ratings.every(Boolean) ? { ratings, comment } : null;
      }
      const chosen = form.get("choice");
      if (chosen === null) return null;
      return /^\d$/.test(chosen) ? { slot: Number(chosen), comment } : { answer: chosen, comment };
    }

    function why() {
      const slots = parts.correcting ? [] : missing();
      if (slots.length) {
        const one = (slot) => say("still_one", { n: slot + 1, s: leftOf(slot) });
        const what = trial.slots.length === 1 ? say("still_only", { s: leftOf(0) }) : slots.map(one).join(say("and"));
        return say("still", { what });
      }
      if (answer()) return "";
      return say(info.question.kind === "mos" && trial.slots.length > 1 ? "rate_each" : "choose");
    }

    function show() {
      const reason = why();
      parts.why.textContent = reason;
      parts.vote.setAttribute("aria-disabled", String(Boolean(reason)));
      parts.missing.hidden = parts.correcting || !missing().length;
      bars.forEach((bar, slot) => {
        const share = parts.correcting ? 1 : Math.min(1, watched[slot] / (info.gate || 1));
        bar.firstChild.style.inlineSize = `${100 * share}%`;
        bar.classList.toggle("is-whole", isOpen || !leftOf(slot));
        bar.title = say("watched", { n: Math.round(100 * watched[slot]) });
      });
    }

    function onWatched(told) {
      const before = missing();
      watched = told.watched;
      isOpen = told.gate_is_open;
      const after = missing();
      const fresh = before.filter((slot) => !after.includes(slot));
      if (before.length && !after.length) announce(say("all_watched"));
      else if (fresh.length) announce(`${say("one_watched", { n: fresh[0] + 1 })} ${why()}`);
      show();
    }

    function playMissing() {
      const slot = missing()[0];
      if (slot === undefined) return;
      player.select(String(slot));
      player.seek(reporter.missing(slot));
      player.play();
    }

    const bar = () => {
      const made = el("span", "watched");
      made.append(el("span"));
      bars.push(made);
      return made;
    };

    function choices(answers) {
      const every = trial.slots.map((_, slot) => choice("choice", String(slot), say("soundtrack", { n: slot + 1 }), bar()));
      const others = answers.map((name) => {
        const made = choice("choice", name, say(name));
        made.classList.add("choice-other");
        return made;
      });
      const made = group(say("choices"), "choices", ...every, ...others);
      made.firstChild.className = "unseen";
      return [made];
    }

    function ratings(labels) {
      return trial.slots.map((_, slot) => {
        const name = trial.slots.length > 1 ? say("soundtrack", { n: slot + 1 }) : say("choices");
        const scale = el("div", "scale");
        scale.append(...labels.map((label, point) => choice(`rating-${slot}`, String(point + 1), label)));
        const made = group(name, "rating", scale);
        made.firstChild.append(bar());
        return made;
      });
    }

    function preset(given) {
      if (given.comment && parts.comment) parts.comment.value = given.comment;
      const wanted = given.ratings
        ? given.ratings.map((rating, slot) => [`rating-${slot}`, rating])
        : [["choice", given.slot ?? given.answer]];
      for (const [name, value] of wanted) {
        const radio = parts.form.querySelector(`input[name="${name}"][value="${value}"]`);
        if (radio) radio.checked = true;
      }
    }

    function ask({ strip, correcting, given, onVote, onKeep }) {
      bars = [];
      const heading = el("h1", "", correcting ? say("change_title") : texts.question);
      heading.tabIndex = -1;
      const form = el("form", "question");
      const { kind, answers, free_text: free } = info.question;
      form.append(...(kind === "mos" ? ratings(texts.labels) : choices(answers)));
      parts = { form, correcting, heading };
      if (free) {
        const id = newId();
        const label = el("label", "small", say("comment"));
        label.htmlFor = id;
        parts.comment = el("textarea");
        Object.assign(parts.comment, { id, name: "comment", rows: 2, maxLength: 2000 });
        form.append(label, parts.comment);
      }
      parts.why = el("p", "why");
      parts.why.id = newId();
      parts.missing = button(say("play_missing"), "main", playMissing);
      parts.vote = el("button", "main vote", say(correcting ? "store_change" : "vote"));
      parts.vote.setAttribute("aria-describedby", parts.why.id);
      const row = el("div", "row");
      row.append(parts.vote, correcting ? button(say("keep"), "", onKeep) : parts.missing);
      const act = el("div", "act");
      act.append(parts.why, row);
      form.append(act);
      form.addEventListener("change", show);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const reason = why();
        if (reason) { announce(reason); return; }
        busy(true);
        onVote(answer());
      });
      panel.replaceChildren(...[strip, heading].filter(Boolean));
      if (correcting) panel.append(el("p", "", texts.question));
      panel.append(form);
      if (given) preset(given);
      show();
    }

    function busy(is) {
      parts.form.inert = is;
      parts.vote.textContent = say(is ? "storing" : parts.correcting ? "store_change" : "vote");
      if (is) announce(say("storing"));
    }

    async function load(of) {
      const { slots } = of;
      const sources = slots.map(({ sound }, slot) => {
        const n = slot + 1;
        return { id: String(slot), label: say.number(n), hint: say("soundtrack", { n }), url: sound };
      });
      root.classList.toggle("has-one", slots.length === 1);
      player.root.inert = true;
      player.load({ video: slots[0].picture, duration: slots[0].duration_s, aspect: player.screen.style.aspectRatio || 16 / 9, sources });
      player.wait(player.screen.style.aspectRatio, say("loading"), say("loading_why"));
      player.select("0");
      const { video } = player;
      const picture = new Promise((done) => {
        for (const name of ["canplay", "error"]) video.addEventListener(name, done, { once: true });
      });
      await Promise.all([picture, ...player.loading.values()]);
      if (of !== trial) return;
      if (video.error || player.sources.some((source) => !source.url)) { failed(); return; }
      player.root.inert = false;
      player.root.classList.remove("is-waiting");
    }

    function failed() {
      player.root.inert = false;
      player.wait(player.screen.style.aspectRatio, say("load_failed"), "");
      player.waiting.append(button(say("again"), "main", onReload));
      announce(say("load_failed"));
    }

    return {
      root,
      player,
      /* Show a trial; with `correcting`, one that is voted on: it is watched freely. */
      show(next, options) {
        trial = next;
        watched = next.watched || next.slots.map(() => 1);
        isOpen = options.correcting || next.gate_is_open;
        reporter.follow(options.correcting ? null : next);
        ask(options);
        if (!stage.querySelector(".keys")) stage.append(keysHint(say, next.slots.length));
        load(next);
        parts.heading.focus({ preventScroll: true });
        window.scrollTo(0, 0);
      },
      again: () => busy(false),
      leave() { trial = null; reporter.follow(null); player.unload(); },
    };
  };
})();
