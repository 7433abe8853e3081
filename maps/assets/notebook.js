"use strict";
// Leaflet's own marker is a picture in a file beside it, which is not here: a dot stands for it.
L.Marker.prototype.options.icon = L.divIcon({ className: "marker-dot", iconSize: [14, 14] });
// The foot of a notebook's map: whose streets they are, shown as text.
(() => {
  const block = document.getElementById("data-attribution");
  document.getElementById("attribution").textContent = JSON.parse(block.textContent);
})();
