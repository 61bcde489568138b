import assert from "node:assert/strict";
import { test } from "node:test";
import { answerText, filters, matches, passes } from "../../widgets/queue/filter.js";
import { SHAPES } from "../../widgets/queue/line.js";
import { wantedOf } from "../../widgets/queue/wanted.js";
import { scrolled, span } from "../../widgets/queue/window.js";

test("every role has a shape of its own", () => {
  const roles = ["oracle", "estimation", "candidate", "repeat"];
  assert.deepEqual(Object.keys(SHAPES), roles);
  assert.equal(new Set(Object.values(SHAPES)).size, roles.length);
});

test("a line shows the class, or that the spectrum was skipped, or nothing", () => {
  assert.equal(answerText({ answer: "emission", skipped: false }), "emission");
  assert.equal(answerText({ answer: null, skipped: true }), "skipped");
  assert.equal(answerText({ answer: null, skipped: false }), "");
  assert.equal(answerText({}), "");
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

test("a line tells unsure from sure, and bad from good", () => {
  assert.equal(answerText({ answer: "emission", unsure: true }), "emission?");
  assert.equal(answerText({ quality: "artefact" }), "artefact");
  assert.equal(answerText({ answer: "emission", quality: "artefact" }), "emission, artefact");
});

const member = { identifier: "lamost:55859-F5902", role: "oracle", reason: "entropy 1.05" };

test("every filter that is offered lets through what it names, and nothing else", () => {
  const cases = {
    unanswered: {},
    answered: { skipped: true },
    unsure: { answer: "a", unsure: true },
    flagged: { flagged: true },
    bad: { quality: "artefact" },
    commented: { comment: "odd" },
    "class:a": { answer: "a" },
  };
  const offered = filters(["oracle", "repeat"], ["a"]).map(([value]) => value);
  assert.deepEqual(offered, ["", ...Object.keys(cases).slice(0, 6), "role:oracle", "role:repeat", "class:a"]);
  for (const [filter, about] of Object.entries(cases)) {
    assert.ok(passes(filter, member, about), filter);
    const opposite = filter === "unanswered" ? { answer: "b" } : {};
    assert.ok(!passes(filter, member, opposite), filter);
  }
  assert.ok(passes("role:oracle", member));
  assert.ok(!passes("role:repeat", member));
  assert.ok(passes("", member));
});

test("a class named like a filter is a class", () => {
  assert.ok(!passes("class:answered", member, { answer: "b" }));
  assert.ok(passes("class:role:oracle", member, { answer: "role:oracle" }));
});

test("a search looks at identifier, reason, comment and answer, in any case", () => {
  const about = { answer: "emission", comment: "Broad Hα" };
  for (const text of ["f5902", "ENTROPY", "hα", "emis", "lamost broad", ""]) {
    assert.ok(matches(text, member, about), text);
  }
  assert.ok(!matches("absorption", member, about));
  assert.ok(!matches("lamost narrow", member, about));
});

test("of a long list only what is in view is drawn, of a short one all", () => {
  assert.deepEqual(span({ top: 0, height: 400 }, 20, 200), [0, 200]);
  assert.deepEqual(span({ top: 0, height: 400 }, 20, 2000), [0, 40]);
  assert.deepEqual(span({ top: 20_000, height: 400 }, 20, 2000), [980, 1040]);
  assert.deepEqual(span({ top: 39_600, height: 400 }, 20, 2000), [1960, 2000]);
});

test("the fields of the candidates become numbers, or nothing", () => {
  const empty = { snr: "", circle: "", labelled: "", unflagged: false };
  assert.deepEqual(wantedOf(empty), { snr: 0, unflagged: false });
  for (const circle of ["150.1", "150.1 -2", "here -2 0.5"]) {
    assert.deepEqual(wantedOf({ ...empty, circle }), { snr: 0, unflagged: false });
  }
  assert.deepEqual(
    wantedOf({ snr: "10", circle: "150.1, -2 0.5", labelled: "no", unflagged: true }),
    { snr: 10, unflagged: true, labelled: false, ra: 150.1, dec: -2, radius: 0.5 },
  );
});
