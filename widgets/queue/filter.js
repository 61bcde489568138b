// Which members a list shows, by what is said of them and by words.

/** What the line of a member says about its answer. */
export function answerText({ answer, skipped, unsure, quality }) {
  const words = [];
  if (answer !== null && answer !== undefined) words.push(unsure ? `${answer}?` : answer);
  if (quality) words.push(quality);
  if (words.length > 0) return words.join(", ");
  return skipped ? "skipped" : "";
}

/** Whether a member passes a filter: "" for all, else what is asked, a role or a class. */
export function passes(filter, { role }, said = {}) {
  const answered = said.answer !== undefined || Boolean(said.skipped || said.quality);
  const [kind, value] = filter.split(/:(.*)/s);
  switch (kind) {
    case "":
      return true;
    case "answered":
      return answered;
    case "unanswered":
      return !answered;
    case "unsure":
      return Boolean(said.unsure);
    case "flagged":
      return Boolean(said.flagged);
    case "bad":
      return Boolean(said.quality);
    case "commented":
      return Boolean(said.comment);
    case "role":
      return role === value;
    default:
      return said.answer === value;
  }
}

/** Whether all words of a search occur in what a line shows or remembers. */
export function matches(search, member, said = {}) {
  const text = [member.identifier, member.reason, said.comment, answerText(said)]
    .join(" ")
    .toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Filters that are offered: [value, words]. */
export function filters(roles, classes) {
  return [
    ["", "all"],
    ["unanswered", "unanswered"],
    ["answered", "answered"],
    ["unsure", "unsure"],
    ["flagged", "interesting"],
    ["bad", "bad"],
    ["commented", "with a comment"],
    ...roles.map((role) => [`role:${role}`, `role ${role}`]),
    ...classes.map((name) => [`class:${name}`, `class ${name}`]),
  ];
}
