import assert from "node:assert/strict";
import { test } from "node:test";
import { speaksFor } from "../../widgets/advice/advice.js";

test("what a reason speaks for is said in words and not by a colour alone", () => {
  assert.equal(speaksFor({ met: true }), "for stopping");
  assert.equal(speaksFor({ met: false }), "for going on");
});
