// One map for all views: the base map is drawn once, and the views put their layers on it.
import { get } from "./api.js";
import { language } from "./speech.js";

const { el } = Hemrunda;
let map = null;
let holder = null;
let folder = null;

/** Fetches the base map of the folder that is open; done once. */
const ground = async (name) => {
  if (folder === name) return;
  const blocks = await get(`/api/ground?language=${language()}`);
  for (const [block, value] of Object.entries(blocks)) Hemrunda.put(block, value);
  if (map) map.remove();
  holder = el("div", { class: "st-map-holder" });
  folder = name;
  map = null;
};

/** Puts the map into a slot of the page; gives Leaflet's map without any view's layers on it. */
export const mapIn = async (slot, name) => {
  await ground(name);
  slot.append(holder);
  if (!map) {
    map = L.map(holder, { zoomControl: false, attributionControl: false, minZoom: 8, maxZoom: 19, zoomSnap: 1 });
    map.setView([0, 0], 12);
    Hemrunda.setUp(map, "page");
    Hemrunda.streets(map, "streets");
  }
  map.off("click mousemove mousedown mouseup");
  map.getContainer().style.cursor = "";
  map.dragging.enable();
  map.invalidateSize({ pan: false });
  return map;
};

/** A small map of its own, for a picture beside what the views show. */
export const smallMap = async (slot, name) => {
  await ground(name);
  const made = L.map(slot, { zoomControl: false, attributionControl: false, minZoom: 8, maxZoom: 17, zoomSnap: 1, keyboard: false });
  made.fitBounds(Hemrunda.bounds(Hemrunda.block("page").view), { animate: false });
  Hemrunda.streets(made, "streets");
  return made;
};

/** Where nearly all visits are: one far out would make a dot of the town. */
export const fitStops = (map, state) => {
  const stops = state.rounds.flatMap((one) => one.stops).filter((one) => one.kind === "visit" && one.x !== null);
  if (!stops.length) return;
  const within = (axis) => {
    const sorted = stops.map((one) => one[axis]).sort((a, b) => a - b);
    return [sorted[Math.floor(sorted.length * 0.06)], sorted[Math.floor((sorted.length - 1) * 0.94)]];
  };
  const [[west, east], [south, north]] = [within("x"), within("y")];
  map.fitBounds(Hemrunda.bounds([west, south, east, north]), { padding: [16, 16], animate: false });
};

export const leaveMap = (...layers) => {
  for (const layer of layers) if (layer && map && map.hasLayer(layer)) map.removeLayer(layer);
};
