"use strict";
// The round map: routes on streets with direction, numbered stops, bases.
(() => {
  const CHEVRON_EVERY = 85;
  const STOP_RADIUS = 10;
  const ROUNDS_AT_ONCE = 12;
  // Rounds of a team are told apart without colour too; the first is whole.
  const DASHES = [[], [12, 6], [3, 5], [16, 5, 3, 5], [8, 4], [20, 8], [5, 3, 1, 3]];

  /** Which stops count as what: contact is filled with a dark ring, vice filled, others hollow. */
  Hemrunda.stopMark = (style, tier, label, ratio, radius = STOP_RADIUS) => {
    const isFilled = tier === "contact" || tier === "vice";
    const half = Math.ceil(radius) + 5;
    const image = Hemrunda.el("canvas", { width: 2 * half * ratio, height: 2 * half * ratio });
    const ctx = image.getContext("2d");
    ctx.scale(ratio, ratio);
    ctx.translate(half, half);
    const ring = (r, colour) => {
      ctx.beginPath();
      ctx.arc(0, 0, r, 0, 2 * Math.PI);
      ctx.fillStyle = colour;
      ctx.fill();
    };
    const edge = Math.min(2.2, radius * 0.4);
    if (tier === "contact") {
      ring(radius + 2 * edge, "#ffffff");
      ring(radius + 1.4 * edge, "#111111");
    }
    ring(radius + edge / 2, "#ffffff");
    ring(radius, style.colour);
    if (!isFilled) ring(radius - edge, "#ffffff");
    if (radius > 5) Hemrunda.inkLabel(ctx, label, 0, 0, radius * 1.7, isFilled ? "#ffffff" : style.colour);
    return { image, half };
  };

  /** A way in pixels, moved aside, without points nearer than a pixel to the one before. */
  const tracePixels = (path, view, points, side) => {
    const least = 1 / view.k;
    let x = Infinity;
    let y = Infinity;
    for (let i = 0; i < points.length; i += 2) {
      const isEnd = i === points.length - 2;
      if (i && !isEnd && Math.abs(points[i] - x) < least && Math.abs(points[i + 1] - y) < least) continue;
      x = points[i];
      y = points[i + 1];
      path[i ? "lineTo" : "moveTo"](view.x0 + x * view.k + side, view.y0 - y * view.k + side);
    }
  };

  const RouteLayer = Hemrunda.CanvasLayer.extend({
    initialize(state) {
      this._state = state;
      this._drawn = [];
    },

    draw(ctx, view) {
      const state = this._state;
      this._drawn = [];
      this._taken = new Map();
      const shown = state.shownRounds();
      this._isCrowd = shown.length > 12;
      ctx.lineJoin = "round";
      ctx.lineCap = "round";
      for (const pass of [false, true]) {
        for (const round of shown) {
          if ((state.round === round.index) === pass) this._route(ctx, view, round);
        }
      }
      this._group(shown);
      for (const base of state.data.bases) this._base(ctx, view, base);
      for (const pass of [false, true]) {
        for (const round of shown) {
          if ((state.round === round.index) === pass) this._stops(ctx, view, round);
        }
      }
    },

    _faded(round) {
      return this._state.round !== null && this._state.round !== round.index;
    },

    _route(ctx, view, round) {
      const state = this._state;
      const isChosen = state.round === round.index;
      const isPlain = !isChosen && this._isCrowd && view.zoom < 14;
      const side = state.sideOf(round);
      const path = new Path2D();
      for (const stop of round.stops) tracePixels(path, view, stop.points, side);
      ctx.globalAlpha = this._faded(round) ? 0.12 : 1;
      if (!isPlain) {
        ctx.strokeStyle = "#ffffff";
        ctx.lineWidth = isChosen ? 7.5 : 5.5;
        ctx.stroke(path);
      }
      ctx.strokeStyle = round.style.colour;
      ctx.lineWidth = (isPlain ? 1.6 : isChosen ? 4.5 : 3) * (Hemrunda.isPrinting ? 1.3 : 1);
      if (!isPlain) ctx.setLineDash(DASHES[round.style.dash % DASHES.length]);
      ctx.stroke(path);
      ctx.setLineDash([]);
      if (!isPlain && !this._faded(round)) {
        for (const stop of round.stops) this._chevrons(ctx, view, stop.points, side, isChosen ? 4.2 : 3.2);
      }
      ctx.globalAlpha = 1;
    },

    _chevrons(ctx, view, points, side, size) {
      let due = CHEVRON_EVERY / 2;
      let gone = 0;
      ctx.strokeStyle = "#ffffff";
      ctx.lineWidth = 1.6;
      for (let i = 2; i < points.length; i += 2) {
        const x1 = view.x0 + points[i - 2] * view.k + side;
        const y1 = view.y0 - points[i - 1] * view.k + side;
        const x2 = view.x0 + points[i] * view.k + side;
        const y2 = view.y0 - points[i + 1] * view.k + side;
        const long = Math.hypot(x2 - x1, y2 - y1);
        if (!long) continue;
        const angle = Math.atan2(y2 - y1, x2 - x1);
        while (due <= gone + long) {
          const share = (due - gone) / long;
          ctx.save();
          ctx.translate(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share);
          ctx.rotate(angle);
          ctx.beginPath();
          ctx.moveTo(-size, -size * 0.8);
          ctx.lineTo(size * 0.4, 0);
          ctx.lineTo(-size, size * 0.8);
          ctx.stroke();
          ctx.restore();
          due += CHEVRON_EVERY;
        }
        gone += long;
      }
    },

    /** Stops shown at the same place, so that they can be fanned out (B7). */
    _group(shown) {
      // A base takes the first place of the fan, so that no stop lies under it.
      this._places = new Map(this._state.data.bases.map((base) => [`${base.x} ${base.y}`, [base]]));
      // The chosen round's stops come first, and so lie nearest the door.
      const isChosen = (round) => round.index === this._state.round;
      for (const round of [...shown].sort((x, y) => isChosen(y) - isChosen(x))) {
        for (const stop of round.stops) {
          if (stop.number === null || stop.x === null || !this._state.isTierShown(stop.tier)) continue;
          const key = `${stop.x} ${stop.y}`;
          if (this._places.has(key)) this._places.get(key).push(stop);
          else this._places.set(key, [stop]);
        }
      }
    },

    _stops(ctx, view, round) {
      ctx.globalAlpha = this._faded(round) ? 0.25 : 1;
      const isCrowd = this._state.round !== round.index && this._isCrowd;
      let radius = view.zoom < 13 ? 6 : view.zoom < 15 ? 8 : STOP_RADIUS;
      if (isCrowd && view.zoom < 15) radius = view.zoom < 13 ? 2.5 : 4;
      for (const stop of round.stops) {
        if (stop.number === null || stop.x === null || !this._state.isTierShown(stop.tier)) continue;
        const place = this._places.get(`${stop.x} ${stop.y}`);
        const [dx, dy] = Hemrunda.fan(place.indexOf(stop), place.length, radius * 1.75);
        const x = view.x0 + stop.x * view.k;
        const y = view.y0 - stop.y * view.k;
        if (place.length > 1 && radius > 5 && !this._faded(round)) {
          ctx.beginPath();
          ctx.moveTo(x, y);
          ctx.lineTo(x + dx, y + dy);
          ctx.strokeStyle = "#22262b";
          ctx.lineWidth = 1;
          ctx.stroke();
        }
        const { image, half } = this._markOf(round, stop, view.ratio, radius);
        ctx.drawImage(image, x + dx - half, y + dy - half, 2 * half, 2 * half);
        if (stop.change) Hemrunda.drawChanged(ctx, x + dx + radius * 0.8, y + dy - radius * 0.8);
        this._drawn.push({ stop, x: x + dx, y: y + dy, dx, dy, radius });
      }
      ctx.globalAlpha = 1;
    },

    _markOf(round, stop, ratio, radius) {
      this._marks ??= new Map();
      const key = `${round.style.colour} ${stop.tier} ${stop.label} ${radius}`;
      if (!this._marks.has(key)) {
        this._marks.set(key, Hemrunda.stopMark(round.style, stop.tier, stop.label, ratio, radius));
      }
      return this._marks.get(key);
    },

    _base(ctx, view, base) {
      Hemrunda.drawBase(ctx, view.x0 + base.x * view.k, view.y0 - base.y * view.k);
    },

    /** The stop drawn nearest a point of the window, or null; faded ones only where asked for. */
    at(containerPoint, isFadedToo) {
      const point = this._map.containerPointToLayerPoint(containerPoint).subtract(this.view.corner);
      let best = null;
      let least = 14;
      for (const one of this._drawn) {
        const isFaded = this._faded(one.stop.round);
        if (isFaded && !isFadedToo) continue;
        const far = Math.hypot(one.x - point.x, one.y - point.y) + (isFaded ? 7 : 0);
        if (far < least) {
          least = far;
          best = one.stop;
        }
      }
      return best;
    },
  });

  /** The stop pointed at and the way to it, on a canvas of its own: pointing redraws nothing else. */
  const PointerLayer = Hemrunda.CanvasLayer.extend({
    initialize(state, routes) {
      this._state = state;
      this._routes = routes;
    },

    draw(ctx, view) {
      const { stop } = this._state;
      if (!stop) return;
      const path = new Path2D();
      tracePixels(path, view, stop.points, this._state.sideOf(stop.round));
      ctx.lineJoin = "round";
      ctx.lineCap = "round";
      for (const [colour, width] of [["#ffffff", 10], [stop.round.style.colour, 7]]) {
        ctx.strokeStyle = colour;
        ctx.lineWidth = width;
        ctx.stroke(path);
      }
      const at = this._routes._drawn.find((one) => one.stop === stop);
      if (!at) return;
      const x = view.x0 + stop.x * view.k + at.dx;
      const y = view.y0 - stop.y * view.k + at.dy;
      const radius = Math.max(at.radius, 8);
      const { image, half } = Hemrunda.stopMark(stop.round.style, stop.tier, stop.label, view.ratio, radius);
      ctx.drawImage(image, x - half, y - half, 2 * half, 2 * half);
      for (const [colour, width] of [["#ffffff", 7], ["#111111", 3.5]]) {
        ctx.beginPath();
        ctx.arc(x, y, radius + 7, 0, 2 * Math.PI);
        ctx.strokeStyle = colour;
        ctx.lineWidth = width;
        ctx.stroke();
      }
    },
  });

  const EVENING_FROM = 15;
  const FIELDS = 10; // whole numbers of a stop in a block of several days

  /** One day of a block of several, as a block of one day. */
  const dayOf = (whole, i) => {
    const { date, rounds, unplanned } = whole.days[i];
    const orNull = (value) => (value < 0 ? null : value);
    const stopsOf = (flat) => {
      const stops = [];
      for (let at = 0; at < flat.length; at += FIELDS) {
        const [what, carer_no, arrive, start, end, travel, access, mode, tier, leg] = flat.slice(at, at + FIELDS);
        stops.push({
          ...whole.what[what], carer_no, arrive, start, end, travel: orNull(travel), access: orNull(access),
          mode: whole.words[mode], tier: whole.words[tier], leg: whole.legs[leg], slot: whole.rough,
        });
      }
      return stops;
    };
    return { ...whole, date, unplanned, rounds: rounds.map((one) => ({ ...one, stops: stopsOf(one.stops) })) };
  };

  /** Rounds with numbers on their visits and their ways decoded. */
  const roundsOf = (data) =>
    data.rounds.map((one, index) => {
      const round = { ...one, index, style: { colour: data.colours[one.colour], shape: one.shape, dash: one.shape } };
      // Where somebody is protected no carer is told: a team's part of the day stands in her place.
      if (data.rough) round.staff = [one.team, Hemrunda.t(`part_${one.part}`)].filter((text) => text).join(" ");
      let number = 0;
      round.stops = one.stops.map((row) => {
        const isVisit = row.kind === "visit";
        if (isVisit) number += 1;
        return { ...row, round, number: isVisit ? number : null, label: data.rough ? "" : String(number), points: row.leg ? Hemrunda.decodePoints(row.leg) : [] };
      });
      return round;
    });

  const makeState = (whole) => {
    const state = { days: (whole.days || [whole]).map((one) => one.date), day: 0, hiddenTiers: new Set(), team: "", part: "" };
    state.changesOn = (i) => (whole.changes || {})[state.days[i]] || [];
    state.enter = (i) => {
      state.day = i;
      state.data = whole.days ? dayOf(whole, i) : whole;
      state.rounds = roundsOf(state.data);
      state.changes = state.changesOn(i);
      if (state.changes.length) {
        for (const round of state.rounds) for (const stop of round.stops) stop.change = state.changes.find(([visit, carer]) => visit === stop.visit && Number(carer) === stop.carer_no);
      }
      state.round = null;
      state.stop = null;
    };
    const now = new Date();
    const two = (n) => String(n).padStart(2, "0");
    const today = state.days.indexOf(`${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`);
    // What has changed is read first: today's, or else the next day's that has any.
    const changed = state.days.findIndex((_, i) => i >= today && state.changesOn(i).length);
    state.enter(Math.max(0, changed >= 0 ? changed : today));
    // A whole town at once is no picture that anybody reads: begin with one team and a part of the day.
    if (state.rounds.length > ROUNDS_AT_ONCE || (state.data.rough && state.rounds.length > 2)) {
      const first = state.rounds.find((one) => one.team && one.stops.some((stop) => stop.change));
      state.team = first ? first.team : state.rounds.map((one) => one.team).filter((one) => one).sort(Hemrunda.inOrder(state.rounds.map((one) => one.team)))[0] || "";
      const parts = new Set(state.rounds.filter((one) => one.team === state.team).map((one) => one.part));
      const usual = today >= 0 && now.getHours() >= EVENING_FROM ? "evening" : "day";
      const wanted = first ? first.part : usual;
      state.part = parts.has(wanted) ? wanted : [...parts][0] || "";
    }
    state.shownRounds = () => state.rounds.filter((one) =>
      (!state.team || one.team === state.team || one.serves.includes(state.team)) &&
      (!state.part || one.part === state.part));
    // Rounds on the same street lie side by side; one looked at alone lies where the street is.
    state.sideOf = (round) => (state.round === null ? ((round.index % 5) - 2) * 2 : 0);
    state.isTierShown = (tier) => !state.hiddenTiers.has(tier);
    return state;
  };

  Hemrunda.roundStateOf = makeState;
  Hemrunda.RouteLayer = RouteLayer;
  Hemrunda.PointerLayer = PointerLayer;

  Hemrunda.roundMap = (map, name) => {
    const state = makeState(Hemrunda.block(name));
    const routes = new RouteLayer(state);
    const pointer = new PointerLayer(state, routes);
    const listeners = [];
    const pointed = () => {
      pointer.redraw();
      for (const listen of listeners) listen();
    };
    const changed = () => {
      routes.redraw();
      pointed();
    };
    const boxOf = (rounds) => {
      const boxes = rounds.map((one) => one.box).filter((box) => box);
      const side = (i, pick) => pick(...boxes.map((box) => box[i]));
      return boxes.length ? [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)] : null;
    };
    Hemrunda.chosenBox = () => boxOf(state.round === null ? state.shownRounds() : [state.rounds[state.round]]);
    const see = (stop) => {
      if (stop.x === null) return;
      const at = Hemrunda.latLng(stop.x, stop.y);
      if (!map.getBounds().pad(-0.08).contains(at)) map.panTo(at, { animate: !Hemrunda.quietMotion() });
    };
    const act = {
      listen: (run) => listeners.push(run),
      changed,
      goTo: (x, y) => map.setView(Hemrunda.latLng(x, y), Math.max(map.getZoom(), 16), { animate: !Hemrunda.quietMotion() }),
      choose(round, stop = null, move = false) {
        state.round = round;
        state.stop = stop;
        if (stop && move) see(stop);
        changed();
      },
      point(stop) {
        if (state.stop === stop) return;
        state.stop = stop;
        pointed();
      },
      /** Another day of the file; whoever is looked at is looked at there too, where she works. */
      enter(i) {
        const staff = state.round === null ? null : state.rounds[state.round].staff;
        state.enter(i);
        const same = state.shownRounds().find((one) => one.staff === staff);
        if (same) state.round = same.index;
        act.rebuild();
      },
      fitShown(animate = !Hemrunda.quietMotion()) {
        const box = boxOf(state.shownRounds());
        if (box) map.fitBounds(Hemrunda.bounds(box), { padding: [20, 20], maxZoom: 16, animate });
      },
      fitRound(index) {
        const box = state.rounds[index].box;
        if (box) map.fitBounds(Hemrunda.bounds(box), { padding: [24, 24], maxZoom: 16, animate: !Hemrunda.quietMotion() });
      },
    };
    Hemrunda.timeline(state, act);
    Hemrunda.roundPanel(state, act);
    // The timeline has taken its room by now.
    map.invalidateSize({ pan: false });
    Hemrunda.home(false);
    if (state.team || state.part) act.fitShown(false);
    routes.addTo(map);
    pointer.addTo(map);
    map.on("click", (event) => {
      const stop = routes.at(event.containerPoint, true);
      act.choose(stop ? stop.round.index : null, stop);
    });
    map.on("mousemove", (event) => {
      const stop = routes.at(event.containerPoint, false);
      map.getContainer().style.cursor = stop ? "pointer" : "";
      if (stop) act.point(stop);
    });
    Hemrunda.roundState = state;
    document.body.dataset.ready = "yes";
  };
})();
