// The tables' faults, sheet by sheet, each with where it is and what is allowed. No cell is shown.
import { at, get, guarded, send } from "./api.js";
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

const table = (sheet, faults) => {
  const n = faults.filter((one) => !one.is_warning).length;
  const told = [n ? `${n} fel` : "", faults.length - n ? `${faults.length - n} varningar` : ""].filter(Boolean).join(", ");
  return el("section", { class: "st-card" },
    el("h2", { text: `${sheet} (${told})` }),
    el("div", { class: "st-scroll", tabindex: "0", role: "region", "aria-label": `Fel i ${sheet}` },
      el("table", { class: "st-table" },
        el("thead", {}, el("tr", {}, ...["Rad", "Kolumn", "Det som står", "Det som går"].map((text) => el("th", { scope: "col", text })))),
        el("tbody", {}, ...faults.slice(0, MOST).map((one) => el("tr", { class: one.is_warning ? "is-warning" : "is-fault" },
          el("td", { class: "is-number", text: one.row ? String(one.row) : "" }),
          el("td", { text: one.column || "hela raden" }),
          el("td", {}, el("span", { class: "st-mark", text: one.is_warning ? "varning" : "fel" }), ` ${one.found}`),
          el("td", { text: one.allowed })))))),
    faults.length > MOST ? el("p", { class: "st-note", text: `… och ${faults.length - MOST} till` }) : null);
};

export const show = async (root) => {
  const faults = await get("/api/faults");
  const input = el("input", { type: "file", accept: ".xlsx", class: "st-hidden", tabindex: "-1", "aria-hidden": "true" });
  input.addEventListener("change", () => {
    if (input.files[0]) guarded(() => send(`/api/upload?again=1&name=${encodeURIComponent(input.files[0].name)}`, input.files[0]));
  });
  const wrong = faults.filter((one) => !one.is_warning).length;
  const sub = wrong
    ? "Rätta i Excel, spara och läs in boken igen. Alla fel visas på en gång; inget av det som står i cellerna visas här."
    : faults.length ? "Tabellerna är hela. Varningarna hindrar inget." : "Tabellerna är hela och rimliga.";
  root.append(el("div", { class: "st-page" },
    heading(wrong ? `${wrong} fel att rätta` : "Tabellerna", sub),
    el("div", { class: "st-row" }, button("Läs in boken igen", () => input.click(), { icon: "file", kind: wrong ? "is-main" : "" }), input,
      el("span", { class: "st-note", text: at.folder })),
    ...[...bySheet(faults.sort((a, b) => a.is_warning - b.is_warning || a.row - b.row))].map(([sheet, found]) => table(sheet, found))));
  return null;
};
