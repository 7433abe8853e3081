"use strict";
// A Leaflet layer that is one canvas. Whoever extends it draws in draw(ctx, view), where view tells
// how grid units become pixels: px = view.x0 + x * view.k, py = view.y0 - y * view.k.
// After a pan what is drawn already is moved, and only the strips that came into view are drawn:
// view.clip is then the strip, and west, south, east, north are its bounds.
(() => {
  const PADDING = 0.12;
  // Corners lie on multiples of this, the side of a pattern's tile, so that moved patterns join.
  const STEP = 10;
  const EARTH_M = 40075016.68557849;

  Hemrunda.CanvasLayer = L.Layer.extend({
    options: { pane: "overlayPane" },

    onAdd(map) {
      this._canvas = Hemrunda.el("canvas", {
        class: "hr-canvas leaflet-zoom-animated",
        "aria-hidden": "true",
      });
      this.getPane().append(this._canvas);
      this.redraw();
      return map;
    },

    onRemove() {
      this._canvas.remove();
    },

    getEvents() {
      return { moveend: this._moved, move: this._dragged, zoomanim: this._follow };
    },

    /** Whether all must be drawn anew after a pan, since it is not the same everywhere. */
    isWhole() {
      return false;
    },

    /** While the map is dragged nothing stays empty; a zoom under way is only scaled. */
    _dragged() {
      if (this._map.getZoom() === this._drawnZoom && !this.isWhole()) this._moved();
    },

    /** Draws again only where the window has left what is drawn already. */
    _moved() {
      const map = this._map;
      const size = map.getSize();
      if (map.getZoom() !== this._drawnZoom || !size.equals(this._drawnSize)) {
        this.redraw();
        return;
      }
      const at = map.containerPointToLayerPoint([0, 0]).subtract(this.view.corner);
      const isInside = at.x >= 0 && at.y >= 0 &&
        at.x + size.x <= this.view.width && at.y + size.y <= this.view.height;
      if (isInside) return;
      if (this.isWhole() || !Number.isInteger(this.view.ratio)) this.redraw();
      else this._shift();
    },

    /** Draws again, a little beyond the window so that a pan has something to show. */
    redraw() {
      if (!this._map) return;
      const view = this._viewOfNow();
      const { ratio, width, height } = view;
      const canvas = this._canvas;
      if (Hemrunda.isPrinting || canvas.width !== width * ratio || canvas.height !== height * ratio) {
        canvas.width = width * ratio;
        canvas.height = height * ratio;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      this._place(view);
      const ctx = canvas.getContext("2d");
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      // Browsers may print the strokes themselves; there a rubbed out rectangle is a white one, and
      // the canvas is empty already, its size having been set.
      if (!Hemrunda.isPrinting) ctx.clearRect(0, 0, canvas.width, canvas.height);
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.draw(ctx, view);
    },

    _viewOfNow() {
      const map = this._map;
      const size = map.getSize();
      const pad = size.multiplyBy(PADDING).round();
      const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1)).divideBy(STEP).round().multiplyBy(STEP);
      const width = size.x + 2 * pad.x;
      const height = size.y + 2 * pad.y;
      const zoom = map.getZoom();
      const origin = map.latLngToLayerPoint(Hemrunda.latLng(0, 0)).subtract(corner);
      const k = (256 * 2 ** zoom) / EARTH_M;
      const ratio = Hemrunda.isPrinting ? 2 : Math.min(window.devicePixelRatio || 1, 2);
      const view = { k, x0: origin.x, y0: origin.y, corner, width, height, padX: pad.x, zoom, ratio };
      return Object.assign(view, this._bounds(view, [0, 0, width, height]), { size });
    },

    _bounds(view, clip) {
      return {
        clip,
        west: (clip[0] - view.x0) / view.k,
        north: (view.y0 - clip[1]) / view.k,
        east: (clip[2] - view.x0) / view.k,
        south: (view.y0 - clip[3]) / view.k,
      };
    },

    _place(view) {
      this.view = view;
      this._cornerLatLng = this._map.layerPointToLatLng(view.corner);
      this._drawnZoom = view.zoom;
      this._drawnSize = view.size;
      L.DomUtil.setTransform(this._canvas, view.corner, 1);
    },

    /** Moves what is drawn, and draws the strips beside it. */
    _shift() {
      const from = this.view.corner;
      const view = this._viewOfNow();
      const { ratio, width, height } = view;
      const [dx, dy] = [from.x - view.corner.x, from.y - view.corner.y];
      if (Math.abs(dx) >= width || Math.abs(dy) >= height) {
        this.redraw();
        return;
      }
      this._place(view);
      const ctx = this._canvas.getContext("2d");
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.globalCompositeOperation = "copy";
      ctx.drawImage(this._canvas, dx * ratio, dy * ratio);
      ctx.globalCompositeOperation = "source-over";
      const strips = [];
      if (dx) strips.push(dx > 0 ? [0, 0, dx, height] : [width + dx, 0, width, height]);
      const [left, right] = dx > 0 ? [dx, width] : [0, width + dx];
      if (dy) strips.push(dy > 0 ? [left, 0, right, dy] : [left, height + dy, right, height]);
      for (const clip of strips) {
        ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
        ctx.save();
        ctx.beginPath();
        ctx.rect(clip[0], clip[1], clip[2] - clip[0], clip[3] - clip[1]);
        ctx.clip();
        this.draw(ctx, { ...view, ...this._bounds(view, clip) });
        ctx.restore();
      }
    },

    _follow(event) {
      const map = this._map;
      const scale = map.getZoomScale(event.zoom, this._drawnZoom);
      const at = map._latLngToNewLayerPoint(this._cornerLatLng, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, at, scale);
    },
  });

  /** Whether a box {west, south, east, north} comes within some units of what is drawn. */
  Hemrunda.seen = (box, view, near = 0) =>
    box.east >= view.west - near && box.west <= view.east + near &&
    box.north >= view.south - near && box.south <= view.north + near;

  /** The bounds of lines of one shared array of points. */
  Hemrunda.boxOf = (lines) => {
    const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
    for (const { points, begin, end } of lines) {
      for (let i = begin; i < end; i += 2) {
        box.west = Math.min(box.west, points[i]);
        box.east = Math.max(box.east, points[i]);
        box.south = Math.min(box.south, points[i + 1]);
        box.north = Math.max(box.north, points[i + 1]);
      }
    }
    return box;
  };

  /** Sets the context so that paths in grid units are drawn where they belong. */
  Hemrunda.inGrid = (ctx, view) => {
    const r = view.ratio;
    ctx.setTransform(view.k * r, 0, 0, -view.k * r, view.x0 * r, view.y0 * r);
  };
  Hemrunda.inPixels = (ctx, view) => ctx.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);

  /** Lines of a block {n: counts, p: points} as [{points, begin, end}] over one shared array. */
  Hemrunda.lines = (block) => {
    const counts = Hemrunda.decode(block.n);
    const points = Hemrunda.decodePoints(block.p);
    let begin = 0;
    return counts.map((count) => {
      const line = { points, begin, end: begin + 2 * count };
      begin = line.end;
      return line;
    });
  };

  Hemrunda.trace = (path, line) => {
    const { points, begin, end } = line;
    path.moveTo(points[begin], points[begin + 1]);
    for (let i = begin + 2; i < end; i += 2) path.lineTo(points[i], points[i + 1]);
  };
})();
