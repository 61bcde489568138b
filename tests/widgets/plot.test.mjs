import assert from "node:assert/strict";
import { test } from "node:test";
import { asModule, prepared } from "../../widgets/plot/plot.js";

test("the source of Plotly.js becomes a module whose default is the library", async () => {
  const umd = "(function(root, factory) { module.exports = factory(); }(this, () => 42));";
  const url = `data:text/javascript,${encodeURIComponent(asModule(umd))}`;
  assert.equal((await import(url)).default, 42);
});

test("a binary array keeps its bytes, wherever in a message they lie", () => {
  const message = new Uint8Array([9, 9, 9, 9, 0, 0, 128, 63, 0, 0, 0, 64]).buffer;
  const figure = { data: [{ x: { dtype: "f4", bdata: new DataView(message, 4, 8) } }] };
  const { bdata } = prepared(figure).data[0].x;
  assert.ok(bdata instanceof ArrayBuffer);
  assert.deepEqual([...new Float32Array(bdata)], [1, 2]);
});

test("what Plotly changes in its copy leaves the figure alone", () => {
  const figure = { layout: { xaxis: { range: [0, 1] } } };
  prepared(figure).layout.xaxis.range[0] = 99;
  assert.equal(figure.layout.xaxis.range[0], 0);
});

test("a dark page exchanges the theme's colours and no others", () => {
  const figure = { line: { color: "#1d2733" }, name: "#0072B2" };
  const colours = { "#1d2733": "#e4e9ee" };
  assert.deepEqual(prepared(figure, { colours }), {
    line: { color: "#e4e9ee" },
    name: "#0072B2",
  });
});

test("a large screen scales type, markers, lines and margins, but no data", () => {
  const layout = {
    margin: { l: 10, pad: 3 },
    xaxis: { range: [1, 2], title: { font: { size: 12 } }, tickfont: { size: 11 } },
    shapes: [{ line: { width: 1 }, x0: 5 }],
  };
  assert.deepEqual(prepared(layout, { scale: 2 }), {
    margin: { l: 20, pad: 3 },
    xaxis: { range: [1, 2], title: { font: { size: 24 } }, tickfont: { size: 22 } },
    shapes: [{ line: { width: 2 }, x0: 5 }],
  });
});

test("missing values stay missing", () => {
  assert.deepEqual(prepared({ y: [1, null], title: undefined }), { y: [1, null], title: undefined });
});
