"use strict";
// Land where nobody lives, drawn fainter: a veil over the territories with holes where clients are.
// The veil is a picture of one pixel a square, drawn once and stretched, so that it costs nothing.
(() => {
  const SQUARE = 500; // grid units: some 250 metres in Sweden
  const NEAR = 1; // squares around a home that are its neighbourhood
  const MOST = 2048; // pixels to a side: a municipality wider than that gets larger squares
  const VEIL = "rgba(255, 255, 255, 0.55)";

  /** The veil enlarged and softened: on paper each of its pixels would be a square with edges. */
  const softened = (image) => {
    const times = Math.max(1, Math.min(8, Math.floor(MOST / Math.max(image.width, image.height))));
    const large = Hemrunda.el("canvas", { width: image.width * times, height: image.height * times });
    const paint = large.getContext("2d");
    paint.imageSmoothingEnabled = true;
    paint.drawImage(image, 0, 0, large.width, large.height);
    return large;
  };

  /** The veil of some places: null where there are none. */
  Hemrunda.faintLand = (xs, ys) => {
    if (!xs.length) return null;
    const bound = (values, pick) => values.reduce((best, value) => pick(best, value), values[0]);
    const [west, east] = [bound(xs, Math.min), bound(xs, Math.max)];
    const [south, north] = [bound(ys, Math.min), bound(ys, Math.max)];
    const square = Math.max(SQUARE, (east - west) / MOST, (north - south) / MOST);
    const edge = NEAR + 2;
    const wide = Math.ceil((east - west) / square) + 2 * edge;
    const tall = Math.ceil((north - south) / square) + 2 * edge;
    const image = Hemrunda.el("canvas", { width: wide, height: tall });
    const paint = image.getContext("2d");
    paint.fillStyle = VEIL;
    paint.fillRect(0, 0, wide, tall);
    paint.globalCompositeOperation = "destination-out";
    paint.fillStyle = "#000000";
    const seen = new Set();
    for (let i = 0; i < xs.length; i += 1) {
      const column = Math.floor((xs[i] - west) / square) + edge;
      const row = Math.floor((north - ys[i]) / square) + edge;
      if (seen.has(row * wide + column)) continue;
      seen.add(row * wide + column);
      paint.fillRect(column - NEAR, row - NEAR, 2 * NEAR + 1, 2 * NEAR + 1);
    }
    let soft = null;
    const [left, top] = [west - edge * square, north + edge * square];
    return (ctx, view) => {
      const x = view.x0 + left * view.k;
      const y = view.y0 - top * view.k;
      const [w, h] = [wide * square * view.k, tall * square * view.k];
      ctx.save();
      ctx.imageSmoothingEnabled = true;
      if (Hemrunda.isPrinting) soft ??= softened(image);
      ctx.drawImage(Hemrunda.isPrinting ? soft : image, x, y, w, h);
      // Beyond the outermost homes nobody lives either.
      ctx.fillStyle = VEIL;
      ctx.fillRect(0, 0, view.width, Math.max(0, y));
      ctx.fillRect(0, y + h, view.width, Math.max(0, view.height - y - h));
      ctx.fillRect(0, y, Math.max(0, x), h);
      ctx.fillRect(x + w, y, Math.max(0, view.width - x - w), h);
      ctx.restore();
    };
  };
})();
