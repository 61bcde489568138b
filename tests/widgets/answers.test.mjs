import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, progressText } from "../../widgets/answers/answers.js";

const classes = ["emission", "absorption"];
const press = (key, { tagName = "DIV", ...more } = {}) => ({
  key,
  repeat: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  target: { tagName, isContentEditable: false },
  ...more,
});

test("a number answers with the class of that number", () => {
  assert.deepEqual(decide(press("1"), classes), { action: "label", value: "emission" });
  assert.deepEqual(decide(press("2"), classes), { action: "label", value: "absorption" });
});

test("a number without a class is left to the page", () => {
  assert.equal(decide(press("3"), classes), null);
});

for (const [key, action] of [
  ["Backspace", "undo"],
  ["z", "undo"],
  ["Z", "undo"],
  ["y", "redo"],
  ["s", "skip"],
  ["0", "skip"],
  ["ArrowLeft", "back"],
  ["ArrowRight", "forward"],
  ["c", "write"],
]) {
  test(`${key} means ${action}`, () => {
    assert.deepEqual(decide(press(key), classes), { action });
  });
}

for (const tagName of ["INPUT", "TEXTAREA", "SELECT"]) {
  test(`typing into a ${tagName} answers nothing`, () => {
    assert.equal(decide(press("1", { tagName }), classes), null);
  });
}

test("typing into an editor of the notebook answers nothing", () => {
  const target = { tagName: "DIV", isContentEditable: true };
  assert.equal(decide(press("1", { target }), classes), null);
});

for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
  test(`a key with ${modifier} belongs to the browser`, () => {
    assert.equal(decide(press("z", { [modifier]: true }), classes), null);
  });
}

test("a key held down answers once, and stays away from the page", () => {
  assert.deepEqual(decide(press("1", { repeat: true }), classes), { action: null });
});

test("an unbound key is left to the page", () => {
  for (const key of ["a", "b", "x", "d", "j", "k", "Enter", "Tab", "F5"]) {
    assert.equal(decide(press(key), classes), null);
  }
});

test("names of object properties are no keys", () => {
  for (const key of ["constructor", "toString", "__proto__"]) {
    assert.equal(decide(press(key), classes), null);
  }
});

test("progress counts the whole batch and each role", () => {
  const shown = { answered: 3, total: 12, roles: { oracle: [2, 9], estimation: [1, 3] } };
  assert.deepEqual(progressText(shown), [
    "3 of 12 answered",
    "oracle 2/9  ·  estimation 1/3",
  ]);
});

test("a batch of one role is not broken down", () => {
  const shown = { answered: 0, total: 2, roles: { oracle: [0, 2] } };
  assert.deepEqual(progressText(shown), ["0 of 2 answered", ""]);
});
