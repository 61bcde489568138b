// The canvas of one view: all panes, drawn at once from a spectrum and the settings.

import { isSame, picture, sheet } from "./ahead.js";
import { drawBeyond } from "./beyond.js";
import { boxes, chosenZoom, frameWords, markedLines, panes, seen, velocityScale } from "./desk.js";
import { drawCursor, drawDrag, drawRuler } from "./glass.js";
import { Pen } from "./pane.js";
import { project } from "./project.js";
import { drawStack, stacked } from "./stack.js";

const PANES = ["line", "whole", "network"];

export class View {
  constructor(canvas, glass, about) {
    this.canvas = canvas;
    this.glass = glass; // what moves with the pointer, drawn without the spectrum
    this.about = about; // {groups, zooms}
    this.ranges = {};
    this.made = null;
    this.mark = null; // the marked interval of the ruler
    this.chosen = PANES[0]; // what keys zoom and pan
    this.ahead = null; // what was drawn before it was wanted
  }

  /** The pane that keys zoom and pan: the chosen one, if it is there. */
  get active() {
    return this.made?.[this.chosen] ?? this.made?.whole ?? null;
  }

  /** Choose the next pane that is there. */
  chooseNext() {
    const there = PANES.filter((name) => this.made?.[name]);
    const now = there.indexOf(this.active?.name);
    this.chosen = there[(now + 1) % there.length] ?? this.chosen;
  }

  resize(look) {
    const ratio = (this.ratio = globalThis.devicePixelRatio || 1);
    const { clientWidth: w, clientHeight: h } = this.canvas.parentElement;
    for (const canvas of [this.canvas, this.glass]) {
      const [width, height] = [Math.round(w * ratio), Math.round(h * ratio)];
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.size = [w, h];
    this.look = look;
  }

  clear() {
    this.canvas.getContext("2d").clearRect(0, 0, ...this.size);
    this.made = null;
    this.touch(null);
  }

  /** Draw everything of one spectrum, among those of its object where there are any. */
  draw(spectrum, settings, companions = []) {
    const { ahead } = this;
    this.ahead = null;
    this.canvas.dataset.next = "";
    this.clear();
    const context = this.canvas.getContext("2d");
    const usual = companions.length === 0 && Object.keys(this.ranges).length === 0;
    const isThere = usual && ahead && isSame(ahead.of, picture({ ...this, spectrum, settings }));
    this.canvas.dataset.ahead = String(Boolean(isThere)); // for tests
    if (isThere) {
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.drawImage(ahead.image, 0, 0);
      context.restore();
      Object.assign(this, ahead.state);
    } else this.paint(context, spectrum, settings, companions);
    ahead?.image.close();
    this.touch(null);
  }

  /** Draw one that will probably be wanted next, in the usual ranges. */
  drawAhead(spectrum, settings) {
    const drawn = sheet(this.size, this.ratio);
    if (drawn === null) return;
    const { made, shown, ranges } = this;
    this.ranges = {};
    this.paint(drawn.getContext("2d"), spectrum, settings);
    const state = { made: this.made, shown: this.shown };
    Object.assign(this, { made, shown, ranges });
    this.ahead?.image.close();
    this.ahead = { image: drawn.transferToImageBitmap(), state, of: picture({ ...this, spectrum, settings }) };
    this.canvas.dataset.next = "drawn"; // for tests
  }

  paint(context, spectrum, settings, companions = []) {
    const [w, h] = this.size;
    const { look } = this;
    const pen = new Pen(context, look);
    const zoom = chosenZoom(this.about.zooms, spectrum.raw ?? spectrum.prepared, settings.line);
    this.made = panes(spectrum, settings, zoom, this.ranges, boxes(w, h, look.scale));
    if (companions.length > 1) this.stack(companions, spectrum, settings);
    this.shown = { spectrum, settings, zoom };
    const lines = markedLines(this.about.groups, settings, zoom);
    for (const pane of Object.values(this.made)) this.pane(pen, pane, lines);
    this.titles(pen);
  }

  stack(companions, spectrum, settings) {
    const curves = companions.map(({ spectrum: one, words }) => ({
      curve: seen(one.raw ?? one.prepared, settings, one.z),
      words,
    }));
    const place = companions.findIndex((one) => one.spectrum === spectrum);
    for (const name of ["whole", "line"]) {
      if (this.made[name]) this.made[name] = stacked(this.made[name], curves, place);
    }
  }

  pane(pen, pane, lines) {
    const { settings, spectrum, zoom } = this.shown;
    const s = this.look.scale;
    pen.axes(pane, { unit: frameWords(settings.frame, spectrum.z) });
    const isLine = pane.name === "line";
    if (isLine) pen.velocities(pane, velocityScale(zoom, settings.frame));
    pen.inside(pane.box, () => {
      pen.gaps(pane, pane.curve);
      if (pane.name === "whole") this.windows(pen, pane);
      if (settings.band) pen.band(pane, pane.curve);
    });
    if (settings.group !== "none") pen.marks(pane, lines, { above: (isLine ? 22 : 7) * s });
    pen.inside(pane.box, () => {
      if (pane.name === "network") this.overlays(pen, pane);
      if (pane.others) drawStack(pen, pane);
      pen.curve(pane, pane.curve, { width: isLine ? 1.3 : 1 });
      drawBeyond(pen, pane);
      if (pane.name !== "whole") this.strip(pen, pane);
    });
  }

  /** Where the other panes look, on the whole range. */
  windows(pen, pane) {
    const to = project(pane);
    const { context } = pen;
    context.fillStyle = this.look.gap;
    const other = this.made.line;
    if (!other) return;
    const left = to.px(other.x[0]);
    context.globalAlpha = 0.6;
    context.fillRect(left, pane.box.y, to.px(other.x[1]) - left, pane.box.h);
    context.globalAlpha = 1;
  }

  overlays(pen, pane) {
    const { spectrum, settings } = this.shown;
    for (const one of spectrum.overlays[settings.overlay] ?? []) {
      pen.curve(pane, one, { colour: one.colour, width: 1.6, dash: one.dash });
    }
  }

  /** How much each wavelength counted for the model, as a strip at the foot of a pane. */
  strip(pen, pane) {
    const { spectrum } = this.shown;
    if (!spectrum.strip || !this.look.heat) return;
    const { wave } = this.made.network.curve;
    const to = project(pane);
    const { context } = pen;
    const height = 7 * this.look.scale;
    context.fillStyle = this.look.heat;
    for (const [i, value] of spectrum.strip.entries()) {
      context.globalAlpha = value / 255;
      const left = to.px((wave[i] + wave[Math.max(0, i - 1)]) / 2);
      const right = to.px((wave[i] + wave[Math.min(wave.length - 1, i + 1)]) / 2);
      context.fillRect(left, pane.box.y + pane.box.h - height, right - left + 0.5, height);
    }
    context.globalAlpha = 1;
  }

  /** What is up, along the left of each pane. */
  titles(pen) {
    const { spectrum, settings } = this.shown;
    const smooth = settings.width > 1 ? `, mean of ${settings.width} pixels` : "";
    const unit = spectrum.raw ? "" : ", archive";
    const bold = this.made.whole.others ? ", of the bold one" : "";
    const flux = settings.normalised ? "Flux ÷ continuum" : `Flux${unit}`;
    const over = `${flux}${smooth}${bold}`;
    const words = { whole: over, line: over, network: "As the network sees it" };
    for (const [name, { box }] of Object.entries(this.made)) {
      const x = box.x - (name === "whole" || name === "line" ? 48 : 40) * this.look.scale;
      const isActive = name === this.active.name;
      const { ink, muted } = this.look;
      pen.upward(words[name], x, box.y + box.h / 2, { colour: isActive ? ink : muted, bold: isActive });
      if (isActive) this.markActive(pen, box);
    }
    this.legend(pen);
  }

  /** A thin bar along the axis of the flux. */
  markActive(pen, box) {
    pen.stroke(this.look.accent, 3, (context) => {
      context.moveTo(box.x, box.y);
      context.lineTo(box.x, box.y + box.h);
    });
  }

  /** Names of what is laid over the network's pane, each in its colour. */
  legend(pen) {
    const { spectrum, settings } = this.shown;
    const { box } = this.made.network;
    const s = this.look.scale;
    for (const [i, one] of (spectrum.overlays[settings.overlay] ?? []).entries()) {
      const y = box.y + (16 + 15 * i) * s;
      pen.context.globalAlpha = 0.85;
      pen.context.fillStyle = this.look.surface;
      pen.context.fillRect(box.x + 4 * s, y - 11 * s, pen.width(one.label) + 30 * s, 15 * s);
      pen.context.globalAlpha = 1;
      pen.stroke(one.colour, 2, (context) => {
        context.moveTo(box.x + 8 * s, y - 4 * s);
        context.lineTo(box.x + 24 * s, y - 4 * s);
      }, one.dash);
      pen.text(one.label, box.x + 29 * s, y, { colour: this.look.ink });
    }
  }

  /** The pane under a point of the canvas. */
  paneAt(x, y) {
    return Object.values(this.made ?? {}).find(
      ({ box }) => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h,
    );
  }

  /** Draw what moves: a cursor in all panes, a frame that is dragged, the ruler. */
  touch(point, drag = null) {
    const context = this.glass.getContext("2d");
    const bare = !point && !drag && !this.mark;
    // A canvas that is cleared is painted again, even if nothing was on it.
    if (!(bare && this.isBare)) context.clearRect(0, 0, ...this.size);
    this.isBare = bare;
    if (!this.made) return;
    const pen = new Pen(context, this.look);
    const pane = point && this.paneAt(point.x, point.y);
    if (pane) drawCursor(pen, this, pane, point);
    if (drag) drawDrag(pen, drag);
    if (this.mark) drawRuler(pen, this);
  }
}
