// The tables: what was read as what, and the faults sheet by sheet, corrected where they stand.
// No content of a cell is shown; what is typed here goes into the folder's own copy of the book.
import { at, get, guarded, post, send } from "./api.js";
import { button, heading } from "./ui.js";

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
      el("table", { class: "st-table st-faults" },
        el("thead", {}, el("tr", {}, ...["Rad", "Kolumn", "Det som står", "Det som går", "Nytt värde"].map((text) => el("th", { scope: "col", text })))),
        el("tbody", {}, ...faults.slice(0, MOST).map((one) => el("tr", { class: one.is_warning ? "is-warning" : "is-fault" },
          el("td", { class: "is-number", text: one.row ? String(one.row) : "" }),
          el("td", { text: one.column || "hela raden" }),
          el("td", {}, el("span", { class: "st-mark", text: one.is_warning ? "varning" : "fel" }), ` ${one.found}`),
          el("td", { text: one.allowed }), cellOf(one)))))),
    faults.length > MOST ? el("p", { class: "st-note", text: `… och ${faults.length - MOST} till` }) : null);
};

const HOW = { read: "läst", mapped: "läst", guessed: "gissad", dropped: "utelämnad", doubled: "dubbel, inte läst", unknown: "inte förstådd", ignored: "bortvald", empty: "tom" };

const receiptOf = (sheet) => {
  const doubtful = sheet.columns.filter((one) => !["read", "mapped"].includes(one.how) || one.n_corrected);
  const why = (one) => [HOW[one.how], one.column && one.column !== one.header ? `som ${one.column}` : "", one.note,
    one.n_corrected ? `${one.n_corrected} ${one.corrected} rättade` : ""].filter(Boolean).join(", ");
  return el("section", { class: "st-card" },
    el("h2", { text: sheet.table ? `${sheet.sheet || sheet.file}: ${sheet.table}` : `${sheet.sheet || sheet.file}: inte läst` }),
    sheet.header_row ? el("p", { class: "st-note", text: `Rubriker på rad ${sheet.header_row}, ${Hemrunda.number(sheet.n_rows)} rader, ${sheet.columns.length - doubtful.length} kolumner lästa rakt av.` }) : null,
    doubtful.length ? el("ul", { class: "st-receipt" }, ...doubtful.map((one) => el("li", { class: one.how === "unknown" ? "is-warn" : "" }, el("strong", { text: one.header }), ` ${why(one)}`))) : null,
    Object.keys(sheet.defaults).length ? el("p", { class: "st-note", text: `Antaget: ${Object.entries(sheet.defaults).map(([name, value]) => `${name} ${value}`).join(", ")}.` }) : null);
};

export const show = async (root) => {
  const { faults, receipt } = await get("/api/faults");
  const input = el("input", { type: "file", accept: ".xlsx", class: "st-hidden", tabindex: "-1", "aria-hidden": "true" });
  input.addEventListener("change", () => {
    if (input.files[0]) guarded(() => send(`/api/upload?again=1&name=${encodeURIComponent(input.files[0].name)}`, input.files[0]));
  });
  const edits = new Map();
  const save = button("Spara rättelserna", () => guarded(() => post("/api/cells", { cells: [...edits.values()] })), { kind: "is-main" });
  const changed = () => {
    save.disabled = !edits.size;
    save.querySelector("span").textContent = edits.size ? `Spara ${edits.size} rättelser` : "Spara rättelserna";
  };
  changed();
  const wrong = faults.filter((one) => !one.is_warning).length;
  const sub = wrong
    ? "Skriv nya värden här, eller rätta i Excel och läs in boken igen. Alla fel visas på en gång; det som står i cellerna visas aldrig."
    : faults.length ? "Tabellerna är hela. Varningarna hindrar inget." : "Tabellerna är hela och rimliga.";
  root.append(el("div", { class: "st-page" },
    heading(wrong ? `${wrong} fel att rätta` : "Tabellerna", sub),
    el("div", { class: "st-row" }, ...(wrong ? [save] : []), button("Läs in boken igen", () => input.click(), { icon: "file" }), input,
      el("span", { class: "st-note", text: at.folder })),
    ...[...bySheet(faults.sort((a, b) => a.is_warning - b.is_warning || a.row - b.row))].map(([sheet, found]) => faultTable(sheet, found, edits, changed)),
    ...(receipt.length ? [el("h2", { text: "Så lästes boken" }), el("div", { class: "st-ways" }, ...receipt.map(receiptOf))] : [])));
  return null;
};
