// What is on the desk: the spectrum, what its catalogue says, and, where it is allowed to
// be seen, what the last model thinks. Text from files stays text.

import { element } from "../panel/element.js";
import { isField } from "../panel/field.js";

const PLACE = "specoracle-blind";

const TOLD = 0.005; // probability that is not written as 0.00

/** The model's opinion in words, most probable class first, and how unsure it is [nat]. */
export function opinionText(opinion) {
  if (!opinion) return "";
  const parts = Object.entries(opinion)
    .filter(([, probability]) => probability >= TOLD)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([name, probability]) => `${name} ${probability.toFixed(2)}`);
  const entropy = Object.values(opinion).reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return [...parts, `entropy ${entropy.toFixed(2)}`].join("  ·  ");
}

/** Whether a key turns the model's opinion off and on. */
export function isBlindKey({ key, ctrlKey, metaKey, altKey, target }) {
  return !ctrlKey && !metaKey && !altKey && key.toLowerCase() === "k" && !isField(target);
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-heading");
  el.dataset.testid = "heading";
  const top = element("div", "so-heading-top");
  const title = element("span", "so-heading-title");
  title.dataset.testid = "identifier";
  const where = element("span", "so-heading-where");
  const opinion = element("span", "so-heading-opinion");
  opinion.dataset.testid = "opinion";
  opinion.title = "Class probabilities of the last model, uncalibrated";
  const blind = element("button", "so-heading-blind");
  blind.tabIndex = -1;
  blind.dataset.testid = "blind";
  const [state, key] = [element("span", ""), element("kbd", "", "K")];
  blind.append(state, key);
  top.append(title, where, opinion, blind);
  const below = element("div", "so-heading-below");
  const facts = element("div", "so-facts");
  const reason = element("span", "so-heading-reason");
  below.append(facts, reason);
  el.append(top, below);

  const show = () => {
    const shown = model.get("shown");
    title.textContent = shown.title;
    title.title = shown.title;
    where.textContent = shown.where;
    opinion.textContent = opinionText(shown.opinion);
    reason.textContent = shown.reason ? `Asked: ${shown.reason}` : "";
    reason.title = reason.textContent;
    const when = shown.blind ? "Model after answer" : "Model shown";
    state.textContent = shown.never ? "Model hidden" : when;
    blind.setAttribute("aria-pressed", String(Boolean(shown.blind)));
    facts.replaceChildren(
      ...shown.facts.map(([name, value]) => {
        const fact = element("span", "so-fact", `${name} `);
        fact.append(element("b", "", value));
        fact.title = `${name} ${value}`;
        return fact;
      }),
    );
  };
  const want = (wanted) => {
    try {
      localStorage.setItem(PLACE, String(wanted));
    } catch {
      // A page without storage asks again the next time.
    }
    model.send({ action: "blind", wanted });
  };
  const turn = () => want(!model.get("shown").blind);
  blind.addEventListener("mousedown", (event) => event.preventDefault());
  blind.addEventListener("click", turn);
  const onKey = (event) => {
    const root = el.closest(".specoracle-panel");
    if (!root?.contains(event.target) || !isBlindKey(event)) return;
    if (root.answersClaim?.(event)) return; // an annotator may give answers any key
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat) turn();
  };
  globalThis.addEventListener("keydown", onKey, { capture: true });
  model.on("change:shown", show);
  show();
  let kept = null;
  try {
    kept = localStorage.getItem(PLACE);
  } catch {
    // As above.
  }
  if (kept === "true" && !model.get("shown").blind) model.send({ action: "blind", wanted: true });
  return () => {
    globalThis.removeEventListener("keydown", onKey, { capture: true });
    model.off("change:shown", show);
  };
}

export default { render };
