// Arbetslag: map, table and panel as one. Clients are chosen by click, search or list, and moved by
// dragging on the map, by the menu, or with the key F; the answer comes at once and can be undone.
import { act, at, get, guarded, on } from "./api.js";
import { said } from "./speech.js";
import { chooseStreet, lassoOn } from "./lasso.js";
import { leaveMap, mapIn } from "./mapview.js";
import { button, icon, nameOf } from "./ui.js";

const { el, number } = Hemrunda;
const DRAG_FROM = 6;

const hours = (minutes) => number(minutes / 60);
const signed = (value, digits = 0) => (value > 0 ? "+" : "") + number(value, digits);

/** Colours stay with their teams while a folder is open, however the borders run. */
const looks = new Map();
const withLooks = (block) => {
  block.teams.forEach((team) => {
    if (!looks.has(team.id)) looks.set(team.id, { colour: team.colour, shape: team.shape });
    Object.assign(team, looks.get(team.id));
  });
  return block;
};

export const show = async (root) => {
  const slot = el("div", { class: "hr-map st-map" });
  const panel = el("section", { class: "st-panel", "aria-label": "Arbetslagen" });
  const hint = el("p", { class: "st-map-hint", "aria-hidden": "true", text: "Klicka på en brukare. Dra den till ett annat lag." });
  slot.append(hint);
  root.append(el("div", { class: "st-split" }, slot, panel));
  const [map, first] = await Promise.all([mapIn(slot, at.folder), get("/api/teams")]);

  let block = withLooks(first);
  let state = Hemrunda.teamStateOf(block);
  const layer = new Hemrunda.TeamLayer(state).addTo(map);
  let chosen = new Set();
  let hover = null;
  let last = null;
  let find = "";

  const indexOf = (id) => block.clients.id.indexOf(id);
  const teamOf = (id) => state.data.teams[state.now.teamOf[indexOf(id)]]?.id;
  const style = (id) => state.now.styles[block.teams.findIndex((one) => one.id === id)];
  const swatch = (id) => Hemrunda.swatch(style(id), block.teams.find((one) => one.id === id).label);
  const isLocked = (id) => block.locked.includes(id);

  const redraw = () => {
    const [one] = chosen;
    state.client = chosen.size === 1 ? indexOf(one) : null;
    if (state.client === -1) state.client = null;
    layer.redraw();
    rings.redraw();
  };

  /** Rings around those chosen, and the ghost that is dragged. */
  const Rings = Hemrunda.CanvasLayer.extend({
    isWhole: () => true,
    draw(ctx, view) {
      const ring = (x, y, radius, colour, width) => {
        ctx.beginPath();
        ctx.arc(x, y, radius, 0, 2 * Math.PI);
        ctx.strokeStyle = colour;
        ctx.lineWidth = width;
        ctx.stroke();
      };
      if (chosen.size > 1) {
        for (const id of chosen) {
          const i = indexOf(id);
          const [x, y] = [view.x0 + state.xs[i] * view.k, view.y0 - state.ys[i] * view.k];
          ring(x, y, 9, "#ffffff", 5);
          ring(x, y, 9, "#111111", 2.5);
        }
      }
      if (!hover) return;
      const { x, y, team } = hover;
      const point = map.containerPointToLayerPoint([x, y]).subtract(view.corner);
      const look = team === null ? { colour: "#555d66", shape: 0 } : state.now.styles[team];
      const { image, half } = Hemrunda.mark({ ...look, radius: 14, label: chosen.size > 1 ? String(chosen.size) : "", ratio: view.ratio });
      ctx.drawImage(image, point.x - half, point.y - half, 2 * half, 2 * half);
      ring(point.x, point.y, 19, "#111111", 2.5);
    },
  });
  const rings = new Rings().addTo(map);

  /** What is shown after a change, without losing what is chosen. */
  const reload = async () => {
    const found = await guarded(() => get("/api/teams"));
    if (!found) return;
    block = withLooks(found);
    const { team } = state;
    const teamId = team === null ? null : state.data.teams[team]?.id;
    state = Hemrunda.teamStateOf(block);
    state.team = teamId === null ? null : block.teams.findIndex((one) => one.id === teamId);
    if (state.team === -1) state.team = null;
    chosen = new Set([...chosen].filter((id) => indexOf(id) >= 0));
    layer.show(state);
    redraw();
    drawPanel();
  };

  const choose = (id, isMore = false) => {
    if (!isMore) chosen = new Set(id === null ? [] : [id]);
    else if (chosen.has(id)) chosen.delete(id);
    else chosen.add(id);
    if (id !== null) {
      hint.hidden = true;
      state.team = state.now.teamOf[indexOf(id)];
    }
    redraw();
    drawPanel();
  };

  const chooseTeam = (team) => {
    state.team = team;
    chosen = new Set();
    redraw();
    drawPanel();
  };

  const move = async (ids, teamId) => {
    const from = new Map(ids.map((id) => [id, teamOf(id)]));
    const begun = performance.now();
    const effect = await act("move", { client_ids: ids, team_id: teamId });
    if (!effect) return;
    last = { ...effect, from, ms: performance.now() - begun };
    // At once on the map; the borders follow when they are drawn.
    const to = block.teams.findIndex((one) => one.id === teamId);
    for (const id of effect.client_ids) if (indexOf(id) >= 0) state.now.teamOf[indexOf(id)] = to;
    hover = null;
    redraw();
    drawPanel();
  };

  const lock = (ids, isOn) => act("lock_client", { client_ids: ids, on: isOn });

  // Dragging on the map: a client, or all that are chosen; a line around many.
  let pressed = null;
  let isLasso = false;
  let hasDrawn = false;
  const chooseMany = (ids) => {
    for (const id of ids) chosen.add(id);
    hint.hidden = true;
    redraw();
    drawPanel();
  };
  const lasso = lassoOn(map, (contains) => {
    isLasso = false;
    hasDrawn = true;
    chooseMany(block.clients.id.filter((_, i) => state.now.teamOf[i] >= 0 && contains(Hemrunda.latLng(state.xs[i], state.ys[i]))));
  });
  const teamAt = (containerPoint) => {
    const point = map.containerPointToLayerPoint(containerPoint).subtract(layer.view.corner);
    const x = (point.x - layer.view.x0) / layer.view.k;
    const y = (layer.view.y0 - point.y) / layer.view.k;
    for (const [team, lines] of state.now.lines) if (Hemrunda.insideLines(lines, x, y)) return team;
    return null;
  };
  const idAt = (containerPoint) => {
    const found = layer.at(containerPoint);
    return found === undefined ? null : block.clients.id[found];
  };
  const container = map.getContainer();
  const pointOf = (event) => map.mouseEventToContainerPoint(event);
  const press = (event) => {
    if (event.button !== 0) return;
    const id = idAt(pointOf(event));
    if (id === null || isLasso) {
      if (isLasso || event.shiftKey) {
        lasso.begin(event);
        event.preventDefault();
      }
      return;
    }
    pressed = { id, at: pointOf(event), isMore: event.shiftKey || event.ctrlKey };
    map.dragging.disable();
    event.preventDefault();
  };
  const drag = (event) => {
    if (!pressed) {
      if (event.target.closest && event.target.closest(".st-map")) container.style.cursor = idAt(pointOf(event)) === null ? "" : "pointer";
      return;
    }
    const point = pointOf(event);
    if (!pressed.isDragging && point.distanceTo(pressed.at) < DRAG_FROM) return;
    if (!pressed.isDragging) {
      pressed.isDragging = true;
      if (!chosen.has(pressed.id)) choose(pressed.id);
      container.style.cursor = "grabbing";
    }
    hover = { x: point.x, y: point.y, team: teamAt(point) };
    rings.redraw();
  };
  const release = (event) => {
    if (!pressed) return;
    const { id, isDragging, isMore } = pressed;
    pressed = null;
    map.dragging.enable();
    container.style.cursor = "";
    if (!isDragging) {
      choose(id, isMore);
      return;
    }
    const team = teamAt(pointOf(event));
    hover = null;
    rings.redraw();
    const ids = [...chosen].filter((one) => state.now.teamOf[indexOf(one)] !== team);
    if (team !== null && ids.length) move(ids, block.teams[team].id);
  };
  container.addEventListener("pointerdown", press);
  window.addEventListener("pointermove", drag);
  window.addEventListener("pointerup", release);
  map.on("click", (event) => {
    if (hasDrawn) {
      hasDrawn = false;
      return;
    }
    if (idAt(event.containerPoint) !== null) return;
    chooseTeam(teamAt(event.containerPoint));
  });

  const onKey = (event) => {
    if (event.target.matches("input, select, textarea") || document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey) return;
    if (!chosen.size) return;
    if (event.key === "f" || event.key === "F") {
      event.preventDefault();
      panel.querySelector(".st-move button:not(:disabled)")?.focus();
    } else if (event.key === "l" || event.key === "L") lock([...chosen], ![...chosen].every(isLocked));
    else if (event.key === "Escape") { isLasso = false; choose(null); }
  };
  document.addEventListener("keydown", onKey);

  const goTo = (id) => {
    const i = indexOf(id);
    map.setView(Hemrunda.latLng(state.xs[i], state.ys[i]), Math.max(map.getZoom(), 15), { animate: !Hemrunda.quietMotion() });
  };

  // The panel.
  const searchBox = el("input", { type: "search", class: "st-input", placeholder: "Sök brukare, lag eller kontakt", "aria-label": "Sök brukare, lag eller kontakt" });
  searchBox.addEventListener("input", () => { find = searchBox.value.trim().toLowerCase(); drawPanel(); });

  const staffOf = (list, i) => (list[i] >= 0 ? block.clients.staff[list[i]] : "");

  const hits = () => {
    const found = block.clients.id.filter((id, i) => [id, nameOf(id), teamOf(id), staffOf(state.contactOf, i)].some((text) => text.toLowerCase().includes(find)));
    return el("div", {}, el("div", { class: "st-row" }, el("p", { class: "st-note st-space", role: "status", text: `${found.length} träffar` }),
      found.length > 1 ? button("Välj alla", () => chooseMany(found), { kind: "is-quiet" }) : null),
      el("ul", { class: "st-lines is-tight" }, ...found.slice(0, 30).map((id) => clientLine(id))));
  };

  const clientLine = (id) => {
    const made = el("button", { type: "button", class: "st-line", "aria-pressed": String(chosen.has(id)), on: { click: (event) => { choose(id, event.shiftKey || event.ctrlKey); goTo(id); } } },
      swatch(teamOf(id)), el("span", { text: nameOf(id) }),
      el("span", { class: "st-note", text: `${hours(state.minutesOf[indexOf(id)])} h/v` }));
    if (isLocked(id)) made.append(icon("lock"));
    return el("li", {}, made);
  };

  const moveMenu = (ids) => {
    const home = new Set(ids.map(teamOf));
    const [x, y] = [state.xs[indexOf(ids[0])], state.ys[indexOf(ids[0])]];
    const far = ({ at: place }) => (place ? Math.hypot(place[0] - x, place[1] - y) : Infinity);
    const nearest = [...block.teams].filter((one) => !(home.size === 1 && home.has(one.id))).sort((a, b) => far(a) - far(b));
    return el("div", { class: "st-move", role: "group", "aria-label": "Flytta till lag" },
      ...nearest.slice(0, 8).map((one) => el("button", { type: "button", class: "st-team-button", on: { click: () => move(ids, one.id) } },
        swatch(one.id), el("span", { text: one.id }))));
  };

  const chosenCard = () => {
    const ids = [...chosen];
    const [id] = ids;
    const i = indexOf(id);
    const isOne = ids.length === 1;
    const allLocked = ids.every(isLocked);
    const broken = block.broken_contacts.find((one) => one.client_id === id);
    const facts = isOne ? el("dl", { class: "st-pairs" },
      el("dt", { text: "Lag" }), el("dd", { text: teamOf(id) + (block.moved[id] ? ` (var ${block.moved[id]})` : "") }),
      el("dt", { text: "Omsorgskontakt" }), el("dd", { text: nameOf(staffOf(state.contactOf, i)) || "ingen", class: broken ? "is-warn" : "" }),
      el("dt", { text: "Vice" }), el("dd", { text: nameOf(staffOf(state.viceOf, i)) || "ingen" }),
      el("dt", { text: "Kvällsvice" }), el("dd", { text: nameOf(staffOf(state.eveningOf, i)) || "ingen" }),
      el("dt", { text: "Omsorg" }), el("dd", { text: `${hours(state.minutesOf[i])} h i veckan` })) : null;
    return el("section", { class: "st-card is-chosen", "aria-label": "Valda brukare" },
      el("div", { class: "st-card-head" }, isOne ? swatch(teamOf(id)) : null,
        el("h2", { text: isOne ? nameOf(id) : `${ids.length} brukare` }),
        button(allLocked ? "Lås upp" : "Lås", () => lock(ids, !allLocked), { kind: "is-quiet", icon: "lock", "aria-pressed": String(allLocked), "aria-keyshortcuts": "L" }),
        el("button", { type: "button", class: "st-x", "aria-label": "Välj bort", text: "×", on: { click: () => choose(null) } })),
      facts,
      broken ? el("p", { class: "hr-warn", text: `Kontakten ${nameOf(broken.contact_id)} arbetar i lag ${broken.team_id}: kontakten bryts.` }) : null,
      allLocked ? el("p", { class: "st-note", text: "Låst till sitt lag." })
        : el("div", {}, el("h3", { text: "Flytta till (F)" }), moveMenu(ids)));
  };

  const effectCard = () => {
    const { before, after, contacts, warnings, ms } = last;
    const was = new Map(before.map((row) => [row.team_id, row]));
    const cell = (row, key, digits = 0, scale = 1) => {
      const change = (row[key] - (was.get(row.team_id)?.[key] ?? row[key])) / scale;
      return el("td", { class: "is-number" }, el("strong", { text: number(row[key] / scale, digits) }), change ? el("small", { text: ` ${signed(change, digits)}` }) : null);
    };
    const walk = after.reduce((sum, row) => sum + row.travel_within_min, 0) - before.reduce((sum, row) => sum + row.travel_within_min, 0);
    return el("section", { class: "st-card is-effect", "aria-live": "polite", "aria-label": "Vad flytten gör" },
      el("div", { class: "st-card-head" }, el("h2", { text: `${last.client_ids.map(nameOf).join(", ")} → ${last.team_id}` }),
        el("span", { class: "st-note", text: `${Math.round(ms)} ms` }),
        button("Ångra", () => act("undo"), { kind: "is-quiet", icon: "undo" })),
      el("table", { class: "st-table" }, el("thead", {}, el("tr", {}, ...["Lag", "Brukare", "Omsorg h/v", "Rundor/dag", "Resor min/v"].map((text) => el("th", { scope: "col", text })))),
        el("tbody", {}, ...after.map((row) => el("tr", {}, el("th", { scope: "row", text: row.team_id }),
          cell(row, "n_clients"), cell(row, "care_min_week", 0, 60), cell(row, "rounds_day", 1), cell(row, "travel_within_min"))))),
      el("p", { class: walk > 0 ? "is-warn" : "is-good", text: walk === 0 ? "Lika långa vägar." : `Vägarna blir ${number(Math.abs(walk))} min ${walk > 0 ? "längre" : "kortare"} i veckan.` }),
      last.with.length ? el("p", { text: `Samma hushåll flyttar med: ${last.with.map(nameOf).join(", ")}.` }) : null,
      contacts.length ? el("p", { class: "is-warn", text: `Byter omsorgskontakt, och ska få veta det: ${contacts.map((one) => nameOf(one.client_id)).join(", ")}.` }) : el("p", { class: "st-note", text: "Ingen omsorgskontakt bryts." }),
      warnings.length ? el("ul", { class: "st-warnings" }, ...warnings.map((text) => el("li", { text }))) : null);
  };

  const teamTable = () => {
    const mean = block.rows.reduce((sum, row) => sum + row.care_min_week, 0) / Math.max(1, block.rows.length);
    const limit = block.bounds.balance_pct;
    return el("table", { class: "st-table st-teams" },
      el("caption", { class: "st-sr", text: "Arbetslagen" }),
      el("thead", {}, el("tr", {}, ...[["Lag"], ["Brukare"], ["Omsorg h/v"], ["Mot medel"], ["Resor", "h/v"]].map(([text]) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...block.rows.map((row) => {
        const team = block.teams.findIndex((one) => one.id === row.team_id);
        const off = (100 * row.care_min_week) / mean - 100;
        const told = block.warnings[row.team_id] || [];
        const bar = el("span", { class: `st-off ${Math.abs(off) > limit ? "is-warn" : ""}`, css: { "--off": String(Math.max(-100, Math.min(100, off)) / 100) } });
        return el("tr", { class: state.team === team ? "is-chosen" : "" },
          el("th", { scope: "row" }, el("button", { type: "button", class: "st-team-name", "aria-pressed": String(state.team === team), title: told.join("; ") || "Inom gränserna", on: { click: () => {
            chooseTeam(state.team === team ? null : team);
            const box = block.teams[team].box;
            if (state.team !== null && box) map.fitBounds(Hemrunda.bounds(box), { padding: [30, 30], animate: !Hemrunda.quietMotion() });
          } } }, swatch(row.team_id), el("span", { text: row.team_id }), told.length ? el("i", { class: "st-dot", role: "img", "aria-label": told.join("; ") }) : null)),
          el("td", { class: "is-number", text: number(row.n_clients) }),
          el("td", { class: "is-number", text: hours(row.care_min_week) }),
          el("td", {}, bar, el("span", { class: "is-number", text: `${signed(Math.round(off))} %` })),
          el("td", { class: "is-number", text: number(row.travel_within_min / 60, 1) }));
      })));
  };

  const chosenTeam = () => {
    const team = block.teams[state.team];
    const mine = block.clients.id.filter((_, i) => state.now.teamOf[i] === state.team);
    const told = block.warnings[team.id] || [];
    const isHeld = block.locked_teams.includes(team.id);
    return el("section", { class: "st-card" },
      el("div", { class: "st-card-head" }, swatch(team.id), el("h2", { text: `Lag ${team.id}` }), el("span", { class: "st-note", text: `${mine.length} brukare` }),
        button(isHeld ? "Lås upp" : "Lås laget", () => act("lock_team", { team_id: team.id, on: !isHeld }), { kind: "is-quiet", icon: "lock", "aria-pressed": String(isHeld) })),
      told.length ? el("ul", { class: "st-warnings" }, ...told.map((text) => el("li", { text }))) : el("p", { class: "is-good", text: "Inom alla gränser." }),
      el("details", { open: "" }, el("summary", { text: "Brukare" }), el("ul", { class: "st-lines is-tight is-two" }, ...mine.map((id) => clientLine(id)))),
      el("details", {}, el("summary", { text: `Personal (${team.staff.length})` }), el("ul", { class: "st-plain" }, ...team.staff.map(([id, n]) => el("li", { text: `${nameOf(id)}: kontakt för ${n}` })))));
  };

  const drawPanel = () => {
    const moved = Object.keys(block.moved).length;
    const loose = block.rows.filter((row) => !row.contiguous).length;
    const isFocused = document.activeElement === searchBox;
    panel.replaceChildren(
      el("div", { class: "st-panel-head" }, el("h1", { text: "Arbetslag" }),
        el("p", { class: "st-note", text: moved ? `${moved} flyttade sedan ${at.has_rounds ? "planen" : "i dag"}${at.has_rounds ? ". Planera om för att få in dem i rundorna." : ""}` : at.has_rounds ? "Som planen har dem." : "Som tabellerna har dem i dag." })),
      searchBox,
      el("div", { class: "st-row" },
        button("Ringa in", () => { isLasso = true; hint.hidden = false; hint.textContent = said("Rita en ring runt brukarna på kartan."); }, { title: "Rita en ring runt brukare (eller skift och dra)" }),
        button("Välj gata", () => chooseStreet(chooseMany)),
        button("Hur många får flytta?", () => { location.hash = "#/forslag"; }, { icon: "proposals" })),
      ...(find ? [hits()] : []),
      ...(chosen.size ? [chosenCard()] : []),
      ...(last ? [effectCard()] : []),
      teamTable(),
      ...(loose ? [el("p", { class: "st-note", text: `${loose} lag hänger inte ihop på gatorna.` })] : []),
      ...(state.team !== null && !find ? [chosenTeam()] : []),
      el("p", { class: "st-note", text: "Skift+klick väljer flera, skift+dra ringar in. F flyttar, L låser, Ctrl+Z ångrar." }));
    if (isFocused) searchBox.focus();
  };

  drawPanel();
  const ends = [
    on("acted", ({ kind }) => {
      if (kind !== "move") last = null;
      reload();
    }),
    on("elsewhere", reload),
  ];
  return () => {
    ends.forEach((end) => end());
    container.removeEventListener("pointerdown", press);
    window.removeEventListener("pointermove", drag);
    window.removeEventListener("pointerup", release);
    document.removeEventListener("keydown", onKey);
    lasso.end();
    leaveMap(layer, rings);
  };
};
