"use strict";
// The team map: what its canvases and its panel share, and what a click does.
(() => {
  const linesOf = (territories) => new Map(territories.map((one) => {
    const lines = Hemrunda.lines(one);
    lines.box = Hemrunda.boxOf(lines);
    return [one.team, lines];
  }));

  /** Clients who move, counted by team of before and team of now. */
  const flowsOf = (before, now, moved) => {
    const found = new Map();
    moved.forEach((one, client) => {
      if (!one) return;
      const key = `${before[client]} ${now[client]}`;
      const flow = found.get(key) || { from: before[client], to: now[client], n: 0, clients: [] };
      flow.n += 1;
      flow.clients.push(client);
      found.set(key, flow);
    });
    return [...found.values()].sort((a, b) => b.n - a.n);
  };

  /** Clients come team by team: how many each has becomes the team of each client. */
  const repeated = (counts) => counts.flatMap((n, team) => new Array(n).fill(team));

  /** Everything the panel and the layers share. */
  const makeState = (data) => {
    const places = Hemrunda.decodePoints(data.clients ? data.clients.p : "");
    const style = (one) => ({ colour: data.colours[one.colour], shape: one.shape });
    const hidden = new Set();
    const state = {
      data,
      hidden,
      xs: places.filter((_, i) => i % 2 === 0),
      ys: places.filter((_, i) => i % 2 === 1),
      team: null,
      client: null,
      showAreas: true,
      showLabels: true,
      other: null,
      others: (data.others || []).map((one) => ({ ...one, lines: linesOf(one.territories) })),
      showMoves: false,
      isComparing: false,
      split: 0.5,
      contactOf: data.clients ? Hemrunda.decode(data.clients.contact) : [],
      viceOf: data.clients ? Hemrunda.decode(data.clients.vice) : [],
      minutesOf: data.clients ? Hemrunda.decode(data.clients.minutes) : [],
      moved: [],
      flows: [],
      before: null,
      now: {
        lines: linesOf(data.territories),
        styles: data.teams.map(style),
        labels: data.teams.map((one) => one.label),
        at: data.teams.map((one) => one.at),
        teamOf: data.clients ? repeated(Hemrunda.decode(data.clients.team)) : [],
        isShown: (team) => !hidden.has(team),
        asNow: (team) => team,
      },
    };
    if (data.before) {
      const { teams } = data.before;
      const team = Hemrunda.decode(data.before.team);
      const moved = Hemrunda.decode(data.before.moved);
      state.before = {
        lines: linesOf(data.before.territories),
        // A team that goes on keeps its colour and shape.
        styles: teams.map((one) => (one.now >= 0 ? state.now.styles[one.now] : style(one))),
        labels: teams.map((one) => one.label),
        at: teams.map((one) => one.at),
        teamOf: team,
        isShown: (one) => teams[one].now < 0 || !hidden.has(teams[one].now),
        asNow: (one) => teams[one].now,
      };
      state.moved = moved;
      state.flows = flowsOf(team, state.now.teamOf, moved);
    }
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

  Hemrunda.teamStateOf = makeState;
  Hemrunda.insideLines = inside;

  Hemrunda.teamMap = (map, name) => {
    const state = makeState(Hemrunda.block(name));
    const layer = new Hemrunda.TeamLayer(state).addTo(map);
    const redraw = () => layer.redraw();
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
    map.on("move", () => {
      if (state.isComparing) redraw();
    });
    Hemrunda.chosenBox = () => (state.team === null ? null : state.data.teams[state.team].box);
    map.on("click", (event) => {
      const client = layer.at(event.containerPoint);
      if (client !== undefined) {
        panel.chooseClient(client);
        return;
      }
      const { view } = layer;
      const point = map.containerPointToLayerPoint(event.containerPoint).subtract(view.corner);
      const x = (point.x - view.x0) / view.k;
      const y = (view.y0 - point.y) / view.k;
      for (const [team, lines] of state.now.lines) {
        if (state.now.isShown(team) && inside(lines, x, y)) {
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
