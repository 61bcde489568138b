// Is the kernel there? It is asked now and then, while nothing else is.

const PULSE = 10_000; // milliseconds between two questions
const SILENCE = 6_000; // milliseconds until one without an answer is told
const CUT = 2_000; // the same where the line is known to be cut

export class Pulse {
  constructor(mail, { send, say, remedy }) {
    this.mail = mail;
    this.send = send;
    this.say = say; // (state, words)
    this.remedy = remedy; // what to do when the kernel is gone, in words
    this.isSilent = false;
    this.timers = {};
  }

  start() {
    this.timers.pulse = setTimeout(() => {
      this.start();
      this.ask();
    }, PULSE);
  }

  ask(patience = SILENCE) {
    if (this.mail.outbox.head !== null || document.hidden) return;
    // A desk that was closed by a new round may have left something.
    if (this.mail.adopt()) return;
    clearTimeout(this.timers.unanswered);
    this.timers.unanswered = setTimeout(() => {
      this.isSilent = true;
      this.say(
        "error",
        "No connection: the kernel is busy, or was ended or restarted. Nothing is lost; " +
          `if this lasts, ${this.remedy}.`,
      );
    }, patience);
    try {
      this.send({ action: "ping" });
    } catch {
      // The connection is gone; that is told.
    }
  }

  /** The line was cut or mended: see which. */
  doubt() {
    this.ask(CUT);
  }

  /** The kernel has said something. */
  alive() {
    clearTimeout(this.timers.unanswered);
    if (!this.isSilent) return;
    this.isSilent = false;
    this.say("saved", "Connected again");
  }

  stop() {
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
  }
}
