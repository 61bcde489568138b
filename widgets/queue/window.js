// The part of a long list that is drawn, and how far to scroll.

export const SHORT = 200; // lines that are all drawn, whatever is in view
const SPARE = 20; // lines that are drawn above and below the view

/** First and last line to draw, of `n` lines of one height. */
export function span({ top, height }, line, n) {
  if (n <= SHORT || line <= 0) return [0, n];
  const first = Math.max(0, Math.floor(top / line) - SPARE);
  return [first, Math.min(n, Math.ceil((top + height) / line) + SPARE)];
}

/** Scroll position that shows a line, moving no farther than needed. */
export function scrolled({ top, height }, view) {
  const margin = 2 * height;
  if (top - margin < view.top) return Math.max(0, top - margin);
  if (top + height + margin > view.top + view.height) {
    return top + height + margin - view.height;
  }
  return view.top;
}
