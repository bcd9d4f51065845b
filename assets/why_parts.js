/* What stands about the figures of the tab Why: the matches, selectors, the numbers as files. */
(() => {
  const mrcmv = (window.mrcmv = window.mrcmv || {});
  const { el, fill } = mrcmv;

  const button = (name, words, click) => {
    const made = el("button", name, words);
    made.type = "button";
    made.addEventListener("click", click);
    return made;
  };

  /* The matches to choose from; picked(rank): whether one was chosen on the map. */
  function matches(words, all, chosen, picked, choose) {
    const list = el("ol", "why-matches");
    for (const { rank, title, verdict } of all) {
      const one = button("why-match", "", () => choose(rank));
      one.dataset.rank = rank;
      one.setAttribute("aria-label", `${rank} ${title}`);
      one.setAttribute("aria-pressed", String(rank === chosen));
      const said = [verdict, picked(rank) ? words.picked : ""].filter(Boolean).join(" · ");
      one.append(el("span", "why-rank", String(rank)), el("span", "why-name", title), el("span", "why-verdict", said));
      const item = el("li");
      item.append(one);
      list.append(item);
    }
    return list;
  }

  function select(label, options, chosen, change) {
    const box = el("label", "why-select", label);
    const choices = el("select");
    for (const [name, words] of options) {
      const option = el("option", "", words);
      option.value = name;
      option.selected = name === chosen;
      choices.append(option);
    }
    choices.addEventListener("change", () => change(choices.value));
    box.append(choices);
    return box;
  }

  function numbers(words, save) {
    const row = el("p", "why-numbers", words.numbers);
    for (const kind of ["json", "npz"]) {
      const one = button("text-button", kind.toUpperCase(), () => save(kind));
      one.dataset.save = kind;
      one.setAttribute("aria-label", fill(words.numbersAs, { kind: kind.toUpperCase() }));
      row.append(one);
    }
    return row;
  }

  mrcmv.whyParts = { matches, select, numbers };
})();
