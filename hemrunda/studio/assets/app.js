// The frame: head, steps, and the view that is looked at. Each view is a module with show(root).
import { language, said, setLanguage } from "./speech.js";
import { act, at, guarded, listen, on, refresh, setWho, toast, who } from "./api.js";
import { openPlanning, watchJob } from "./planning.js";
import { button, dialog, field, forgetNames, hasNames, icon, readNames, select } from "./ui.js";

const { el } = Hemrunda;

const VIEWS = [
  ["start", "Start", "start"],
  ["tabeller", "Tabeller", "tables"],
  ["arbetslag", "Arbetslag", "teams"],
  ["forslag", "Förslag", "proposals"],
  ["jamfor", "Jämför", "compare"],
  ["kontakter", "Kontakter", "contacts"],
  ["rundor", "Rundor", "rounds"],
  ["morgon", "Morgonbord", "desk"],
  ["ut", "Skriv ut", "out"],
  ["historik", "Historik", "history"],
];
const MODULES = {
  start: () => import("./start.js"),
  tabeller: () => import("./tables.js"),
  arbetslag: () => import("./teams.js"),
  forslag: () => import("./proposals.js"),
  jamfor: () => import("./compare.js"),
  kontakter: () => import("./contacts.js"),
  rundor: () => import("./rounds.js"),
  morgon: () => import("./desk.js"),
  ut: () => import("./out.js"),
  historik: () => import("./history.js"),
};

const view = document.getElementById("view");
let leave = null;
let shown = "";
let turn = 0;

const isOpen = () => at.phase === "ready";
const isFree = (name) => name === "start" || (name === "tabeller" && at.phase !== "start") || isOpen();

/** Shows the view that the address names, or the one that makes sense now. */
const route = async (isAgain = false) => {
  let name = location.hash.slice(2).split("?")[0] || "start";
  if (!MODULES[name] || !isFree(name)) name = "start";
  if (name === shown && !isAgain) return;
  turn += 1;
  const mine = turn;
  shown = name;
  const module = await MODULES[name]();
  if (mine !== turn) return;
  if (leave) leave();
  leave = null;
  // A view that is still being fetched when another is asked for draws on a leaf that is gone.
  const leaf = el("div", { class: "st-leaf" });
  view.replaceChildren(leaf);
  view.className = `st-view st-is-${name}`;
  drawNav();
  const title = VIEWS.find(([key]) => key === name)[1];
  document.title = at.place && isOpen() ? `${said(title)} · ${at.place} · Hemrunda` : "Hemrunda";
  const end = await guarded(() => module.show(leaf));
  if (mine !== turn) {
    if (end) end();
    return;
  }
  leave = end;
  view.dataset.shown = name;
};

export const goTo = (name) => { location.hash = `#/${name}`; };

const drawNav = () => {
  const nav = document.getElementById("nav");
  nav.replaceChildren(...VIEWS.map(([name, title, picture]) => {
    const link = el("a", { class: "st-step", href: `#/${name}` }, icon(picture), el("span", { text: title }));
    if (name === shown) link.setAttribute("aria-current", "page");
    if (!isFree(name)) {
      link.setAttribute("aria-disabled", "true");
      link.removeAttribute("href");
    }
      if (name === "kontakter" && at.n_requests) link.append(el("b", { class: "st-count", text: String(at.n_requests), "aria-label": `${at.n_requests} önskar annan kontakt` }));
    if (name === "tabeller" && at.n_faults) link.append(el("b", { class: "st-count", text: String(at.n_faults), "aria-label": `${at.n_faults} fel` }));
    return link;
  }));
  seeStep();
};

/** On a telephone the steps are a row wider than the page: the one that is shown is in sight. */
const seeStep = () => document.querySelector("#nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const drawTop = () => {
  const top = document.getElementById("top");
  const brand = el("div", { class: "st-brand" }, icon("rounds"), el("span", { text: "Hemrunda" }));
  if (!isOpen()) {
    top.replaceChildren(brand, el("span", { class: "st-place", text: at.folder || "" }));
    return;
  }
  const chip = el("span", {
    class: `st-chip ${at.is_approved ? "is-good" : ""}`,
    text: at.is_approved ? "Godkänd" : at.has_rounds ? "Utkast" : at.is_today ? "I dag" : "Ny indelning",
    title: at.is_approved ? "Planen är godkänd och kan lämnas ut" : at.has_rounds ? "Planen kan ändras; inget lämnas ut" : at.is_today ? "Dagens indelning, ännu inga rundor" : "En ny indelning, ännu inga rundor",
  });
  const undo = button("Ångra", () => act("undo"), { icon: "undo", kind: "is-quiet", "aria-keyshortcuts": "Control+Z", title: "Ångra (Ctrl+Z)" });
  const redo = button("Gör om", () => act("redo"), { icon: "redo", kind: "is-quiet", "aria-keyshortcuts": "Control+Y", title: "Gör om (Ctrl+Y)" });
  undo.disabled = !at.n_undo;
  redo.disabled = !at.n_redo;
  const plan = button(at.has_rounds ? "Planera om" : "Planera rundor", openPlanning, { icon: "play", kind: "is-main" });
  const approve = button("Godkänn", () => approvePlan(), { kind: "" });
  approve.disabled = !at.has_rounds || at.is_approved;
  const me = button(who() || "Vem är du?", openMe, { icon: "person", kind: "is-quiet", title: "Ditt namn i historiken, och namnfil" });
  top.replaceChildren(brand, el("span", { class: "st-place", text: at.name ? `${at.place}: ${at.name}` : at.place }), chip,
    el("span", { class: "st-space" }), undo, redo, plan, approve, me);
};

const approvePlan = async () => {
  if (await act("approve")) toast("Planen är godkänd. Nu kan den skrivas ut.", { press: "Skriv ut", run: () => goTo("ut") });
};

/** Who sits here, and the key file with names, which stays in this page's memory. */
const openMe = () => {
  const name = el("input", { class: "st-input", value: who(), maxlength: "40", autocomplete: "off" });
  const file = el("input", { type: "file", accept: ".csv,.txt", class: "st-input" });
  const told = el("p", { class: "st-note", text: hasNames() ? "Namn är inlästa och visas bara här." : "Sidan visar id tills en namnfil läses." });
  file.addEventListener("change", async () => {
    if (!file.files[0]) return;
    const n = await readNames(file.files[0]);
    told.textContent = said(`${n} namn är inlästa. De ligger i den här sidans minne och skrivs ingenstans.`);
    route(true);
  });
  const { end } = dialog("Du och namnen",
    field("Ditt namn, för historiken", name),
    field("Språk", select([["sv", "Svenska"], ["en", "English"]], language(), (value) => { setLanguage(value); location.reload(); })),
    el("hr"),
    field("Namnfil (id; namn; telefon)", file), told,
    el("div", { class: "st-row" },
      button("Glöm namnen", () => { forgetNames(); told.textContent = said("Namnen är glömda."); route(true); }, { kind: "is-quiet" }),
      el("span", { class: "st-space" }),
      button("Klar", () => { setWho(name.value.trim()); drawTop(); end(); }, { kind: "is-main" })));
};

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || !isOpen()) return;
  if (event.target.matches("input:not([type=checkbox]), textarea") || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const step = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
  if (!step) return;
  event.preventDefault();
  act(step);
});

let phase = "";
on("state", () => {
  drawTop();
  drawNav();
  if (phase === at.phase) return;
  const before = phase;
  phase = at.phase;
  if (before === "opening" && at.phase === "ready") goTo("arbetslag");
  else if (at.phase === "faults" || at.phase === "network") goTo(at.phase === "faults" ? "tabeller" : "start");
  route(true);
});

window.addEventListener("hashchange", () => route());
window.addEventListener("resize", seeStep);
document.querySelector(".hr-skip").textContent = said("Till innehållet");
document.getElementById("nav").setAttribute("aria-label", said("Steg"));
listen();
watchJob();
await guarded(refresh);
await route();
document.body.dataset.ready = "yes";
