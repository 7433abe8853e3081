"use strict";
// The panel of the team map: search, switches, areas and teams with load bars, cards.
(() => {
  const { el, t } = Hemrunda;
  const HITS = 8;

  const button = (text, run, more = {}) =>
    el("button", { type: "button", class: "hr-link", text, on: { click: run }, ...more });

  const loadOf = (teams) => {
    const known = teams.map((one) => one.measures.care_min_week).filter((value) => typeof value === "number");
    const mean = known.reduce((a, b) => a + b, 0) / known.length;
    return { mean, most: Math.max(...known, mean * 1.2) };
  };

  /** Care minutes against the mean of all teams. */
  const loadBar = (state, team) => {
    const own = state.data.teams[team].measures.care_min_week;
    if (typeof own !== "number") return null;
    state.load ??= loadOf(state.data.teams);
    const { mean, most } = state.load;
    const bar = el("span", {
      class: "hr-bar hr-wide",
      role: "img",
      "aria-label": t("load_of_mean", { percent: Math.round((100 * own) / mean) }),
    });
    bar.append(
      el("i", { css: { width: `${(100 * own) / most}%` } }),
      el("b", { css: { left: `${(100 * mean) / most}%` } }),
    );
    return bar;
  };

  /** What is folded in is made when it is first opened: thousands of names would slow the start. */
  const folded = (text, make) => {
    const details = el("details", {}, el("summary", { text }));
    details.addEventListener("toggle", () => details.append(make()), { once: true });
    return details;
  };

  const shownCount = (n) => (n === null ? t("fewer_than_five") : Hemrunda.number(n));

  const measureRows = (measures) => {
    const list = el("dl");
    const add = (key, value) => {
      if (value === undefined || value === null || value === "") return;
      list.append(el("dt", { text: t(key) }), el("dd", { text: value }));
    };
    const number = (value, digits = 0) =>
      typeof value === "number" ? Hemrunda.number(value, digits) : value;
    add("care_hours_week", typeof measures.care_min_week === "number" ? number(measures.care_min_week / 60, 0) : undefined);
    add("rounds_day", number(measures.rounds_day, 1));
    add("rounds_evening", number(measures.rounds_evening, 1));
    add("travel_within_min", number(measures.travel_within_min));
    add("compactness", number(measures.compactness, 2));
    if (typeof measures.contiguous === "boolean") add("contiguous", t(measures.contiguous ? "yes" : "no"));
    else add("contiguous", measures.contiguous);
    return list;
  };

  const staffTable = (staff) => {
    const head = el("tr", {}, ...["staff", "contact_for", "twin"].map((key) => el("th", { scope: "col", text: t(key) })));
    const rows = staff.map(([id, n, twin]) =>
      el("tr", {}, el("td", { text: id }), el("td", { text: Hemrunda.number(n) }), el("td", { text: twin })));
    return el("table", { class: "hr-table" }, el("thead", {}, head), el("tbody", {}, ...rows));
  };

  Hemrunda.teamPanel = (state, act) => {
    const { data } = state;
    const root = document.getElementById("panel");
    const card = el("div", { class: "hr-card", "aria-live": "polite", id: "card" });
    const teamButtons = [];

    const membersOf = (team) => {
      const found = [];
      state.now.teamOf.forEach((one, client) => { if (one === team) found.push(client); });
      return found;
    };

    const chooseTeam = (team, move = false) => {
      state.team = team;
      state.client = null;
      teamButtons.forEach((one, i) => one.setAttribute("aria-pressed", String(i === team)));
      showCard();
      if (team !== null && move) act.fitTeam(team);
      act.redraw();
    };

    const chooseClient = (client, move = false) => {
      state.client = client;
      state.team = state.now.teamOf[client];
      teamButtons.forEach((one, i) => one.setAttribute("aria-pressed", String(i === state.team)));
      showCard();
      if (move) act.goTo(state.xs[client], state.ys[client], 16);
      act.redraw();
    };

    const clientList = (clients) => el("ul", { class: "hr-list" }, ...clients.map((client) =>
      el("li", {}, button(data.clients.id[client], () => chooseClient(client, true)))));

    const clientCard = (client) => {
      const list = el("dl");
      const add = (key, value) => list.append(el("dt", { text: t(key) }), el("dd", { text: value || t("none") }));
      const team = data.teams[state.now.teamOf[client]];
      add("team", team.id);
      const staff = (i) => (i < 0 ? "" : data.clients.staff[i]);
      add("contact", staff(state.contactOf[client]));
      add("vice", staff(state.viceOf[client]));
      if (state.eveningOf[client] >= 0) add("evening_vice", staff(state.eveningOf[client]));
      add("care_hours_week", Hemrunda.number(state.minutesOf[client] / 60, 1));
      const before = state.before ? state.before.teamOf[client] : -1;
      if (before >= 0) add("previous_team", data.before.teams[before].id);
      return [
        el("h2", { text: t("client_heading", { id: data.clients.id[client] }) }),
        list,
        button(t("show_team", { id: team.id }), () => chooseTeam(state.now.teamOf[client], true)),
      ];
    };

    /** What is chosen in a few lines, for the card where one clicked. */
    const summary = () => {
      if (state.client !== null) {
        const staff = (i) => (i < 0 ? t("none") : data.clients.staff[i]);
        return {
          heading: t("client_heading", { id: data.clients.id[state.client] }),
          lines: [[t("team"), data.teams[state.team].id], [t("contact"), staff(state.contactOf[state.client])], [t("vice"), staff(state.viceOf[state.client])]],
        };
      }
      const one = data.teams[state.team];
      const care = one.measures.care_min_week;
      const lines = [[t("clients"), String(shownCount(one.n))]];
      if (typeof care === "number") lines.push([t("care_hours_week"), Hemrunda.number(care / 60)]);
      if (one.staff.length) lines.push([t("staff_heading"), Hemrunda.number(one.staff.length)]);
      return { heading: t("team_heading", { id: one.id }), lines };
    };

    /** What the marks mean; folded on a phone, where the map is what there is room for. */
    const legend = () => {
      const rows = el("div");
      const add = (key, draw) => {
        const image = el("canvas", { width: 56, height: 44 });
        const ctx = image.getContext("2d");
        ctx.scale(2, 2);
        draw(ctx);
        rows.append(image, el("span", { text: t(key) }));
      };
      const stamp = (made) => (ctx) => ctx.drawImage(made.image, 14 - made.half, 11 - made.half, 2 * made.half, 2 * made.half);
      const style = state.now.styles[0] || { colour: "#4a4f9e", shape: 0 };
      if (data.clients) add("key_client", stamp(Hemrunda.mark({ ...style, radius: 6, label: "", ratio: 2 })));
      if (data.cells) add("key_cell", stamp(Hemrunda.mark({ ...style, shape: 0, radius: 8, label: "7", ratio: 2 })));
      const wash = (alpha) => (ctx) => {
        ctx.fillStyle = Hemrunda.pattern(ctx, style.colour, style.shape, alpha, alpha * 2.4);
        ctx.fillRect(2, 2, 24, 18);
        ctx.strokeStyle = style.colour;
        ctx.strokeRect(2, 2, 24, 18);
      };
      add("key_area", wash(0.17));
      if (data.clients) add("key_empty", wash(0.07));
      if (data.bases.length) add("key_base", (ctx) => Hemrunda.drawBase(ctx, 14, 11));
      if ((data.aside || []).length) {
        add("key_aside", (ctx) => {
          ctx.beginPath();
          ctx.arc(14, 11, 6, 0, 2 * Math.PI);
          ctx.strokeStyle = "#5b5b5b";
          ctx.lineWidth = 1.5;
          ctx.stroke();
        });
      }
      if (state.before) add("key_moved", stamp(Hemrunda.mark({ ...style, radius: 6, label: "", ring: "#111111", ratio: 2 })));
      const box = el("details", { class: "hr-key" }, el("summary", { text: t("key_heading") }), rows);
      box.open = window.innerWidth > 760;
      return box;
    };

    /** Which areas of other services the team's clients are in: one where the areas fit. */
    const fitOf = (team) => {
      const rows = state.others.flatMap(({ service, areas, fit }) => {
        if (!fit[team].length) return [];
        const all = fit[team].reduce((sum, [, n]) => sum + n, 0);
        const text = fit[team].map(([area, n]) => `${areas[area]} ${Math.round((100 * n) / all)} %`).join(", ");
        return [el("dt", { text: service }), el("dd", { text })];
      });
      return rows.length ? [el("h3", { text: t("other_services") }), el("dl", {}, ...rows)] : [];
    };

    const teamCard = (team) => {
      const one = data.teams[team];
      const parts = [
        el("h2", { text: t("team_heading", { id: one.id }) }),
        el("p", { class: "hr-note", text: t("area_of_team", { id: one.area }) }),
        el("dl", {}, el("dt", { text: t("clients") }), el("dd", { text: shownCount(one.n) })),
        measureRows(one.measures),
      ];
      if (one.without) parts.push(el("p", { class: "hr-warn", text: t("without_contact", { n: one.without }) }));
      parts.push(...fitOf(team));
      if (one.staff.length) parts.push(el("h3", { text: t("staff_heading") }), staffTable(one.staff));
      const members = membersOf(team);
      if (members.length) parts.push(folded(t("clients_list", { n: members.length }), () => clientList(members)));
      return parts;
    };

    const showCard = () => {
      Hemrunda.tellChosen(state.team === null ? "" : t("team_heading", { id: data.teams[state.team].id }));
      if (state.client !== null) card.replaceChildren(...clientCard(state.client));
      else if (state.team !== null) card.replaceChildren(...teamCard(state.team));
      else card.replaceChildren();
    };

    const searchBox = () => {
      if (!data.clients) return [];
      const hits = el("ul", { class: "hr-hits", id: "hits" });
      const find = (text) => {
        const wanted = text.trim().toLocaleLowerCase();
        if (!wanted) return [];
        const ids = data.clients.id;
        const found = [];
        for (let i = 0; i < ids.length && found.length < 400; i += 1) {
          if (ids[i].toLocaleLowerCase().includes(wanted)) found.push(i);
        }
        const rank = (i) => (ids[i].toLocaleLowerCase() === wanted ? 0 : ids[i].toLocaleLowerCase().startsWith(wanted) ? 1 : 2);
        return found.sort((a, b) => rank(a) - rank(b) || a - b).slice(0, HITS);
      };
      /** Teams, carers and streets that hold the text, each with what a press on it does. */
      const others = (text) => {
        const wanted = text.trim().toLocaleLowerCase();
        if (!wanted) return [];
        const has = (id) => id.toLocaleLowerCase().includes(wanted);
        const teams = data.teams.flatMap((one, team) => [
          ...(has(one.id) ? [[t("team_heading", { id: one.id }), () => chooseTeam(team, true)]] : []),
          ...one.staff.filter(([id]) => has(id)).map(([id]) => [`${id} · ${one.id}`, () => chooseTeam(team, true)]),
        ]);
        const streets = wanted.length < 3 ? [] : Hemrunda.streetsWith(wanted, HITS).map(({ name, x, y }) => [name, () => act.goTo(x, y, 16)]);
        return [...teams, ...streets].slice(0, HITS);
      };
      const field = el("input", { type: "search", class: "hr-search", id: "search", autocomplete: "off", placeholder: t("search_hint"), "aria-label": t("search_label") });
      field.addEventListener("input", () => {
        const found = find(field.value);
        hits.replaceChildren(...found.map((client) =>
          el("li", {}, button(`${data.clients.id[client]} · ${data.teams[state.now.teamOf[client]].id}`, () => chooseClient(client, true)))));
        const more = others(field.value);
        hits.append(...more.map(([text, run]) => el("li", {}, button(text, run))));
        if (field.value.trim() && !found.length && !more.length) hits.append(el("li", { class: "hr-note", text: t("search_nothing") }));
      });
      field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        const [first] = find(field.value);
        if (first !== undefined) chooseClient(first, true);
        else others(field.value)[0]?.[1]();
      });
      return [field, hits];
    };

    const check = (text, isOn, change) => {
      const box = el("input", { type: "checkbox" });
      box.checked = isOn;
      box.addEventListener("change", () => change(box.checked));
      return el("label", { class: "hr-check" }, box, el("span", { text }));
    };

    /** Which service's areas are laid over the teams', and how many teams lie in one of them. */
    const services = () => {
      if (!state.others.length) return [];
      const note = el("p", { class: "hr-note", "aria-live": "polite" });
      const choose = el("select", { "aria-label": t("other_services") },
        el("option", { value: "", text: t("other_none") }),
        ...state.others.map((one, i) => el("option", { value: String(i), text: one.service })));
      choose.addEventListener("change", () => {
        state.other = choose.value === "" ? null : Number(choose.value);
        const fit = state.other === null ? [] : state.others[state.other].fit.filter((one) => one.length);
        const whole = fit.filter((one) => one.length === 1).length;
        note.textContent = state.other === null ? "" : t("other_fit", { service: state.others[state.other].service, n: whole, all: fit.length });
        act.redraw();
      });
      return [el("label", { class: "hr-check" }, el("span", { text: t("other_services") }), choose), note];
    };

    const tools = () => el("div", { class: "hr-tools" },
      el("button", { type: "button", class: "hr-button", text: t("whole_map"), on: { click: () => Hemrunda.home() } }),
      check(t("show_areas"), true, (on) => { state.showAreas = on; act.redraw(); }),
      check(t("show_labels"), true, (on) => { state.showLabels = on; act.redraw(); }));

    /** Before and after: a slider over the map, arrows for who moves, and the list of them. */
    const comparison = () => {
      if (!state.before) return [];
      const slider = el("input", { type: "range", min: "0", max: "100", value: "50", class: "hr-split", "aria-label": t("split_label") });
      const edge = el("div", { class: "hr-split-line", "aria-hidden": "true" },
        el("span", { text: t("before") }), el("span", { text: t("now") }));
      const place = document.querySelector(".hr-map");
      const set = () => {
        state.split = slider.value / 100;
        edge.style.left = `${slider.value}%`;
        act.redraw();
      };
      slider.addEventListener("input", set);
      const compare = check(t("compare"), false, (on) => {
        state.isComparing = on;
        if (on) place.append(edge, slider);
        else {
          edge.remove();
          slider.remove();
        }
        set();
      });
      const note = el("p", { class: "hr-note", "aria-live": "polite" });
      const moves = check(t("show_moves"), false, (on) => {
        state.showMoves = on;
        const shown = Hemrunda.flowsShown(state).length;
        note.textContent = on && shown < state.flows.length ? t("moves_largest", { n: shown, all: state.flows.length }) : "";
        act.redraw();
      });
      const n = state.moved.filter((one) => one).length;
      const flowOf = (flow) => {
        const from = data.before.teams[flow.from].id;
        const text = t("move_line", { from, to: data.teams[flow.to].id, n: flow.n });
        return folded(text, () => clientList(flow.clients));
      };
      /** From each team, down, to each, across: how many. */
      const matrix = () => {
        const from = [...new Set(state.flows.map((one) => one.from))].sort((a, b) => a - b);
        const to = [...new Set(state.flows.map((one) => one.to))].sort((a, b) => a - b);
        const count = new Map(state.flows.map((one) => [`${one.from} ${one.to}`, one.n]));
        return el("div", { class: "hr-scroll", tabindex: "0", role: "region", "aria-label": t("moves_matrix") },
          el("table", { class: "hr-table hr-matrix" },
            el("thead", {}, el("tr", {}, el("th", { scope: "col", text: t("moves_from_to") }), ...to.map((team) => el("th", { scope: "col", text: data.teams[team].id })))),
            el("tbody", {}, ...from.map((one) => el("tr", {}, el("th", { scope: "row", text: data.before.teams[one].id }),
              ...to.map((team) => el("td", { text: count.has(`${one} ${team}`) ? Hemrunda.number(count.get(`${one} ${team}`)) : "" })))))));
      };
      const list = () => el("ul", { class: "hr-list" }, ...state.flows.map((flow) => el("li", {}, flowOf(flow))));
      return [
        el("h2", { text: t("changes_heading") }),
        el("p", { class: "hr-note", text: t("moves_sum", { n: Hemrunda.number(n), all: Hemrunda.number(data.clients.id.length) }) }),
        el("div", { class: "hr-tools" }, compare, moves),
        note,
        n ? folded(t("moves_matrix"), () => matrix()) : null,
        n ? folded(t("who_moves"), list) : null,
      ];
    };

    const teamRow = (team) => {
      const one = data.teams[team];
      const box = el("input", { type: "checkbox", "aria-label": t("show_team", { id: one.id }) });
      box.checked = true;
      box.addEventListener("change", () => {
        state.hidden[box.checked ? "delete" : "add"](team);
        act.redraw();
      });
      const choose = el("button", { type: "button", class: "hr-item", "aria-pressed": "false", on: { click: () => chooseTeam(team, true) } },
        Hemrunda.swatch(state.now.styles[team], one.label),
        el("span", { text: one.id }),
        el("span", { class: "hr-right", text: t("n_clients", { n: shownCount(one.n) }) }),
        loadBar(state, team));
      teamButtons[team] = choose;
      return { box, team, row: el("li", { class: "hr-row" }, box, choose) };
    };

    const tree = () => {
      const byArea = new Map();
      data.teams.forEach((one, team) => byArea.set(one.area, [...(byArea.get(one.area) || []), team]));
      const inOrder = Hemrunda.inOrder([...byArea.keys(), ...data.teams.map((one) => one.id)]);
      for (const teams of byArea.values()) teams.sort((a, b) => inOrder(data.teams[a].id, data.teams[b].id));
      const list = el("ul", { class: "hr-tree" });
      for (const [area, teams] of [...byArea].sort(([a], [b]) => inOrder(a, b))) {
        const rows = teams.map(teamRow);
        const all = check(area ? t("area_heading", { id: area }) : t("no_area"), true, (on) => {
          for (const { box, team } of rows) {
            box.checked = on;
            state.hidden[on ? "delete" : "add"](team);
          }
          act.redraw();
        });
        all.classList.add("hr-area");
        list.append(el("li", {}, all, el("ul", { class: "hr-list" }, ...rows.map((one) => one.row))));
      }
      return list;
    };

    root.append(...searchBox(), tools(), ...services(), card, legend(), el("h2", { text: t("teams_heading") }),
      el("p", { class: "hr-note", text: t("load_note") }), tree());
    root.append(...comparison().filter((one) => one !== null));
    if (data.cells) root.append(el("p", { class: "hr-note", text: t("cells_note", { n: shownCount(data.not_in_cells) }) }));
    return { chooseTeam, chooseClient, summary };
  };
})();
