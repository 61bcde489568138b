// One pane: axes, a curve with its uncertainty, the pixels that have no value, and the
// names of lines. Drawn with the canvas of the browser, because a figure library needs
// longer for one spectrum than a whole step may take.

import { drawBand } from "./band.js";
import { project, within } from "./project.js";
import { placed, tickText, ticks } from "./scale.js";

const widths = new Map(); // of words that are written on every spectrum, by font

export class Pen {
  constructor(context, look) {
    this.context = context;
    this.look = look;
    context.lineJoin = "round";
  }

  text(words, x, y, { colour = this.look.muted, align = "left", size = 11, bold = false } = {}) {
    const { context, look } = this;
    context.font = `${bold ? "600 " : ""}${size * look.scale}px ${look.family}`;
    context.fillStyle = colour;
    context.textAlign = align;
    context.fillText(words, x, y);
  }

  upward(words, x, y, look = {}) {
    this.context.save();
    this.context.translate(x, y);
    this.context.rotate(-Math.PI / 2);
    this.text(words, 0, 0, { ...look, align: "center" });
    this.context.restore();
  }

  width(words, size = 11) {
    const font = `${size * this.look.scale}px ${this.look.family}`;
    const known = `${font} ${words}`;
    if (!widths.has(known)) {
      if (widths.size > 500) widths.clear(); // labels of overlays come and go
      this.context.font = font;
      widths.set(known, this.context.measureText(words).width);
    }
    return widths.get(known);
  }

  inside({ x, y, w, h }, work) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, w, h);
    this.context.clip();
    work();
    this.context.restore();
  }

  stroke(colour, width, path, dash = []) {
    const { context } = this;
    context.beginPath();
    path(context);
    context.strokeStyle = colour;
    context.lineWidth = width * this.look.scale;
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  /** Frame, grid and ticks; the bottom axis says its unit at its end. */
  axes(pane, { unit }) {
    const { box, x, y } = pane;
    const { look, context } = this;
    const s = look.scale;
    const to = project(pane);
    const across = ticks(x, box.w / (95 * s));
    const up = ticks(y, Math.max(2, box.h / (46 * s)));
    this.stroke(look.rule, 0.6, () => {
      for (const value of across.values) {
        context.moveTo(to.px(value), box.y);
        context.lineTo(to.px(value), box.y + box.h);
      }
      for (const value of up.values) {
        context.moveTo(box.x, to.py(value));
        context.lineTo(box.x + box.w, to.py(value));
      }
    });
    this.stroke(look.muted, 1, () => {
      context.moveTo(box.x, box.y);
      context.lineTo(box.x, box.y + box.h);
      context.lineTo(box.x + box.w, box.y + box.h);
      for (const value of across.values) {
        context.moveTo(to.px(value), box.y + box.h);
        context.lineTo(to.px(value), box.y + box.h + 4 * s);
      }
      for (const value of up.values) {
        context.moveTo(box.x - 4 * s, to.py(value));
        context.lineTo(box.x, to.py(value));
      }
    });
    const below = box.y + box.h + 15 * s;
    const end = box.x + box.w;
    const free = end - this.width(unit) - 6 * s;
    for (const value of across.values) {
      const words = tickText(value, across.step);
      if (to.px(value) + this.width(words) / 2 > free) continue;
      this.text(words, to.px(value), below, { align: "center" });
    }
    this.text(unit, end, below, { align: "right" });
    for (const value of up.values) {
      this.text(tickText(value, up.step), box.x - 7 * s, to.py(value) + 4 * s, { align: "right" });
    }
  }

  /** Velocities about a wavelength, along the upper edge. */
  velocities(pane, { from, to: at, unit }) {
    const { box, x } = pane;
    const s = this.look.scale;
    const limits = [from(x[0]), from(x[1])];
    const { values, step } = ticks(limits, box.w / (65 * s));
    const to = project(pane);
    const y = box.y - 7 * s;
    const free = box.x + box.w - this.width(unit) - 6 * s;
    this.stroke(this.look.muted, 1, (context) => {
      context.moveTo(box.x, box.y);
      context.lineTo(box.x + box.w, box.y);
      for (const value of values) {
        context.moveTo(to.px(at(value)), box.y);
        context.lineTo(to.px(at(value)), box.y - 4 * s);
      }
    });
    for (const value of values) {
      const words = tickText(value, step);
      const middle = to.px(at(value));
      if (middle + this.width(words) / 2 < free) this.text(words, middle, y, { align: "center" });
    }
    this.text(unit, box.x + box.w, y, { align: "right" });
  }

  /** Columns of pixels without a value. */
  gaps(pane, { wave, flux }) {
    const { box, x } = pane;
    const to = project(pane);
    const [start, stop] = within(wave, x);
    this.context.fillStyle = this.look.gap;
    for (let i = start; i < stop; i += 1) {
      if (!Number.isNaN(flux[i])) continue;
      const first = i;
      while (i + 1 < stop && Number.isNaN(flux[i + 1])) i += 1;
      const left = to.px((wave[first] + wave[Math.max(0, first - 1)]) / 2);
      const right = to.px((wave[i] + wave[Math.min(wave.length - 1, i + 1)]) / 2);
      this.context.fillRect(left, box.y, Math.max(1, right - left), box.h);
    }
  }

  /** ±1σ about the flux. */
  band(pane, curve) {
    if (curve.sigma) drawBand(this.context, this.look.band, pane, curve);
  }

  /** The flux, as steps where pixels are wide enough to be seen. */
  curve(pane, { wave, flux }, { colour = this.look.ink, width = 1, dash = [] } = {}) {
    const { box, x } = pane;
    const to = project(pane);
    const [start, stop] = within(wave, x);
    const steps = box.w / (stop - start) > 3;
    this.stroke(
      colour,
      width,
      (context) => {
        let down = false;
        for (let i = start; i < stop; i += 1) {
          if (Number.isNaN(flux[i])) {
            down = false;
            continue;
          }
          const y = to.py(flux[i]);
          if (steps) {
            const left = to.px((wave[i] + wave[Math.max(0, i - 1)]) / 2);
            const right = to.px((wave[i] + wave[Math.min(wave.length - 1, i + 1)]) / 2);
            if (down) context.lineTo(left, y);
            else context.moveTo(left, y);
            context.lineTo(right, y);
          } else if (down) context.lineTo(to.px(wave[i]), y);
          else context.moveTo(to.px(wave[i]), y);
          down = true;
        }
      },
      dash,
    );
  }

  /** Lines of the list, and the names of those that fit above the pane. */
  marks(pane, lines, { above }) {
    const { box, x } = pane;
    const { look, context } = this;
    const s = look.scale;
    const to = project(pane);
    const inside = lines.filter(({ at }) => at > x[0] && at < x[1]);
    const upright = (isChosen) => () => {
      for (const { at, chosen } of inside) {
        if (Boolean(chosen) !== isChosen) continue;
        context.moveTo(to.px(at), box.y);
        context.lineTo(to.px(at), box.y + box.h);
      }
    };
    this.stroke(look.mark, 0.7, upright(false), [1.5 * s, 3.5 * s]);
    this.stroke(look.line, 1, upright(true));
    const names = inside.map(({ at, name, chosen }) => ({
      name,
      chosen,
      x: to.px(at),
      width: this.width(name),
      weight: chosen ? 1 : 0,
    }));
    for (const { name, chosen, x: middle, row } of placed(names, 2, 6 * s)) {
      const colour = chosen ? look.ink : look.muted;
      const y = box.y - above - row * 12 * s;
      this.text(name, middle, y, { align: "center", colour, bold: chosen });
    }
  }
}
