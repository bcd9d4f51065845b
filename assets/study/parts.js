/* Small parts of the rater's page. Every text goes in as text. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const { el } = mrcmv;

  const button = (text, className, onClick) => {
    const made = el("button", className, text);
    made.type = "button";
    if (onClick) made.addEventListener("click", onClick);
    return made;
  };

  /* A column of text and controls with a heading that takes the focus. */
  const sheet = (title, ...inside) => {
    const made = el("div", "sheet");
    const heading = el("h1", "", title);
    heading.tabIndex = -1;
    made.append(heading, ...inside.filter(Boolean));
    return made;
  };

  /* Text as the study says it: its empty lines part paragraphs. */
  const prose = (text, className = "") => {
    const made = el("div", `prose ${className}`.trim());
    for (const one of text.split(/\n\s*\n/)) if (one.trim()) made.append(el("p", "", one.trim()));
    return made;
  };

  /* Said to who cannot see it. Emptied first: the same words are said again. */
  const announce = (text) => {
    const said = document.getElementById("said");
    said.textContent = "";
    setTimeout(() => { said.textContent = text; }, 50);
  };

  /* A line at the head of the page, for all; empty: none. */
  const banner = (id, text) => {
    const shown = document.getElementById(id);
    if (text && shown.textContent !== text) announce(text);
    shown.textContent = text || "";
    shown.hidden = !text;
  };

  let named = 0;
  const newId = () => `at-${++named}`;

  /* A radio button with its words; `extra` stands behind them. */
  const choice = (name, value, text, ...extra) => {
    const label = el("label", "choice");
    const radio = el("input");
    Object.assign(radio, { type: "radio", name, value });
    label.append(radio, el("span", "choice-text", text), ...extra);
    return label;
  };

  const group = (legend, className, ...inside) => {
    const made = el("fieldset", className);
    made.append(el("legend", "", legend), ...inside);
    return made;
  };

  /* A code that can be read, copied and told apart letter by letter. */
  const code = (text, say) => {
    const made = el("p", "code");
    const shown = el("code", "", text);
    shown.dir = "ltr";
    shown.translate = false;
    const copy = button(say("copy"), "quiet", async () => {
      try { await navigator.clipboard.writeText(text); } catch {
        const range = document.createRange();
        range.selectNodeContents(shown);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        if (!document.execCommand("copy")) return;
      }
      copy.textContent = say("copied");
      setTimeout(() => { copy.textContent = say("copy"); }, 2000);
    });
    made.append(shown, copy);
    return made;
  };

  const codeForm = (say, onCode) => {
    const form = el("form", "row");
    const input = el("input");
    const id = newId();
    Object.assign(input, { id, type: "text", autocomplete: "off", spellcheck: false, dir: "ltr", required: true, maxLength: 100 });
    input.setAttribute("autocapitalize", "characters");
    const label = el("label", "", say("code"));
    label.htmlFor = id;
    const go = el("button", "main", say("go_on"));
    form.append(label, input, go);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.value.trim()) onCode(input.value.trim());
    });
    return form;
  };

  const folded = (summary, ...inside) => {
    const made = el("details");
    made.append(el("summary", "", summary), ...inside);
    return made;
  };

  /* Ask before what cannot be undone. */
  const confirm = (title, text, yes, no) => new Promise((done) => {
    const dialog = el("dialog");
    const heading = el("h2", "", title);
    heading.id = newId();
    dialog.setAttribute("aria-labelledby", heading.id);
    const row = el("div", "row");
    row.append(button(no, "main", () => dialog.close("no")), button(yes, "stop", () => dialog.close("yes")));
    dialog.append(heading, el("p", "", text), row);
    dialog.addEventListener("close", () => { dialog.remove(); done(dialog.returnValue === "yes"); });
    document.body.append(dialog);
    dialog.showModal();
  });

  /* Tones that can be counted: short ones, half a second apart. */
  const playTones = async (n) => {
    const context = new AudioContext();
    await context.resume();
    const start = context.currentTime + 0.15;
    for (let one = 0; one < n; one++) {
      const at = start + one * 0.55;
      const tone = context.createOscillator();
      const level = context.createGain();
      tone.frequency.value = 660;
      level.gain.setValueAtTime(0, at);
      level.gain.linearRampToValueAtTime(0.25, at + 0.02);
      level.gain.setValueAtTime(0.25, at + 0.2);
      level.gain.linearRampToValueAtTime(0, at + 0.25);
      tone.connect(level).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    }
    await new Promise((done) => setTimeout(done, (n * 0.55 + 0.2) * 1000));
    await context.close();
  };

  mrcmv.parts = { announce, banner, button, sheet, prose, choice, group, code, codeForm, folded, confirm, playTones, newId };
})();
