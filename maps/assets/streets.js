"use strict";
// The base map: water, green, rail and streets on one canvas, with names along them from zoom 15.
(() => {
  const CELL = 2000; // grid units; paths are kept by square so that far ones are not drawn
  const NAMES_FROM = 15;
  const EDGES_FROM = 14;
  const NUMBERS_FROM = 18;
  const LAND = "#f4f1ea";

  // from: first zoom at which it is drawn; width in pixels at zoom 14, 16 and 18.
  const STYLE = {
    motorway: { from: 0, line: "#e8b98a", edge: "#b98a58", width: [3.5, 7, 14] },
    trunk: { from: 0, line: "#efcb9c", edge: "#bf9a68", width: [3.2, 6.5, 13] },
    primary: { from: 0, line: "#f6dfae", edge: "#bfa878", width: [3, 6, 12] },
    secondary: { from: 0, line: "#faedc6", edge: "#bdb08c", width: [2.6, 5.5, 11] },
    tertiary: { from: 11, line: "#ffffff", edge: "#b9b3a6", width: [2.2, 5, 10] },
    unclassified: { from: 12, line: "#ffffff", edge: "#c2bcb0", width: [1.6, 4, 8.5] },
    residential: { from: 12, line: "#ffffff", edge: "#c2bcb0", width: [1.5, 4, 8.5] },
    living_street: { from: 13, line: "#ffffff", edge: "#c8c2b6", width: [1.3, 3.4, 8] },
    pedestrian: { from: 14, line: "#efeae6", edge: "#cbc3b8", width: [1.2, 3, 7] },
    service: { from: 14, line: "#ffffff", edge: "#d2cdc2", width: [0.8, 2.2, 5] },
    track: { from: 14, line: "#b8a98a", dash: [6, 4], width: [0.8, 1.3, 2] },
    cycleway: { from: 14, line: "#7d9fb8", dash: [5, 3], width: [0.8, 1.3, 2] },
    footway: { from: 15, line: "#bfa58f", dash: [2, 3], width: [0.7, 1.1, 1.6] },
    path: { from: 15, line: "#bfa58f", dash: [3, 4], width: [0.7, 1.1, 1.6] },
    steps: { from: 16, line: "#a58b76", dash: [1, 2], width: [1, 2.5, 4] },
    ferry: { from: 11, line: "#6d93ad", dash: [8, 6], width: [1, 1.4, 2] },
  };
  const AREAS = { water: "#b9d6e6", green: "#d9e7cc", building: "#e0d8cd" };
  // On paper, grey printers among them: white land, dark edges and names, buildings with an outline.
  const PAPER = {
    land: "#ffffff",
    areas: { water: "#d5e0e7", green: "#eef3ea", building: "#dcdcdc" },
    edge: "#6f6f6f",
    line: "#ffffff",
    quiet: "#6f6f6f",
    ink: "#000000",
    numbersFrom: 17,
    larger: 1.5,
  };
  const LINES = { river: ["#b9d6e6", [3, 6, 12]], rail: ["#8d8882", [1.2, 2, 3]] };
  const SMALLEST_FIRST = [
    "steps", "path", "footway", "track", "cycleway", "ferry", "service", "pedestrian",
    "living_street", "residential", "unclassified", "tertiary", "secondary", "primary", "trunk",
    "motorway",
  ];

  const widthAt = ([at14, at16, at18], zoom) => {
    if (zoom <= 14) return Math.max(0.6, at14 * 0.8 ** (14 - zoom));
    if (zoom <= 16) return at14 + ((at16 - at14) * (zoom - 14)) / 2;
    return at16 + ((at18 - at16) * Math.min(zoom - 16, 3)) / 2;
  };

  /** Lines by square: [{path, west, south, east, north, lines}]. */
  const squares = (lines) => {
    const found = new Map();
    for (const line of lines) {
      const { points, begin } = line;
      const key = `${Math.floor(points[begin] / CELL)} ${Math.floor(points[begin + 1] / CELL)}`;
      let square = found.get(key);
      if (!square) {
        square = { lines: [], path: null, west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
        found.set(key, square);
      }
      square.lines.push(line);
      for (let i = begin; i < line.end; i += 2) {
        square.west = Math.min(square.west, points[i]);
        square.east = Math.max(square.east, points[i]);
        square.south = Math.min(square.south, points[i + 1]);
        square.north = Math.max(square.north, points[i + 1]);
      }
    }
    return [...found.values()];
  };

  // A line is wider than the points it goes through.
  const seen = (square, view) => Hemrunda.seen(square, view, 12 / view.k);

  const pathOf = (square) => {
    if (!square.path) {
      square.path = new Path2D();
      for (const line of square.lines) Hemrunda.trace(square.path, line);
    }
    return square.path;
  };

  const StreetLayer = Hemrunda.CanvasLayer.extend({
    options: { pane: "tilePane" },

    initialize(block) {
      this._names = block.names;
      this._classes = new Map(
        block.classes.map((one) => {
          const lines = Hemrunda.lines(one);
          Hemrunda.decode(one.t).forEach((name, i) => { lines[i].name = name; });
          return [one.c, squares(lines)];
        }),
      );
      this._numbers = { texts: block.numbers.v, places: Hemrunda.decodePoints(block.numbers.p) };
      this._features = new Map(block.features.map((one) => [one.k, squares(Hemrunda.lines(one))]));
    },

    /** Streets whose name holds a text, each with a point of it: what the maps' search goes to. */
    namesWith(text, most) {
      const found = new Map();
      const wanted = new Map(this._names.map((name, i) => [i, name]).filter(([, name]) => name.toLowerCase().includes(text)));
      if (!wanted.size) return [];
      for (const group of this._classes.values()) {
        for (const square of group) {
          for (const line of square.lines) {
            const name = wanted.get(line.name);
            if (!name || found.has(name)) continue;
            const middle = line.begin + 2 * Math.floor((line.end - line.begin) / 4);
            found.set(name, { name, x: line.points[middle], y: line.points[middle + 1] });
          }
        }
      }
      return [...found.values()].sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1)).slice(0, most);
    },

    /** Names keep clear of each other over the whole view, and so are drawn together. */
    isWhole() {
      return this._drawnZoom >= NAMES_FROM;
    },

    draw(ctx, view) {
      const onPaper = Hemrunda.isPrinting;
      ctx.fillStyle = onPaper ? PAPER.land : LAND;
      ctx.fillRect(0, 0, view.width, view.height);
      Hemrunda.inGrid(ctx, view);
      // Round corners are not seen on thin lines, and cost more than all the rest.
      const isWide = view.zoom >= 15;
      ctx.lineJoin = isWide ? "round" : "bevel";
      ctx.lineCap = isWide ? "round" : "butt";
      for (const [kind, colour] of Object.entries(onPaper ? PAPER.areas : AREAS)) this._fill(ctx, view, kind, colour);
      for (const [kind, [colour, width]] of Object.entries(LINES)) {
        this._stroke(ctx, view, this._features.get(kind), colour, widthAt(width, view.zoom), []);
      }
      this._streets(ctx, view);
      Hemrunda.inPixels(ctx, view);
      if (view.zoom >= (onPaper ? PAPER.numbersFrom : NUMBERS_FROM)) this._drawNumbers(ctx, view);
      if (view.zoom >= NAMES_FROM) this._drawNames(ctx, view);
    },

    _fill(ctx, view, kind, colour) {
      if (kind === "building" && view.zoom < 15) return;
      ctx.fillStyle = colour;
      for (const square of this._features.get(kind) || []) {
        if (seen(square, view)) ctx.fill(pathOf(square), "nonzero");
      }
      if (kind === "building" && Hemrunda.isPrinting) {
        this._stroke(ctx, view, this._features.get(kind), PAPER.quiet, 0.6, []);
      }
    },

    _stroke(ctx, view, found, colour, width, dash) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = width / view.k;
      ctx.setLineDash(dash.map((part) => part / view.k));
      for (const square of found || []) if (seen(square, view)) ctx.stroke(pathOf(square));
      ctx.setLineDash([]);
    },

    _streets(ctx, view) {
      const shown = SMALLEST_FIRST.filter((c) => this._classes.has(c) && view.zoom >= STYLE[c].from);
      const edged = view.zoom >= EDGES_FROM;
      if (edged) {
        for (const c of shown.filter((one) => STYLE[one].edge)) {
          const width = widthAt(STYLE[c].width, view.zoom) + 1.3;
          const edge = Hemrunda.isPrinting ? PAPER.edge : STYLE[c].edge;
          this._stroke(ctx, view, this._classes.get(c), edge, width, []);
        }
      }
      for (const c of shown) {
        const style = STYLE[c];
        const isLine = edged || !style.edge;
        const paper = style.edge && edged ? PAPER.line : PAPER.quiet;
        const colour = Hemrunda.isPrinting ? paper : isLine ? style.line : style.edge;
        const width = widthAt(style.width, view.zoom);
        this._stroke(ctx, view, this._classes.get(c), colour, width, style.dash || []);
      }
    },

    _drawNumbers(ctx, view) {
      const { texts, places } = this._numbers;
      const size = Hemrunda.isPrinting ? 9 + PAPER.larger : 10;
      ctx.font = `${size}px system-ui, "Segoe UI", "DejaVu Sans", sans-serif`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillStyle = Hemrunda.isPrinting ? PAPER.ink : "#6b645a";
      for (let i = 0; i < texts.length; i += 1) {
        const x = places[2 * i];
        const y = places[2 * i + 1];
        if (x < view.west || x > view.east || y < view.south || y > view.north) continue;
        ctx.fillText(texts[i], view.x0 + x * view.k, view.y0 - y * view.k);
      }
    },

    /** Names at the middle of stretches long enough, largest streets first, without overlaps. */
    _drawNames(ctx, view) {
      const size = (view.zoom >= 17 ? 13 : 11) + (Hemrunda.isPrinting ? PAPER.larger : 0);
      ctx.font = `${size}px system-ui, "Segoe UI", "DejaVu Sans", sans-serif`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.lineWidth = 3;
      ctx.strokeStyle = "rgba(255,255,255,0.9)";
      ctx.fillStyle = Hemrunda.isPrinting ? PAPER.ink : "#46413a";
      const taken = [];
      const places = new Map();
      for (const c of [...SMALLEST_FIRST].reverse()) {
        if (!this._classes.has(c) || view.zoom < STYLE[c].from) continue;
        for (const square of this._classes.get(c)) {
          if (!seen(square, view)) continue;
          for (const line of square.lines) if (line.name >= 0) this._name(ctx, view, line, size, taken, places);
        }
      }
    },

    _name(ctx, view, line, size, taken, places) {
      const { points, begin, end } = line;
      let best = null;
      for (let i = begin; i + 3 < end; i += 2) {
        const dx = (points[i + 2] - points[i]) * view.k;
        const dy = (points[i + 1] - points[i + 3]) * view.k;
        const long = Math.hypot(dx, dy);
        if (!best || long > best.long) {
          best = {
            long,
            angle: Math.atan2(dy, dx),
            x: view.x0 + ((points[i] + points[i + 2]) / 2) * view.k,
            y: view.y0 - ((points[i + 1] + points[i + 3]) / 2) * view.k,
          };
        }
      }
      if (!best || best.long < 40) return;
      const text = this._names[line.name];
      const half = ctx.measureText(text).width / 2;
      if (2 * half > best.long * 1.25) return;
      const near = places.get(text) || [];
      if (near.some((p) => Math.hypot(p.x - best.x, p.y - best.y) < 260)) return;
      const clear = Math.max(Math.abs(Math.cos(best.angle)) * half, size);
      const tall = Math.max(Math.abs(Math.sin(best.angle)) * half, size);
      const box = [best.x - clear, best.y - tall, best.x + clear, best.y + tall];
      if (taken.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1])) return;
      taken.push(box);
      places.set(text, [...near, best]);
      let angle = best.angle;
      if (angle > Math.PI / 2) angle -= Math.PI;
      if (angle < -Math.PI / 2) angle += Math.PI;
      ctx.save();
      ctx.translate(best.x, best.y);
      ctx.rotate(angle);
      ctx.strokeText(text, 0, 0);
      ctx.fillText(text, 0, 0);
      ctx.restore();
    },
  });

  Hemrunda.streets = (map, name) => {
    const layer = new StreetLayer(Hemrunda.block(name)).addTo(map);
    Hemrunda.streetsWith = (text, most) => layer.namesWith(text, most);
    return layer;
  };
})();
