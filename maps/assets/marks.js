"use strict";
// Marks told apart without colour: seven shapes, seven patterns, and a label on each (I4).
(() => {
  const SHAPES = [
    (p, r) => p.arc(0, 0, r, 0, 2 * Math.PI),
    (p, r) => p.rect(-0.88 * r, -0.88 * r, 1.76 * r, 1.76 * r),
    (p, r) => polygon(p, r * 1.2, 4, 0),
    (p, r) => polygon(p, r * 1.25, 3, -Math.PI / 2),
    (p, r) => polygon(p, r * 1.08, 6, 0),
    (p, r) => polygon(p, r * 1.25, 3, Math.PI / 2),
    (p, r) => polygon(p, r * 1.12, 5, -Math.PI / 2),
  ];

  /** Where a label has most room in a shape: how far down, and how wide, in radii. */
  const ROOM = SHAPES.map(() => [0, 1.6]);
  ROOM[3] = [0.24, 1.3];
  ROOM[5] = [-0.24, 1.3];

  const polygon = (path, radius, corners, turn) => {
    for (let i = 0; i < corners; i += 1) {
      const angle = turn + (i * 2 * Math.PI) / corners;
      path[i ? "lineTo" : "moveTo"](radius * Math.cos(angle), radius * Math.sin(angle));
    }
    path.closePath();
  };

  const marks = new Map();

  /** A mark drawn once: {image, half} with half its side in pixels. */
  Hemrunda.mark = (look) => {
    const { colour, shape, radius, label, ring, ratio } = look;
    const key = [colour, shape, radius, label, ring, ratio].join(" ");
    if (!marks.has(key)) marks.set(key, drawMark(look));
    return marks.get(key);
  };

  const drawMark = ({ colour, shape = 0, radius, label = "", ring = "#ffffff", ratio = 1 }) => {
    const half = Math.ceil(radius * 1.4) + 2;
    const image = Hemrunda.el("canvas", { width: 2 * half * ratio, height: 2 * half * ratio });
    const ctx = image.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.translate(half, half);
    ctx.beginPath();
    SHAPES[shape % SHAPES.length](ctx, radius);
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.lineWidth = Math.max(1, radius / 6);
    ctx.strokeStyle = ring;
    ctx.stroke();
    const [down, wide] = ROOM[shape % SHAPES.length];
    if (label && radius >= 7) Hemrunda.inkLabel(ctx, label, 0, down * radius, wide * radius);
    return { image, half };
  };

  const FAMILY = 'system-ui, "Segoe UI", "DejaVu Sans", sans-serif';
  const fitted = new Map();

  /** The size at which a label fits a width; measured once. */
  const sizeOf = (ctx, label, width) => {
    const key = `${width} ${label}`;
    if (!fitted.has(key)) {
      const size = Math.min(13, width * 0.62);
      ctx.font = `700 ${size}px ${FAMILY}`;
      const needed = ctx.measureText(label).width;
      fitted.set(key, needed > width ? Math.max(5, (size * width) / needed) : size);
    }
    return fitted.get(key);
  };

  /** White text that fits a width, in the middle of x, y. */
  Hemrunda.inkLabel = (ctx, label, x, y, width, colour = "#ffffff") => {
    const size = sizeOf(ctx, label, width);
    ctx.font = `700 ${size}px ${FAMILY}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = colour;
    ctx.fillText(label, x, y + size * 0.06);
  };

  const STROKES = [
    () => {},
    (c, s) => line(c, 0, s, s, 0),
    (c, s) => line(c, 0, 0, s, s),
    (c, s) => line(c, 0, s / 2, s, s / 2),
    (c, s) => line(c, s / 2, 0, s / 2, s),
    (c, s) => { c.fillRect(s / 2 - 1.1, s / 2 - 1.1, 2.2, 2.2); },
    (c, s) => { line(c, 0, s, s, 0); line(c, 0, 0, s, s); },
  ];

  const line = (ctx, x1, y1, x2, y2) => {
    ctx.beginPath();
    // Drawn past the edges so that tiles join.
    const dx = (x2 - x1) / 4;
    const dy = (y2 - y1) / 4;
    ctx.moveTo(x1 - dx, y1 - dy);
    ctx.lineTo(x2 + dx, y2 + dy);
    ctx.stroke();
  };

  const patterns = new Map();

  /** A wash of the colour with a pattern on it, to fill areas in pixels; wash and ink are alphas. */
  Hemrunda.pattern = (ctx, colour, number, wash, ink) => {
    const key = `${colour} ${number % STROKES.length} ${wash} ${ink} ${Boolean(Hemrunda.isPrinting)}`;
    if (!patterns.has(key)) {
      const side = 10;
      const tile = Hemrunda.el("canvas", { width: side, height: side });
      const inner = tile.getContext("2d");
      inner.strokeStyle = colour;
      inner.fillStyle = colour;
      inner.globalAlpha = wash;
      inner.fillRect(0, 0, side, side);
      inner.globalAlpha = ink;
      // A grey printer has the pattern alone to tell teams apart by.
      inner.lineWidth = Hemrunda.isPrinting ? 2 : 1;
      STROKES[number % STROKES.length](inner, side);
      patterns.set(key, ctx.createPattern(tile, "repeat"));
    }
    return patterns.get(key);
  };

  /** A house: premises where rounds start and end. */
  Hemrunda.drawBase = (ctx, x, y) => {
    ctx.beginPath();
    for (const [i, [dx, dy]] of [[-9, 9], [-9, -2], [0, -10], [9, -2], [9, 9]].entries()) {
      ctx[i ? "lineTo" : "moveTo"](x + dx, y + dy);
    }
    ctx.closePath();
    ctx.fillStyle = "#22262b";
    ctx.strokeStyle = "#ffffff";
    ctx.lineWidth = 2;
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = "#ffffff";
    ctx.fillRect(x - 2.5, y + 2, 5, 7);
  };

  /** A path that writes itself down, for shapes in SVG. */
  class Written {
    constructor() { this.d = ""; }
    moveTo(x, y) { this.d += `M${x.toFixed(2)} ${y.toFixed(2)}`; }
    lineTo(x, y) { this.d += `L${x.toFixed(2)} ${y.toFixed(2)}`; }
    closePath() { this.d += "Z"; }
    arc(x, y, r) { this.d += `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`; }
    rect(x, y, w, h) { this.d += `M${x} ${y}h${w}v${h}h${-w}Z`; }
  }

  /** A swatch for lists: the same mark as on the map, as SVG, since hundreds of canvases are slow. */
  Hemrunda.swatch = (style, label) => {
    const svg = (tag, attributes, text = "") => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      made.textContent = text;
      return made;
    };
    const path = new Written();
    SHAPES[style.shape % SHAPES.length](path, 11);
    const made = svg("svg", { class: "hr-swatch", viewBox: "-18 -18 36 36", "aria-hidden": "true" });
    made.append(svg("path", { d: path.d, fill: style.colour }));
    if (label) {
      const [down, wide] = ROOM[style.shape % SHAPES.length];
      const size = Math.min(11, (16.2 * wide) / Math.max(1, label.length));
      made.append(svg("text", {
        fill: "#ffffff", "font-weight": "700", "font-size": size.toFixed(1), "text-anchor": "middle", y: (size * 0.36 + 11 * down).toFixed(1),
      }, label));
    }
    return made;
  };

  /** Where the i-th of n marks at one place goes: alone in the middle, else along a sunflower. */
  Hemrunda.fan = (i, n, spacing) => {
    if (n === 1) return [0, 0];
    const angle = i * 2.399963229728653;
    const far = spacing * Math.sqrt(i + 0.5);
    return [far * Math.cos(angle), far * Math.sin(angle)];
  };

  /** Indices by place, as lists; places in the order of their first mark. */
  Hemrunda.byPlace = (xs, ys) => {
    const found = new Map();
    for (let i = 0; i < xs.length; i += 1) {
      const key = xs[i] * 2 ** 26 + ys[i];
      if (found.has(key)) found.get(key).push(i);
      else found.set(key, [i]);
    }
    return [...found.values()];
  };

  /** The mark of what has changed since the plan before: a diamond, told by its shape in grey too. */
  Hemrunda.drawChanged = (ctx, x, y, size = 6) => {
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(Math.PI / 4);
    ctx.fillStyle = "#ffffff";
    ctx.fillRect(-size, -size, 2 * size, 2 * size);
    ctx.fillStyle = "#b3261e";
    ctx.fillRect(1.6 - size, 1.6 - size, 2 * size - 3.2, 2 * size - 3.2);
    ctx.restore();
  };
})();
