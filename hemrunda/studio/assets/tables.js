// The tables: what was read as what, and the faults sheet by sheet, corrected where they stand.
// No content of a cell is shown; what is typed here goes into the folder's own copy of the book.
// Headers nobody knows are mapped by choosing; addresses nobody finds are placed by candidates or map.
import { at, get, guarded, post, send } from "./api.js";
import { said } from "./speech.js";
import { mapIn } from "./mapview.js";
import { button, heading, icon, select } from "./ui.js";

const { el } = Hemrunda;
const MOST = 300;

const bySheet = (faults) => {
  const found = new Map();
  for (const one of faults) {
    const key = one.sheet || one.file;
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(one);
  }
  return found;
};

const faultTable = (sheet, faults, edits, changed) => {
  const n = faults.filter((one) => !one.is_warning).length;
  const told = [n ? `${n} fel` : "", faults.length - n ? `${faults.length - n} varningar` : ""].filter(Boolean).join(", ");
  const cellOf = (one) => {
    if (!one.sheet || !one.row || !one.column || one.is_warning) return el("td");
    const input = el("input", { class: "st-input", "aria-label": `Nytt värde, ${sheet} rad ${one.row}, ${one.column}`, autocomplete: "off" });
    input.addEventListener("input", () => {
      const key = `${one.sheet} ${one.row} ${one.column}`;
      if (input.value.trim()) edits.set(key, { sheet: one.sheet, row: one.row, column: one.column, value: input.value });
      else edits.delete(key);
      changed();
    });
    return el("td", {}, input);
  };
  return el("section", { class: "st-card" },
    el("h2", { text: `${sheet} (${told})` }),
    el("div", { class: "st-scroll", tabindex: "0", role: "region", "aria-label": `Fel i ${sheet}` },
      el("table", { class: "st-table st-faults st-stack" },
        el("thead", {}, el("tr", {}, ...["Rad", "Kolumn", "Det som står", "Det som går", "Nytt värde"].map((text) => el("th", { scope: "col", text })))),
        el("tbody", {}, ...faults.slice(0, MOST).map((one) => el("tr", { class: one.is_warning ? "is-warning" : "is-fault" },
          el("td", { class: "is-number", text: one.row ? `rad ${one.row}` : "" }),
          el("td", { text: one.column || "hela raden" }),
          el("td", {}, el("span", { class: "st-mark", text: one.is_warning ? "varning" : "fel" }), ` ${one.problem}`),
          el("td", { text: one.allowed }), cellOf(one)))))),
    faults.length > MOST ? el("p", { class: "st-note", text: `… och ${faults.length - MOST} till` }) : null);
};

const HOW = { read: "läst", mapped: "läst", guessed: "gissad", dropped: "utelämnad", doubled: "dubbel, inte läst", unknown: "inte förstådd", ignored: "bortvald", empty: "tom" };

const receiptOf = (sheet) => {
  const doubtful = sheet.columns.filter((one) => !["read", "mapped"].includes(one.how) || one.n_corrected);
  const why = (one) => [HOW[one.how], one.column && one.column !== one.header ? `som ${one.column}` : "", one.note,
    one.n_corrected ? `${one.n_corrected} ${one.corrected} rättade` : ""].filter(Boolean).join(", ");
  return el("section", { class: "st-card" },
    el("h2", { text: sheet.table ? (sheet.sheet === sheet.table ? sheet.table : `${sheet.sheet || sheet.file}: ${sheet.table}`) : `${sheet.sheet || sheet.file}: inte läst` }),
    sheet.header_row ? el("p", { class: "st-note", text: `Rubriker på rad ${sheet.header_row}, ${Hemrunda.number(sheet.n_rows)} rader, ${sheet.columns.length - doubtful.length} kolumner lästa rakt av.` }) : null,
    doubtful.length ? el("ul", { class: "st-receipt" }, ...doubtful.map((one) => el("li", { class: one.how === "unknown" ? "is-warn" : "" }, el("strong", { text: one.header }), ` ${why(one)}`))) : null,
    Object.keys(sheet.counts).length ? el("p", { class: "st-note", text: `Om raderna: ${Object.entries(sheet.counts).map(([what, n]) => `${n} ${what}`).join("; ")}.` }) : null,
    Object.keys(sheet.defaults).length ? el("p", { class: "st-note", text: `Antaget: ${Object.entries(sheet.defaults).map(([name, value]) => `${name} ${value}`).join(", ")}.` }) : null);
};

/** Headers that are not understood: what each means is chosen, and remembered for the next export.
    Names, numbers, free text and empty columns are left out by themselves; they stand folded below. */
const headersCard = (headers, columns) => {
  const open = headers.filter((one) => ["okänd", "dubblett"].includes(one.reason));
  const left = headers.filter((one) => !open.includes(one));
  const answers = new Map();
  const save = button("Spara rubrikerna", () => guarded(() => post("/api/headers", { answers: [...answers.values()] })), { kind: "is-main" });
  save.disabled = true;
  const row = (one) => {
    const label = new Map(columns[one.table]);
    const near = one.suggestions.map((name) => [name, `${label.get(name)} (kanske)`]);
    const rest = columns[one.table].filter(([name]) => !one.suggestions.includes(name));
    const pick = select([["", "välj …"], ...near, ["-", "Läs inte kolumnen"], ...rest], "", (value) => {
      const key = `${one.table} ${one.header}`;
      if (value) answers.set(key, { table: one.table, header: one.header, column: value });
      else answers.delete(key);
      save.disabled = !answers.size;
    });
    pick.setAttribute("aria-label", said(`Vad ${one.header} betyder`));
    return el("tr", {}, el("th", { scope: "row", text: one.header }), el("td", { text: one.sheet || one.file }), el("td", { text: one.reason }), el("td", {}, pick));
  };
  const table = (rows, title) => el("div", { class: "st-scroll", tabindex: "0", role: "region", "aria-label": title },
    el("table", { class: "st-table st-stack" }, el("thead", {}, el("tr", {}, ...["Rubrik", "Blad", "Varför den inte läses", "Betyder"].map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...rows.map(row))));
  return el("section", { class: "st-card", "aria-label": "Okända rubriker" },
    el("h2", { text: open.length ? `${open.length} okända rubriker` : "Inga okända rubriker" }),
    open.length ? el("p", { class: "st-note", text: "Välj vad varje rubrik betyder. Svaret gäller även nästa gång boken exporteras." }) : null,
    open.length ? table(open, "Okända rubriker") : null,
    left.length ? el("details", {}, el("summary", { text: `${left.length} kolumner läses inte, som de ska: namn, nummer, fritext och tomma` }), table(left, "Kolumner som inte läses")) : null,
    el("div", { class: "st-row" }, save));
};

/** Addresses without a place: a candidate is chosen, or the place is clicked on the map. */
const addressesCard = ({ addresses, n, n_hidden: hidden }) => {
  const places = new Map();
  const slot = el("div", { class: "hr-map st-map st-place-map" });
  const told = el("p", { class: "st-note", role: "status", text: "Välj ett förslag, eller peka på kartan." });
  const save = button("Spara platserna", () => guarded(() => post("/api/addresses", { places: [...places.values()] })), { kind: "is-main" });
  save.disabled = true;
  let aiming = null;
  let map = null;
  const marks = new Map();
  const put = (key, lat, lon) => {
    places.set(key, { key, lat, lon });
    save.disabled = false;
    save.querySelector("span").textContent = said(`Spara ${places.size} platser`);
    if (!map) return;
    marks.get(key)?.remove();
    marks.set(key, L.circleMarker([lat, lon], { radius: 9, color: "#111", weight: 3, fillColor: "#ffd24a", fillOpacity: 1 }).addTo(map));
    map.panTo([lat, lon], { animate: !Hemrunda.quietMotion() });
  };
  const open = async () => {
    if (map) return;
    slot.hidden = false;
    map = await mapIn(slot, at.folder);
    const aimed = ({ lat, lng }) => {
      if (!aiming) return;
      put(aiming, lat, lng);
      told.textContent = said(`${aiming} är satt på kartan. Spara för att läsa tabellerna igen.`);
    };
    map.on("click", (event) => aimed(event.latlng));
    // By keys: the arrows move the map under the cross in its middle, and Enter puts the mark there.
    slot.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== map.getContainer()) return;
      event.preventDefault();
      aimed(map.getCenter());
    });
  };
  const row = (one) => {
    const pick = select([["", "välj …"], ...one.candidates.map((point, i) => [String(i), point.text])], "", async (value) => {
      if (value === "") return;
      await guarded(open);
      const point = one.candidates[Number(value)];
      put(one.key, point.lat, point.lon);
    });
    pick.setAttribute("aria-label", said(`Plats för ${one.key}`));
    return el("tr", {}, el("th", { scope: "row", text: one.key }), el("td", { text: one.reason }), el("td", {}, one.candidates.length ? pick : el("span", { class: "st-note", text: "inget förslag" })),
      el("td", {}, button("Peka", async () => {
        await guarded(open);
        aiming = one.key;
        map.getContainer().style.cursor = "crosshair";
        slot.classList.add("is-aiming");
        told.textContent = said(`Klicka på kartan där ${one.key} bor. Med tangenter: pilarna flyttar kartan, Enter sätter platsen i mitten.`);
        slot.scrollIntoView({ block: "nearest" });
        map.getContainer().focus({ preventScroll: true });
      }, { kind: "is-quiet", icon: "map", "aria-label": `Peka ut ${one.key} på kartan` })));
  };
  slot.hidden = true;
  return el("section", { class: "st-card", "aria-label": "Adresser utan träff" }, el("h2", { text: `${n} adresser utan träff` }),
    el("div", { class: "st-scroll", tabindex: "0", role: "region", "aria-label": "Adresser utan träff" },
      el("table", { class: "st-table" }, el("thead", {}, el("tr", {}, ...["Rad", "Varför", "Förslag", "På kartan"].map((text) => el("th", { scope: "col", text })))),
        el("tbody", {}, ...addresses.map(row)))),
    n > addresses.length ? el("p", { class: "st-note", text: `… och ${n - addresses.length} till, när de första är sparade.` }) : null,
    hidden ? el("p", { class: "st-note", text: `${hidden} med skyddade uppgifter visas inte här; skriv koordinaterna i boken.` }) : null,
    told, slot, el("div", { class: "st-row" }, save));
};

export const show = async (root) => {
  const { faults, receipt } = await get("/api/faults");
  const { headers, columns } = await get("/api/headers");
  const places = await get("/api/addresses");
  const input = el("input", { type: "file", accept: ".xlsx", class: "st-hidden", tabindex: "-1", "aria-hidden": "true" });
  input.addEventListener("change", () => {
    if (input.files[0]) guarded(() => send(`/api/upload?again=1&name=${encodeURIComponent(input.files[0].name)}`, input.files[0]));
  });
  const edits = new Map();
  const save = button("Spara rättelserna", () => guarded(() => post("/api/cells", { cells: [...edits.values()] })), { kind: "is-main" });
  const changed = () => {
    save.disabled = !edits.size;
    save.querySelector("span").textContent = said(edits.size ? `Spara ${edits.size} rättelser` : "Spara rättelserna");
  };
  changed();
  const wrong = faults.filter((one) => !one.is_warning).length;
  const sub = wrong
    ? "Skriv nya värden här, eller rätta i Excel och läs in boken igen. Alla fel visas på en gång; det som står i cellerna visas aldrig."
    : faults.length ? "Tabellerna är hela. Varningarna hindrar inget." : "Tabellerna är hela och rimliga.";
  root.append(el("div", { class: "st-page" },
    heading(wrong ? `${wrong} fel att rätta` : "Tabellerna", sub),
    el("div", { class: "st-row" }, ...(wrong ? [save] : []), button("Läs in boken igen", () => input.click(), { icon: "file" }), input,
      el("a", { class: "st-button", href: "/api/workbook/corrected", download: "" }, icon("file"), el("span", { text: "Spara den rättade boken" })),
      ...(faults.length ? [el("a", { class: "st-button", href: "/api/workbook/marked", download: "" }, icon("tables"), el("span", { text: "Spara en bok med felen märkta" }))] : [])),
    ...(headers.length ? [headersCard(headers, columns)] : []),
    ...(places.n ? [addressesCard(places)] : []),
    ...[...bySheet(faults.sort((a, b) => a.is_warning - b.is_warning || a.row - b.row))].map(([sheet, found]) => faultTable(sheet, found, edits, changed)),
    ...(receipt.length ? [el("h2", { text: "Så lästes boken" }), el("div", { class: "st-ways" }, ...receipt.map(receiptOf))] : [])));
  return null;
};
