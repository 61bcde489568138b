// One line of the list: number, role, name, and what is said of it.

import { element } from "../panel/element.js";

const SVG = "http://www.w3.org/2000/svg";

/** Outlines of the roles in a box of 10: told apart by shape first, by colour second. */
export const SHAPES = {
  oracle: "M5 0.6a4.4 4.4 0 1 0 .001 0z",
  estimation: "M0.9 0.9h8.2v8.2h-8.2z",
  candidate: "M5 0.3 9.8 9.2 0.2 9.2z",
  repeat: "M5 -0.6 10.6 5 5 10.6 -0.6 5z",
};

export function marker(role, colour) {
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

export function line(member, roles, onClick) {
  const item = element("li", "");
  const comment = element("span", "so-queue-comment");
  const answer = element("span", "so-queue-answer");
  const name = element("span", "so-queue-name");
  // The mark keeps the text itself left to right inside the right-to-left box.
  name.textContent = `\u200e${member.identifier}`;
  const about = member.reason ? `${member.role}: ${member.reason}` : member.role;
  item.title = `${member.identifier}\n${about}`;
  item.dataset.identifier = member.identifier;
  item.append(
    element("span", "so-queue-number", String(member.number)),
    marker(member.role, roles[member.role]),
    name,
    comment,
    answer,
  );
  item.addEventListener("click", () => onClick(member.identifier));
  return item;
}
