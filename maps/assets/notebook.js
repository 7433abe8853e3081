"use strict";
// The foot of a notebook's map: whose streets they are, shown as text.
(() => {
  const block = document.getElementById("data-attribution");
  document.getElementById("attribution").textContent = JSON.parse(block.textContent);
})();
