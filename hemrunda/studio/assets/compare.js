// Jämför: many plans beside each other. What is to vary is ticked, the computer makes a plan of each
// combination, and each is a point among the others. Nothing of the plan that stands is changed.
import { at, get, guarded, on, post, toast } from "./api.js";
import { said } from "./speech.js";
import { button, field, heading, select } from "./ui.js";

const { el, number } = Hemrunda;
const PLANS_MOST = 200;
const SVG = "http://www.w3.org/2000/svg";
const chosen = { grid: null, days: 1, quick: true, sort: "travel_min", row: -1 };

const MEASURES = [
  ["n_teams", "Arbetslag", 0, ""],
  ["n_unplanned", "Utan plats", 0, "less"],
  ["n_unplanned_1", "Därav måste", 0, "less"],
  ["contact_pct", "Kontakt %", 1, "more"],
  ["distinct_carers_mean", "Olika personal", 1, "less"],
  ["travel_min", "Resor (min)", 0, "less"],
  ["client_time_pct", "Brukartid %", 1, "more"],
  ["n_rounds", "Pass som går", 0, "less"],
  ["n_change_team", "Byter lag", 0, "less"],
];
const FRONTS = [
  ["travel_min", "contact_pct", "Resor (min) och andel besök av kontakten (%)"],
  ["travel_min", "distinct_carers_mean", "Resor (min) och olika personal per brukare"],
  ["n_change_team", "travel_min", "Brukare som byter lag och resor (min)"],
  ["n_rounds", "n_unplanned", "Pass som går och besök utan plats"],
];

const svg = (tag, properties, ...children) => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/** What a plan was made with, in words. */
const told = (row, factors) => factors.filter(({ key }) => key in row.varied)
  .map(({ key, title, values }) => `${said(title)} ${said(values.find(({ value }) => value === row.varied[key])?.text ?? String(row.varied[key]))}`)
  .join(", ");

/** Points of two measures against each other; a plan that is chosen is the same in all of them. */
const scatter = (rows, x, y, title, choose) => {
  const known = rows.map((row, i) => ({ i, x: row.measures[x], y: row.measures[y] })).filter((one) => one.x !== null && one.y !== null);
  const span = (values) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = (high - low || Math.abs(high) || 1) * 0.08;
    return [low - room, high + room];
  };
  if (new Set(known.map((one) => one.x)).size < 2 || new Set(known.map((one) => one.y)).size < 2) return null;
  const [xLow, xHigh] = span(known.map((one) => one.x));
  const [yLow, yHigh] = span(known.map((one) => one.y));
  const [wide, high, left, below] = [340, 220, 48, 26];
  const atX = (value) => left + (wide - left - 8) * (value - xLow) / (xHigh - xLow);
  const atY = (value) => 8 + (high - below - 8) * (yHigh - value) / (yHigh - yLow);
  const digits = (a, b) => (b - a < 0.5 ? 2 : b - a < 5 ? 1 : 0);
  const label = (value, a, b, more) => svg("text", { class: "st-axis", ...more }, number(value, digits(a, b)));
  const picture = svg("svg", { viewBox: `0 0 ${wide} ${high}`, class: "st-scatter", role: "img", "aria-label": said(title) });
  for (const share of [0, 0.5, 1]) {
    const [xValue, yValue] = [xLow + share * (xHigh - xLow), yLow + share * (yHigh - yLow)];
    picture.append(
      svg("line", { class: "st-grid-line", x1: left, x2: wide - 8, y1: atY(yValue), y2: atY(yValue) }),
      label(yValue, yLow, yHigh, { x: left - 6, y: atY(yValue) + 4, "text-anchor": "end" }),
      label(xValue, xLow, xHigh, { x: atX(xValue), y: high - 8, "text-anchor": share === 0 ? "start" : share === 1 ? "end" : "middle" }));
  }
  for (const one of known) {
    const point = svg("circle", { class: `st-point${one.i === chosen.row ? " is-chosen" : ""}`, cx: atX(one.x), cy: atY(one.y), r: one.i === chosen.row ? 7 : 5 });
    point.append(svg("title", {}, `${one.i + 1}`));
    point.addEventListener("click", () => choose(one.i));
    picture.append(point);
  }
  return el("figure", { class: "st-card st-figure" }, el("figcaption", { text: title }), picture);
};

const nPlans = () => Object.values(chosen.grid).reduce((n, values) => n * (values.length || 1), 1);

/** The grid as far as something is ticked: what holds now where nothing is. */
const gridOf = () => Object.fromEntries(Object.entries(chosen.grid).filter(([, values]) => values.length));

const choicesOf = (found, redraw) => found.factors.map(({ key, title, values }) => el("fieldset", { class: "st-factor" },
  el("legend", { text: title }),
  el("div", { class: "st-values" }, ...values.map(({ value, text, is_now: isNow }) => {
    const box = el("input", { type: "checkbox" });
    box.checked = chosen.grid[key].includes(value);
    box.addEventListener("change", () => {
      chosen.grid[key] = box.checked ? [...chosen.grid[key], value] : chosen.grid[key].filter((one) => one !== value);
      redraw();
    });
    return el("label", { class: "st-value" }, box, el("span", { text }), isNow ? el("small", { text: "nu" }) : null);
  }))));

const resultsOf = (found, choose) => {
  const made = found.rows.filter(({ cause }) => !cause);
  const failed = found.rows.filter(({ cause }) => cause);
  const names = found.factors.filter(({ key }) => (found.asked.grid[key] || []).length > 1);
  const order = made.map((row, i) => ({ row, i }));
  const way = MEASURES.find(([key]) => key === chosen.sort)[3] === "more" ? -1 : 1;
  order.sort((a, b) => way * ((a.row.measures[chosen.sort] ?? Infinity) - (b.row.measures[chosen.sort] ?? Infinity)));
  const best = Object.fromEntries(MEASURES.filter(([, , , better]) => better).map(([key, , , better]) => {
    const all = made.map((row) => row.measures[key]).filter((one) => one !== null);
    return [key, better === "more" ? Math.max(...all) : Math.min(...all)];
  }));
  const head = el("tr", {}, el("th", { scope: "col", text: "Nr" }), ...names.map(({ title }) => el("th", { scope: "col", text: title })),
    ...MEASURES.map(([key, title]) => el("th", { scope: "col", class: "is-number", ...(key === chosen.sort ? { "aria-sort": way < 0 ? "descending" : "ascending" } : {}) },
      el("button", { type: "button", class: "st-sort", text: title, on: { click: () => { chosen.sort = key; choose(chosen.row); } } }))));
  const lines = order.map(({ row, i }) => el("tr", { class: i === chosen.row ? "is-chosen" : "", on: { click: () => choose(i) } },
    el("th", { scope: "row", text: String(i + 1) }),
    ...names.map(({ key, values }) => el("td", { text: values.find(({ value }) => value === row.varied[key])?.text ?? String(row.varied[key]) })),
    ...MEASURES.map(([key, , digits]) => el("td", {
      class: `is-number${made.length > 1 && best[key] === row.measures[key] ? " is-good" : ""}`,
      text: row.measures[key] === null ? "–" : number(row.measures[key], digits),
    }))));
  const fronts = FRONTS.map(([x, y, title]) => scatter(made, x, y, title, choose)).filter(Boolean);
  return [
    made.length && chosen.row >= 0 && made[chosen.row] ? el("div", { class: "st-banner" }, el("span", { text: `Plan ${chosen.row + 1}: ${told(made[chosen.row], names)}` })) : null,
    fronts.length ? el("div", { class: "st-figures" }, ...fronts) : null,
    made.length ? el("div", { class: "st-scroll", tabindex: "0", role: "region", "aria-label": "Planerna bredvid varandra" },
      el("table", { class: "st-table st-plans" }, el("thead", {}, head), el("tbody", {}, ...lines))) : null,
    failed.length ? el("section", { class: "st-card" }, el("h2", { text: "Gick inte att planera" }),
      el("ul", {}, ...failed.map((row) => el("li", { text: `${told(row, names)}: ${row.cause}` })))) : null,
    made.length ? el("p", { class: "st-note", text: `Grönt är bäst av alla. Tabellen ligger i ${found.folder}/study.csv.` }) : null,
  ].filter(Boolean);
};

export const show = async (root) => {
  const page = el("div", { class: "st-page st-compare" });
  root.append(page);
  let found = await get("/api/study");
  chosen.grid = Object.fromEntries(found.factors.map(({ key, values }) => [key,
    found.asked?.grid[key] ? [...found.asked.grid[key]] : values.filter((one) => one.is_now).map((one) => one.value)]));
  if (found.asked) Object.assign(chosen, { days: found.asked.n_days, quick: found.asked.quick });
  const isOurs = () => at.job?.kind === "study";
  const bar = el("progress", { class: "st-bar", max: "1", "aria-label": "Hur långt det har gått" });
  const text = el("p", { class: "st-note", role: "status" });
  const results = el("div", { class: "st-results" });
  const drawResults = () => {
    const choose = (i) => { chosen.row = i; drawResults(); };
    results.replaceChildren(...(found.asked ? resultsOf(found, choose) : []));
  };
  const begin = () => guarded(async () => {
    await post("/api/study", { grid: gridOf(), n_days: chosen.days, quick: chosen.quick });
    chosen.row = -1;
    drawAsked();
  });
  const stop = () => { post("/api/stop"); text.textContent = said("Stannar när de planer som görs nu är klara."); };
  const asked = el("section", { class: "st-card", "aria-label": "Vad som ska jämföras" });
  const drawAsked = () => {
    const n = nPlans();
    const days = [1, 2, 7, 14].filter((one) => one < at.table_dates.length).concat(at.table_dates.length);
    const isLeft = found.asked && found.rows.length < found.n_all && !isOurs();
    bar.hidden = !isOurs();
    asked.replaceChildren(...choicesOf(found, drawAsked),
      el("div", { class: "st-row st-study-ends" },
        field("Dagar", select(days.map((one) => [String(one), `${one} dagar`]), String(chosen.days), (value) => { chosen.days = Number(value); })),
        field("Hur noga", select([["yes", "Snabbt: se ungefär"], ["no", "Som en riktig plan"]], chosen.quick ? "yes" : "no", (value) => { chosen.quick = value === "yes"; })),
        el("span", { class: "st-space" }),
        el("strong", { class: n > PLANS_MOST ? "is-warn" : "", text: n > PLANS_MOST ? `${n} planer, högst ${PLANS_MOST}` : `${n} planer` }),
        isOurs() ? button("Stanna", stop, { kind: "" })
          : Object.assign(button(isLeft ? "Gå vidare" : "Jämför", begin, { kind: "is-main", icon: "play" }), { disabled: n > PLANS_MOST || Boolean(at.job) })),
      bar, text);
    text.textContent = isOurs() ? said(at.job.text)
      : isLeft ? said(`${found.rows.length} av ${found.n_all} planer är gjorda. De som saknas görs när du går vidare.`)
        : found.asked && !found.is_fresh ? said("Något har ändrats sedan jämförelsen gjordes. Jämför igen för att se det.") : "";
  };
  const reread = () => guarded(async () => { found = await get("/api/study"); drawResults(); drawAsked(); });
  page.replaceChildren(heading("Jämför", "Vad händer med större lag, färre medarbetare eller fler brukare? Kryssa för det som ska prövas, så görs en plan av varje kombination. Din egen plan ändras inte."),
    asked, results);
  drawAsked();
  drawResults();
  let shownText = "";
  const aways = [
    on("job", () => {
      if (!isOurs()) return;
      bar.hidden = false;
      bar.value = at.job.done;
      text.textContent = said(at.job.text);
      if (shownText !== at.job.text) {
        shownText = at.job.text;
        reread();
      }
    }),
    on("result", ({ result }) => {
      if (result.of === "study") toast(`${result.n_made} av ${result.n_all} planer är gjorda.`);
      reread();
    }),
  ];
  return () => aways.forEach((away) => away());
};
