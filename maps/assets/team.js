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
      eveningOf: data.clients ? Hemrunda.decode(data.clients.evening_vice) : [],
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

  /** A small card on the map where somebody clicked; it goes with the map, and stays inside it. */
  Hemrunda.hereCard = (map) => {
    const place = document.querySelector(".hr-map");
    let card = null;
    let at = null;
    const hide = () => {
      card?.remove();
      card = null;
    };
    const put = () => {
      if (!card) return;
      const { x, y } = map.latLngToContainerPoint(at);
      const most = (room, own) => Math.max(8, room - own - 8);
      const isBelow = y < card.offsetHeight + 20;
      card.style.left = `${Math.min(Math.max(8, x - card.offsetWidth / 2), most(place.clientWidth, card.offsetWidth))}px`;
      card.style.top = `${Math.min(Math.max(8, isBelow ? y + 14 : y - card.offsetHeight - 14), most(place.clientHeight, card.offsetHeight))}px`;
    };
    const show = (latLng, { heading, lines }) => {
      hide();
      at = latLng;
      card = Hemrunda.el("div", { class: "hr-here", role: "group", "aria-label": heading },
        Hemrunda.el("h2", { text: heading }),
        Hemrunda.el("dl", {}, ...lines.flatMap(([term, told]) => [Hemrunda.el("dt", { text: term }), Hemrunda.el("dd", { text: told })])),
        Hemrunda.el("button", { type: "button", text: "×", "aria-label": Hemrunda.t("close"), on: { click: hide } }));
      place.append(card);
      put();
    };
    map.on("move zoom resize", put);
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
    return { show, hide };
  };

  Hemrunda.teamStateOf = makeState;
  Hemrunda.insideLines = inside;

  Hemrunda.teamMap = (map, name) => {
    const state = makeState(Hemrunda.block(name));
    const layer = new Hemrunda.TeamLayer(state).addTo(map);
    const redraw = () => layer.redraw();
    const here = Hemrunda.hereCard(map);
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
        here.show(event.latlng, panel.summary());
        return;
      }
      const { view } = layer;
      const point = map.containerPointToLayerPoint(event.containerPoint).subtract(view.corner);
      const x = (point.x - view.x0) / view.k;
      const y = (view.y0 - point.y) / view.k;
      for (const [team, lines] of state.now.lines) {
        if (state.now.isShown(team) && inside(lines, x, y)) {
          panel.chooseTeam(team);
          here.show(event.latlng, panel.summary());
          return;
        }
      }
      panel.chooseTeam(null);
      here.hide();
    });
    Hemrunda.teamState = state;
    document.body.dataset.ready = "yes";
  };

})();
