// The timeline of a day: one lane a round, visits that can be dragged to another time or carer by
// pointer or by keys. While a visit is held, every lane is judged and shows its price.
import { guarded, post } from "./api.js";
import { said } from "./speech.js";
import { icon, minutes, nameOf, span } from "./ui.js";

const { el, clock } = Hemrunda;
const STEP_S = 300;
const DRAG_FROM = 5;

const stepped = (seconds) => Math.round(seconds / STEP_S) * STEP_S;

/** The price of a place of a visit in few words; a rule that another visit breaks says which. */
export const priceOf = (place, visit) => {
  if (!place) return "";
  const parts = [];
  if (!place.legal) {
    const [first] = place.broken;
    if (first?.visit && first.visit !== visit) parts.push(`besök ${first.visit}`);
    parts.push(first?.text || "går inte");
  }
  parts.push(place.travel_s ? `väg ${minutes(place.travel_s)}` : "samma väg");
  if (place.new_carer) parts.push("nytt ansikte");
  if (place.n_pushed) parts.push(`${place.n_pushed} besök senare`);
  if (place.late_s > 0) parts.push(`${minutes(place.late_s)} efter passet`);
  return parts.join(" · ");
};

const RULES = {
  window: "fel tid", break: "rasten", shift_end: "passet tar slut", handover: "överrapporteringen", meeting: "mötet", sync: "inte samtidigt",
  skills: "saknar delegering", blocked: "spärrad", pet_allergy: "tål inte djur", own_area: "annat område", overlap: "krockar", time_lag: "för tätt",
  clash: "för många tunga", heavy: "för många tunga i allt", one_errand: "två på en gång", pin: "låst", closed: "låst runda", rest: "dygnsvilan", tier: "annat lag", duplicate: "samma person två gånger",
};

/** The same in a word or two, for lanes that are not aimed at. */
const shortPrice = (place) => {
  if (!place.legal) return RULES[place.broken[0]?.rule] || "bryter en regel";
  return place.new_carer ? `${minutes(place.travel_s)}, nytt ansikte` : minutes(place.travel_s);
};

/** Cheapest first: what keeps the rules, then no new face, then short ways. */
export const byPrice = (a, b) => (b.legal - a.legal) || (a.new_carer - b.new_carer) || (a.late_s - b.late_s) || (a.travel_s - b.travel_s);

export const lanesIn = (root, { day, team, drop, choose, point, say }) => {
  let state = null;
  let extra = null;
  let from = 0;
  let to = 1;
  let held = null;
  const buttons = new Map();

  const share = (seconds) => `${(100 * (seconds - from)) / (to - from)}%`;
  const wide = (seconds) => `${(100 * seconds) / (to - from)}%`;

  const draw = (newState, newExtra) => {
    state = newState;
    extra = newExtra;
    held = null;
    buttons.clear();
    const shown = state.shownRounds();
    if (!shown.length) {
      root.replaceChildren(el("p", { class: "st-note st-pad", text: "Inga rundor med det urvalet." }));
      return;
    }
    from = Math.floor(Math.min(...shown.map((one) => one.start)) / 3600) * 3600;
    to = Math.ceil(Math.max(...shown.map((one) => Math.max(one.end, one.shift_end))) / 3600) * 3600;
    const hours = [];
    for (let hour = from; hour <= to; hour += 3600) hours.push(hour);
    const axis = el("div", { class: "hr-axis", "aria-hidden": "true" }, el("b"),
      el("div", {}, ...hours.map((hour) => el("span", { text: clock(hour), css: { left: share(hour) } }))));
    root.replaceChildren(el("div", { class: "hr-gantt st-gantt" }, axis, ...shown.map((round) => laneOf(round, hours))));
    mark();
  };

  const laneOf = (round, hours) => {
    const track = el("div", { class: "hr-track", role: "group", "aria-label": `${nameOf(round.staff)}, ${span(round.start, round.shift_end)}` });
    const add = (kind, begin, seconds, title, text = "") => {
      if (seconds > 0) track.append(el("span", { class: `hr-block ${kind}`, title, text, css: { left: share(begin), width: wide(seconds) } }));
    };
    add("st-off-shift", from, round.start - from, "");
    add("st-off-shift", round.shift_end, to - round.shift_end, "");
    for (const hour of hours) track.append(el("i", { class: "hr-tick", css: { left: share(hour) } }));
    const frozen = extra.since ? extra.since.split(":").reduce((sum, part) => 60 * sum + Number(part), 0) * 60 : null;
    if (frozen !== null) track.append(el("i", { class: "st-freeze", title: `före ${extra.since} ligger allt kvar`, css: { left: share(frozen) } }));
    for (const stop of round.stops) {
      const way = (stop.travel || 0) + (stop.access || 0);
      add("hr-travel", stop.arrive - way, stop.travel || 0, `väg ${minutes(stop.travel || 0).replace("+", "")}`);
      add("hr-access", stop.arrive - (stop.access || 0), stop.access || 0, "dörr och parkering");
      add("hr-wait", stop.arrive, stop.start - stop.arrive, "väntan");
      if (stop.kind === "visit") track.append(visitButton(round, stop));
      else if (stop.end > stop.start) {
        add(stop.kind === "break" ? "hr-pause" : "hr-other", stop.start, stop.end - stop.start,
          `${{ break: "rast", meeting: "möte", handover: "överrapportering" }[stop.kind]} ${span(stop.start, stop.end)}`,
          stop.end - stop.start > 1500 ? { break: "rast", meeting: "möte", handover: "" }[stop.kind] : "");
      }
    }
    const isWhole = isClosed(round);
    const name = el("button", { type: "button", class: "hr-name", title: `${round.staff} (${round.role})`, on: { click: () => choose(round, null, true) } },
      Hemrunda.swatch(round.style, ""), el("span", { text: nameOf(round.staff) }), isWhole ? icon("lock") : null);
    const row = el("div", { class: "hr-lane" }, name, track, el("span", { class: "st-price" }));
    row.dataset.round = round.id;
    return row;
  };

  const titleOf = (round, stop) => [
    `Besök ${stop.number}: ${nameOf(stop.client)}, ${Hemrunda.word("task", stop.task)}, ${span(stop.start, stop.end)}`,
    `hos ${nameOf(round.staff)}`,
    `får börja ${span(stop.earliest, stop.latest)}`,
    stop.carers > 1 ? "två personal" : "",
    isLocked(stop) ? "låst" : "",
    isChanged(stop) ? "ändrat av lagningen" : "",
    ...brokenOf(stop).map((one) => one.text),
  ].filter(Boolean).join(", ");

  const isChanged = (stop) => extra.changed.some(([visit, no]) => visit === stop.visit && no === stop.carer_no);
  const isClosed = (round) => extra.locks.some((one) => !one.visit && one.staff === round.staff);
  const isLocked = (stop) => extra.locks.some((one) => one.visit === stop.visit && one.no === stop.carer_no);
  const brokenOf = (stop) => extra.broken.filter((one) => one.visit === stop.visit && one.round === stop.round.id);

  const visitButton = (round, stop) => {
    const isFilled = stop.tier === "contact" || stop.tier === "vice";
    const made = el("button", {
      type: "button", class: "hr-block st-visit", tabindex: "-1",
      "data-tier": stop.tier, "data-hollow": String(!isFilled),
      "aria-label": titleOf(round, stop), title: titleOf(round, stop),
      "aria-keyshortcuts": "F L",
      text: String(stop.number),
      css: { left: share(stop.start), width: wide(stop.end - stop.start), background: round.style.colour, color: isFilled ? "#ffffff" : round.style.colour, "border-color": stop.tier === "contact" ? "#111111" : round.style.colour },
      on: {
        click: () => { if (!held) choose(round, stop, true); },
        mouseenter: () => { if (!held) point(stop); },
        focus: () => { if (!held) point(stop); },
        keydown: (event) => keys(event, round, stop),
        pointerdown: (event) => press(event, round, stop),
      },
    });
    if (brokenOf(stop).length) made.classList.add("is-broken");
    if (isLocked(stop)) made.classList.add("is-locked");
    if (stop.carers > 1) made.classList.add("is-pair");
    if (isChanged(stop)) made.classList.add("is-changed");
    buttons.set(stop, made);
    return made;
  };

  /** Which button takes the Tab key in each lane, and which is chosen. */
  const mark = () => {
    for (const row of root.querySelectorAll(".hr-lane")) {
      const round = state.rounds.find((one) => one.id === row.dataset.round);
      row.dataset.chosen = String(state.round === round.index);
      const mine = round.stops.filter((one) => buttons.has(one));
      const current = mine.includes(state.stop) ? state.stop : mine[0];
      for (const stop of mine) buttons.get(stop).tabIndex = stop === current ? 0 : -1;
    }
    for (const [stop, made] of buttons) {
      if (stop === state.stop) made.setAttribute("aria-current", "true");
      else made.removeAttribute("aria-current");
      made.classList.toggle("is-faint", !state.isShownStop(stop));
    }
  };

  const moveOf = () => ({ date: day(), visit_id: held.stop.visit, carer_no: held.stop.carer_no, start_s: held.start });

  // Judging: one question at a time; the newest place is asked about when the answer comes.
  let asking = false;
  let isDue = false;
  const judge = async () => {
    if (asking) { isDue = true; return; }
    asking = true;
    do {
      isDue = false;
      const mine = held;
      const start = held?.start;
      if (!mine) break;
      const found = await guarded(() => post("/api/places", { args: moveOf(), team: team() }));
      if (held !== mine) break;
      if (found) {
        held.places = new Map(found.map((one) => [one.round_id, one]));
        held.judged = start;
        light();
      }
    } while (isDue && held);
    asking = false;
    if (held && held.judged !== held.start) judge();
  };

  /** Lanes light up, each with its price; the ghost follows what is held. */
  const light = () => {
    for (const row of root.querySelectorAll(".hr-lane")) {
      const place = held?.places?.get(row.dataset.round);
      row.classList.toggle("is-legal", Boolean(place?.legal));
      row.classList.toggle("is-illegal", Boolean(place && !place.legal));
      row.classList.toggle("is-target", held?.round === row.dataset.round);
      row.querySelector(".st-price").textContent = !place ? "" : said(held.round === row.dataset.round ? priceOf(place, held.stop.visit) : shortPrice(place));
    }
  };

  const ghost = () => {
    held.ghost ??= el("span", { class: "hr-block st-ghost", "aria-hidden": "true" });
    const track = root.querySelector(`.hr-lane[data-round="${CSS.escape(held.round)}"] .hr-track`);
    if (!track) return;
    track.append(held.ghost);
    held.ghost.style.left = share(held.start);
    held.ghost.style.width = wide(held.stop.end - held.stop.start);
    held.ghost.textContent = clock(held.start);
    light();
  };

  const hold = (round, stop, isByKeys) => {
    held = { stop, home: round.id, round: round.id, start: stepped(stop.start), places: null, isByKeys };
    root.classList.add("is-holding");
    buttons.get(stop).classList.add("is-held");
    ghost();
    judge();
  };

  const letGo = () => {
    if (!held) return;
    held.ghost?.remove();
    buttons.get(held.stop)?.classList.remove("is-held");
    root.classList.remove("is-holding");
    held = null;
    light();
  };

  const put = () => {
    const { stop, round, start, home } = held;
    letGo();
    if (round === home && Math.abs(start - stop.start) < STEP_S) return;
    drop(stop, round, start);
  };

  /** Whether a lock of the visit or of the day holds it where it is; told where it does. */
  const isHeldFast = (round, stop) => {
    const why = isLocked(stop) ? "Besöket är låst. Lås upp det först." : isClosed(round) ? "Dagen är låst. Lås upp den först." : "";
    if (why) say(why);
    return Boolean(why);
  };

  const press = (event, round, stop) => {
    if (event.button !== 0 || held) return;
    const begin = { x: event.clientX, y: event.clientY };
    const made = buttons.get(stop);
    const grab = stop.start - timeAt(event.clientX);
    const follow = (moved) => {
      if (!held) {
        if (Math.hypot(moved.clientX - begin.x, moved.clientY - begin.y) < DRAG_FROM) return;
        if (isHeldFast(round, stop)) return;
        made.setPointerCapture?.(event.pointerId);
        hold(round, stop, false);
      }
      moved.preventDefault();
      const row = [...root.querySelectorAll(".hr-lane")].find((one) => {
        const box = one.getBoundingClientRect();
        return moved.clientY >= box.top && moved.clientY < box.bottom;
      });
      if (row) held.round = row.dataset.round;
      const start = Math.max(from, stepped(timeAt(moved.clientX) + grab));
      const isNew = start !== held.start;
      held.start = start;
      ghost();
      if (isNew) judge();
    };
    const up = () => {
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", cancel);
      if (held) {
        made.addEventListener("click", (click) => click.stopImmediatePropagation(), { once: true, capture: true });
        put();
      }
    };
    const cancel = () => { letGo(); up(); };
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", cancel);
  };

  const timeAt = (x) => {
    const box = root.querySelector(".hr-track").getBoundingClientRect();
    return from + ((x - box.left) / box.width) * (to - from);
  };

  const laneIds = () => [...root.querySelectorAll(".hr-lane")].map((one) => one.dataset.round);

  /** What the held visit's place means, said for those who do not see it. */
  const tell = () => {
    const round = state.rounds.find((one) => one.id === held.round);
    const place = held.judged === held.start ? held.places?.get(held.round) : null;
    say(`${nameOf(round.staff)} kl ${clock(held.start)}${place ? `: ${place.legal ? "går" : "bryter en regel"}, ${priceOf(place, held.stop.visit)}` : ""}`);
  };

  const keys = (event, round, stop) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (held && held.stop === stop) {
      const along = { arrowleft: -1, arrowright: 1 }[key];
      const over = { arrowup: -1, arrowdown: 1 }[key];
      if (along) {
        held.start += along * STEP_S;
        ghost();
        judge().then(() => { if (held) tell(); });
      } else if (over) {
        const ids = laneIds();
        held.round = ids[Math.min(Math.max(ids.indexOf(held.round) + over, 0), ids.length - 1)];
        ghost();
        tell();
      } else if (key === "enter" || key === " ") put();
      else if (key === "escape") { letGo(); say("Besöket ligger kvar."); } else return;
      event.preventDefault();
      return;
    }
    if (key === "f") {
      event.preventDefault();
      if (isHeldFast(round, stop)) return;
      choose(round, stop, false);
      hold(round, stop, true);
      say("Håller i besöket. Pilar flyttar, Enter släpper, Escape ångrar.");
      return;
    }
    walk(event, round, stop);
  };

  /** Arrow keys: along the lane, and to the visit nearest in time on the lane above or below. */
  const walk = (event, round, stop) => {
    const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const over = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!beside && !over) return;
    event.preventDefault();
    const visits = (one) => one.stops.filter((found) => buttons.has(found));
    let next = null;
    if (beside) next = visits(round)[visits(round).indexOf(stop) + beside];
    else {
      const ids = laneIds();
      const other = state.rounds.find((one) => one.id === ids[ids.indexOf(round.id) + over]);
      const away = (one) => Math.abs(one.start - stop.start);
      next = other ? visits(other).reduce((best, one) => (!best || away(one) < away(best) ? one : best), null) : null;
    }
    if (next) buttons.get(next).focus();
  };

  return {
    draw, mark, letGo, isLocked, isClosed, isChanged, brokenOf,
    focus: (stop) => buttons.get(stop)?.focus(),
    see: (stop) => { const made = buttons.get(stop); if (made) Hemrunda.scrollWithin(root, made); },
  };
};
