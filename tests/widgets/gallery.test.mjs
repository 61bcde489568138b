import assert from "node:assert/strict";
import { test } from "node:test";
import { galleryAction, theRest } from "../../widgets/gallery/gallery.js";

const press = (key, more = {}) => ({ key, target: { tagName: "DIV" }, ...more });
const open = { open: true, asked: false, classes: ["emission", "absorption"], columns: 8 };

test("closed, it takes no key but the one that opens it", () => {
  const closed = { ...open, open: false };
  assert.deepEqual(galleryAction(press("g"), closed), { action: "open" });
  for (const key of ["1", "r", "s", "Enter", "Escape", "ArrowLeft", "PageDown", "z"]) {
    assert.equal(galleryAction(press(key), closed), null);
  }
});

test("a number labels the marked one", () => {
  assert.deepEqual(galleryAction(press("2"), open), { action: "label", value: "absorption" });
  assert.equal(galleryAction(press("3"), open), null);
});

test("after the key for the rest a number labels the rest, and any other key cancels", () => {
  const asked = { ...open, asked: true };
  assert.deepEqual(galleryAction(press("r"), open), { action: "ask" });
  assert.deepEqual(galleryAction(press("2"), asked), { action: "rest", value: "absorption" });
  for (const key of ["x", "Escape", "Enter", "ArrowLeft"]) {
    assert.deepEqual(galleryAction(press(key), asked), { action: "cancel" });
  }
});

test("arrows move by one and by a row", () => {
  assert.equal(galleryAction(press("ArrowLeft"), open).step, -1);
  assert.equal(galleryAction(press("ArrowDown"), open).step, 8);
});

test("undo and redo stay with the answers", () => {
  for (const key of ["z", "y", "Backspace"]) assert.equal(galleryAction(press(key), open), null);
});

test("the rest are those without an answer that measure nothing", () => {
  const member = (identifier, more) => ({ identifier, answer: null, skipped: false, blind: false, ...more });
  const members = [
    member("a", {}),
    member("b", { answer: "emission" }),
    member("c", { skipped: true }),
    member("d", { blind: true }),
  ];
  assert.deepEqual(theRest(members).map(({ identifier }) => identifier), ["a"]);
});
