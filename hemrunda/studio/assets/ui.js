// Small things that all views are made of.
import { language } from "./speech.js";

const { el, clock } = Hemrunda;

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  start: "M3 11 12 4l9 7v9h-6v-6H9v6H3z",
  tables: "M3 5h18v14H3zM3 10h18M3 15h18M9 5v14",
  teams: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 20c0-4 3-6 6-6s6 2 6 6M16.5 11.5a2.5 2.5 0 1 0 0-5M16 14c3 0 6 2 6 6",
  proposals: "M3 5h8v14H3zM13 5h8v14h-8zM7 9v6M17 9v6",
  compare: "M4 4v16h16M8 15h.01M11 11h.01M14 13h.01M17 7h.01",
  contacts: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-4 3-6.5 6.5-6.5 1.5 0 2.8.4 4 1.2M17 20.5l-3.2-3.1a2 2 0 0 1 2.8-2.9l.4.4.4-.4a2 2 0 0 1 2.8 2.9z",
  rounds: "M5 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM19 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 17h7a3 3 0 0 0 0-6h-4a3 3 0 0 1 0-6h7",
  desk: "M12 7v6l4 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  out: "M7 9V3h10v6M7 17H4v-7h16v7h-3M7 14h10v7H7z",
  history: "M4 12a8 8 0 1 0 3-6.2M4 4v4h4M12 8v5l3 2",
  undo: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 0 12",
  redo: "M15 7l5 5-5 5M20 12H10a6 6 0 0 0 0 12",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  map: "M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  folder: "M3 6h7l2 2h9v11H3z",
  person: "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-5 4-7 8-7s8 2 8 7",
  play: "M7 5l12 7-12 7z",
};

export const icon = (name) => {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("class", "st-icon");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  made.append(path);
  return made;
};

export const button = (text, run, { kind = "", icon: name, ...more } = {}) =>
  el("button", { type: "button", class: `st-button ${kind}`, ...more, on: { click: run } },
    name ? icon(name) : null, el("span", { text }));

/** A figure with its name, and what it was where that is another. */
export const tile = (label, value, { note = "", tone = "" } = {}) =>
  el("div", { class: `st-tile ${tone}` },
    el("span", { class: "st-tile-label", text: label }),
    el("strong", { class: "st-tile-value", text: value }),
    note ? el("span", { class: "st-tile-note", text: note }) : null);

export const heading = (text, sub = "") =>
  el("div", { class: "st-heading" }, el("h1", { text }), sub ? el("p", { text: sub }) : null);

export const field = (label, control) => el("label", { class: "st-field" }, el("span", { text: label }), control);

export const select = (options, chosen, run) => {
  const made = el("select", { class: "st-select", on: { change: () => run(made.value) } },
    ...options.map(([value, text]) => el("option", { value, text })));
  made.value = chosen;
  return made;
};

const DAYS = {
  sv: ["sön", "mån", "tis", "ons", "tors", "fre", "lör"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
};
const MONTHS = {
  sv: ["jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"],
  en: ["Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sep", "Oct", "Nov", "Dec"],
};

export const dayText = (iso) => {
  const [year, month, day] = iso.split("-").map(Number);
  return `${DAYS[language()][new Date(year, month - 1, day).getDay()]} ${day} ${MONTHS[language()][month - 1]}`;
};

/** The team that whoever sits here looked at last, kept by this browser; "" is all of them. */
const MY_TEAM = "hemrunda-team";
export const setMyTeam = (team) => { localStorage.setItem(MY_TEAM, team); return team; };
export const myTeam = (teams) => {
  const kept = localStorage.getItem(MY_TEAM);
  return kept === "" || teams.includes(kept) ? kept : teams[0];
};

/** Today, or so many days ahead, where the plan has that day; else the plan's first. */
export const dayFrom = (dates, ahead = 0) => {
  const now = new Date();
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead);
  const two = (n) => String(n).padStart(2, "0");
  const iso = `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
  return dates.includes(iso) ? iso : dates[0] || "";
};

export const minutes = (seconds) => {
  const whole = Math.round(seconds / 60);
  return `${whole > 0 ? "+" : whole < 0 ? "−" : "±"}${Math.abs(whole)} min`;
};

export const span = (from, to) => `${clock(from)}–${clock(to)}`;

/** A dialogue; gives its element and a way to end it. Escape and the cross end it too. */
export const dialog = (title, ...content) => {
  const box = el("dialog", { class: "st-dialog", "aria-label": title });
  const end = () => box.close();
  box.append(
    el("div", { class: "st-dialog-head" }, el("h2", { text: title }),
      el("button", { type: "button", class: "st-x", "aria-label": "Stäng", text: "×", on: { click: end } })),
    ...content);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return { box, end };
};

/** Names by id from a key file: in this page's memory, and nowhere else. */
const names = new Map();
export const nameOf = (id) => names.get(id)?.name || id;
export const phoneOf = (id) => names.get(id)?.phone || "";
/** Names by id, for a paper that they are printed on on purpose. */
export const namesHeld = () => Object.fromEntries([...names].map(([id, { name }]) => [id, name]));
export const hasNames = () => names.size > 0;

/** Reads lines of id; namn; telefon. Gives how many. */
export const readNames = async (file) => {
  names.clear();
  for (const line of (await file.text()).split(/\r?\n/)) {
    const [id, name, phone] = line.split(/[;\t]/).map((one) => one.trim());
    if (id && name && id.toLowerCase() !== "id") names.set(id, { name, phone: phone || "" });
  }
  return names.size;
};
export const forgetNames = () => names.clear();
