"use strict";
// What every page shares: reading the data blocks, text, elements, and numbers written as letters.
// Users' text is shown by textContent only; nothing here makes markup from a string.
const Hemrunda = {};

(() => {
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUE = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i += 1) VALUE[LETTERS.charCodeAt(i)] = i;

  const read = new Map();

  /** The JSON block called name; parsed once. */
  Hemrunda.block = (name) => {
    if (!read.has(name)) {
      read.set(name, JSON.parse(document.getElementById(`data-${name}`).textContent));
    }
    return read.get(name);
  };

  /** A block that comes later than the page, or again. */
  Hemrunda.put = (name, value) => read.set(name, value);

  /** Whole numbers from text; the writer is maps/common/polyline_encoding.py. Halving instead of shifting: 35 bits. */
  Hemrunda.decode = (text) => {
    const numbers = [];
    let value = 0;
    let unit = 1;
    for (let i = 0; i < text.length; i += 1) {
      const letter = VALUE[text.charCodeAt(i)];
      value += (letter & 31) * unit;
      if (letter & 32) {
        unit *= 32;
      } else {
        numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
        value = 0;
        unit = 1;
      }
    }
    return numbers;
  };

  /** Points [x0, y0, x1, y1, …] from steps. */
  Hemrunda.decodePoints = (text) => {
    const steps = Hemrunda.decode(text);
    const points = new Float64Array(steps.length);
    let x = 0;
    let y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      points[i] = x;
      points[i + 1] = y;
    }
    return points;
  };

  /** A text of the catalogue, with {names} filled in. */
  Hemrunda.t = (key, values = {}) => {
    const text = Hemrunda.block("texts")[key];
    if (text === undefined) throw new Error(`no text for ${key}`);
    return Hemrunda.inNumber(text.replace(/\{(\w+)\}/g, (_, name) => String(values[name])));
  };

  // What pages count, in words that differ where it is one; a test sees that nothing counted is left out.
  const ONE = {
    sv: {
      adresser: "adress", dagar: "dag", filer: "fil", flyttade: "flyttad", gator: "gata", gånger: "gång",
      halvdagar: "halvdag", heltider: "heltid", insatser: "insats", insatsminuter: "insatsminut",
      kolumner: "kolumn", korsningar: "korsning", lediga: "ledig", luckor: "lucka", minuter: "minut",
      okända: "okänd", orsaker: "orsak", personer: "person", planer: "plan", platser: "plats", punkter: "punkt",
      rader: "rad", rubriker: "rubrik", rundor: "runda", rättade: "rättad", rättelser: "rättelse",
      sekunder: "sekund", sena: "sen", skyddade: "skyddad", tider: "tid", timmar: "timme", tjänster: "tjänst",
      träffar: "träff", varningar: "varning", veckor: "vecka", ytor: "yta", ändringar: "ändring",
      överrapporteringar: "överrapportering",
    },
    en: {
      addresses: "address", areas: "area", carers: "carer", changes: "change", characters: "character",
      clients: "client", columns: "column", corrections: "correction", days: "day", faults: "fault",
      fields: "field", files: "file", gaps: "gap", handovers: "handover", headers: "header", hits: "hit",
      hours: "hour", junctions: "junction", metres: "metre", minutes: "minute", moves: "move", names: "name",
      persons: "person", places: "place", plans: "plan", points: "point", reasons: "reason", rounds: "round",
      rows: "row", rules: "rule", seconds: "second", services: "service", sheets: "sheet", shifts: "shift",
      streets: "street", stretches: "stretch", tasks: "task", teams: "team", times: "time", unknown: "unknown",
      visits: "visit", warnings: "warning", weeks: "week", are: "is", have: "has", were: "was",
    },
  }[document.documentElement.lang === "en" ? "en" : "sv"];
  const WORDS = Object.keys(ONE).join("|");
  // Not the 1 of 21, of 1–2, of 0,1 or of 10 001.
  const OF_ONE = new RegExp(`(?<![\\p{L}\\d.,:–−/-])(?<!\\d[ \\u00a0\\u202f])1((?: (?:${WORDS})(?![\\p{L}-]))+)`, "gu");

  /** One of a thing is said in the singular: 1 rad, 1 okänd rubrik. */
  Hemrunda.inNumber = (text) =>
    text.includes("1 ") ? text.replace(OF_ONE, (_, words) => `1${words.replace(/\p{L}+/gu, (word) => ONE[word])}`) : text;

  /** The catalogue's word for a code such as a task or a mode; a code it lacks is shown as it is. */
  Hemrunda.word = (kind, code) => {
    const text = Hemrunda.block("texts")[`${kind}_${code}`];
    return text === undefined ? code : text;
  };

  /** An element with properties, attributes (aria-*, data-*, role, for …) and children. */
  Hemrunda.el = (tag, properties = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === undefined || value === null) continue;
      if (name === "class") made.className = value;
      else if (name === "text") made.textContent = value;
      else if (name === "on") {
        for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
      } else if (name === "css") {
        for (const [rule, setting] of Object.entries(value)) made.style.setProperty(rule, setting);
      } else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };

  /** Seconds since midnight as HH:MM, rounded down. */
  Hemrunda.clock = (seconds) => {
    const two = (n) => String(n).padStart(2, "0");
    return `${two(Math.floor((seconds > 86400 ? seconds - 86400 : seconds) / 3600))}:${two(Math.floor((seconds % 3600) / 60))}`;
  };

  // Intl would do the same, and take a tenth of all the time until the map is there.
  const [GROUP, POINT, MINUS] = document.documentElement.lang === "en" ? [",", ".", "-"] : ["\u00a0", ",", "\u2212"];

  /** A number as the page's language writes it, with at most so many decimals. */
  Hemrunda.number = (value, digits = 0) => {
    const rounded = Math.round(Math.abs(value) * 10 ** digits) / 10 ** digits;
    const [whole, part] = String(rounded).split(".");
    const told = whole.replace(/\B(?=(\d{3})+$)/g, GROUP) + (part ? POINT + part : "");
    return value < 0 && rounded ? MINUS + told : told;
  };

  /** The order in which people look for ids: L2 before L10. */
  Hemrunda.inOrder = (ids) => {
    if (ids.some((id) => /[^ -~]/.test(id))) {
      return new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
    }
    const partsOf = (id) => id.toLowerCase().match(/\d+|\D+/g) || [];
    return (a, b) => {
      const [left, right] = [partsOf(a), partsOf(b)];
      for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
        const [one, other] = [left[i], right[i]];
        const step = /^\d/.test(one) && /^\d/.test(other) ? one - other : 0;
        if (step) return step;
        if (!/^\d/.test(one) || !/^\d/.test(other)) {
          if (one !== other) return one < other ? -1 : 1;
        }
      }
      return left.length - right.length;
    };
  };

  /** Seconds as whole minutes, as the page's language writes them. */
  Hemrunda.minutes = (seconds) => Hemrunda.number(seconds / 60);

  /** One stop of the Tab key for a list of buttons; arrow keys go along it. */
  Hemrunda.roving = (list) => {
    const items = () => [...list.querySelectorAll("button, a[href]")];
    const only = (one) => { for (const item of items()) item.tabIndex = item === one ? 0 : -1; };
    if (items().length) only(items()[0]);
    list.addEventListener("focusin", (event) => { if (items().includes(event.target)) only(event.target); });
    list.addEventListener("keydown", (event) => {
      const all = items();
      const at = all.indexOf(event.target);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (at < 0 || to === undefined || !all[to]) return;
      event.preventDefault();
      all[to].focus();
    });
    return list;
  };

  /** Fills what the skeleton marks: data-t is a text of the catalogue, data-label an aria-label. */
  const fillSkeleton = () => {
    for (const one of document.querySelectorAll("[data-t]")) {
      one.textContent = Hemrunda.t(one.dataset.t);
    }
    for (const one of document.querySelectorAll("[data-label]")) {
      one.setAttribute("aria-label", Hemrunda.t(one.dataset.label));
    }
    const page = Hemrunda.block("page");
    for (const one of document.querySelectorAll("[data-page]")) {
      one.textContent = page[one.dataset.page];
    }
    if (page.title) document.title = page.title;
  };

  /** Grid units to what Leaflet knows. */
  Hemrunda.latLng = (x, y) => {
    const origin = Hemrunda.block("page").origin;
    return L.Projection.SphericalMercator.unproject(L.point(origin[0] + x, origin[1] + y));
  };

  /** Bounds [west, south, east, north] in grid units as Leaflet's. */
  Hemrunda.bounds = (b) => L.latLngBounds(Hemrunda.latLng(b[0], b[1]), Hemrunda.latLng(b[2], b[3]));

  /** What is chosen, in words, for paper: there no control tells it. */
  Hemrunda.tellChosen = (text) => {
    const place = document.querySelector(".hr-chosen");
    if (place) place.textContent = text;
  };

  /** Brings a child into view by scrolling its container only, never the page. */
  Hemrunda.scrollWithin = (container, child) => {
    if (container.scrollHeight <= container.clientHeight + 1) return;
    const outer = container.getBoundingClientRect();
    const inner = child.getBoundingClientRect();
    if (inner.top < outer.top + 30) container.scrollTop += inner.top - outer.top - 30;
    else if (inner.bottom > outer.bottom) container.scrollTop += inner.bottom - outer.bottom + 6;
  };

  Hemrunda.quietMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  /** First call of every map page: skeleton, controls, first view. */
  Hemrunda.setUp = (map, name) => {
    fillSkeleton();
    const page = Hemrunda.block(name);
    L.control
      .zoom({ zoomInTitle: Hemrunda.t("zoom_in"), zoomOutTitle: Hemrunda.t("zoom_out") })
      .addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    const container = map.getContainer();
    container.setAttribute("role", "region");
    container.setAttribute("aria-label", Hemrunda.t("map_label"));
    const note = L.control({ position: "bottomright" });
    note.onAdd = () => Hemrunda.el("div", { class: "hr-attribution", text: page.attribution });
    note.addTo(map);
    Hemrunda.home = (animate = !Hemrunda.quietMotion()) =>
      map.fitBounds(Hemrunda.bounds(page.view), { padding: [14, 14], animate });
    // Head and foot have taken their room by now: measured once here, so that nothing is drawn twice.
    map.invalidateSize({ pan: false });
    Hemrunda.home(false);
    new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(container);
    // Paper is drawn finer, and in its own style (streets.js).
    const forPaper = (isOn) => {
      Hemrunda.isPrinting = isOn;
      map.eachLayer((layer) => { if (layer.redraw) layer.redraw(); });
    };
    // On paper the map keeps the size in which it was drawn, and shows all of what is chosen.
    const frame = container.closest(".hr-map");
    let before = null;
    window.addEventListener("beforeprint", () => {
      frame.style.width = `${frame.clientWidth}px`;
      frame.style.height = `${frame.clientHeight}px`;
      before = [map.getCenter(), map.getZoom()];
      const box = Hemrunda.chosenBox?.() || page.view;
      map.fitBounds(Hemrunda.bounds(box), { padding: [20, 20], maxZoom: 16, animate: false });
      forPaper(true);
    });
    window.addEventListener("afterprint", () => {
      frame.style.width = "";
      frame.style.height = "";
      if (before) map.setView(...before, { animate: false });
      before = null;
      forPaper(false);
    });
    Hemrunda.map = map;
  };
  Hemrunda.fillSkeleton = fillSkeleton;
})();
