// What is on the desk: the spectrum, what its catalogue says, and, where it is allowed to
// be seen, what the last model thinks. One file, no imports. Text from files stays text.

/** The model's opinion in words, most probable class first. */
export function opinionText(opinion) {
  if (!opinion) return "";
  const parts = Object.entries(opinion)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([name, probability]) => `${name} ${probability.toFixed(2)}`);
  return `Last model: ${parts.join("  ·  ")}`;
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
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
  top.append(title, where, opinion);
  const facts = element("div", "so-facts");
  el.append(top, facts);

  const show = () => {
    const shown = model.get("shown");
    title.textContent = shown.title;
    title.title = shown.title;
    where.textContent = shown.where;
    opinion.textContent = opinionText(shown.opinion);
    facts.replaceChildren(
      ...shown.facts.map(([name, value]) => {
        const fact = element("span", "so-fact", `${name} `);
        fact.append(element("b", "", value));
        return fact;
      }),
    );
  };
  model.on("change:shown", show);
  show();
  return () => model.off("change:shown", show);
}

export default { render };
