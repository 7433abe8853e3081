"use strict";
// The canvas of the team map: territories, marks of clients or cells, bases, labels, moves.
(() => {

  /** Draws what draw(division) draws: the division of now, or before and after beside a slider. */
  const drawSides = (state, ctx, view, draw) => {
    if (!state.isComparing) {
      draw(state.now);
      return;
    }
    const split = view.padX + state.split * (view.width - 2 * view.padX);
    for (const [division, from, to] of [[state.before, 0, split], [state.now, split, view.width]]) {
      ctx.save();
      ctx.beginPath();
      ctx.rect(from, 0, to - from, view.height);
      ctx.clip();
      draw(division);
      ctx.restore();
    }
  };

  /** Rings in pixels, without points nearer than a pixel to the one before. */
  const areaPath = (view, lines) => {
    const path = new Path2D();
    const least = 1.4 / view.k;
    for (const { points, begin, end } of lines) {
      let x = points[begin];
      let y = points[begin + 1];
      path.moveTo(view.x0 + x * view.k, view.y0 - y * view.k);
      for (let i = begin + 2; i < end - 2; i += 2) {
        if (Math.abs(points[i] - x) < least && Math.abs(points[i + 1] - y) < least) continue;
        x = points[i];
        y = points[i + 1];
        path.lineTo(view.x0 + x * view.k, view.y0 - y * view.k);
      }
      path.closePath();
    }
    return path;
  };

  /** The territories of a division. */
  const drawAreas = (state, ctx, view, division) => {
    // Far out the patterns would be a grey mush: the labels tell the teams apart there.
    const isFine = view.zoom >= 14 || division.lines.size <= 40 || Hemrunda.isPrinting;
    for (const [team, lines] of division.lines) {
      if (!division.isShown(team) || !Hemrunda.seen(lines.box, view, 4 / view.k)) continue;
      const path = areaPath(view, lines);
      const style = division.styles[team];
      const isChosen = state.team !== null && division.asNow(team) === state.team;
      const wash = isChosen ? 0.34 : 0.17;
      if (isFine) {
        ctx.fillStyle = Hemrunda.pattern(ctx, style.colour, style.shape, wash, Hemrunda.isPrinting ? 0.85 : 0.42);
        ctx.fill(path, "evenodd");
      } else {
        ctx.globalAlpha = wash + 0.06;
        ctx.fillStyle = style.colour;
        ctx.fill(path, "evenodd");
        ctx.globalAlpha = 1;
      }
      ctx.lineJoin = "bevel";
      if (isFine || isChosen) {
        ctx.strokeStyle = "#ffffff";
        ctx.lineWidth = isChosen ? 5 : 3;
        ctx.stroke(path);
      }
      ctx.strokeStyle = style.colour;
      ctx.lineWidth = isChosen ? 3.2 : isFine ? 1.5 : 1;
      ctx.stroke(path);
    }
  };

  /** Another service's areas: dashed outlines over the teams', each with its name. */
  const drawOthers = (ctx, view, other) => {
    const scale = view.zoom >= 13 ? 1 : 0.6;
    for (const lines of other.lines.values()) {
      if (!Hemrunda.seen(lines.box, view, 4 / view.k)) continue;
      const path = areaPath(view, lines);
      ctx.lineJoin = "round";
      for (const [colour, width, dash] of [["#ffffff", 5.5 * scale, []], ["#111111", 2.6 * scale, [9 * scale, 6 * scale]]]) {
        ctx.setLineDash(dash);
        ctx.strokeStyle = colour;
        ctx.lineWidth = width;
        ctx.stroke(path);
      }
      ctx.setLineDash([]);
    }
    ctx.font = 'italic 700 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif';
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    other.at.forEach((at, area) => {
      if (!at) return;
      const [x, y] = [view.x0 + at[0] * view.k, view.y0 - at[1] * view.k + 24];
      ctx.strokeStyle = "#ffffff";
      ctx.lineWidth = 5;
      ctx.strokeText(other.areas[area], x, y);
      ctx.fillStyle = "#111111";
      ctx.fillText(other.areas[area], x, y);
    });
  };

  const SINGLE_FROM = 15;
  const ARROWS_MOST = 12;
  const SHARE_SHOWN = 0.6;

  /** Whether a move has to do with the chosen team. */
  Hemrunda.concerns = (state, from, to) => to === state.team || state.before.asNow(from) === state.team;

  /** The flows that get an arrow: all of a chosen team; else the largest, where more would hide the map. */
  Hemrunda.flowsShown = (state) => {
    if (state.team !== null) return state.flows.filter(({ from, to }) => Hemrunda.concerns(state, from, to));
    if (state.flows.length <= ARROWS_MOST) return state.flows;
    const all = state.flows.reduce((sum, { n }) => sum + n, 0);
    let told = 0;
    return state.flows.filter(({ n }, i) => {
      const isShown = i < ARROWS_MOST && told < SHARE_SHOWN * all;
      told += n;
      return isShown;
    });
  };

  const radiusAt = (zoom) => [2.6, 3, 3.6, 4.4, 5.4, 7, 9, 11][Math.min(Math.max(zoom - 11, 0), 7)];

  Hemrunda.TeamLayer = Hemrunda.CanvasLayer.extend({
    initialize(state) {
      this._state = state;
      const { xs, ys } = state;
      this._places = Hemrunda.byPlace(xs, ys);
      this._veil = Hemrunda.faintLand(xs, ys);
    },

    /** Shows another division, or the same after a change. */
    show(state) {
      this._state = state;
      this._places = Hemrunda.byPlace(state.xs, state.ys);
      this._veil = Hemrunda.faintLand(state.xs, state.ys);
      this.redraw();
    },

    isWhole() {
      return this._state.isComparing;
    },

    draw(ctx, view) {
      const state = this._state;
      if (state.showAreas) drawSides(state, ctx, view, (division) => drawAreas(state, ctx, view, division));
      if (state.showAreas && this._veil) this._veil(ctx, view);
      drawSides(state, ctx, view, (division) => this._division(ctx, view, division));
      for (const cell of state.data.cells || []) this._cell(ctx, view, cell);
      for (const one of state.data.aside || []) this._aside(ctx, view, one);
      if (view.zoom >= 12 || state.data.bases.length <= 15) {
        for (const base of state.data.bases) this._base(ctx, view, base);
      }
      if (state.showMoves) this._moves(ctx, view);
      if (state.other !== null) drawOthers(ctx, view, state.others[state.other]);
      if (state.showLabels) drawSides(state, ctx, view, (division) => this._labels(ctx, view, division));
      this._ring(ctx, view);
    },

    /** Calls run(client, team, x, y) for each mark of a division within some pixels of the view. */
    _each(view, division, run) {
      const { xs, ys } = this._state;
      const spacing = radiusAt(view.zoom) * (view.zoom >= 15 ? 2 : 1.1);
      const [left, top, right, bottom] = view.clip;
      for (const place of this._places) {
        const x = view.x0 + xs[place[0]] * view.k;
        const y = view.y0 - ys[place[0]] * view.k;
        // Far enough for the fan of a large building.
        const reach = 20 + spacing * Math.sqrt(place.length);
        if (x < left - reach || y < top - reach || x > right + reach || y > bottom + reach) continue;
        for (let i = 0; i < place.length; i += 1) {
          const client = place[i];
          const team = division.teamOf[client];
          if (team < 0 || !division.isShown(team)) continue;
          const [dx, dy] = Hemrunda.fan(i, place.length, spacing);
          run(client, team, x + dx, y + dy);
        }
      }
    },

    _division(ctx, view, division) {
      const state = this._state;
      const radius = radiusAt(view.zoom);
      const found = new Map();
      const markOf = (team, moved) => {
        const key = 2 * team + moved;
        if (!found.has(key)) {
          const label = view.zoom >= 16 ? division.labels[team] : "";
          const ring = moved ? "#111111" : "#ffffff";
          found.set(key, Hemrunda.mark({ ...division.styles[team], radius, label, ring, ratio: view.ratio }));
        }
        return found.get(key);
      };
      const isDots = radius < 3.5 && !state.showMoves;
      // Whole pixels: a mark that lies between them must be reckoned anew for each.
      const whole = (value) => Math.round(value * view.ratio) / view.ratio;
      this._each(view, division, (client, team, x, y) => {
        if (isDots) {
          this._dot(ctx, division.styles[team].colour, Math.round(x), Math.round(y));
          return;
        }
        const { image, half } = markOf(team, state.showMoves && state.moved[client] === 1 ? 1 : 0);
        ctx.drawImage(image, whole(x - half), whole(y - half), 2 * half, 2 * half);
      });
    },

    /** A client in no team: an empty ring. */
    _aside(ctx, view, one) {
      ctx.beginPath();
      ctx.arc(view.x0 + one.x * view.k, view.y0 - one.y * view.k, radiusAt(view.zoom), 0, 2 * Math.PI);
      ctx.fillStyle = "#ffffff";
      ctx.fill();
      ctx.strokeStyle = "#5b5b5b";
      ctx.lineWidth = 1.5;
      ctx.stroke();
    },

    /** Far out no shape can be seen: two small rectangles make a dot of five pixels, at no cost. */
    _dot(ctx, colour, x, y) {
      if (ctx.fillStyle !== colour) ctx.fillStyle = colour;
      ctx.fillRect(x - 2, y - 1, 5, 3);
      ctx.fillRect(x - 1, y - 2, 3, 5);
    },

    _cell(ctx, view, [x, y, count, team]) {
      if (!this._state.now.isShown(team)) return;
      const style = this._state.now.styles[team];
      const radius = Math.min(30, 8 + Math.sqrt(count) * 2);
      const { image, half } = Hemrunda.mark({ ...style, shape: 0, radius, label: `${count}`, ratio: view.ratio });
      ctx.globalAlpha = 0.85;
      ctx.drawImage(image, view.x0 + x * view.k - half, view.y0 - y * view.k - half, 2 * half, 2 * half);
      ctx.globalAlpha = 1;
    },

    _base(ctx, view, base) {
      Hemrunda.drawBase(ctx, view.x0 + base.x * view.k, view.y0 - base.y * view.k);
    },

    /** The team's label in the middle of its area, so that nobody needs the colours. */
    _labels(ctx, view, division) {
      const taken = [];
      // Hundreds of teams seen from afar: small labels, and only where there is room.
      const isDense = division.at.length > 60 && view.zoom < 13;
      const size = isDense ? 9.5 : 13;
      ctx.font = `700 ${size}px system-ui, "Segoe UI", "DejaVu Sans", sans-serif`;
      const widths = this._widths(ctx, division, size);
      const chosenFirst = [...division.at.keys()].sort((a, b) =>
        (division.asNow(b) === this._state.team) - (division.asNow(a) === this._state.team));
      const tall = 1.7 * size;
      const placed = [];
      for (const team of chosenFirst) {
        const at = division.at[team];
        if (!at || !division.isShown(team)) continue;
        const home = [view.x0 + at[0] * view.k, view.y0 - at[1] * view.k];
        const free = this._freePlace(...home, widths[team], tall, taken, isDense);
        if (!free) continue;
        const [x, y] = free;
        if (x < view.clip[0] - 40 || x > view.clip[2] + 40 || y < view.clip[1] - 20 || y > view.clip[3] + 20) continue;
        placed.push([team, x, y]);
        if (Math.hypot(x - home[0], y - home[1]) > tall) this._leader(ctx, ...home, x, y);
      }
      // Over all the lines: a line to one label goes over no other.
      for (const [team, x, y] of placed) {
        const wide = widths[team];
        ctx.beginPath();
        ctx.roundRect(x - wide / 2, y - tall / 2, wide, tall, size / 2);
        ctx.fillStyle = division.styles[team].colour;
        ctx.strokeStyle = "#ffffff";
        ctx.lineWidth = division.asNow(team) === this._state.team ? 3.5 : 2;
        ctx.stroke();
        ctx.fill();
        Hemrunda.inkLabel(ctx, division.labels[team], x, y, wide - 0.45 * size);
      }
    },

    /** From a label that had to stand aside to the place that it is of. */
    _leader(ctx, fromX, fromY, x, y) {
      for (const [colour, width] of [["#ffffff", 4], ["#22262b", 1.5]]) {
        ctx.beginPath();
        ctx.moveTo(fromX, fromY);
        ctx.lineTo(x, y);
        ctx.strokeStyle = colour;
        ctx.lineWidth = width;
        ctx.stroke();
      }
      ctx.beginPath();
      ctx.arc(fromX, fromY, 3, 0, 2 * Math.PI);
      ctx.fillStyle = "#22262b";
      ctx.fill();
    },

    /** How wide each label is, measured once for each size. */
    _widths(ctx, division, size) {
      division.widths ??= new Map();
      if (!division.widths.has(size)) {
        division.widths.set(size, division.labels.map((label) =>
          Math.min(96, Math.max(1.8 * size, ctx.measureText(label).width + 0.9 * size))));
      }
      return division.widths.get(size);
    },

    /** The place itself, or one near it that no label has; null where all are taken. */
    _freePlace(x, y, wide, tall, taken, isHereOnly) {
      const beside = [[0, 0], [0, -tall - 2], [0, tall + 2], [wide + 2, 0], [-wide - 2, 0],
        ...[[1, 1], [1, -1], [-1, 1], [-1, -1]].flatMap(([h, v]) => [[h * (wide / 2 + 26), v * (tall + 8)], [h * (wide / 2 + 44), v * (2 * tall + 12)]])];
      for (const [dx, dy] of isHereOnly ? beside.slice(0, 1) : beside) {
        const box = [x + dx - wide / 2 - 1, y + dy - tall / 2 - 1, x + dx + wide / 2 + 1, y + dy + tall / 2 + 1];
        if (taken.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1])) continue;
        taken.push(box);
        return [x + dx, y + dy];
      }
      return null;
    },

    /** Bundled arrows between teams far out; near, or within a chosen team, one short arrow each. */
    _moves(ctx, view) {
      const state = this._state;
      const isNear = view.zoom >= SINGLE_FROM;
      if (isNear || state.team !== null) this._singles(ctx, view);
      if (isNear) return;
      for (const { from, to, n } of Hemrunda.flowsShown(state)) {
        const a = state.before.at[from];
        const b = state.now.at[to];
        if (!a || !b || !state.now.isShown(to)) continue;
        const ends = [view.x0 + a[0] * view.k, view.y0 - a[1] * view.k, view.x0 + b[0] * view.k, view.y0 - b[1] * view.k];
        this._arrow(ctx, ...ends, n, state.now.styles[to].colour);
      }
    },

    /** From each client who moves, a short arrow towards the middle of the new team. */
    _singles(ctx, view) {
      const state = this._state;
      const gap = radiusAt(view.zoom) + 2;
      this._each(view, state.now, (client, team, x, y) => {
        if (!state.moved[client] || !state.now.at[team]) return;
        if (state.team !== null && !Hemrunda.concerns(state, state.before.teamOf[client], team)) return;
        const [ax, ay] = state.now.at[team];
        const [dx, dy] = [view.x0 + ax * view.k - x, view.y0 - ay * view.k - y];
        const long = Math.hypot(dx, dy);
        const reach = Math.min(view.zoom >= SINGLE_FROM ? 30 : 18, long - gap);
        if (reach < 7) return;
        const [ux, uy] = [dx / long, dy / long];
        const [x1, y1] = [x + ux * gap, y + uy * gap];
        for (const [colour, width] of [["#ffffff", 4], [state.now.styles[team].colour, 1.8]]) {
          ctx.strokeStyle = colour;
          ctx.fillStyle = colour;
          ctx.lineWidth = width;
          ctx.beginPath();
          ctx.moveTo(x1, y1);
          ctx.lineTo(x1 + ux * (reach - 4), y1 + uy * (reach - 4));
          ctx.stroke();
          this._head(ctx, x1 + ux * reach, y1 + uy * reach, Math.atan2(uy, ux), 6 + width / 2);
        }
      });
    },

    /** Bent, so that there and back are two; clear of the labels at its ends. */
    _arrow(ctx, fromX, fromY, toX, toY, n, colour) {
      const long = Math.hypot(toX - fromX, toY - fromY);
      if (long < 44) return;
      const [ux, uy] = [(toX - fromX) / long, (toY - fromY) / long];
      const [x1, y1, x2, y2] = [fromX + 15 * ux, fromY + 15 * uy, toX - 17 * ux, toY - 17 * uy];
      const bend = Math.min(60, long * 0.22);
      const mx = (x1 + x2) / 2 - uy * bend;
      const my = (y1 + y2) / 2 + ux * bend;
      const width = Math.min(9, 1.5 + Math.sqrt(n));
      const angle = Math.atan2(y2 - my, x2 - mx);
      const head = 7 + width;
      for (const [ink, more] of [["#ffffff", 3], [colour, 0]]) {
        ctx.strokeStyle = ink;
        ctx.fillStyle = ink;
        ctx.lineWidth = width + more;
        ctx.beginPath();
        ctx.moveTo(x1, y1);
        ctx.quadraticCurveTo(mx, my, x2 - head * Math.cos(angle), y2 - head * Math.sin(angle));
        ctx.stroke();
        this._head(ctx, x2, y2, angle, head * 1.3);
      }
      const [cx, cy] = [(x1 + 2 * mx + x2) / 4, (y1 + 2 * my + y2) / 4];
      ctx.beginPath();
      ctx.arc(cx, cy, 9, 0, 2 * Math.PI);
      ctx.fillStyle = colour;
      ctx.fill();
      ctx.strokeStyle = "#ffffff";
      ctx.lineWidth = 1.5;
      ctx.stroke();
      Hemrunda.inkLabel(ctx, String(n), cx, cy, 15);
    },

    _head(ctx, x, y, angle, long) {
      ctx.beginPath();
      ctx.moveTo(x, y);
      for (const side of [-0.45, 0.45]) ctx.lineTo(x - long * Math.cos(angle + side), y - long * Math.sin(angle + side));
      ctx.closePath();
      ctx.fill();
    },

    _ring(ctx, view) {
      if (this._state.client === null) return;
      const radius = radiusAt(view.zoom);
      this._each(view, this._state.now, (client, _, x, y) => {
        if (client !== this._state.client) return;
        for (const [colour, width] of [["#ffffff", 6], ["#111111", 3]]) {
          ctx.beginPath();
          ctx.arc(x, y, radius + 6, 0, 2 * Math.PI);
          ctx.strokeStyle = colour;
          ctx.lineWidth = width;
          ctx.stroke();
        }
      });
    },

    /** The client drawn nearest a click, or undefined. */
    at(containerPoint) {
      const point = this._map.containerPointToLayerPoint(containerPoint).subtract(this.view.corner);
      let best;
      let least = 14;
      this._each(this.view, this._state.now, (client, _, x, y) => {
        const far = Math.hypot(x - point.x, y - point.y);
        if (far >= least) return;
        least = far;
        best = client;
      });
      return best;
    },
  });
})();
