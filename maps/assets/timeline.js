"use strict";
// The timeline under the map: one lane per round, visits as buttons, ways, waiting and breaks.
// One stop of the Tab key per lane; arrow keys go along the lane and between lanes.
(() => {
  const { el, t, clock } = Hemrunda;
  const NAME_PX = 145;
  const LEAST_PX = 615;
  const TARGET_PX = 24;

  // A stop's times; of a plan with hidden clients the slot that it lies in, and no finer.
  Hemrunda.stopTimes = (stop) => {
    const from = stop.slot ? Math.floor(stop.start / stop.slot) * stop.slot : stop.start;
    const to = stop.slot ? from + stop.slot : stop.end;
    return to > from && stop.end > stop.start ? `${clock(from)}–${clock(to)}` : clock(from);
  };

  /** What has changed of a visit: the kind, and who and when before and after. */
  Hemrunda.changeText = ([, , , what, was, now]) => t("round_changed", { what, was: was || "–", now: now || "–" });

  Hemrunda.stopTitle = (stop) => {
    const times = Hemrunda.stopTimes(stop);
    if (stop.kind !== "visit") return `${t(`kind_${stop.kind}`)} ${times}`;
    const parts = [times, t("client_heading", { id: stop.client })];
    if (!stop.slot) parts.unshift(t("visit_number", { n: stop.number }));
    if (stop.task) parts.push(Hemrunda.word("task", stop.task));
    if (stop.tier) parts.push(t(`tier_${stop.tier}`));
    if (stop.carers > 1) parts.push(t("two_carers"));
    if (stop.digital) parts.push(t("digital"));
    if (stop.change) parts.push(Hemrunda.changeText(stop.change));
    return parts.join(", ");
  };

  Hemrunda.timeline = (state, act) => {
    const root = document.getElementById("timeline");
    const buttons = new Map();
    let lanes = [];

    // A number that would be cut off is left out: its place in the list and its title tell it.
    let pixels = 0;
    const isLegible = (stop) => (stop.end - stop.start) * pixels >= 4 + 7 * stop.label.length;

    const build = () => {
      buttons.clear();
      lanes = [];
      const shown = state.shownRounds();
      if (!shown.length) {
        root.replaceChildren(el("p", { class: "hr-note", text: t("no_rounds") }));
        return;
      }
      const from = Math.floor(Math.min(...shown.map((one) => one.start)) / 3600) * 3600;
      const to = Math.ceil(Math.max(...shown.map((one) => one.end)) / 3600) * 3600;
      pixels = Math.max(root.clientWidth - NAME_PX, LEAST_PX) / (to - from);
      const share = (seconds) => `${(100 * (seconds - from)) / (to - from)}%`;
      const hours = [];
      for (let hour = from; hour <= to; hour += 3600) hours.push(hour);
      const axis = el("div", { class: "hr-axis", "aria-hidden": "true" }, el("b"),
        el("div", {}, ...hours.map((hour) => el("span", { text: clock(hour), css: { left: share(hour) } }))));
      root.replaceChildren(el("div", { class: "hr-gantt" }, axis,
        ...shown.map((round) => lane(round, hours, share, to - from))));
      mark();
    };

    const lane = (round, hours, share, whole) => {
      const track = el("div", { class: "hr-track", role: "group", "aria-label": t("round_of", { staff: round.staff, from: clock(round.start), to: clock(round.end) }) });
      const wide = (seconds) => `${(100 * seconds) / whole}%`;
      const add = (kind, begin, seconds, title) => {
        if (seconds > 0) track.append(el("span", { class: `hr-block ${kind}`, title, css: { left: share(begin), width: wide(seconds) } }));
      };
      for (const hour of hours) track.append(el("i", { class: "hr-tick", css: { left: share(hour) } }));
      const inLane = [];
      for (const stop of round.stops) {
        const way = (stop.travel || 0) + (stop.access || 0);
        add("hr-travel", stop.arrive - way, stop.travel || 0, t("travel_minutes", { n: Hemrunda.minutes(stop.travel || 0) }));
        add("hr-access", stop.arrive - (stop.access || 0), stop.access || 0, t("access_minutes", { n: Hemrunda.minutes(stop.access || 0) }));
        add("hr-wait", stop.arrive, stop.start - stop.arrive, t("wait_minutes", { n: Hemrunda.minutes(stop.start - stop.arrive) }));
        if (stop.kind === "visit") {
          const made = visitButton(round, stop, share, wide);
          inLane.push({ stop, made });
          buttons.set(stop, made);
          track.append(made);
        } else if (stop.end > stop.start) {
          const isWide = (stop.end - stop.start) / whole > 0.05;
          const block = el("span", { class: `hr-block ${stop.kind === "break" ? "hr-pause" : "hr-other"}`, text: isWide ? Hemrunda.word("short", stop.kind) : "", title: Hemrunda.stopTitle(stop), css: { left: share(stop.start), width: wide(stop.end - stop.start) } });
          track.append(block);
        }
      }
      // The lane's stop of the Tab key is the first that a finger can hit, or else the widest.
      const room = ({ stop }) => (stop.end - stop.start) * pixels;
      const widest = (best, one) => (room(one) > room(best) ? one : best);
      const first = inLane.find((one) => room(one) >= TARGET_PX) || (inLane.length ? inLane.reduce(widest) : null);
      if (first) first.made.tabIndex = 0;
      lanes.push(inLane);
      const name = el("button", { type: "button", class: "hr-name", title: round.staff, on: { click: () => { act.choose(round.index); act.fitRound(round.index); } } },
        Hemrunda.swatch(round.style, ""), el("span", { text: round.staff }));
      const row = el("div", { class: "hr-lane" }, name, track);
      row.dataset.round = round.index;
      return row;
    };

    const visitButton = (round, stop, share, wide) => {
      const isFilled = stop.tier === "contact" || stop.tier === "vice";
      const made = el("button", {
        type: "button",
        class: "hr-block",
        tabindex: "-1",
        "data-tier": stop.tier,
        "data-hollow": String(!isFilled),
        "data-changed": stop.change ? "yes" : null,
        "aria-label": Hemrunda.stopTitle(stop),
        title: Hemrunda.stopTitle(stop),
        text: isLegible(stop) ? stop.label : "",
        css: {
          left: share(stop.start),
          width: wide(stop.end - stop.start),
          background: round.style.colour,
          color: isFilled ? "#ffffff" : round.style.colour,
          "border-color": stop.tier === "contact" ? "#111111" : round.style.colour,
        },
        on: {
          click: () => act.choose(round.index, stop, true),
          mouseenter: () => act.point(stop),
          focus: () => act.point(stop),
          keydown: (event) => walk(event, stop),
        },
      });
      return made;
    };

    /** Arrow keys: along the lane, and to the visit nearest in time on the lane above or below. */
    const walk = (event, stop) => {
      const row = lanes.findIndex((one) => one.some((item) => item.stop === stop));
      const place = lanes[row].findIndex((item) => item.stop === stop);
      const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const over = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      let next = null;
      if (beside) next = lanes[row][place + beside];
      if (over) {
        const other = lanes[row + over] || [];
        const away = (item) => Math.abs(item.stop.start - stop.start);
        next = other.reduce((best, item) => (!best || away(item) < away(best) ? item : best), null);
      }
      if (!beside && !over) return;
      event.preventDefault();
      if (next) next.made.focus();
    };

    const mark = () => {
      for (const row of root.querySelectorAll(".hr-lane")) {
        row.dataset.chosen = String(Number(row.dataset.round) === state.round);
      }
      for (const [stop, made] of buttons) {
        const isCurrent = stop === state.stop;
        if (isCurrent) {
          made.setAttribute("aria-current", "true");
          if (!root.matches(":hover")) Hemrunda.scrollWithin(root, made);
        } else made.removeAttribute("aria-current");
        made.style.opacity = state.isTierShown(stop.tier) ? "1" : "0.25";
      }
    };

    act.listen(mark);
    act.rebuild = () => {
      build();
      act.changed();
    };
    build();
  };
})();
