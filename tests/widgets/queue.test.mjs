import assert from "node:assert/strict";
import { test } from "node:test";
import { SHAPES, answerText, scrolled } from "../../widgets/queue/queue.js";

test("every role has a shape of its own", () => {
  const roles = ["oracle", "estimation", "candidate", "repeat"];
  assert.deepEqual(Object.keys(SHAPES), roles);
  assert.equal(new Set(Object.values(SHAPES)).size, roles.length);
});

test("a line shows the class, or that the spectrum was skipped, or nothing", () => {
  assert.equal(answerText({ answer: "emission", skipped: false }), "emission");
  assert.equal(answerText({ answer: null, skipped: true }), "skipped");
  assert.equal(answerText({ answer: null, skipped: false }), "");
});

test("a line in view does not move the list", () => {
  assert.equal(scrolled({ top: 100, height: 20 }, { top: 40, height: 200 }), 40);
});

test("a line below the view is scrolled to, with two lines to spare", () => {
  assert.equal(scrolled({ top: 400, height: 20 }, { top: 0, height: 200 }), 260);
});

test("a line above the view is scrolled to, but not beyond the beginning", () => {
  assert.equal(scrolled({ top: 300, height: 20 }, { top: 500, height: 200 }), 260);
  assert.equal(scrolled({ top: 20, height: 20 }, { top: 500, height: 200 }), 0);
});
