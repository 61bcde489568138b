import assert from "node:assert/strict";
import { test } from "node:test";
import { buttonText } from "../../widgets/training/training.js";

test("an unfinished batch is given up only when asked twice", () => {
  const shown = { running: false, unanswered: 12 };
  assert.equal(buttonText(shown, false), "Train the next round");
  assert.equal(buttonText(shown, true), "Train with 12 unanswered?");
});

test("a finished batch is not asked about", () => {
  assert.equal(buttonText({ running: false, unanswered: 0 }, true), "Train the next round");
});

test("a running job cannot be started again", () => {
  assert.equal(buttonText({ running: true, unanswered: 3 }, true), "Training…");
});
