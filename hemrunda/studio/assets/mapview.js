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

export const leaveMap = (...layers) => {
  for (const layer of layers) if (layer && map && map.hasLayer(layer)) map.removeLayer(layer);
};
