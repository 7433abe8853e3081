// Rundor: the map, the timeline and the list of a day as one. A visit is dragged to another time or
// carer; what breaks a rule may be tried, is shown red with the rule, and is never approved.
import { act, at, get, guarded, on, post, toast } from "./api.js";
import { said } from "./speech.js";
import { callOff } from "./desk.js";
import { byPrice, lanesIn, priceOf } from "./lanes.js";
import { fitStops, leaveMap, mapIn } from "./mapview.js";
import { openPlanning } from "./planning.js";
import { button, dayFrom, dayText, icon, myTeam, nameOf, select, setMyTeam, span } from "./ui.js";

const { el, clock } = Hemrunda;

const TIERS = { contact: "omsorgskontakten", vice: "vice", team: "arbetslaget", floater: "löparen", pool: "resursgruppen" };
const FILTERS = [["", "Alla besök"], ["unplanned", "Utan personal"], ["late", "Sena"], ["two", "Två personal"], ["contact", "Hos kontakten"], ["stranger", "Inte av laget"], ["locked", "Låsta"], ["changed", "Ändrade av lagningen"], ["broken", "Bryter en regel"]];
const SKILL = "skill ";
const seen = { day: "", team: null, part: "", filter: "" };

const looks = new Map();

const empty = (root) => {
  root.append(el("div", { class: "st-waiting" }, el("h1", { text: "Inga rundor än" }),
    el("p", { class: "st-big-note", text: "Planera rundor för de lag som finns i dag, eller flytta brukare först." }),
    el("div", { class: "st-row" }, button("Planera rundor", openPlanning, { kind: "is-main", icon: "play" }))));
  return on("state", () => { if (at.has_rounds) location.reload(); });
};

export const show = async (root) => {
  if (!at.has_rounds) return empty(root);
  if (!at.dates.includes(seen.day)) seen.day = dayFrom(at.dates);
  seen.team = myTeam(at.teams);

  const slot = el("div", { class: "hr-map st-map" });
  const bar = el("div", { class: "st-tools" });
  const lanesBox = el("div", { class: "hr-timeline st-lanes", role: "region", "aria-label": "Tidslinje", tabindex: "-1" });
  const panel = el("section", { class: "st-panel", "aria-label": "Dagens rundor" });
  const spoken = el("p", { class: "st-sr", role: "status", "aria-live": "assertive" });
  root.append(el("div", { class: "st-rounds" }, bar, slot, lanesBox, panel, spoken));
  const map = await mapIn(slot, at.folder);

  let block = null;
  let state = null;
  let routes = null;
  let pointer = null;
  let find = "";
  let places = null;
  let kept = null;
  let streetsOf = null;
  let isPointed = false;

  const say = (text) => { spoken.textContent = said(text); };

  /** Whether a visit is what is searched for: its client, carer, id, or the street where it is. */
  const isFound = (visit, staff = "") => !find
    || [visit.client, nameOf(visit.client), visit.visit, staff, nameOf(staff)].some((text) => text.toLowerCase().includes(find))
    || (streetsOf?.get(visit.client) || "").includes(find);

  /** Streets by client, in small letters; asked for when somebody begins to search. */
  const askStreets = async () => {
    if (streetsOf) return;
    streetsOf = new Map();
    const found = await guarded(() => get("/api/streets"));
    for (const { name, client_ids: ids } of found?.streets || []) for (const id of ids) streetsOf.set(id, name.toLowerCase());
    searched();
  };

  const searched = () => { redraw(); drawPanel(); };

  const isShownStop = (stop) => {
    if (!isFound(stop, stop.round.staff)) return false;
    if (seen.filter.startsWith(SKILL)) return (block.skills[stop.visit] || []).includes(seen.filter.slice(SKILL.length));
    switch (seen.filter) {
      case "unplanned": return false;
      case "late": return stop.start > stop.latest;
      case "skill": return Boolean(block.skills[stop.visit]);
      case "two": return stop.carers > 1;
      case "contact": return stop.tier === "contact";
      case "stranger": return stop.tier === "pool" || stop.tier === "floater";
      case "locked": return lanes.isLocked(stop);
      case "changed": return lanes.isChanged(stop);
      case "broken": return lanes.brokenOf(stop).length > 0;
      default: return true;
    }
  };

  const redraw = () => { routes.redraw(); pointer.redraw(); lanes.mark(); };

  const see = (stop) => {
    if (stop.x === null) return;
    const place = Hemrunda.latLng(stop.x, stop.y);
    if (!map.getBounds().pad(-0.1).contains(place)) map.panTo(place, { animate: !Hemrunda.quietMotion() });
  };

  const choose = (round, stop, isMoving) => {
    state.round = round ? round.index : null;
    state.stop = stop;
    isPointed = false;
    kept = null; // what is chosen now goes before what was dropped, whichever answer comes last
    places = null;
    if (stop && isMoving) see(stop);
    else if (round && !stop && round.box) map.fitBounds(Hemrunda.bounds(round.box), { padding: [24, 24], maxZoom: 16, animate: !Hemrunda.quietMotion() });
    redraw();
    drawPanel();
    if (stop) { lanes.see(stop); askPlaces(stop); }
  };

  /** The visit that is chosen, and not only pointed at on the way. */
  const chosenStop = () => (state?.round !== null && !isPointed ? state?.stop : null);

  const point = (stop) => {
    if (state.stop === stop || places) return;
    isPointed = true;
    state.stop = stop;
    pointer.redraw();
    lanes.mark();
  };

  /** Where else the chosen visit could be, at its own time. */
  const askPlaces = async (stop) => {
    const found = await guarded(() => post("/api/places", { args: argsOf(stop, stop.start), team: seen.team }));
    if (!found || state.stop !== stop) return;
    places = found.filter((one) => one.round_id !== stop.round?.id).sort(byPrice);
    drawPanel();
  };

  const argsOf = (stop, start) => ({ date: seen.day, visit_id: stop.visit, carer_no: stop.carer_no, start_s: start });

  const drop = async (stop, roundId, start) => {
    kept = { visit: stop.visit, no: stop.carer_no };
    const effect = await act("drag", { ...argsOf(stop, start), round_id: roundId });
    if (!effect) return;
    const to = state.rounds.find((one) => one.id === roundId);
    const what = roundId ? `${nameOf(stop.client)} → ${to ? nameOf(to.staff) : ""} kl ${clock(effect.start)}` : `${nameOf(stop.client)} är utan personal`;
    say(`${what}. ${priceOf(effect, stop.visit)}`);
    toast(`${what}. ${roundId ? priceOf(effect, stop.visit) : ""}${effect.legal ? "" : "\nRegeln bryts: planen kan inte godkännas så."}`,
      { press: "Ångra", run: () => act("undo"), isWrong: !effect.legal });
  };

  /** The whole day of a carer: nothing leaves it and nothing comes to it. */
  const lockDay = (round) => act("lock_round", { date: seen.day, staff_id: round.staff, on: !lanes.isClosed(round) });

  const roundCard = (round) => {
    const isHeld = lanes.isClosed(round);
    return el("section", { class: "st-card is-chosen", "aria-label": "Vald runda" },
      el("div", { class: "st-card-head" }, Hemrunda.swatch(round.style, ""), el("h2", { text: nameOf(round.staff) }),
        button(isHeld ? "Lås upp" : "Lås dagen", () => lockDay(round), { icon: "lock", "aria-pressed": String(isHeld), "aria-keyshortcuts": "L" }),
        el("button", { type: "button", class: "st-x", "aria-label": "Välj bort", text: "×", on: { click: () => choose(null, null, false) } })),
      el("p", { class: "st-note", text: isHeld ? "Dagen är låst: inget besök lämnar den, och inget kommer till." : `${span(round.start, round.shift_end)}, ${round.stops.filter((one) => one.kind === "visit").length} besök` }));
  };

  const lock = (stop) => act("lock_visit", {
    date: seen.day, visit_id: stop.visit, carer_no: stop.carer_no, staff_id: stop.round.staff, start_s: stop.start, on: !lanes.isLocked(stop),
  });

  const lanes = lanesIn(lanesBox, { day: () => seen.day, team: () => seen.team, drop, choose, point, say });

  const load = async () => {
    const query = new URLSearchParams({ day: seen.day, team: seen.team });
    const found = await guarded(() => get(`/api/rounds?${query}`));
    if (!found) return;
    const was = chosenStop();
    const chosen = kept || (was ? { visit: was.visit, no: was.carer_no } : null);
    const roundId = state && state.round !== null && !was ? state.rounds[state.round].id : "";
    kept = null;
    const hadFocus = document.activeElement?.classList.contains("st-visit");
    block = found;
    const isFirst = state === null;
    state = Hemrunda.roundStateOf(found);
    // A round keeps its colour while the day is changed, whoever comes and goes.
    for (const round of state.rounds) {
      if (!looks.has(round.id)) looks.set(round.id, round.style);
      round.style = looks.get(round.id);
    }
    state.team = "";
    state.isShownStop = isShownStop;
    state.shownRounds = () => state.rounds.filter((one) => !seen.part || one.part === seen.part);
    leaveMap(routes, pointer);
    routes = new Hemrunda.RouteLayer(state);
    pointer = new Hemrunda.PointerLayer(state, routes);
    const stop = chosen && state.rounds.flatMap((one) => one.stops).find((one) => one.visit === chosen.visit && one.carer_no === chosen.no);
    isPointed = false;
    if (stop) {
      state.round = stop.round.index;
      state.stop = stop;
    } else state.round = state.rounds.find((one) => one.id === roundId)?.index ?? null;
    routes.addTo(map);
    pointer.addTo(map);
    lanes.draw(state, block);
    if (isFirst) fit();
    drawBar();
    places = null;
    drawPanel();
    if (state.stop) askPlaces(state.stop);
    if (hadFocus && state.stop) lanes.focus(state.stop);
  };

  const fit = () => fitStops(map, state);

  map.on("click", (event) => {
    const stop = routes.at(event.containerPoint, true);
    choose(stop ? stop.round : null, stop, false);
  });
  map.on("mousemove", (event) => {
    const stop = routes.at(event.containerPoint, false);
    map.getContainer().style.cursor = stop ? "pointer" : "";
    if (stop) point(stop);
  });

  /** The filters; with each skill that a visit of the day asks for. */
  const filters = () => {
    const skills = [...new Set(Object.values(block.skills).flat())].sort((a, b) => a.localeCompare(b, "sv"));
    const own = skills.length ? [["skill", "Kräver delegering"], ...skills.map((one) => [SKILL + one, `Kräver ${one}`])] : [];
    if (seen.filter.startsWith("skill") && !own.some(([key]) => key === seen.filter)) seen.filter = "";
    return [...FILTERS, ...own];
  };

  const drawBar = () => {
    const i = at.dates.indexOf(seen.day);
    const step = (n) => { seen.day = at.dates[i + n]; load(); };
    const days = el("div", { class: "st-days", role: "group", "aria-label": "Dag" },
      ...at.dates.slice(Math.floor(i / 7) * 7, Math.floor(i / 7) * 7 + 7).map((day) => {
        const made = el("button", { type: "button", class: "st-day", text: dayText(day), "aria-pressed": String(day === seen.day), on: { click: () => { seen.day = day; load(); } } });
        return made;
      }));
    const week = (n, text, label) => {
      const made = el("button", { type: "button", class: "st-day", text, "aria-label": label, on: { click: () => step(n) } });
      made.disabled = !at.dates[i + n];
      return made;
    };
    const search = el("input", { type: "search", class: "st-input", placeholder: "Sök brukare, personal, gata, besök", "aria-label": "Sök brukare, personal, gata, besök", value: find });
    search.addEventListener("input", () => { find = search.value.trim().toLowerCase(); askStreets(); searched(); });
    bar.replaceChildren(week(-7, "‹‹", "En vecka tidigare"), week(-1, "‹", "Dagen före"), days, week(1, "›", "Dagen efter"), week(7, "››", "En vecka senare"),
      el("span", { class: "st-space" }),
      el("label", { class: "st-inline" }, el("span", { text: "Lag" }), select([...at.teams.map((one) => [one, `Lag ${one}`]), ["", "Alla lag"]], seen.team, (value) => { seen.team = setMyTeam(value); state = null; load(); })),
      el("label", { class: "st-inline" }, el("span", { text: "Pass" }), select([["", "Dag och kväll"], ["day", "Dag"], ["evening", "Kväll"]], seen.part, (value) => { seen.part = value; lanes.draw(state, block); routes.redraw(); drawPanel(); })),
      el("label", { class: "st-inline" }, el("span", { text: "Visa" }), select(filters(), seen.filter, (value) => { seen.filter = value; searched(); })),
      search);
  };

  const visits = () => state.shownRounds().flatMap((round) => round.stops.filter((stop) => stop.kind === "visit"));

  const stopLine = (stop) => el("li", {}, el("button", {
    type: "button", class: `st-line${lanes.brokenOf(stop).length ? " is-warn" : ""}`, "aria-pressed": String(state.stop === stop), on: { click: () => choose(stop.round, stop, true) },
  }, el("span", { class: "st-time", text: clock(stop.start) }), el("span", { text: nameOf(stop.client) }),
  el("span", { class: "st-note", text: nameOf(stop.round.staff) }), lanes.isLocked(stop) ? icon("lock") : null));

  const placeLine = (stop, place) => {
    const to = state.rounds.find((one) => one.id === place.round_id);
    if (!to) return null;
    return el("li", {}, el("button", { type: "button", class: `st-line st-place-line ${place.legal ? "" : "is-illegal"}`, on: { click: () => drop(stop, place.round_id, stop.start) } },
      Hemrunda.swatch(to.style, ""), el("span", {}, el("strong", { text: `${nameOf(to.staff)} ` }), el("small", { text: priceOf(place, stop.visit) })),
      el("span", { class: "st-time", text: place.start === null ? "" : clock(place.start) })));
  };

  const chosenCard = () => {
    const { stop } = state;
    const isLocked = lanes.isLocked(stop);
    const broken = lanes.brokenOf(stop);
    return el("section", { class: "st-card is-chosen", "aria-label": "Valt besök" },
      el("div", { class: "st-card-head" }, Hemrunda.swatch(stop.round.style, String(stop.number)),
        el("h2", { text: `${nameOf(stop.client)}, ${Hemrunda.word("task", stop.task).toLowerCase()}` }),
        el("button", { type: "button", class: "st-x", "aria-label": "Välj bort", text: "×", on: { click: () => choose(null, null, false) } })),
      ...broken.map((one) => el("p", { class: "hr-warn", text: one.text })),
      el("dl", { class: "st-pairs" },
        el("dt", { text: "Tid" }), el("dd", { text: span(stop.start, stop.end) }),
        el("dt", { text: "Får börja" }), el("dd", { text: span(stop.earliest, stop.latest) }),
        el("dt", { text: "Hos" }), el("dd", { text: `${nameOf(stop.round.staff)}, ${TIERS[stop.tier] || ""}` }),
        el("dt", { text: "Väg dit" }), el("dd", { text: stop.travel === null ? "–" : `${Hemrunda.minutes(stop.travel)} + ${Hemrunda.minutes(stop.access || 0)} min` }),
        ...(block.skills[stop.visit] ? [el("dt", { text: "Kräver" }), el("dd", { text: block.skills[stop.visit].join(", ") })] : []),
        ...(stop.carers > 1 ? [el("dt", { text: "Bemanning" }), el("dd", { text: "två personal, samma tid" })] : [])),
      el("div", { class: "st-row" },
        button(isLocked ? "Lås upp" : "Lås", () => lock(stop), { icon: "lock", "aria-pressed": String(isLocked) }),
        isLocked ? null : button("Avboka", () => callOff(seen.day, stop), { kind: "is-quiet", title: "Besöket görs inte den här dagen" }),
        button("Lyft ut", () => drop(stop, "", stop.start), { kind: "is-quiet" })),
      isLocked ? null : el("div", {}, el("h3", { text: "Vem kan ta det, och vad kostar det?" }),
        places ? el("ul", { class: "st-lines is-tight" }, ...places.slice(0, 8).map((place) => placeLine(stop, place)))
          : el("p", { class: "st-note", text: "Räknar …" })));
  };

  /** Of those without a carer, whom the search and a filter on skills leave. */
  const lacking = () => block.unplanned.filter((one) => isFound(one) && (seen.filter === "" || seen.filter === "unplanned"
    || (seen.filter === "skill" ? block.skills[one.visit] : (block.skills[one.visit] || []).some((skill) => SKILL + skill === seen.filter))));

  const lackingCard = (found) => el("section", { class: "st-card" }, el("h2", { text: `${found.length} utan personal` }),
    el("ul", { class: "st-lines" }, ...found.map((one) => el("li", {}, el("details", { on: { toggle: (event) => askLacking(event, one) } },
      el("summary", {}, el("strong", { text: nameOf(one.client) }), ` ${span(one.earliest, one.latest)}, ${one.minutes} min`),
      el("p", { class: "st-note", text: one.reason }), el("ul", { class: "st-lines is-tight" }))))));

  /** Where a visit without a carer could go: tried at its earliest, its middle and its latest. */
  const askLacking = async (event, one) => {
    const list = event.target.querySelector("ul");
    if (!event.target.open || list.children.length) return;
    const stop = { visit: one.visit, carer_no: one.carer_no, client: one.client, start: one.earliest };
    const best = new Map();
    for (const start of [one.earliest, Math.round((one.earliest + one.latest) / 2), one.latest]) {
      const found = await guarded(() => post("/api/places", { args: argsOf(stop, start), team: seen.team }));
      for (const place of found || []) {
        const was = best.get(place.round_id);
        if (!was || byPrice(place, was) < 0) best.set(place.round_id, { ...place, asked: start });
      }
    }
    list.replaceChildren(...[...best.values()].sort(byPrice).slice(0, 6).map((place) => placeLine({ ...stop, start: place.asked }, place)).filter(Boolean));
  };

  const brokenCard = () => el("section", { class: "st-card is-broken" },
    el("h2", { text: `${block.broken.length} brott mot reglerna` }),
    el("ul", { class: "st-warnings" }, ...block.broken.slice(0, 12).map((one) => el("li", { text: `${one.visit || nameOf(one.round.split("_")[1] || "")}: ${one.text}` }))),
    el("p", { class: "st-note", text: "Planen kan inte godkännas så. Ångra, eller låt datorn laga runt det som är låst." }),
    button("Laga", mend, { kind: "is-main", icon: "play" }));

  const mend = () => guarded(async () => {
    await post("/api/repair", { news: { days: [seen.day] } });
    location.hash = "#/morgon";
  });

  const drawPanel = () => {
    const all = visits();
    const found = all.filter(isShownStop);
    const travel = state.shownRounds().reduce((sum, round) => sum + round.stops.reduce((inner, stop) => inner + (stop.travel || 0) + (stop.access || 0), 0), 0);
    const isNarrowed = find || seen.filter;
    const waiting = lacking();
    panel.replaceChildren(
      el("div", { class: "st-panel-head" }, el("h1", { text: `${dayText(seen.day)}${seen.team ? `, lag ${seen.team}` : ""}` }),
        el("p", { class: "st-note", text: `${state.shownRounds().length} rundor, ${all.length} besök${travel ? `, ${Hemrunda.minutes(travel)} min på vägen` : ""}${block.n_protected ? `, ${block.n_protected} skyddade visas inte` : ""}` })),
      ...(block.broken.length ? [brokenCard()] : []),
      ...(chosenStop() ? [chosenCard()] : []),
      ...(state.round !== null && !chosenStop() ? [roundCard(state.rounds[state.round])] : []),
      ...(waiting.length ? [lackingCard(waiting)] : []),
      ...(waiting.length && seen.filter === "unplanned" ? [] : [el("section", { class: "st-card" },
        el("h2", { text: isNarrowed ? `${found.length} besök` : state.round !== null ? `Rundan hos ${nameOf(state.rounds[state.round].staff)}` : "Dagens besök" }),
        el("ul", { class: "st-lines is-tight" }, ...(state.round !== null && !isNarrowed ? found.filter((one) => one.round.index === state.round) : found)
          .sort((a, b) => a.start - b.start).slice(0, 60).map(stopLine)))]),
      el("p", { class: "st-note", text: "Dra ett besök på tidslinjen. Eller F: ta tag, pilar: flytta, Enter: släpp." }));
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
    if (event.key.toLowerCase() !== "l" || !state || state.round === null) return;
    if (chosenStop()) lock(state.stop);
    else lockDay(state.rounds[state.round]);
  };
  document.addEventListener("keydown", onKey);

  await load();
  const ends = [on("acted", load), on("elsewhere", load)];
  return () => {
    ends.forEach((end) => end());
    document.removeEventListener("keydown", onKey);
    leaveMap(routes, pointer);
  };
};
