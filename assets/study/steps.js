/* The pages before and after the task: consent, sound check, questions, the end. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const { el } = mrcmv;
  const { button, sheet, prose, choice, group, code, codeForm, folded, confirm, playTones, newId } = mrcmv.parts;
  const MOST_TONES = 6;
  const HASH_SHOWN = 12;

  const languageName = (language) => {
    try { return new Intl.DisplayNames([language], { type: "language" }).of(language); } catch { return language; }
  };

  function languages(say, { list, chosen, onChoose }) {
    if (list.length < 2) return null;
    const row = el("div", "row languages");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", say("language"));
    for (const language of list) {
      const one = button(languageName(language), "quiet", () => onChoose(language));
      one.lang = language;
      one.setAttribute("aria-pressed", String(language === chosen));
      row.append(one);
    }
    return row;
  }

  const consent = ({ say, texts, isPreview, onAgree, onDecline, onCode, ...more }) => {
    const row = el("div", "row");
    if (isPreview) row.append(el("p", "why", say("preview")));
    else row.append(button(say("agree"), "main", (event) => onAgree(event.currentTarget)), button(say("decline"), "", onDecline));
    return sheet(
      texts.title,
      languages(say, more),
      texts.introduction && prose(texts.introduction),
      el("h2", "", say("consent")),
      prose(texts.consent),
      row,
      folded(say("have_code"), codeForm(say, onCode)),
    );
  };

  const closed = ({ say, texts, onCode, ...more }) => sheet(
    say("closed_title"),
    languages(say, more),
    prose(texts.ends.closed || say("closed")),
    folded(say("have_code"), codeForm(say, onCode)),
  );

  const declined = ({ say, texts }) => sheet(say("declined_title"), prose(texts.ends.declined || say("declined")));

  const sound = ({ say, nTones, onHeard }) => {
    let n = nTones;
    const play = button(say("sound_play"), "main", async () => {
      play.disabled = true;
      await playTones(n);
      play.disabled = false;
      play.textContent = say("sound_again");
      form.hidden = false;
    });
    const form = el("form", "question");
    form.hidden = true;
    const numbers = el("div", "scale numbers");
    for (let one = 1; one <= MOST_TONES; one++) numbers.append(choice("heard", String(one), say.number(one)));
    form.append(group(say("sound_how_many"), "rating", numbers), el("button", "main", say("sound_answer")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const heard = new FormData(form).get("heard");
      if (heard) onHeard(Number(heard));
    });
    const made = sheet(say("sound_title"), el("p", "", say("sound_text")), play, form);
    /* After a wrong answer: other tones. */
    made.anew = (next) => { n = next; form.reset(); form.hidden = true; play.textContent = say("sound_play"); play.focus(); };
    return made;
  };

  function question(say, { id, kind, text, choices, required }) {
    const words = required ? text : `${text} (${say("optional")})`;
    if (kind === "choice") return group(words, "choices", ...choices.map((one, place) => choice(id, String(place), one)));
    const made = el("div", "field");
    const input = el(kind === "text" ? "textarea" : "input");
    const at = newId();
    Object.assign(input, { id: at, name: id });
    if (kind === "number") Object.assign(input, { type: "number", step: "any", dir: "ltr" });
    else Object.assign(input, { rows: 3, maxLength: 2000 });
    const label = el("label", "", words);
    label.htmlFor = at;
    made.append(label, input);
    return made;
  }

  /* What was answered, by question; nothing for what was left out. */
  function answersOf(form, questions) {
    const given = new FormData(form);
    const answers = {};
    for (const { id, kind } of questions) {
      const said = given.get(id);
      if (said !== null && said !== "") answers[id] = kind === "text" ? said : Number(said);
    }
    return answers;
  }

  const questions = ({ say, texts, strip, onAnswers }) => {
    const form = el("form", "question");
    form.append(...texts.questions.map((one) => question(say, one)), el("button", "main", say("send")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onAnswers(answersOf(form, texts.questions));
    });
    return sheet(say("questions_title"), strip, form);
  };

  const withdrawal = (say, onWithdraw) => button(say("withdraw"), "stop", async () => {
    if (await confirm(say("withdraw_sure"), say("withdraw_what"), say("withdraw_yes"), say("cancel"))) onWithdraw();
  });

  const end = ({ say, texts, session, receiptCode, strip, onWithdraw, onAnother }) => {
    const isOut = session.step === "screened-out";
    const own = isOut ? texts.ends.screened_out : texts.ends.finished;
    const made = sheet(
      say(isOut ? "screened_title" : "finished_title"),
      strip,
      prose(own || say(isOut ? "screened" : "finished")),
    );
    if (session.completion_code) {
      const part = el("section", "block");
      part.append(el("h2", "", say("completion")), code(session.completion_code, say), el("p", "quiet-text", say("completion_why")));
      if (session.return_url) {
        const link = el("a", "main", say("return"));
        link.href = session.return_url;
        part.append(link);
      }
      made.append(part);
    }
    const part = el("section", "block");
    part.append(el("h2", "", say("receipt")), code(receiptCode, say), el("p", "quiet-text", say("receipt_why")));
    const row = el("div", "row");
    row.append(withdrawal(say, onWithdraw), button(say("another"), "", onAnother));
    part.append(row);
    made.append(part);
    return made;
  };

  const withdrawn = ({ say }) => sheet(say("withdrawn_title"), prose(say("withdrawn")));

  const elsewhere = ({ say, onHere }) => sheet(
    say("tab_title"),
    el("p", "", say("tab")),
    button(say("here"), "main", onHere),
  );

  /* How far a session is, in the head of the page. */
  const progress = (shown, { say, attempt, trial: { n_done: done, n_trials: all, is_training: isTraining } }) => {
    const text = isTraining
      ? say(attempt > 1 ? "practice_again" : "practice", { n: attempt })
      : say(all ? "progress" : "progress_open", { n: done + 1, all });
    shown.replaceChildren(el("span", "", text));
    shown.hidden = false;
    if (isTraining || !all) return;
    const bar = el("progress");
    Object.assign(bar, { max: all, value: done });
    bar.setAttribute("aria-label", text);
    shown.append(bar);
  };

  const stored = ({ say, last: { kind, receipt, ...last }, onChange }) => {
    const made = el("p", "stored");
    const hash = el("code", "", receipt.hash.slice(0, HASH_SHOWN));
    Object.assign(hash, { title: receipt.hash, dir: "ltr", translate: false });
    made.append(el("span", "", say(kind === "correct" ? "corrected" : "stored", { n: receipt.number })), hash);
    if (receipt.change_token && onChange) made.append(button(say("change"), "quiet", () => onChange({ kind, receipt, ...last })));
    return made;
  };

  /* After a practice trial. */
  const feedback = ({ say, receipt, onNext }) => {
    const how = receipt.was_right ? "right" : "wrong";
    return sheet(
      say(`${how}_title`),
      el("p", "", say(how)),
      receipt.step === "trials" && el("p", "", say("practice_over")),
      button(say("next"), "main", onNext),
    );
  };

  /* The foot of a session: its code, and the way out. */
  const foot = ({ say, receiptCode, keeps, onWithdraw }) => {
    const why = el("p", "quiet-text", keeps ? say("receipt_why") : say("no_storage"));
    const made = folded(say("stop"), el("p", "small", say("receipt")), code(receiptCode, say), why, withdrawal(say, onWithdraw));
    made.open = !keeps;
    return made;
  };

  mrcmv.steps = { consent, closed, declined, sound, questions, end, withdrawn, elsewhere, progress, stored, feedback, foot };
})();
