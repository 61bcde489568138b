// Messages to the kernel: one at a time, and again until it says what became of it.

import { identity } from "./outbox.js";

const PATIENCE = 6_000; // milliseconds until an unconfirmed answer is called unsaved
const AGAIN = 3_000; // milliseconds until it is sent again

const told = ({ action, value }) => (value ? `“${value}”` : `“${action}”`);

export class Mail {
  constructor(outbox, { send, say, remedy }) {
    this.outbox = outbox;
    this.deliver = send;
    this.say = say; // (state, words)
    this.remedy = remedy; // what to do when the kernel is gone, in words
    this.trouble = false;
    this.timers = {};
  }

  /** Whether nothing waits for the kernel's word. */
  get isSettled() {
    return !this.trouble && this.outbox.head === null;
  }

  /** Send a message once those before it are settled; in trouble, only words are kept. */
  post(message) {
    if (this.trouble && message.action !== "comment") {
      this.insist();
      return;
    }
    this.outbox.push({ ...message, uuid: identity() });
    if (this.outbox.waiting.length === 1 && !this.trouble) this.send();
  }

  /** Say what has to be saved before anything else. */
  insist() {
    const words = `First ${told(this.outbox.head)} has to be saved; it is tried again and again.`;
    this.say("error", words);
  }

  /** Send what waits longest. */
  send() {
    this.stop();
    const { head } = this.outbox;
    if (head === null) return;
    if (!this.trouble) this.say("saving", "Saving…");
    this.timers.patience = setTimeout(() => this.despair(head), PATIENCE);
    try {
      this.deliver(head);
    } catch {
      // The connection is gone; patience runs out and says so.
    }
    // From now on it may have been recorded, whatever stands on the screen.
    head.again = true;
  }

  despair(head) {
    this.trouble = true;
    this.say(
      "error",
      `Not confirmed: the kernel does not answer. ${told(head)} is kept and sent again; ` +
        `if this lasts, ${this.remedy}.`,
    );
    this.timers.again = setTimeout(() => this.send(), AGAIN);
  }

  /** Take in the kernel's word on a message. */
  heard({ about, state, message }) {
    const { head } = this.outbox;
    if (!about || about !== head?.uuid) return;
    this.stop();
    this.trouble = state === "unsaved";
    if (this.trouble) {
      this.say("error", `${message} ${told(head)} is kept and tried again.`);
      this.timers.again = setTimeout(() => this.send(), AGAIN);
      return;
    }
    this.outbox.settle(about);
    this.send();
  }

  /** Take over what other pages have left. */
  adopt() {
    const found = this.outbox.adopt();
    if (found) this.send();
    return found;
  }

  stop() {
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
  }
}
