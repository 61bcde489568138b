// The members of the batch, one line each; a click goes there. One file, no imports.
// Everything that comes from a survey or a person is set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Outlines of the roles in a box of 10: told apart by shape first, by colour second. */
export const SHAPES = {
  oracle: "M5 0.6a4.4 4.4 0 1 0 .001 0z",
  estimation: "M0.9 0.9h8.2v8.2h-8.2z",
  candidate: "M5 0.3 9.8 9.2 0.2 9.2z",
  repeat: "M5 -0.6 10.6 5 5 10.6 -0.6 5z",
};

/** What the line of a member says about its answer. */
export function answerText({ answer, skipped }) {
  if (answer !== null && answer !== undefined) return answer;
  return skipped ? "skipped" : "";
}

/** Scroll position that shows a line, moving no farther than needed. */
export function scrolled({ top, height }, view) {
  const margin = 2 * height;
  if (top - margin < view.top) return Math.max(0, top - margin);
  if (top + height + margin > view.top + view.height) {
    return top + height + margin - view.height;
  }
  return view.top;
}

function marker(role, colour) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 10 10");
  svg.setAttribute("class", `so-role so-role-${role}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", role);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[role] ?? SHAPES.oracle);
  path.setAttribute("fill", colour ?? "currentColor");
  svg.append(path);
  return svg;
}

function span(className, text = "") {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

function line(member, roles, onClick) {
  const item = document.createElement("li");
  const comment = span("so-queue-comment");
  const answer = span("so-queue-answer");
  const name = span("so-queue-name");
  // The mark keeps the text itself left to right inside the right-to-left box.
  name.textContent = `\u200e${member.identifier}`;
  const about = member.reason ? `${member.role}: ${member.reason}` : member.role;
  item.title = `${member.identifier}\n${about}`;
  item.dataset.identifier = member.identifier;
  item.append(
    span("so-queue-number", String(member.number)),
    marker(member.role, roles[member.role]),
    name,
    comment,
    answer,
  );
  item.addEventListener("click", () => onClick(member.identifier));
  return item;
}

function render({ model, el }) {
  el.classList.add("specoracle", "so-queue");
  el.dataset.testid = "queue";
  const head = document.createElement("div");
  head.className = "so-queue-head";
  const list = document.createElement("ol");
  list.className = "so-queue-list";
  el.append(head, list);

  let lines = new Map();
  let built = "";
  const goto = (identifier) => model.send({ action: "goto", identifier });

  const build = ({ members, roles }) => {
    lines = new Map(members.map((member) => [member.identifier, line(member, roles, goto)]));
    list.replaceChildren(...lines.values());
    const counts = new Map();
    for (const { role } of members) counts.set(role, (counts.get(role) ?? 0) + 1);
    head.replaceChildren(
      ...Object.keys(roles)
        .filter((role) => counts.has(role))
        .map((role) => {
          const entry = span("");
          entry.append(marker(role, roles[role]), `${role} ${counts.get(role)}`);
          return entry;
        }),
    );
  };
  const show = () => {
    const { members = [], roles = {}, colours = {}, current = null } = model.get("shown");
    const key = JSON.stringify(members.map(({ identifier, role }) => [identifier, role]));
    if (key !== built) build({ members, roles });
    built = key;
    for (const member of members) {
      const item = lines.get(member.identifier);
      const [, , , comment, answer] = item.children;
      comment.textContent = member.comment ? "✎" : "";
      comment.title = member.comment;
      answer.textContent = answerText(member);
      answer.classList.toggle("so-skipped", member.skipped);
      const known = Object.hasOwn(colours, member.answer);
      answer.style.setProperty("--so-class", known ? colours[member.answer] : "transparent");
      item.setAttribute("aria-current", String(member.identifier === current));
    }
    reveal();
  };
  const reveal = () => {
    const item = lines.get(model.get("shown").current);
    if (!item) return;
    list.scrollTop = scrolled(
      { top: item.offsetTop, height: item.offsetHeight },
      { top: list.scrollTop, height: list.clientHeight },
    );
  };

  model.on("change:shown", show);
  const sized = new ResizeObserver(reveal);
  sized.observe(list);
  show();
  return () => {
    model.off("change:shown", show);
    sized.disconnect();
  };
}

export default { render };
