import assert from "node:assert/strict";
import { test } from "node:test";
import { answerKeys, decide, keyOf } from "../../widgets/answers/keys.js";
import { Mail } from "../../widgets/answers/mail.js";
import { Outbox, identity } from "../../widgets/answers/outbox.js";
import { figuresText, progressText } from "../../widgets/answers/progress.js";

const classes = ["emission", "absorption"];
const bindings = {
  "class-1": ["1"],
  "class-2": ["2"],
  "class-3": ["3"],
  skip: ["s", "0"],
  unsure: ["u"],
  bad: ["b"],
  undo: ["z", "Backspace"],
  redo: ["y"],
  back: ["ArrowLeft"],
  forward: ["ArrowRight"],
  write: ["c"],
};
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
  assert.deepEqual(decide(press("1"), classes, bindings), { action: "label", value: "emission" });
  assert.deepEqual(decide(press("2"), classes, bindings), { action: "label", value: "absorption" });
});

test("a number without a class is left to the page", () => {
  assert.equal(decide(press("3"), classes, bindings), null);
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
  ["u", "unsure"],
  ["b", "bad"],
]) {
  test(`${key} means ${action}`, () => {
    assert.deepEqual(decide(press(key), classes, bindings), { action });
  });
}

for (const tagName of ["INPUT", "TEXTAREA", "SELECT"]) {
  test(`typing into a ${tagName} answers nothing`, () => {
    assert.equal(decide(press("1", { tagName }), classes, bindings), null);
  });
}

test("typing into an editor of the notebook answers nothing", () => {
  const target = { tagName: "DIV", isContentEditable: true };
  assert.equal(decide(press("1", { target }), classes, bindings), null);
});

for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
  test(`a key with ${modifier} belongs to the browser`, () => {
    assert.equal(decide(press("z", { [modifier]: true }), classes, bindings), null);
  });
}

test("a key held down answers once, and stays away from the page", () => {
  assert.deepEqual(decide(press("1", { repeat: true }), classes, bindings), { action: null });
});

test("an unbound key is left to the page", () => {
  for (const key of ["a", "x", "d", "j", "k", "Enter", "Tab", "F5"]) {
    assert.equal(decide(press(key), classes, bindings), null);
  }
});

test("names of object properties are no keys", () => {
  for (const key of ["constructor", "toString", "__proto__"]) {
    assert.equal(decide(press(key), classes, bindings), null);
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

test("a shifted number gives the class unsure, whatever sign the keyboard makes of it", () => {
  const event = press("!", { code: "Digit1", shiftKey: true });
  assert.deepEqual(decide(event, classes, bindings), {
    action: "label",
    value: "emission",
    sure: false,
  });
  assert.equal(keyOf(press("%", { code: "Digit5", shiftKey: true })), "5");
});

test("other keys do what other bindings say", () => {
  const other = { ...bindings, "class-1": ["a"], skip: ["1"] };
  assert.deepEqual(decide(press("a"), classes, other), { action: "label", value: "emission" });
  assert.deepEqual(decide(press("1"), classes, other), { action: "skip" });
});

test("figures say what is left, and the rest only once it is known", () => {
  const shown = { answered: 2, total: 10, an_hour: null, agreement: [0, 0] };
  assert.equal(figuresText(shown), "8 to go");
  const later = { ...shown, an_hour: 1240, agreement: [4, 5] };
  assert.equal(figuresText(later), "8 to go  ·  1240 an hour  ·  4 of 5 repeats agree");
});

test("identities are long, and never the same", () => {
  const made = new Set(Array.from({ length: 1000 }, () => identity()));
  assert.equal(made.size, 1000);
  for (const one of made) assert.match(one, /^[0-9a-f]{32}$/);
});

class Storage {
  kept = new Map();
  getItem = (name) => this.kept.get(name) ?? null;
  setItem = (name, value) => this.kept.set(name, value);
  removeItem = (name) => this.kept.delete(name);
  key = (number) => [...this.kept.keys()][number];
  get length() {
    return this.kept.size;
  }
}

test("a page that comes after sends again what the one before could not get rid of", () => {
  const storage = new Storage();
  const before = new Outbox(storage, "desk");
  before.push({ action: "label", value: "emission", identifier: "star", uuid: "a" });
  before.push({ action: "comment", text: "odd", identifier: "star", uuid: "b" });
  const after = new Outbox(storage, "desk");
  assert.deepEqual(after.waiting, [
    { action: "label", value: "emission", identifier: "star", uuid: "a", again: true },
    { action: "comment", text: "odd", identifier: "star", uuid: "b", again: true },
  ]);
  assert.ok(after.answers("star"));
  assert.ok(!after.answers("another"));
});

test("what the kernel has heard of is kept no longer, and only that", () => {
  const storage = new Storage();
  const outbox = new Outbox(storage, "desk", "page");
  outbox.push({ action: "label", identifier: "star", uuid: "a" });
  outbox.push({ action: "comment", identifier: "star", uuid: "b" });
  assert.ok(!outbox.settle("elsewhere"));
  assert.ok(outbox.settle("a"));
  assert.equal(outbox.head.uuid, "b");
  assert.equal(JSON.parse(storage.getItem("desk-page")).length, 1);
  outbox.settle("b");
  assert.equal(outbox.head, null);
  assert.equal(storage.kept.size, 0);
});

test("a storage that is full, broken or forbidden loses nothing on the page", () => {
  const full = new Storage();
  full.setItem = () => {
    throw new Error("QuotaExceededError");
  };
  const broken = new Storage();
  broken.setItem("desk-before", "{broken");
  for (const storage of [full, null, broken]) {
    const outbox = new Outbox(storage, "desk");
    outbox.push({ action: "label", identifier: "star", uuid: "a" });
    assert.equal(outbox.head.uuid, "a");
  }
});

test("marking a spectrum does not keep it from being answered at once", () => {
  const outbox = new Outbox(null, "desk");
  outbox.push({ action: "unsure", value: true, identifier: "star", uuid: "a" });
  assert.ok(!outbox.answers("star"));
  outbox.push({ action: "label", value: "emission", identifier: "star", uuid: "b" });
  assert.ok(outbox.answers("star"));
});

test("two tabs keep what is theirs, and a third takes over what they leave", () => {
  const storage = new Storage();
  const one = new Outbox(storage, "desk", "one");
  const two = new Outbox(storage, "desk", "two");
  one.push({ action: "label", identifier: "star", uuid: "a" });
  two.push({ action: "label", identifier: "other", uuid: "b" });
  one.settle("a");
  const third = new Outbox(storage, "desk", "three");
  assert.deepEqual(third.waiting.map(({ uuid }) => uuid), ["b"]);
  const elsewhere = new Outbox(storage, "desk of another", "four");
  assert.equal(elsewhere.head, null);
});

test("a desk takes over later what another one leaves behind", () => {
  const storage = new Storage();
  const now = new Outbox(storage, "desk", "now");
  assert.ok(!now.adopt());
  new Outbox(storage, "desk", "before").push({ action: "comment", text: "odd", uuid: "a" });
  assert.ok(now.adopt());
  assert.equal(now.head.uuid, "a");
  assert.ok(now.head.again);
});

test("the page of keys prints the keys that do something now, also those given anew", () => {
  const named = [
    ["class-1", "emission", ["1"]],
    ["skip", "Skip", ["n"]],
    ["undo", "Undo", ["z", "Backspace"]],
  ];
  assert.deepEqual(answerKeys(named), [
    ["1", "emission"],
    ["Shift", "with the key of a class: unsure"],
    ["N", "Skip"],
    ["Z ⌫", "Undo"],
  ]);
});

/** Mail of a page whose kernel hears what is in `sent`, and what was said last. */
function mailing(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const said = [];
  const mail = new Mail(new Outbox(null, "desk"), {
    send: (message) => sent.push({ ...message }),
    say: (state, words) => said.push([state, words]),
    remedy: "run the cell again",
  });
  return { mail, sent, said, pass: (ms) => t.mock.timers.tick(ms) };
}

test("messages leave one at a time, in order, each when the one before is settled", (t) => {
  const { mail, sent } = mailing(t);
  for (const action of ["flag", "unsure", "label"]) mail.post({ action });
  assert.deepEqual(sent.map(({ action }) => action), ["flag"]);
  mail.heard({ about: sent[0].uuid, state: "saved", message: "Saved" });
  mail.heard({ about: sent[1].uuid, state: "saved", message: "Saved" });
  assert.deepEqual(sent.map(({ action }) => action), ["flag", "unsure", "label"]);
  assert.equal(mail.isSettled, false);
  mail.heard({ about: sent[2].uuid, state: "saved", message: "Saved" });
  assert.equal(mail.isSettled, true);
});

test("what nobody confirms is sent again under its identity, and nothing else is", (t) => {
  const { mail, sent, said, pass } = mailing(t);
  mail.post({ action: "label", value: "emission" });
  pass(6_000);
  assert.equal(said.at(-1)[0], "error");
  assert.match(said.at(-1)[1], /Not confirmed.*“emission” is kept.*run the cell again/);
  mail.post({ action: "skip" });
  assert.match(said.at(-1)[1], /First “emission” has to be saved/);
  pass(3_000);
  assert.deepEqual(sent.map(({ action }) => action), ["label", "label"]);
  assert.equal(sent[1].uuid, sent[0].uuid);
  assert.equal(sent[1].again, true);
});

test("what could not be saved is tried again until it is, and then all goes on", (t) => {
  const { mail, sent, said, pass } = mailing(t);
  mail.post({ action: "label", value: "emission" });
  for (const _ of [1, 2]) {
    mail.heard({ about: sent[0].uuid, state: "unsaved", message: "Not saved. Disk full." });
    assert.match(said.at(-1)[1], /Disk full.*tried again/);
    pass(3_000);
  }
  assert.equal(sent.length, 3);
  mail.heard({ about: sent[0].uuid, state: "saved", message: "Saved" });
  pass(60_000);
  assert.equal(sent.length, 3);
  assert.equal(mail.isSettled, true);
});

test("a word about another message settles nothing", (t) => {
  const { mail, sent } = mailing(t);
  mail.post({ action: "label", value: "emission" });
  mail.heard({ about: "another", state: "saved", message: "Saved" });
  mail.heard({ about: "", state: "error", message: "A disk is full" });
  assert.equal(mail.isSettled, false);
  assert.equal(sent.length, 1);
});

test("a line that is cut loses nothing: the message stays, and is sent when it can be", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let isCut = true;
  const sent = [];
  const send = (message) => {
    if (isCut) throw new Error("no connection");
    sent.push(message);
  };
  const mail = new Mail(new Outbox(null, "desk"), { send, say() {}, remedy: "" });
  mail.post({ action: "label", value: "emission" });
  isCut = false;
  for (const ms of [6_000, 3_000]) t.mock.timers.tick(ms);
  assert.deepEqual(sent.map(({ value }) => value), ["emission"]);
});
