// Messages that are kept, also by the browser, until the kernel says what became of them.

/** Actions that leave the spectrum on the screen. */
const LEAVING = new Set(["label", "skip", "bad"]);

/** Random identity; `crypto.randomUUID` is missing on pages without https. */
export function identity(random = crypto) {
  const bytes = random.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Messages that wait for the kernel's word, in order, one at a time. `storage` keeps them
 * over a reload; without one they live as long as the page. Every page has a place of its
 * own there, so that two tabs overwrite nothing of each other, and takes over what others
 * have left: where these still live, a message is sent by both, and recorded once.
 */
export class Outbox {
  constructor(storage, desk, page = identity()) {
    this.storage = storage;
    this.name = `${desk}-${page}`;
    this.prefix = `${desk}-`;
    this.waiting = [];
    this.adopt();
  }

  /** Take over what other pages have left; says whether there was anything. */
  adopt() {
    const found = left(this.storage, this.prefix);
    this.waiting.push(...found.map((message) => ({ ...message, again: true })));
    this.keep();
    return found.length > 0;
  }

  get head() {
    return this.waiting[0] ?? null;
  }

  /** Whether an answer to that spectrum is under way, after which the next is shown. */
  answers(identifier) {
    return this.waiting.some((one) => LEAVING.has(one.action) && one.identifier === identifier);
  }

  push(message) {
    this.waiting.push(message);
    this.keep();
  }

  /** Take out the message that something became of; says whether there was one. */
  settle(uuid) {
    const before = this.waiting.length;
    this.waiting = this.waiting.filter((message) => message.uuid !== uuid);
    if (this.waiting.length !== before) this.keep();
    return this.waiting.length !== before;
  }

  keep() {
    try {
      if (this.waiting.length === 0) this.storage?.removeItem(this.name);
      else this.storage?.setItem(this.name, JSON.stringify(this.waiting));
    } catch {
      // A full or forbidden storage: they are kept as long as the page is.
    }
  }
}

/** Messages that pages of a desk have left in a storage; they are taken out of it. */
function left(storage, prefix) {
  const found = [];
  try {
    const names = Array.from({ length: storage?.length ?? 0 }, (_, n) => storage.key(n));
    for (const name of names.filter((one) => one.startsWith(prefix))) {
      const text = storage.getItem(name);
      storage.removeItem(name);
      found.push(...messages(text));
    }
  } catch {
    // A storage that is forbidden holds nothing.
  }
  return found;
}

function messages(text) {
  try {
    const kept = JSON.parse(text);
    return Array.isArray(kept) ? kept : [];
  } catch {
    return []; // what cannot be read is not ours
  }
}

/** The storage of the browser, `null` where its settings forbid it. */
export function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
