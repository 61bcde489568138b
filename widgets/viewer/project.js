// Between data and the screen.

/** Functions from data to pixels of the screen and back. */
export function project({ box, x, y }) {
  const perX = box.w / (x[1] - x[0]);
  const perY = box.h / (y[1] - y[0]);
  return {
    px: (value) => box.x + (value - x[0]) * perX,
    py: (value) => box.y + box.h - (value - y[0]) * perY,
    wave: (pixel) => x[0] + (pixel - box.x) / perX,
  };
}

/** First and one past the last pixel inside limits, one more at each side. */
export function within(wave, [low, high]) {
  const find = (value) => {
    let [a, b] = [0, wave.length];
    while (a < b) {
      const middle = (a + b) >> 1;
      if (wave[middle] < value) a = middle + 1;
      else b = middle;
    }
    return a;
  };
  return [Math.max(0, find(low) - 1), Math.min(wave.length, find(high) + 1)];
}
