"use strict";
// The panel of the round map: filters, rounds with their sums, and the legs of the chosen round.
(() => {
  const { el, t, clock, minutes } = Hemrunda;
  const HITS_MOST = 12;
  const TIERS = ["contact", "vice", "team", "floater", "pool"];

  const sum = (stops, pick) => stops.reduce((total, stop) => total + (pick(stop) || 0), 0);

  const sums = (round) => {
    const visits = round.stops.filter((stop) => stop.kind === "visit");
    const care = sum(visits, (stop) => stop.end - stop.start);
    return {
      visits: visits.length,
      travel: sum(round.stops, (stop) => stop.travel),
      access: sum(round.stops, (stop) => stop.access),
      wait: sum(round.stops, (stop) => stop.start - stop.arrive),
      pause: sum(round.stops, (stop) => (stop.kind === "break" ? stop.end - stop.start : 0)),
      share: (100 * care) / Math.max(1, round.end - round.start),
      contact: visits.filter((stop) => stop.tier === "contact").length,
    };
  };

  Hemrunda.roundPanel = (state, act) => {
    const root = document.getElementById("panel");
    const days = document.getElementById("days");
    const chosenBy = el("div");
    const hits = el("ul", { class: "hr-list hr-hits" });
    const body = el("div", { "aria-live": "polite" });
    const items = new Map();

    const select = (key, values, label, change) => {
      const box = el("select", { id: `choose-${key}` }, el("option", { value: "", text: t("all") }),
        ...values.map((value) => el("option", { value, text: label(value) })));
      if (key === "team") box.value = state.team;
      if (key === "part") box.value = state.part;
      if (key === "carer" && state.round !== null) box.value = state.rounds[state.round].id;
      box.addEventListener("change", () => change(box.value));
      return [el("label", { for: `choose-${key}`, text: t(key) }), box];
    };

    /** A day to press; with how many visits have changed on it since the plan before. */
    const dayButton = (text, i, run) => {
      const n = state.changesOn(i).length;
      const made = el("button", { type: "button", class: "hr-button", text, "aria-pressed": String(i === state.day), on: { click: run } });
      if (n) {
        made.append(el("span", { class: "hr-changed", "aria-hidden": "true", text: Hemrunda.number(n) }));
        made.append(el("span", { class: "hr-said", text: `, ${t("n_changes", { n })}` }));
      }
      return made;
    };

    /** The days of the file: a week of them to press, and a step to either side. */
    const dayBar = () => {
      if (state.days.length < 2) return [];
      const monday = (date) => (new Date(`${date}T12:00`).getDay() + 6) % 7;
      const name = (date) => `${t(`weekday_${monday(date)}`).slice(0, 3)} ${Number(date.slice(8))}/${Number(date.slice(5, 7))}`;
      const step = (text, to, label) => {
        const made = el("button", { type: "button", class: "hr-button", text, "aria-label": label, on: { click: () => go(to) } });
        made.disabled = !state.days[to];
        return made;
      };
      const go = (to) => { act.enter(to); days.querySelector("[aria-pressed=true]")?.focus(); };
      const first = Math.max(0, state.day - monday(state.days[state.day]));
      const week = state.days.map((date, i) => [date, i]).filter(([, i]) => i >= first && i < first + 7);
      return [el("div", { class: "hr-days", role: "group", "aria-label": t("day_label") },
        step("‹", state.day - 7 < 0 && state.day > 0 && first > 0 ? 0 : state.day - 7, t("week_before")),
        ...week.map(([date, i]) => dayButton(name(date), i, () => go(i))),
        step("›", state.day + 7 >= state.days.length && first + 7 < state.days.length ? state.days.length - 1 : state.day + 7, t("week_after")))];
    };

    /** Clients, carers and visits of the day whose id holds the text; a hit is gone to whoever it is with. */
    const search = el("input", { type: "search", class: "hr-search", placeholder: t("search_rounds"), "aria-label": t("search_rounds"), autocomplete: "off" });
    const find = () => {
      const text = search.value.trim().toLowerCase();
      const found = [];
      const has = (id) => id.toLowerCase().includes(text);
      for (const round of text ? state.rounds : []) {
        if (has(round.staff)) found.push({ round, stop: null, told: `${round.staff} ${clock(round.start)}–${clock(round.end)}` });
        for (const stop of round.stops) {
          if (stop.kind === "visit" && (has(stop.client) || has(stop.visit))) found.push({ round, stop, told: `${stop.client} ${Hemrunda.stopTimes(stop)}, ${round.staff}` });
        }
      }
      const streets = text.length < 3 ? [] : Hemrunda.streetsWith(text, Infinity);
      hits.replaceChildren(...found.slice(0, HITS_MOST).map(({ round, stop, told }) => el("li", {}, el("button", {
        type: "button", class: "hr-link", text: told, on: { click: () => goTo(round, stop) },
      }))));
      hits.append(...streets.slice(0, HITS_MOST).map(({ name, x, y }) => el("li", {}, el("button", { type: "button", class: "hr-link", text: name, on: { click: () => act.goTo(x, y) } }))));
      if (text) hits.append(el("li", { class: "hr-note", text: t("search_hits", { n: found.length + streets.length }) }));
    };
    search.addEventListener("input", find);
    const goTo = (round, stop) => {
      if (!state.shownRounds().includes(round)) {
        state.team = round.team;
        state.part = "";
      }
      state.round = round.index;
      act.rebuild();
      act.fitRound(round.index);
      act.choose(round.index, stop, true);
    };

    const filters = () => {
      const teams = [...new Set(state.rounds.map((one) => one.team))].filter((one) => one).sort(Hemrunda.inOrder(state.rounds.map((one) => one.team)));
      const parts = [...new Set(state.rounds.map((one) => one.part))].sort();
      const rows = [];
      const reset = () => { state.round = null; state.stop = null; act.rebuild(); act.fitShown(); };
      if (teams.length > 1) rows.push(...select("team", teams, (id) => id, (id) => { state.team = id; reset(); }));
      if (parts.length > 1) rows.push(...select("part", parts, (part) => t(`part_${part}`), (part) => { state.part = part; reset(); }));
      if (!state.data.rough) rows.push(...select("carer", state.shownRounds().map((one) => one.id), (id) => {
        const round = state.rounds.find((one) => one.id === id);
        return `${round.staff} ${clock(round.start)}–${clock(round.end)}`;
      }, (id) => {
        const round = state.rounds.find((one) => one.id === id);
        if (round) act.fitRound(round.index);
        act.choose(round ? round.index : null);
      }));
      return el("div", { class: "hr-filters" }, ...rows);
    };

    const tierBoxes = () => {
      const legend = el("div", { class: "hr-legend" });
      for (const tier of TIERS) {
        const box = el("input", { type: "checkbox", id: `tier-${tier}` });
        box.checked = true;
        box.addEventListener("change", () => {
          state.hiddenTiers[box.checked ? "delete" : "add"](tier);
          act.changed();
        });
        const { image } = Hemrunda.stopMark({ colour: "#4a4f9e" }, tier, "1", 2);
        image.className = "hr-swatch";
        legend.append(el("span", { class: "hr-check" }, box, image), el("label", { for: `tier-${tier}`, text: t(`tier_${tier}`) }));
      }
      if (state.days.some((_, i) => state.changesOn(i).length)) {
        legend.append(el("span", { class: "hr-check" }, el("span", { class: "hr-changed" })), el("span", { text: t("changed_mark") }));
      }
      const folded = el("details", { class: "hr-tiers" }, el("summary", { text: t("tiers_heading") }), legend);
      folded.open = window.innerWidth > 760;
      return folded;
    };

    const overview = () => {
      const list = el("ul", { class: "hr-list" });
      for (const round of state.shownRounds()) {
        const s = sums(round);
        list.append(el("li", {}, el("button", { type: "button", class: "hr-item", on: { click: () => { act.choose(round.index); act.fitRound(round.index); } } },
          Hemrunda.swatch(round.style, ""),
          el("span", { text: round.staff }),
          el("span", { class: "hr-right", text: `${clock(round.start)}–${clock(round.end)}` }),
          el("span", { class: "hr-wide hr-note", text: t(state.data.rough ? "round_sums_rough" : "round_sums", { visits: s.visits, contact: s.contact, travel: minutes(s.travel), wait: minutes(s.wait), share: Math.round(s.share) }) }))));
      }
      const parts = [el("h2", { text: t(state.data.rough ? "rounds_heading_rough" : "rounds_heading", { n: state.shownRounds().length }) }), Hemrunda.roving(list)];
      const lacking = state.data.unplanned.filter((one) => !state.team || !one.team || one.team === state.team);
      if (lacking.length) parts.unshift(unplanned(lacking));
      if (state.changes.length) parts.unshift(changed());
      return parts;
    };

    /** What has changed on the day since the plan before; a press goes to whoever makes it now. */
    const changed = () => {
      const list = el("ul", { class: "hr-list" });
      for (const change of state.changes) {
        const [, , client] = change;
        const round = state.rounds.find((one) => one.stops.some((stop) => stop.change === change));
        const text = `${t("client_heading", { id: client })}, ${Hemrunda.changeText(change)}`;
        const run = () => goTo(round, round.stops.find((stop) => stop.change === change));
        list.append(el("li", {}, round ? el("button", { type: "button", class: "hr-link", text, on: { click: run } }) : text));
      }
      return el("details", { open: "" }, el("summary", { class: "hr-warn", text: t("round_changes", { n: state.changes.length }) }), Hemrunda.roving(list));
    };

    const unplanned = (lacking) => {
      // Ten rows of the same cause are one: why, what helps, and whom it is about.
      const causes = new Map();
      for (const one of lacking) {
        const key = `${one.reason}\n${one.remedy}`;
        causes.set(key, [...(causes.get(key) || []), one]);
      }
      const list = el("ul", { class: "hr-list" });
      for (const alike of [...causes.values()].sort((a, b) => b.length - a.length)) {
        const [{ reason, remedy }] = alike;
        list.append(el("li", {}, el("strong", { text: `${reason} (${alike.length})` }),
          remedy ? el("div", { class: "hr-note", text: t("remedy", { text: remedy }) }) : null,
          el("div", { text: alike.map((one) => one.visit).join(", ") })));
      }
      return el("details", { open: "" }, el("summary", { class: "hr-warn", text: t("unplanned_heading", { n: lacking.length }) }), list);
    };

    const legText = (stop) => {
      const parts = [];
      if (state.data.rough) return "";
      if (stop.travel === null) parts.push(t("way_hidden"));
      else if (stop.travel > 0) parts.push(`${Hemrunda.word("mode", stop.mode)} ${t("travel_minutes", { n: minutes(stop.travel) })}`);
      if (stop.access > 0) parts.push(t("access_minutes", { n: minutes(stop.access) }));
      if (stop.start - stop.arrive >= 60) parts.push(t("wait_minutes", { n: minutes(stop.start - stop.arrive) }));
      return parts.join(" · ");
    };

    const stopItem = (stop) => {
      const isVisit = stop.kind === "visit";
      const what = isVisit ? stop.client : t(`kind_${stop.kind}`);
      const swatch = isVisit ? Hemrunda.stopMark(stop.round.style, stop.tier, stop.label, 2).image : el("span");
      if (isVisit) swatch.className = "hr-swatch";
      const times = Hemrunda.stopTimes(stop);
      const notes = [];
      if (stop.task) notes.push(Hemrunda.word("task", stop.task));
      if (stop.tier) notes.push(t(`tier_${stop.tier}`));
      if (stop.carers > 1) notes.push(t("two_carers"));
      if (stop.digital) notes.push(t("digital"));
      if (isVisit && stop.earliest !== null) notes.push(t("window", { from: clock(stop.earliest), to: clock(stop.latest) }));
      const item = el("button", { type: "button", class: "hr-item", on: { click: () => act.choose(stop.round.index, stop, true), focus: () => act.point(stop), mouseenter: () => act.point(stop) } },
        swatch, el("span", { text: times }), el("span", { text: what }));
      if (stop.change) notes.push(Hemrunda.changeText(stop.change));
      if (notes.length) item.append(el("span", { class: "hr-wide hr-note", text: notes.join(" · ") }));
      items.set(stop, item);
      return item;
    };

    const chosen = (round) => {
      const s = sums(round);
      const list = el("ol", { class: "hr-stops" });
      for (const stop of round.stops) {
        const way = legText(stop);
        const item = el("li");
        if (way) item.append(el("div", { class: "hr-leg", text: `↓ ${way}` }));
        item.append(stopItem(stop));
        list.append(item);
      }
      const parts = [
        el("button", { type: "button", class: "hr-button", text: t(state.data.rough ? "all" : "all_rounds"), on: { click: () => { act.choose(null); act.fitShown(); } } }),
        el("h2", { text: t("round_of", { staff: round.staff, from: clock(round.start), to: clock(round.end) }) }),
        el("p", { class: "hr-note", text: t(state.data.rough ? "round_sums_rough" : "round_sums_long", { visits: s.visits, contact: s.contact, travel: minutes(s.travel), access: minutes(s.access), wait: minutes(s.wait), pause: minutes(s.pause), share: Math.round(s.share) }) }),
      ];
      if (round.hidden) parts.push(el("p", { class: "hr-note", text: t("hidden_stops", { n: round.hidden }) }));
      return [...parts, Hemrunda.roving(list)];
    };

    let built = null;
    let chosenFor = null;
    const show = () => {
      const key = state.round === null ? `all ${state.day} ${state.team} ${state.part}` : `${state.day} ${state.round}`;
      const named = state.round === null ? [] : [state.rounds[state.round].staff];
      Hemrunda.tellChosen([state.days[state.day], state.team && t("team_heading", { id: state.team }), state.part && t(`part_${state.part}`), ...named].filter((one) => one).join(" · "));
      const above = `${state.day} ${state.team} ${state.part} ${state.round}`;
      if (above !== chosenFor) {
        const held = document.activeElement?.id || "";
        chosenFor = above;
        days.replaceChildren(...dayBar());
        chosenBy.replaceChildren(filters());
        if (held.startsWith("choose-")) document.getElementById(held)?.focus();
      }
      if (key !== built) {
        built = key;
        items.clear();
        body.replaceChildren(...(state.round === null ? overview() : chosen(state.rounds[state.round])));
        // The list that was tapped may have been much longer: show the top of what came instead.
        const edge = Math.max(0, root.getBoundingClientRect().top);
        if (body.getBoundingClientRect().top < edge) body.scrollIntoView();
      }
      for (const [stop, item] of items) {
        if (stop === state.stop) {
          item.setAttribute("aria-current", "true");
          if (!root.matches(":hover")) Hemrunda.scrollWithin(root, item);
        } else item.removeAttribute("aria-current");
      }
    };

    root.append(search, hits, chosenBy, body, ...(state.data.rough ? [] : [tierBoxes()]),
      el("div", { class: "hr-tools" }, el("button", { type: "button", class: "hr-button", text: t("whole_map"), on: { click: () => Hemrunda.home() } })));
    act.listen(show);
    show();
  };
})();
