// The mouse on the canvas: drag to zoom, Shift and drag to measure, wheel to zoom, Alt or
// middle button to pan, click on the whole range to look there, double click for all of it.

import { moved } from "./desk.js";
import { project } from "./project.js";

const CLICK = 4; // pixels that a click may move

/** Wire the mouse to a view; returns how to take it off. `redraw` draws all, `look` says what for. */
export function pointing(canvas, view, { isRuler, redraw, recentre }) {
  let drag = null;
  const point = (event) => {
    const frame = canvas.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };
  const extent = (pane) => [pane.curve.wave[0], pane.curve.wave[pane.curve.wave.length - 1]];

  const down = (event) => {
    const at = point(event);
    const pane = view.paneAt(at.x, at.y);
    if (!pane || event.button > 1) return;
    const pans = event.button === 1 || event.altKey;
    drag = { pane, from: at.x, to: at.x, pans, measures: !pans && (event.shiftKey || isRuler()), range: pane.x };
    canvas.setPointerCapture(event.pointerId);
  };
  const move = (event) => {
    const at = point(event);
    if (!drag) return view.touch(at);
    drag.to = at.x;
    if (drag.pans) {
      const share = (drag.from - at.x) / drag.pane.box.w;
      view.ranges[drag.pane.name] = moved(drag.range, { pan: share }, extent(drag.pane));
      return redraw();
    }
    return view.touch(at, drag);
  };
  const up = (event) => {
    const done = drag;
    drag = null;
    if (!done || done.pans) return;
    const to = project(done.pane);
    const x = [done.from, point(event).x].sort((a, b) => a - b).map(to.wave);
    const far = Math.abs(point(event).x - done.from) > CLICK;
    if (far && done.measures) view.mark = { pane: done.pane.name, x };
    else if (far) view.ranges[done.pane.name] = x;
    else if (view.mark) view.mark = null;
    else if (done.pane.name === "whole") recentre(x[0]);
    redraw();
  };
  const wheel = (event) => {
    const at = point(event);
    const pane = view.paneAt(at.x, at.y);
    if (!pane) return;
    event.preventDefault();
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const step = sideways
      ? { pan: Math.sign(event.deltaX) * 0.1 }
      : { zoom: event.deltaY > 0 ? 1.25 : 0.8, about: (at.x - pane.box.x) / pane.box.w };
    view.ranges[pane.name] = moved(pane.x, step, extent(pane));
    redraw();
  };
  const whole = (event) => {
    const at = point(event);
    const pane = view.paneAt(at.x, at.y);
    if (pane) delete view.ranges[pane.name];
    redraw();
  };
  const leave = () => !drag && view.touch(null);

  const listeners = { pointerdown: down, pointermove: move, pointerup: up, wheel, dblclick: whole, pointerleave: leave };
  for (const [name, listener] of Object.entries(listeners)) {
    canvas.addEventListener(name, listener, name === "wheel" ? { passive: false } : undefined);
  }
}
