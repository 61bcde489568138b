import assert from "node:assert/strict";
import { test } from "node:test";
import { isBlindKey, opinionText } from "../../widgets/heading/heading.js";

test("an opinion names the most probable class first", () => {
  const text = opinionText({ absorption: 0.1, emission: 0.7, other: 0.2 });
  assert.equal(text, "emission 0.70  ·  other 0.20  ·  absorption 0.10  ·  entropy 0.80");
});

test("a class that the model rules out is not in the way", () => {
  const text = opinionText({ absorption: 0.001, emission: 0.99, other: 0.009 });
  assert.match(text, /^emission 0\.99  ·  other 0\.01  ·  entropy/);
  // ln 500.
  assert.equal(opinionText(Array(500).fill(1 / 500)), "entropy 6.21");
});

test("without an opinion nothing is said", () => {
  assert.equal(opinionText(null), "");
  assert.equal(opinionText(undefined), "");
});

test("entropy is in nat, and zero where the model is sure", () => {
  // ln 2 of two equal classes.
  assert.match(opinionText({ a: 0.5, b: 0.5 }), /entropy 0\.69$/);
  assert.match(opinionText({ a: 1, b: 0 }), /entropy 0\.00$/);
});

test("the key for the model's opinion is not taken from a field", () => {
  assert.ok(isBlindKey({ key: "K", target: { tagName: "DIV" } }));
  assert.ok(!isBlindKey({ key: "k", target: { tagName: "INPUT" } }));
  assert.ok(!isBlindKey({ key: "k", ctrlKey: true, target: { tagName: "DIV" } }));
});
