// Three doors, what is opened, and what is missing.
import { at, get, guarded, on, post, send } from "./api.js";
import { said } from "./speech.js";
import { button, dayText, dialog, icon } from "./ui.js";

const { el } = Hemrunda;

const door = (picture, title, text, ...more) =>
  el("section", { class: "st-door" }, icon(picture), el("h2", { text: title }), el("p", { text }), ...more);

const upload = (file) => guarded(() => send(`/api/upload?name=${encodeURIComponent(file.name)}`, file));

const excelDoor = () => {
  const input = el("input", { type: "file", accept: ".xlsx", class: "st-hidden", tabindex: "-1", "aria-hidden": "true" });
  input.addEventListener("change", () => { if (input.files[0]) upload(input.files[0]); });
  const made = door("file", "Öppna en Excelfil", "Släpp boken här, eller välj den. Filen läses på den här datorn och får en egen mapp.",
    button("Välj fil", () => input.click(), {}), input);
  made.addEventListener("dragover", (event) => { event.preventDefault(); made.classList.add("is-over"); });
  made.addEventListener("dragleave", () => made.classList.remove("is-over"));
  made.addEventListener("drop", (event) => {
    event.preventDefault();
    made.classList.remove("is-over");
    if (event.dataTransfer.files[0]) upload(event.dataTransfer.files[0]);
  });
  return made;
};

const folderDoor = (folders) => {
  const list = folders.slice(0, 5).map((one) => el("li", {}, el("button", {
    type: "button", class: "st-line", on: { click: () => guarded(() => post("/api/open", { path: one.path })) },
  }, icon("folder"), el("span", { text: one.name }), el("span", { class: "st-note", text: one.has_plan ? "med plan" : "" }))));
  const path = el("input", { class: "st-input", placeholder: "Sökväg till mappen", "aria-label": "Sökväg till mappen", autocomplete: "off" });
  const form = el("form", { class: "st-row", on: { submit: (event) => {
    event.preventDefault();
    guarded(() => post("/api/open", { path: path.value }));
  } } }, path, el("button", { class: "st-button", type: "submit", text: "Öppna" }));
  return door("folder", "Öppna en arbetsmapp", list.length ? "Fortsätt där du slutade." : "En mapp med indata.xlsx och gatunät.",
    list.length ? el("ul", { class: "st-lines" }, ...list) : null, form);
};

const demoDoor = () => {
  const size = el("select", { class: "st-select", "aria-label": "Storlek" },
    el("option", { value: "400", text: "400 brukare, två veckor" }),
    el("option", { value: "120", text: "120 brukare, en vecka" }),
    el("option", { value: "40", text: "40 brukare, två dagar" }));
  const days = { 400: 14, 120: 7, 40: 2 };
  return door("map", "Prova med Ekhamn", "En påhittad kommun med gator, brukare, personal och schema. Inget av det finns på riktigt.",
    size, button("Prova", () => guarded(() => post("/api/demo", { n_clients: Number(size.value), n_days: days[size.value] })), { kind: "is-main", icon: "play" }));
};

const opening = () => {
  const bar = el("progress", { class: "st-bar", max: "1", "aria-label": "Hur långt det har gått" });
  const text = el("p", { class: "st-big-note" });
  const draw = (event) => {
    bar.value = event.done || 0;
    text.textContent = said(event.text || "Öppnar");
  };
  draw(at.progress || {});
  return { made: el("div", { class: "st-waiting" }, el("h1", { text: "Öppnar" }), bar, text), away: on("opening", draw) };
};

const networkChoice = (networks) => el("div", { class: "st-waiting" },
  el("h1", { text: "Vilka gator?" }),
  el("p", { text: "Tabellerna är lästa. Välj gatunät eller OSM-utdrag bland det som ligger på datorn." }),
  at.n_faults ? el("p", { class: "hr-warn", text: `${at.n_faults} fel i tabellerna syns redan under Tabeller.` }) : null,
  el("ul", { class: "st-lines" }, ...networks.map((name, i) => el("li", {}, el("button", {
    type: "button", class: "st-line", on: { click: () => guarded(() => post("/api/network", { number: i })) },
  }, icon("map"), el("span", { text: name }))))),
  at.failure ? el("p", { class: "st-trouble", role: "alert", text: at.failure }) : null,
  byName(),
  networks.length ? null : el("p", { class: "st-note", text: "Inget hittades. Lägg ett utdrag (.osm.pbf) från Geofabrik eller kommunen bredvid arbetsmapparna och läs in sidan igen." }),
  button("Tillbaka", () => guarded(() => post("/api/leave")), { kind: "is-quiet" }));

/** Streets fetched by a name: the one thing that goes online, and only after a yes. */
const byName = () => {
  const name = el("input", { class: "st-input", "aria-label": "Kommunens namn", placeholder: "Kommunens namn, till exempel Falkenberg", maxlength: "80", autocomplete: "off", required: "" });
  const asked = (event) => {
    event.preventDefault();
    const place = name.value.trim();
    const { end } = dialog("Hämta gatorna från nätet?",
      el("p", { text: `OpenStreetMaps servrar (nominatim.openstreetmap.org och overpass-api.de) får frågan: vilka gator finns i ${place}?` }),
      el("p", { text: "Bara namnet skickas. Inga adresser, inga brukare, ingenting ur tabellerna. Efter det behövs nätet inte mer." }),
      el("div", { class: "st-row" }, el("span", { class: "st-space" }),
        button("Avbryt", () => end(), { kind: "is-quiet" }),
        button("Hämta gatorna", () => guarded(async () => { end(); await post("/api/download", { place }); }), { kind: "is-main" })));
  };
  return el("form", { on: { submit: asked } }, el("h2", { text: "Eller hämta efter namn" }),
    el("div", { class: "st-row" }, name, el("button", { class: "st-button", type: "submit", text: "Hämta …" })));
};

const figure = ([label, value]) => el("div", { class: "st-fact" }, el("dt", { text: label }), el("dd", { text: value }));

const rowsOf = ({ teams, summary }) => (summary.length ? summary : [
    ["Brukare", String(teams.n_clients)],
    ["Arbetslag i dag", `${teams.n}, med ${teams.least}–${teams.most} brukare`],
    ["Omsorg i veckan", `${Hemrunda.number(teams.care_h)} h`],
    ["Mest ojämna laget", `${teams.off_pct} % från medel`],
    ["Resor inom lagen", `${Hemrunda.number(teams.travel_h)} h i veckan`],
    ["Lag som inte hänger ihop", String(teams.n_loose)],
    ["Utan omsorgskontakt", String(teams.n_without)],
  ]);

const openFolder = () => {
  const span = at.table_dates.length ? `${dayText(at.table_dates[0])} – ${dayText(at.table_dates.at(-1))}` : "";
  const next = at.has_rounds
    ? [button("Se rundorna", () => { location.hash = "#/rundor"; }, { kind: "is-main" }), button("Morgonbordet", () => { location.hash = "#/morgon"; })]
    : [button("Se arbetslagen", () => { location.hash = "#/arbetslag"; }, { kind: "is-main" })];
  // Measuring a fortnight takes some seconds: the page is there before.
  const facts = el("dl", { class: "st-facts", "aria-busy": "true" }, figure(["Mäter", "…"]));
  guarded(async () => {
    facts.replaceChildren(...rowsOf(await get("/api/figures")).map(figure));
    facts.removeAttribute("aria-busy");
  });
  return el("div", { class: "st-open" },
    el("h1", { text: at.place }),
    el("p", { class: "st-big-note", text: at.has_rounds ? `Planen för ${span}` : `Så ser det ut i dag, ${span}. Inget flyttas om du inte ber om det.` }),
    facts,
    el("div", { class: "st-row" }, ...next, el("span", { class: "st-space" }),
      button("Stäng mappen", () => guarded(() => post("/api/leave")), { kind: "is-quiet" })));
};

export const show = async (root) => {
  if (at.phase === "opening") {
    const { made, away } = opening();
    root.append(made);
    return away;
  }
  if (at.phase === "ready") {
    root.append(openFolder());
    return null;
  }
  const doors = await get("/api/doors");
  if (at.phase === "network") {
    root.append(networkChoice(doors.networks));
    return null;
  }
  root.append(el("div", { class: "st-hero" },
    el("h1", { text: "Arbetslag och rundor i hemtjänsten" }),
    el("p", { text: "Allt räknas på den här datorn. Ingenting skickas någonstans." })),
  at.failure ? el("p", { class: "st-trouble", role: "alert", text: at.failure }) : "",
  el("div", { class: "st-doors" }, demoDoor(), excelDoor(), folderDoor(doors.folders)));
  return null;
};
