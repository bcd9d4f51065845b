/* The results page: asks for the token, shows one study, and keeps looking while votes come in.
 * The token stays in this tab (sessionStorage) and goes only into the Authorization header. */
(() => {
  const KEY = "mrcmv-results";
  const LOOK_EVERY_MS = 5000;
  const at = (id) => document.getElementById(id);
  const el = (tag, text, className) => {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = String(text);
    if (className) node.className = className;
    return node;
  };
  let token = "";
  let shown = null; // the study on the page
  let early = false;
  let counted = ""; // votes and judgements that the tables were made of
  let asking = 0;
  try {
    token = sessionStorage.getItem(KEY) || "";
  } catch {}

  const keep = (value) => {
    token = value;
    try {
      if (value) sessionStorage.setItem(KEY, value);
      else sessionStorage.removeItem(KEY);
    } catch {}
  };

  const say = (text) => {
    at("message").textContent = text;
    at("message").hidden = !text;
  };

  class Refused extends Error {
    constructor(code, text) {
      super(text);
      this.code = code;
    }
  }

  const ask = async (path, body) => {
    const headers = { Authorization: `Bearer ${token}` };
    if (body) headers["Content-Type"] = "application/json";
    let reply;
    try {
      reply = await fetch(`/study/results/api/${path}`, {
        method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body),
      });
    } catch {
      throw new Refused(0, "The server cannot be reached. The page tries again by itself.");
    }
    if (reply.ok) return reply;
    const told = await reply.json().catch(() => ({}));
    throw new Refused(reply.status, typeof told.detail === "string" ? told.detail : `The server says ${reply.status}.`);
  };
  const get = async (path) => (await ask(path)).json();
  const of = (study) => `s=${encodeURIComponent(study)}${early ? "&early=true" : ""}`;

  const row = (cells, tag = "td") => {
    const line = el("tr");
    for (const cell of cells) {
      const box = el(tag);
      if (cell instanceof Node) box.append(cell);
      else box.textContent = cell ?? "";
      line.append(box);
    }
    return line;
  };
  const table = (node, heads, rows) => {
    const head = el("thead");
    head.append(row(heads, "th"));
    for (const cell of head.querySelectorAll("th")) cell.scope = "col";
    const body = el("tbody");
    body.append(...rows);
    node.replaceChildren(head, body);
    return node;
  };

  const meter = (value, most) => {
    const bar = el("span", null, "meter");
    const filled = el("span");
    filled.style.inlineSize = `${most ? Math.min(100, (100 * value) / most) : 0}%`;
    bar.append(filled);
    const box = el("span", null, "metered");
    box.append(bar, el("span", `${value} of ${most}`));
    return box;
  };

  const number = (value, label) => {
    const item = el("li");
    item.append(el("strong", value), el("span", label));
    return item;
  };

  const showCounts = (told) => {
    const open = told.results_are_open;
    at("state").textContent = open ? `Over: ${told.why_over}.` : "Under way; results are hidden from raters until the stop rule.";
    at("numbers").replaceChildren(
      number(told.n_votes, "votes that count"),
      number(`${told.n_full} / ${told.n_cells}`, "cells full"),
      number(told.n_leased, "trials open now"),
      ...told.raters.map(([step, n]) => number(n, step.replace("-", " "))),
      number(told.n_excluded, "excluded"),
      number(told.n_withdrawn, "withdrawn"),
    );
    table(at("fill"), ["Clip", "Methods", "Votes", "Open now"], told.cells.map((cell) =>
      row([cell.clip, cell.methods.join(", "), meter(cell.n_votes, told.target), cell.n_leased])));
    at("early").hidden = open || early;
  };

  const showShipping = (told) => {
    at("shipping").hidden = !told;
    if (!told) return;
    const parts = [told.n_waiting
      ? `${told.n_waiting} entries are not in ${told.dataset} yet, the first since ${told.waiting_since}.`
      : `Everything is in ${told.dataset}.`];
    if (told.error) parts.push(`The last attempt failed: ${told.error}`);
    if (told.left_out) parts.push(`Left out when the store was filled again: ${[].concat(told.left_out).join(", ")}.`);
    at("shipping").textContent = parts.join(" ");
  };

  const showPeople = (people) => {
    table(at("people"), ["Rater", "Trials", "Median decision", "Catches failed", "Signs", ""], people.map((one) => {
      const button = el("button", one.excluded ? "Include" : "Exclude");
      button.type = "button";
      button.setAttribute("aria-label", `${button.textContent} rater ${one.rater}`);
      button.addEventListener("click", () => judge(one));
      const line = row([
        el("code", one.rater.slice(0, 8)), one.n_trials, `${one.decision_s} s`,
        one.n_catches ? `${one.n_failed} of ${one.n_catches}` : "–", one.flags.join("; ") || "–", button,
      ]);
      line.classList.toggle("excluded", one.excluded);
      return line;
    }));
  };

  const showTables = (told) => {
    const parts = told.warnings.map((text) => el("p", text, "warning"));
    for (const one of told.tables) {
      const wide = el("div", null, "wide");
      wide.tabIndex = 0;
      wide.setAttribute("role", "region");
      wide.setAttribute("aria-label", one.title);
      wide.append(table(el("table"), one.heads, one.rows.map((cells) => row(cells))));
      parts.push(el("h3", one.title), el("p", one.note, "quiet"), wide);
    }
    at("tables").replaceChildren(...parts);
  };

  const refresh = async () => {
    const study = shown;
    const mine = ++asking;
    const told = await get(`status?${of(study)}`);
    if (mine !== asking) return;
    showCounts(told);
    showPeople(told.people);
    showShipping(await get("shipping"));
    const now = JSON.stringify([study, early, told.n_votes, told.people.map((one) => [one.rater, one.n_trials, one.excluded])]);
    if (!(told.results_are_open || early)) at("tables").replaceChildren();
    else if (now !== counted) {
      try {
        const tables = await get(`tables?${of(study)}`);
        if (mine !== asking) return;
        showTables(tables);
      } catch (error) {
        if (error.code !== 409) throw error;
        at("tables").replaceChildren(el("p", error.message));
      }
    }
    counted = now;
    say("");
  };

  const guarded = async (work) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say(error.message);
      if (error.code === 401 || error.code === 404 && !shown) leave();
    }
  };

  const enter = async () => {
    const studies = await get("studies");
    at("door").hidden = true;
    at("leave").hidden = false;
    say(studies.length ? "" : "There is no study yet: build one with `mrcmv study build`, and serve it.");
    if (!studies.length) return;
    at("study").replaceChildren(...studies.map((one) => el("option", one.study)));
    at("choice").hidden = at("inside").hidden = false;
    const wanted = new URLSearchParams(location.search).get("s");
    shown = studies.some((one) => one.study === wanted) ? wanted : studies[0].study;
    at("study").value = shown;
    await refresh();
  };

  const leave = () => {
    keep("");
    shown = null;
    at("door").hidden = false;
    at("inside").hidden = at("choice").hidden = at("leave").hidden = true;
    at("token").focus();
  };

  const judge = (one) => {
    const act = one.excluded ? "Include" : "Exclude";
    at("judge-title").textContent = `${act} rater ${one.rater.slice(0, 8)}`;
    at("judge-yes").textContent = act;
    at("reason").value = "";
    const dialog = at("judge");
    dialog.returnValue = "no";
    dialog.onclose = () => {
      const reason = at("reason").value.trim();
      if (dialog.returnValue !== "yes" || !reason) return;
      guarded(async () => {
        await ask("judge", { study: shown, rater: one.rater, reason, excluded: !one.excluded });
        await refresh();
      });
    };
    dialog.showModal();
  };

  const download = async (name) => {
    const reply = await ask(`${name}?${of(shown)}`);
    const link = el("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = `${shown}-${name}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  at("door").addEventListener("submit", (event) => {
    event.preventDefault();
    keep(at("token").value);
    at("token").value = "";
    guarded(enter);
  });
  at("leave").addEventListener("click", () => {
    say("");
    leave();
  });
  at("study").addEventListener("change", () => {
    shown = at("study").value;
    early = false;
    counted = "";
    at("tables").replaceChildren();
    at("chain").textContent = "";
    guarded(refresh);
  });
  at("show-early").addEventListener("click", () => {
    early = true;
    guarded(refresh);
  });
  for (const button of document.querySelectorAll("[data-file]")) {
    button.addEventListener("click", () => guarded(() => download(button.dataset.file)));
  }
  at("verify").addEventListener("click", () => guarded(async () => {
    const told = await get(`verify?${of(shown)}`);
    at("chain").textContent = told.is_whole
      ? `Whole: ${told.n_rows} entries, head ${told.head.slice(0, 16)}…`
      : `Broken at entry ${told.broken_at}: ${told.why}`;
  }));
  setInterval(() => {
    if (shown && !document.hidden && !at("judge").open) guarded(refresh);
  }, LOOK_EVERY_MS);
  if (token) guarded(enter);
})();
