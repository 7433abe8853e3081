// Förslag: the redesign front under a slider, states with names, and two of them side by side: a map
// that is split, figures with their differences, and the people between. Nothing moves unasked.
import { act, at, get, guarded, on, post, toast } from "./api.js";
import { said } from "./speech.js";
import { leaveMap, mapIn } from "./mapview.js";
import { showJob } from "./planning.js";
import { button, dialog, field, heading, nameOf, select } from "./ui.js";

const { el, number } = Hemrunda;
const PEOPLE_MOST = 200;
const seen = { before: "start", after: "now", aim: "balance", split: 50 };
const AIMS = [["balance", "Jämnare arbete"], ["travel", "Kortare vägar"]];

const signed = (value, digits = 0) => (value > 0 ? "+" : "") + number(value, digits);

/** What each side can be, with the points of the redesign last. */
const sidesOf = (points) => [
  ["now", "Som det står nu"],
  ["start", at.is_today ? "Dagens lag" : "Utgångsläget"],
  ...at.names.map((name) => [`name:${name}`, name]),
  ...points.map((one) => [`plan:${one.base}`, `Omdelning: ${one.n_moved} flyttar, ${one.aim === "balance" ? "jämnare" : "kortare vägar"}`]),
];

const FIGURES = [
  ["Lag", ({ teams }) => teams.n, 0],
  ["Brukare i lagen, minst", ({ teams }) => teams.least, 0],
  ["Brukare i lagen, mest", ({ teams }) => teams.most, 0],
  ["Mest ojämna laget, % från medel", ({ teams }) => teams.off_pct, 0, "less"],
  ["Resor inom lagen, h/v", ({ teams }) => teams.travel_h, 0, "less"],
  ["Lag som inte hänger ihop", ({ teams }) => teams.n_loose, 0, "less"],
  ["Lag utanför gränserna", ({ teams }) => teams.n_outside, 0, "less"],
  ["Utan omsorgskontakt", ({ teams }) => teams.n_without, 0, "less"],
  ["Besök utan personal", ({ rounds }) => rounds?.n_unplanned, 0, "less"],
  ["Av kontakten, %", ({ rounds }) => rounds?.contact_pct, 1, "more"],
  ["Olika personal på 14 dagar", ({ rounds }) => rounds?.distinct_carers, 1, "less"],
  ["Tid hos brukare, %", ({ rounds }) => rounds?.client_time_pct, 1, "more"],
];

const toneOf = (change, better) => {
  if (!change || !better) return "";
  return (change < 0) === (better === "less") ? "is-good" : "is-warn";
};

const figureTable = (before, after, names) => el("table", { class: "st-table" },
  el("caption", { class: "st-sr", text: "Måtten bredvid varandra" }),
  el("thead", {}, el("tr", {}, el("td"), ...names.map((text) => el("th", { scope: "col", class: "is-number", text })), el("th", { scope: "col", class: "is-number", text: "Skillnad" }))),
  el("tbody", {}, ...FIGURES.flatMap(([label, of, digits, better]) => {
    const [was, now] = [of(before), of(after)];
    if (was === undefined && now === undefined) return [];
    const cell = (value) => el("td", { class: "is-number", text: value === undefined || value === null ? "–" : number(value, digits) });
    const change = typeof was === "number" && typeof now === "number" ? Number((now - was).toFixed(digits)) : null;
    return [el("tr", {}, el("th", { scope: "row", text: label }), cell(was), cell(now),
      el("td", { class: `is-number ${toneOf(change, better)}`, text: change === null ? "–" : change ? signed(change, digits) : "lika" }))];
  })));

/** One state for the map out of two: clients of the right side, with their team on the left. */
const splitState = (before, after) => {
  const now = Hemrunda.teamStateOf(after);
  const was = Hemrunda.teamStateOf(before);
  const index = new Map(before.clients.id.map((id, i) => [id, i]));
  const nowOf = new Map(after.teams.map((one, i) => [one.id, i]));
  const toNow = before.teams.map((one) => nowOf.get(one.id) ?? -1);
  now.before = {
    ...was.now,
    teamOf: after.clients.id.map((id) => (index.has(id) ? was.now.teamOf[index.get(id)] : -1)),
    styles: before.teams.map((_, i) => (toNow[i] >= 0 ? now.now.styles[toNow[i]] : was.now.styles[i])),
    asNow: (team) => toNow[team],
    isShown: () => true,
  };
  now.moved = after.clients.id.map((_, i) => {
    const team = now.before.teamOf[i];
    return team >= 0 && toNow[team] !== now.now.teamOf[i] ? 1 : 0;
  });
  now.isComparing = true;
  now.split = seen.split / 100;
  return now;
};

const peopleCard = (people, reasons, goTo) => {
  const moved = people.filter((one) => one.team[0] !== one.team[1]);
  const only = people.filter((one) => one.team[0] === one.team[1]);
  const line = (one) => el("li", {}, el("button", { type: "button", class: "st-line is-tall", on: { click: () => goTo(one.client_id) } },
    el("span", {}, el("strong", { text: nameOf(one.client_id) }),
      one.team[0] !== one.team[1] ? ` lag ${one.team[0] || "–"} → ${one.team[1] || "–"}` : "",
      one.contact[0] !== one.contact[1] ? el("small", { text: `kontakt ${nameOf(one.contact[0]) || "ingen"} → ${nameOf(one.contact[1]) || "ingen"}` }) : null,
      reasons.has(one.client_id) ? el("small", { text: reasons.get(one.client_id) }) : null)));
  const list = (title, found, isOpen) => (found.length ? el("details", isOpen ? { open: "" } : {}, el("summary", { text: `${title} (${found.length})` }),
    el("ul", { class: "st-lines is-tight" }, ...found.slice(0, PEOPLE_MOST).map(line)),
    found.length > PEOPLE_MOST ? el("p", { class: "st-note", text: `… och ${found.length - PEOPLE_MOST} till` }) : null) : null);
  return el("section", { class: "st-card", "aria-label": "Vilka det gäller" }, el("h2", { text: "Vilka det gäller" }),
    people.length ? null : el("p", { class: "st-note", text: "Samma lag och samma kontakter på båda sidor." }),
    list("Byter lag", moved, true), list("Byter bara kontakt", only, !moved.length));
};

/** A name for what stands now. */
const nameDialog = () => {
  const input = el("input", { class: "st-input", maxlength: "40", autocomplete: "off" });
  const { end } = dialog("Spara läget som förslag",
    field("Namn", input),
    el("div", { class: "st-row" }, el("span", { class: "st-space" }),
      button("Spara", async () => { if (await act("name", { name: input.value })) end(); }, { kind: "is-main" })));
  input.focus();
};

export const show = async (root) => {
  const slot = el("div", { class: "hr-map st-map" });
  const swipe = el("input", { type: "range", class: "st-swipe", min: "0", max: "100", value: String(seen.split), "aria-label": "Dra gränsen mellan kartorna" });
  const signs = el("div", { class: "st-swipe-signs", "aria-hidden": "true" });
  const panel = el("section", { class: "st-panel", "aria-label": "Förslag" });
  root.append(el("div", { class: "st-split" }, el("div", { class: "st-swipe-box" }, slot, signs, swipe), panel));
  const map = await mapIn(slot, at.folder);
  let { points, is_fresh: isFresh } = await get("/api/front");
  let found = null;
  let layer = null;
  let turn = 0;

  const pointOf = (side) => points.find((one) => `plan:${one.base}` === side);
  const titleOf = (side) => sidesOf(points).find(([key]) => key === side)?.[1] || side;

  const compare = async () => {
    const known = new Set(sidesOf(points).map(([key]) => key));
    if (!known.has(seen.before)) seen.before = "start";
    if (!known.has(seen.after)) seen.after = "now";
    turn += 1;
    const mine = turn;
    panel.setAttribute("aria-busy", "true");
    draw();
    const query = new URLSearchParams({ before: seen.before, after: seen.after });
    const answer = await guarded(() => get(`/api/compare?${query}`));
    if (mine !== turn) return;
    panel.removeAttribute("aria-busy");
    if (!answer) return;
    found = answer;
    const state = splitState(found.before, found.after);
    if (layer) layer.show(state);
    else layer = new Hemrunda.TeamLayer(state).addTo(map);
    draw();
  };

  swipe.addEventListener("input", () => {
    seen.split = Number(swipe.value);
    root.style.setProperty("--split", `${seen.split}%`);
    if (!layer) return;
    layer._state.split = seen.split / 100;
    layer.redraw();
  });
  root.style.setProperty("--split", `${seen.split}%`);
  const follow = () => layer?.redraw();
  map.on("move", follow);

  const goTo = (id) => {
    const i = found.after.clients.id.indexOf(id);
    if (i < 0) return;
    const state = layer._state;
    state.client = i;
    map.setView(Hemrunda.latLng(state.xs[i], state.ys[i]), Math.max(map.getZoom(), 15), { animate: !Hemrunda.quietMotion() });
    layer.redraw();
  };

  const ask = () => guarded(async () => {
    at.result = null;
    await post("/api/redesign");
    showJob();
  });

  /** The slider "how many may move": each point a whole plan. */
  const frontCard = () => {
    if (!points.length) {
      return el("section", { class: "st-card" }, el("h2", { text: "Hur många får flytta?" }),
        el("p", { text: "Datorn räknar fram vägarna från dagens indelning till den bästa: från att ingen flyttar till att alla får. Varje punkt är en hel indelning att titta på." }),
        button("Räkna fram vägarna", ask, { kind: "is-main", icon: "play" }));
    }
    const mine = points.filter((one) => one.aim === seen.aim);
    const n = Math.max(0, mine.findIndex((one) => `plan:${one.base}` === seen.after));
    const [chosen] = mine.slice(n);
    const slider = el("input", { type: "range", class: "st-range", min: "0", max: String(mine.length - 1), step: "1", value: String(n), id: "st-front",
      "aria-valuetext": `högst ${chosen.n_moved} flyttar` });
    const told = el("output", { class: "st-front-told", for: "st-front", text: `${chosen.n_moved} brukare byter lag` });
    slider.addEventListener("input", () => {
      const one = mine[Number(slider.value)];
      told.textContent = said(`${one.n_moved} brukare byter lag`);
      slider.setAttribute("aria-valuetext", said(`högst ${one.n_moved} flyttar`));
    });
    slider.addEventListener("change", () => { seen.before = "now"; seen.after = `plan:${mine[Number(slider.value)].base}`; compare(); });
    const aims = el("div", { class: "st-days", role: "group", "aria-label": "Vad flyttarna ska ge" }, ...AIMS.map(([key, text]) => el("button", {
      type: "button", class: "st-day", text, "aria-pressed": String(key === seen.aim), on: { click: () => {
        seen.aim = key;
        const same = points.filter((one) => one.aim === key);
        seen.before = "now";
        seen.after = `plan:${same[Math.min(n, same.length - 1)].base}`;
        compare();
      } },
    })));
    const one = pointOf(seen.after);
    return el("section", { class: "st-card is-chosen", "aria-label": "Hur många får flytta?" },
      el("h2", { text: "Hur många får flytta?" }), aims,
      el("label", { class: "st-sr", for: "st-front", text: "Hur många får flytta?" }), slider, told,
      one ? el("dl", { class: "st-pairs" },
        el("dt", { text: "Byter kontakt (måste)" }), el("dd", { text: `${one.n_new_contacts} (${one.n_forced_contacts})` }),
        el("dt", { text: "Vägarna inom lagen" }), el("dd", { text: `${signed(-one.travel_gain_min_week)} min/v`, class: one.travel_gain_min_week > 0 ? "is-good" : "" }),
        el("dt", { text: "Mest ojämna laget" }), el("dd", { text: `${number(one.imbalance_pct, 1)} %` }),
        el("dt", { text: "Av den vinst som går att få" }), el("dd", { text: `${number(one.gain_pct)} %` })) : null,
      isFresh ? null : el("p", { class: "is-warn", text: "Indelningen har ändrats sedan punkterna räknades." }),
      el("div", { class: "st-row" },
        one ? button("Anta punkten", () => adopt(one), { kind: "is-main" }) : null,
        button("Räkna om", ask, { kind: "is-quiet" })));
  };

  const adopt = async (one) => {
    if (!await act("adopt", { base: one.base, what: "point" })) return;
    seen.before = "start";
    seen.after = "now";
    toast(`${one.n_moved} brukare har fått nytt lag. Planera rundor för den nya indelningen.`, { press: "Ångra", run: () => act("undo"), seconds: 20 });
  };

  const namesCard = () => el("section", { class: "st-card", "aria-label": "Sparade förslag" },
    el("div", { class: "st-card-head" }, el("h2", { text: "Sparade förslag" }), button("Spara läget", nameDialog, { icon: "file" })),
    at.names.length ? el("ul", { class: "st-lines" }, ...at.names.map((name) => el("li", { class: "st-row" },
      el("span", { class: "st-space", text: name }), at.name === name ? el("span", { class: "st-badge", text: "står nu" })
        : button("Öppna", () => act("open", { name }), { kind: "is-quiet", "aria-label": `Öppna ${name}` }),
      el("button", { type: "button", class: "st-x", "aria-label": `Ta bort ${name}`, text: "×", on: { click: () => act("forget", { name }) } }))))
      : el("p", { class: "st-note", text: "Spara läget med ett namn, pröva något annat, och jämför. Den som öppnar ett förslag förlorar inget: läget före sparas." }));

  const draw = () => {
    const options = sidesOf(points);
    const names = [seen.before, seen.after].map(titleOf);
    signs.replaceChildren(el("span", { text: names[0] }), el("span", { text: names[1] }));
    const pick = (label, key) => field(label, select(options, seen[key], (value) => { seen[key] = value; compare(); }));
    const one = pointOf(seen.after);
    const reasons = new Map(one ? one.moves.map((move) => [move.client_id, move.reason]) : []);
    const focused = document.activeElement?.id;
    panel.replaceChildren(
      heading("Förslag", "Två lägen bredvid varandra. Inget flyttas förrän du antar det."),
      frontCard(),
      el("section", { class: "st-card", "aria-label": "Jämför" }, el("h2", { text: "Jämför" }),
        el("div", { class: "st-two" }, pick("Till vänster", "before"), pick("Till höger", "after")),
        found ? el("div", { class: "st-scroll", tabindex: "0", role: "region", "aria-label": "Måtten bredvid varandra" }, figureTable(found.before.figures, found.after.figures, ["Vänster", "Höger"]))
          : el("p", { class: "st-note", text: "Räknar …" })),
      ...(found ? [peopleCard(found.people, reasons, goTo)] : []),
      namesCard());
    if (focused === "st-front") document.getElementById("st-front")?.focus();
  };

  await compare();
  const ends = [
    on("result", async ({ result }) => {
      if (result.kind !== "done" || result.of !== "redesign") return;
      ({ points, is_fresh: isFresh } = await get("/api/front"));
      const mine = points.filter((one) => one.aim === seen.aim);
      seen.before = "now";
      seen.after = `plan:${(mine[1] || mine[0]).base}`;
      compare();
    }),
    on("acted", async () => { ({ points, is_fresh: isFresh } = await get("/api/front")); compare(); }),
    on("elsewhere", compare),
  ];
  return () => {
    turn += 1;
    ends.forEach((end) => end());
    map.off("move", follow);
    leaveMap(layer);
  };
};
