// Many clients chosen at once: a line drawn around them on the map, or a street by its name.
import { get, guarded } from "./api.js";
import { button, dialog } from "./ui.js";

const { el } = Hemrunda;
const POINTS_LEAST = 3;

/** Whether a point lies within a closed line of points; crossings are counted. */
const within = (line, x, y) => {
  let isIn = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i, i += 1) {
    const [a, b] = [line[i], line[j]];
    if ((a.y > y) !== (b.y > y) && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) isIn = !isIn;
  }
  return isIn;
};

/** Draws a line while the pointer is down; run(contains) when it is closed. */
export const lassoOn = (map, run) => {
  const container = map.getContainer();
  const SVG = "http://www.w3.org/2000/svg";
  const sheet = document.createElementNS(SVG, "svg");
  sheet.setAttribute("class", "st-lasso");
  sheet.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  sheet.append(path);
  let line = null;
  map.boxZoom.disable();

  const at = (event) => map.mouseEventToContainerPoint(event);
  const begin = (event) => {
    line = [at(event)];
    container.append(sheet);
    map.dragging.disable();
  };
  const follow = (event) => {
    if (!line) return;
    line.push(at(event));
    path.setAttribute("d", `M${line.map((one) => `${one.x} ${one.y}`).join("L")}Z`);
  };
  const finish = () => {
    if (!line) return;
    const mine = line;
    line = null;
    sheet.remove();
    path.removeAttribute("d");
    map.dragging.enable();
    if (mine.length >= POINTS_LEAST) run((latLng) => {
      const point = map.latLngToContainerPoint(latLng);
      return within(mine, point.x, point.y);
    });
  };
  window.addEventListener("pointermove", follow);
  window.addEventListener("pointerup", finish);
  return {
    begin,
    get isDrawing() { return line !== null; },
    end: () => {
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", finish);
      sheet.remove();
      map.boxZoom.enable();
    },
  };
};

/** Asks for streets, and gives the ids of the clients who live there. */
export const chooseStreet = (run) => guarded(async () => {
  const { streets } = await get("/api/streets");
  const list = el("ul", { class: "st-lines is-tight st-street-list" });
  const input = el("input", { type: "search", class: "st-input", "aria-label": "Gata", placeholder: "Skriv en del av gatans namn", autocomplete: "off" });
  const draw = () => {
    const find = input.value.trim().toLowerCase();
    const hits = streets.filter((one) => one.name.toLowerCase().includes(find)).slice(0, 40);
    list.replaceChildren(...hits.map((one) => el("li", {}, el("button", { type: "button", class: "st-line", on: { click: () => { end(); run(one.client_ids); } } },
      el("span", { text: one.name }), el("span", { class: "st-note", text: `${one.client_ids.length} brukare` })))));
    if (!hits.length) list.replaceChildren(el("li", { class: "st-note", text: "Ingen gata med brukare heter så." }));
  };
  input.addEventListener("input", draw);
  draw();
  const { end } = dialog("Välj alla på en gata", input, list, el("div", { class: "st-row" }, el("span", { class: "st-space" }), button("Stäng", () => end(), { kind: "is-quiet" })));
  input.focus();
});
