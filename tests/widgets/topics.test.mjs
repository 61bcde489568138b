import assert from "node:assert/strict";
import { test } from "node:test";
import { deskAction, nameAfter } from "../../widgets/topics/topics.js";

const press = (key, rest = {}) => ({ key, target: { tagName: "DIV" }, ...rest });

test("arrows go around the names, and Home and End to their ends", () => {
  assert.equal(nameAfter("ArrowDown", 0, 8), 1);
  assert.equal(nameAfter("ArrowDown", 7, 8), 0);
  assert.equal(nameAfter("ArrowUp", 0, 8), 7);
  assert.equal(nameAfter("Home", 5, 8), 0);
  assert.equal(nameAfter("End", 5, 8), 7);
  assert.equal(nameAfter("x", 5, 8), null);
});

test("F opens, and F or Escape closes", () => {
  assert.equal(deskAction(press("f"), { isOpen: false, claim: "" }), "open");
  assert.equal(deskAction(press("F"), { isOpen: true, claim: "open" }), "close");
  assert.equal(deskAction(press("Escape"), { isOpen: true, claim: "open" }), "close");
  assert.equal(deskAction(press("Escape"), { isOpen: false, claim: "" }), null);
});

test("while figures are open no key is anybody else's", () => {
  for (const key of ["1", "s", "Backspace", "k", "g", "ArrowLeft"]) {
    assert.equal(deskAction(press(key), { isOpen: true, claim: "open" }), "none");
    assert.equal(deskAction(press(key), { isOpen: false, claim: "" }), null);
  }
});

test("F is text in a field, a shortcut with Control, and an answer's where it was bound", () => {
  const field = press("f", { target: { tagName: "INPUT" } });
  assert.equal(deskAction(field, { isOpen: false, claim: "" }), null);
  assert.equal(deskAction(press("f", { ctrlKey: true }), { isOpen: false, claim: "" }), null);
  assert.equal(deskAction(press("f"), { isOpen: false, claim: "bound" }), null);
});
