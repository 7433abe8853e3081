"use strict";
// What is now and what is next on a carer's phone sheet, by the phone's clock, and the visits that
// are over by the plan folded away. Without it the whole list stands as it is.
const SheetClock = (() => {
  const EARLY_S = 3 * 3600;
  const LATE_S = 3600;
  const EVERY_MS = 15000;

  const span = (line) => [Number(line.dataset.from), Number(line.dataset.to)];

  /** Marks one line: a word before its times, and said to those who hear the page. */
  const mark = (line, word, kind) => {
    const badge = document.createElement("strong");
    badge.className = `mark ${kind}`;
    badge.textContent = word;
    line.querySelector(".when").prepend(badge);
    if (kind === "is-now") line.setAttribute("aria-current", "time");
  };

  const unmark = (list) => {
    for (const badge of list.querySelectorAll(".mark")) badge.remove();
    for (const line of list.querySelectorAll("[aria-current]")) line.removeAttribute("aria-current");
  };

  /** What is over goes into the fold, in order; the fold is there only where something is. */
  const fold = (list, over) => {
    let details = document.querySelector("details.done");
    if (!over.length) {
      if (details) {
        list.prepend(...details.querySelector("ol").children);
        details.remove();
      }
      return;
    }
    if (!details) {
      details = document.createElement("details");
      details.className = "done";
      details.append(document.createElement("summary"), document.createElement("ol"));
      list.before(details);
    }
    const n = over.reduce((sum, line) => sum + (line.querySelectorAll(".visit").length || Number(line.classList.contains("visit"))), 0);
    details.querySelector("summary").textContent = list.dataset.done.replace("{n}", n);
    const within = details.querySelector("ol");
    for (const line of over) if (line.parentNode !== within) within.append(line);
  };

  const tick = (list, lines) => {
    const now_s = Date.now() / 1000;
    const first = span(lines[0])[0];
    const last = span(lines[lines.length - 1])[1];
    unmark(list);
    const isOn = first - EARLY_S <= now_s && now_s <= last + LATE_S;
    const tops = [...(document.querySelector("details.done ol")?.children ?? []), ...list.children];
    const ends = (top) => Math.max(...[top, ...top.querySelectorAll("[data-to]")].map((line) => Number(line.dataset.to ?? 0)));
    fold(list, isOn ? tops.filter((top) => ends(top) <= now_s) : []);
    if (!isOn) return;
    const current = lines.find((line) => span(line)[0] <= now_s && now_s < span(line)[1]);
    const next = lines.find((line) => span(line)[0] > now_s);
    if (current) mark(current, list.dataset.now, "is-now");
    if (next) mark(next, list.dataset.next, "is-next");
  };

  /** Begins to follow the clock, where there is a list of a day. */
  const start = () => {
    const list = document.querySelector("ol[data-now]");
    const lines = list ? [...list.querySelectorAll("[data-from]")] : [];
    if (!lines.length) return;
    tick(list, lines);
    setInterval(() => tick(list, lines), EVERY_MS);
    document.addEventListener("visibilitychange", () => tick(list, lines));
    window.addEventListener("beforeprint", () => document.querySelector("details.done")?.setAttribute("open", ""));
  };

  return { start };
})();
SheetClock.start();
