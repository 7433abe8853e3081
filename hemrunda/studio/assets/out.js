// Skriv ut: what leaves the studio. Sheets and tables for staff only of an approved plan.
import { act, at, get, guarded, post } from "./api.js";
import { button, dayFrom, dayText, field, hasNames, heading, nameOf, namesHeld, select } from "./ui.js";

const { el } = Hemrunda;
const chosen = { day: "", team: "", staff: "", profile: "council" };
let isNamed = false; // asked for anew each time: it is no setting

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${Hemrunda.number(bytes / 1e6, 1)} MB`);

export const show = async (root) => {
  if (!at.dates.includes(chosen.day)) chosen.day = dayFrom(at.dates, 1);
  const people = await get("/api/people");
  isNamed = false;
  const page = el("div", { class: "st-page" });
  root.append(page);

  const way = (title, text, kind, controls, isForStaff) => {
    const files = el("ul", { class: "st-files", "aria-live": "polite" });
    const make = button("Gör filerna", () => guarded(async () => {
      make.disabled = true;
      try {
        const found = await post("/api/out", { kind, ...chosen, ...(kind === "sheets" && isNamed && hasNames() ? { names: namesHeld() } : {}) });
        files.replaceChildren(...found.files.map((one) => el("li", {}, el("a", { href: `/out/${one.path.split("/").map(encodeURIComponent).join("/")}`, target: "_blank", rel: "noopener", text: `${one.name} (${size(one.size)})` }))),
          el("li", { class: "st-note", text: "index.html i mappen out är en ingång till allt som ligger där." }));
      } finally {
        make.disabled = false;
      }
    }), { icon: "file" });
    make.disabled = isForStaff && !at.is_approved;
    return el("section", { class: "st-card st-way" }, el("h2", { text: title }), el("p", { text }), ...controls, el("div", { class: "st-row" }, make), files);
  };

  const draw = () => {
    const day = () => field("Dag", select(at.dates.map((one) => [one, dayText(one)]), chosen.day, (value) => { chosen.day = value; }));
    const team = () => field("Lag", select([["", "Alla lag"], ...at.teams.map((one) => [one, `Lag ${one}`])], chosen.team, (value) => { chosen.team = value; chosen.staff = ""; draw(); }));
    const mine = people.filter((one) => !chosen.team || one.team === chosen.team);
    const staff = () => field("Medarbetare", select([["", "Alla i tjänst"], ...mine.map((one) => [one.id, nameOf(one.id)])], chosen.staff, (value) => { chosen.staff = value; }));
    const profile = () => field("För vem", select([["council", "Nämnden: bara lag"], ["anonymous", "Utanför enheten: rutor"], ["manager", "Enhetschefen: allt"]], chosen.profile, (value) => { chosen.profile = value; }));
    const named = () => {
      const box = el("input", { type: "checkbox", on: { change: () => { isNamed = box.checked; } } });
      box.checked = isNamed;
      return el("div", {}, el("label", { class: "st-check" }, box, el("span", { text: "Skriv ut med namn" })),
        el("p", { class: "st-note", text: "En PDF till för varje runda, med namnen ur namnfilen. Mobilsida, GPX och kalender har id." }));
    };
    const banner = !at.has_rounds ? el("div", { class: "st-banner" }, el("span", { text: "Det finns inga rundor än. Lagkartan och rapporten kan göras ändå." }))
      : at.is_approved ? el("div", { class: "st-banner is-good" }, el("span", { text: `Planen är godkänd (${at.plan_id}). Allt kan lämnas ut.` }))
        : el("div", { class: "st-banner" }, el("span", { text: "Planen är ett utkast. Godkänn den för att lämna ut rundblad och tabeller." }), button("Godkänn", async () => { if (await act("approve")) draw(); }, { kind: "is-main" }));
    page.replaceChildren(heading("Skriv ut", "Filerna läggs i arbetsmappens out. Inget lämnar datorn av sig självt."), banner,
      el("div", { class: "st-ways" },
        way("Rundblad", "A4 som PDF, mobilsida, GPX och kalender för varje runda. Bara den egna rundan, med ankomst i intervall.", "sheets", at.dates.length ? [day(), team(), staff(), ...(hasNames() ? [named()] : [])] : [], true),
        way("Dagens rundor", "Rundkartan med tidslinje, i en fil som öppnas utan nät.", "rounds", at.dates.length ? [day()] : [], true),
        way("Kontaktkort", "Vem som kommer och vem som ska ringas, att klippa ut och fylla i för hand. Ett kort för varje brukare med kontakt.", "cards", [team()], true),
        way("Tabeller", "rounds.xlsx, CSV, plan.gpkg för QGIS och måtten.", "tables", [], true),
        way("Lagkarta", "Lagens områden i en fil. Välj vem den är för innan den görs.", "map", [profile()], false),
        ...(at.has_rounds ? [way("Rapport", "En sida för nämnd och fack, före och efter.", "report", [profile()], false)] : [])));
  };
  draw();
  return null;
};
