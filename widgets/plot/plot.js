// Draws a Plotly figure. The figure is a synced trait: a view that opens late, or again
// after a reload, draws what is current. One file, no imports, nothing from the network:
// the kernel sends the source of Plotly.js, once a page, to the first view that needs it.

const PATIENCE = 60_000; // milliseconds to wait for 1.5 MB over a slow line
const COURTESY = 800; // milliseconds by which plots come after what is worked with

/** Wrap the UMD source of Plotly.js as an ES module. */
export function asModule(source) {
  return `const module = {exports: {}};\n${source}\nexport default module.exports;`;
}

// Lengths on the screen, by the names of a number and of what it stands in.
const LENGTHS = [
  [/font$/, /^size$/],
  [/^marker$/, /^size$/],
  [/^line$/, /^width$/],
  [/^margin$/, /^[lrtb]$/],
  [/^layout$/, /^height$/],
];

/**
 * Copy a figure for drawing: binary arrays as Plotly.js wants them, colours exchanged
 * (dark pages) and lengths scaled (large screens). Plotly changes what it is given, so the
 * trait itself is never handed over.
 */
export function prepared(value, { colours = {}, scale = 1 } = {}, path = ["", ""]) {
  if (typeof value === "string") return Object.hasOwn(colours, value) ? colours[value] : value;
  if (typeof value === "number") {
    const isLength = LENGTHS.some(([outer, inner]) => outer.test(path[0]) && inner.test(path[1]));
    return isLength ? value * scale : value;
  }
  if (value === null || typeof value !== "object") return value;
  if (ArrayBuffer.isView(value)) {
    return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
  }
  if (Array.isArray(value)) return value.map((item) => prepared(item, { colours, scale }));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      prepared(item, { colours, scale }, [path[1], name]),
    ]),
  );
}

async function unpacked(buffer) {
  const stream = new Blob([buffer]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

async function imported(source) {
  const url = URL.createObjectURL(new Blob([asModule(source)], { type: "text/javascript" }));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function asked(model) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the kernel does not answer")), PATIENCE);
    const onMessage = (content, buffers) => {
      if (content.kind !== "plotly") return;
      clearTimeout(timer);
      model.off("msg:custom", onMessage);
      resolve(buffers[0]);
    };
    model.on("msg:custom", onMessage);
    model.send({ kind: "plotly" });
  });
}

/** Plotly.js of one version, shared by all views of the page; asked for again on failure. */
function plotly(model) {
  const version = model.get("version");
  const shared = (globalThis.specoraclePlotly ??= new Map());
  if (!shared.has(version)) {
    const rest = new Promise((resolve) => setTimeout(resolve, COURTESY));
    const promise = rest.then(() => asked(model)).then(unpacked).then(imported);
    promise.catch(() => shared.delete(version));
    shared.set(version, promise);
  }
  return shared.get(version);
}

function style(el, model) {
  const computed = getComputedStyle(el);
  const dark = computed.getPropertyValue("--so-scheme").trim() === "dark";
  return {
    colours: dark ? model.get("dark") : {},
    scale: (parseFloat(computed.fontSize) || 13) / 13,
  };
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-plot");
  el.dataset.testid = model.get("testid");
  const canvas = document.createElement("div");
  canvas.className = "so-canvas";
  if (model.get("description")) {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", model.get("description"));
  }
  const note = document.createElement("div");
  note.className = "so-plot-note";
  note.textContent = "Drawing…";
  el.append(canvas, note);

  const say = (text) => {
    note.textContent = text;
    note.classList.add("so-bad");
  };

  let Plotly = null;
  let frame = 0;
  let gone = false;

  // What stands on the screen, for the answers: empty until it really does.
  const shows = () => model.get("figure").layout?.meta?.shows;
  if (shows() !== undefined) el.dataset.shows = "";

  let drawing = false;
  let stale = false;
  const draw = async () => {
    frame = 0;
    if (gone || !Plotly || canvas.clientWidth === 0) return;
    if (drawing) {
      stale = true;
      return;
    }
    drawing = true;
    try {
      await drawNow();
    } catch (error) {
      say(`This plot could not be drawn: ${error.message}`);
    }
    drawing = false;
    if (stale) {
      stale = false;
      draw();
    }
  };
  const drawNow = async () => {
    const name = shows();
    const look = style(el, model);
    const { data = [], layout = {} } = prepared(model.get("figure"), look);
    const background = prepared(model.get("background"), look);
    const traces = [...background, ...data];
    await Plotly.react(canvas, traces, { ...layout, autosize: true }, model.get("config"));
    canvas.removeAllListeners("plotly_click");
    canvas.on("plotly_click", onClick);
    note.textContent = "";
    note.classList.remove("so-bad");
    if (name === shows() && name !== undefined) el.dataset.shows = name;
    el.dataset.drawn = String(Number(el.dataset.drawn ?? 0) + 1);
  };
  const onClick = (event) => {
    const customdata = event.points[0]?.customdata;
    const identifier = Array.isArray(customdata) ? customdata[0] : customdata;
    if (typeof identifier === "string") model.send({ kind: "clicked", identifier });
  };
  const soon = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const onFigure = () => {
    if (el.dataset.shows !== undefined && shows() !== el.dataset.shows) el.dataset.shows = "";
    // Drawn at once, not in the next frame: a hidden tab has no frames.
    if (Plotly && !frame) draw();
  };

  model.on("change:figure", onFigure);
  const sized = new ResizeObserver(soon);
  sized.observe(canvas);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", soon);
  const themed = new MutationObserver(soon);
  themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  plotly(model).then(
    (module) => {
      Plotly = module;
      soon();
    },
    (error) => say(`Plotly.js did not arrive: ${error.message}. Reload the page.`),
  );

  return () => {
    gone = true;
    model.off("change:figure", onFigure);
    sized.disconnect();
    scheme.removeEventListener("change", soon);
    themed.disconnect();
    Plotly?.purge(canvas);
  };
}

export default { render };
