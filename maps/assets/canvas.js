"use strict";
// A Leaflet layer that is one canvas. Whoever extends it draws in draw(ctx, view), where view tells
// how grid units become pixels: px = view.x0 + x * view.k, py = view.y0 - y * view.k.
(() => {
  const PADDING = 0.3;
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
      return { moveend: this._moved, zoomanim: this._follow };
    },

    /** Draws again only where the window has left what is drawn already. */
    _moved() {
      const map = this._map;
      const size = map.getSize();
      if (map.getZoom() === this._drawnZoom && size.equals(this._drawnSize)) {
        const at = map.containerPointToLayerPoint([0, 0]).subtract(this.view.corner);
        const isInside = at.x >= 0 && at.y >= 0 &&
          at.x + size.x <= this.view.width && at.y + size.y <= this.view.height;
        if (isInside) return;
      }
      this.redraw();
    },

    /** Draws again, a little beyond the window so that a pan has something to show. */
    redraw() {
      const map = this._map;
      if (!map) return;
      const size = map.getSize();
      const pad = size.multiplyBy(PADDING).round();
      const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1)).round();
      const width = size.x + 2 * pad.x;
      const height = size.y + 2 * pad.y;
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      const canvas = this._canvas;
      if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
        canvas.width = width * ratio;
        canvas.height = height * ratio;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      this._cornerLatLng = map.layerPointToLatLng(corner);
      this._drawnZoom = map.getZoom();
      this._drawnSize = size;
      L.DomUtil.setTransform(canvas, corner, 1);
      const origin = map.latLngToLayerPoint(Hemrunda.latLng(0, 0)).subtract(corner);
      const view = {
        k: (256 * 2 ** this._drawnZoom) / EARTH_M,
        x0: origin.x,
        y0: origin.y,
        corner,
        width,
        height,
        padX: pad.x,
        zoom: this._drawnZoom,
        ratio,
      };
      view.west = -view.x0 / view.k;
      view.east = (width - view.x0) / view.k;
      view.north = view.y0 / view.k;
      view.south = (view.y0 - height) / view.k;
      this.view = view;
      const ctx = canvas.getContext("2d");
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, canvas.width, canvas.height);
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.draw(ctx, view);
    },

    _follow(event) {
      const map = this._map;
      const scale = map.getZoomScale(event.zoom, this._drawnZoom);
      const at = map._latLngToNewLayerPoint(this._cornerLatLng, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, at, scale);
    },
  });

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
