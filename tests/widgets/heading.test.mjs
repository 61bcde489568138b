import assert from "node:assert/strict";
import { test } from "node:test";
import { opinionText } from "../../widgets/heading/heading.js";

test("an opinion names the most probable class first", () => {
  const text = opinionText({ absorption: 0.1, emission: 0.7, other: 0.2 });
  assert.equal(text, "Last model: emission 0.70  ·  other 0.20  ·  absorption 0.10");
});

test("without an opinion nothing is said", () => {
  assert.equal(opinionText(null), "");
  assert.equal(opinionText(undefined), "");
});
