"use strict";
// The team map: territories, marks of clients or cells, bases; and the panel that steers them.
(() => {

  const TerritoryLayer = Hemrunda.CanvasLayer.extend({
    initialize(state) {
      this._state = state;
      this._lines = new Map(
        state.data.territories.map((one) => [one.team, Hemrunda.lines(one)]),
      );
    },

    draw(ctx, view) {
      const state = this._state;
      if (!state.showAreas) return;
      const toPixels = new DOMMatrix([view.k, 0, 0, -view.k, view.x0, view.y0]);
      for (const [team, lines] of this._lines) {
        if (!state.isShown(team)) continue;
        const path = new Path2D();
        for (const line of lines) {
          const ring = new Path2D();
          Hemrunda.trace(ring, line);
          path.addPath(ring, toPixels);
        }
        const style = state.styles[team];
        const isChosen = state.team === team;
        ctx.globalAlpha = isChosen ? 0.34 : 0.17;
        ctx.fillStyle = style.colour;
        ctx.fill(path, "evenodd");
        ctx.globalAlpha = 1;
        ctx.fillStyle = Hemrunda.pattern(ctx, style.colour, style.shape, 0.42);
        ctx.fill(path, "evenodd");
        ctx.lineJoin = "round";
        ctx.strokeStyle = "#ffffff";
        ctx.lineWidth = isChosen ? 5 : 3;
        ctx.stroke(path);
        ctx.strokeStyle = style.colour;
        ctx.lineWidth = isChosen ? 3.2 : 1.5;
        ctx.stroke(path);
      }
    },
  });

  const radiusAt = (zoom) => [2.6, 3, 3.6, 4.4, 5.4, 7, 9, 11][Math.min(Math.max(zoom - 11, 0), 7)];

  const MarkLayer = Hemrunda.CanvasLayer.extend({
    initialize(state) {
      this._state = state;
      const { xs, ys } = state;
      this._places = Hemrunda.byPlace(xs, ys);
      this._drawn = [];
    },

    draw(ctx, view) {
      const state = this._state;
      const radius = radiusAt(view.zoom);
      const marks = new Map();
      const markOf = (team) => {
        if (!marks.has(team)) {
          const style = state.styles[team];
          const label = view.zoom >= 16 ? state.data.teams[team].label : "";
          marks.set(team, Hemrunda.mark({ ...style, radius, label, ratio: view.ratio }));
        }
        return marks.get(team);
      };
      const spacing = radius * (view.zoom >= 15 ? 2 : 1.1);
      this._drawn = [];
      for (const place of this._places) {
        const x = view.x0 + state.xs[place[0]] * view.k;
        const y = view.y0 - state.ys[place[0]] * view.k;
        if (x < -60 || y < -60 || x > view.width + 60 || y > view.height + 60) continue;
        place.forEach((client, i) => {
          const team = state.teamOf[client];
          if (!state.isShown(team)) return;
          const [dx, dy] = Hemrunda.fan(i, place.length, spacing);
          const { image, half } = markOf(team);
          ctx.drawImage(image, x + dx - half, y + dy - half, 2 * half, 2 * half);
          this._drawn.push({ client, x: x + dx, y: y + dy });
        });
      }
      for (const cell of state.data.cells || []) this._cell(ctx, view, cell);
      for (const base of state.data.bases) this._base(ctx, view, base);
      if (state.showLabels) this._labels(ctx, view);
      this._ring(ctx, view, radius);
    },

    _cell(ctx, view, [x, y, count, team]) {
      if (!this._state.isShown(team)) return;
      const style = this._state.styles[team];
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
    _labels(ctx, view) {
      for (const [team, one] of this._state.data.teams.entries()) {
        if (!one.at || !this._state.isShown(team)) continue;
        const x = view.x0 + one.at[0] * view.k;
        const y = view.y0 - one.at[1] * view.k;
        ctx.font = '700 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif';
        const wide = Math.max(24, ctx.measureText(one.label).width + 12);
        ctx.beginPath();
        ctx.roundRect(x - wide / 2, y - 11, wide, 22, 7);
        ctx.fillStyle = this._state.styles[team].colour;
        ctx.strokeStyle = "#ffffff";
        ctx.lineWidth = this._state.team === team ? 3.5 : 2;
        ctx.stroke();
        ctx.fill();
        Hemrunda.inkLabel(ctx, one.label, x, y, wide - 6);
      }
    },

    _ring(ctx, view, radius) {
      const at = this._drawn.find((one) => one.client === this._state.client);
      if (!at) return;
      for (const [colour, width] of [["#ffffff", 6], ["#111111", 3]]) {
        ctx.beginPath();
        ctx.arc(at.x, at.y, radius + 6, 0, 2 * Math.PI);
        ctx.strokeStyle = colour;
        ctx.lineWidth = width;
        ctx.stroke();
      }
    },

    /** The client drawn nearest a click, or undefined. */
    at(containerPoint) {
      const point = this._map.containerPointToLayerPoint(containerPoint).subtract(this.view.corner);
      let best;
      let least = 14;
      for (const one of this._drawn) {
        const far = Math.hypot(one.x - point.x, one.y - point.y);
        if (far < least) {
          least = far;
          best = one.client;
        }
      }
      return best;
    },
  });

  /** Everything the panel and the layers share. */
  const makeState = (data) => {
    const places = Hemrunda.decodePoints(data.clients ? data.clients.p : "");
    const state = {
      data,
      styles: data.teams.map((one) => ({ colour: data.colours[one.colour], shape: one.shape })),
      xs: places.filter((_, i) => i % 2 === 0),
      ys: places.filter((_, i) => i % 2 === 1),
      teamOf: data.clients ? data.clients.team : [],
      hidden: new Set(),
      team: null,
      client: null,
      showAreas: true,
      showLabels: true,
    };
    state.isShown = (team) => !state.hidden.has(team);
    return state;
  };

  /** A point in polygon by crossings, even–odd over all rings. */
  const inside = (lines, x, y) => {
    let odd = false;
    for (const { points, begin, end } of lines) {
      for (let i = begin, j = end - 2; i < end; j = i, i += 2) {
        const crosses = points[i + 1] > y !== points[j + 1] > y;
        if (crosses && x < ((points[j] - points[i]) * (y - points[i + 1])) / (points[j + 1] - points[i + 1]) + points[i]) {
          odd = !odd;
        }
      }
    }
    return odd;
  };

  Hemrunda.teamMap = (map, name) => {
    const state = makeState(Hemrunda.block(name));
    const areas = new TerritoryLayer(state).addTo(map);
    const marks = new MarkLayer(state).addTo(map);
    const redraw = () => {
      areas.redraw();
      marks.redraw();
    };
    const panel = Hemrunda.teamPanel(state, {
      redraw,
      goTo(x, y, zoom) {
        map.setView(Hemrunda.latLng(x, y), Math.max(map.getZoom(), zoom), { animate: !Hemrunda.quietMotion() });
      },
      fitTeam(team) {
        const box = state.data.teams[team].box;
        if (box) map.fitBounds(Hemrunda.bounds(box), { padding: [20, 20], animate: !Hemrunda.quietMotion() });
      },
    });
    map.on("click", (event) => {
      const client = marks.at(event.containerPoint);
      if (client !== undefined) {
        panel.chooseClient(client);
        return;
      }
      const view = areas.view;
      const point = map.containerPointToLayerPoint(event.containerPoint).subtract(view.corner);
      const x = (point.x - view.x0) / view.k;
      const y = (view.y0 - point.y) / view.k;
      for (const [team, lines] of areas._lines) {
        if (state.isShown(team) && inside(lines, x, y)) {
          panel.chooseTeam(team);
          return;
        }
      }
      panel.chooseTeam(null);
    });
    Hemrunda.teamState = state;
    document.body.dataset.ready = "yes";
  };

})();
