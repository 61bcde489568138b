// What is gone through, one line each; a click goes there. Long lists draw only what is in
// view. Searching and filtering happen here; the kernel is asked for other lists only.
// Everything that comes from a survey or a person is set as text,
// never as markup.

import { calmButton, element, setText } from "../panel/element.js";
import { answerText, filters, matches, passes } from "./filter.js";
import { line, marker } from "./line.js";
import { field, makeWanted } from "./wanted.js";
import { SHORT, scrolled, span } from "./window.js";

const LISTS = [
  ["candidates", "candidates"],
  ["earlier", "earlier answers"],
  ["object", "spectra of this object"],
];

function render({ model, el }) {
  el.classList.add("specoracle", "so-queue");
  el.dataset.testid = "queue";
  const head = element("div", "so-queue-head");
  const search = field("Search", "Search the list", "");
  search.dataset.testid = "search";
  const filter = element("select", "so-queue-field");
  filter.dataset.testid = "filter";
  filter.setAttribute("aria-label", "Show only");
  const where = element("div", "so-queue-head so-queue-where");
  where.dataset.testid = "listing";
  const legend = element("div", "so-queue-head");
  const list = element("ol", "so-queue-list");
  head.append(search, filter);
  el.append(head, where, legend, list);

  let root = el;
  let members = [];
  let shown = [];
  let lines = new Map();
  let height = 0;
  const said = (identifier) =>
    model.get("latest")[identifier] ?? model.get("given")[identifier] ?? {};
  const goto = (identifier) => model.send({ action: "goto", identifier });
  const focusPanel = () => root.focus({ preventScroll: true });

  const candidates = makeWanted((wanted) => model.send({ action: "candidates", wanted }));

  const describe = () => {
    const { name } = model.get("listing");
    const note = model.get("note");
    const words = element("b", "", name === "batch" ? "" : `${name} · ${members.length}`);
    const parts = name === "batch" ? [] : [words];
    if (name === "candidates") parts.push(...candidates.fields);
    if (name !== "batch") {
      const back = calmButton("", "Back to the batch");
      back.dataset.testid = "to-batch";
      back.addEventListener("click", () => model.send({ action: "batch" }));
      parts.push(back);
    }
    if (note) {
      const told = element("span", "so-bad", note);
      told.setAttribute("role", "status");
      parts.push(told);
    }
    where.replaceChildren(...parts);
    where.hidden = parts.length === 0;
  };

  const build = () => {
    const { members: all = [], roles = {}, classes = [], name } = model.get("listing");
    members = all;
    el.dataset.listing = name;
    search.value = "";
    const counts = new Map();
    for (const { role } of members) counts.set(role, (counts.get(role) ?? 0) + 1);
    const options = filters([...counts.keys()], classes);
    const lists = document.createElement("optgroup");
    lists.label = "Other lists";
    lists.append(...LISTS.map(([value, text]) => new Option(text, `list:${value}`)));
    filter.replaceChildren(...options.map(([value, text]) => new Option(text, value)), lists);
    legend.replaceChildren(
      ...[...counts.keys()].map((role) => {
        const entry = element("span", "");
        entry.append(marker(role, roles[role]), `${role} ${counts.get(role)}`);
        return entry;
      }),
    );
    describe();
    choose();
  };

  const choose = () => {
    shown = members.filter((member) => {
      const about = said(member.identifier);
      return passes(filter.value, member, about) && matches(search.value, member, about);
    });
    lines = new Map();
    list.replaceChildren();
    draw();
    reveal();
  };

  const draw = () => {
    const view = { top: list.scrollTop, height: list.clientHeight };
    const [first, last] = span(view, height, shown.length);
    const { roles = {}, colours = {} } = model.get("listing");
    const wanted = shown.slice(first, last);
    const kept = new Map();
    for (const member of wanted) {
      const { identifier } = member;
      const item = lines.get(identifier) ?? line(member, roles, goto);
      kept.set(identifier, item);
      const about = said(identifier);
      const [, , , comment, answer] = item.children;
      setText(comment, `${about.flagged ? "★" : ""}${about.comment ? "✎" : ""}`);
      comment.title = about.comment ?? "";
      setText(answer, answerText(about));
      answer.classList.toggle("so-skipped", Boolean(about.skipped || about.quality));
      const known = Object.hasOwn(colours, about.answer ?? "");
      answer.style.setProperty("--so-class", known ? colours[about.answer] : "transparent");
      item.setAttribute("aria-current", String(identifier === model.get("current")));
    }
    const same = kept.size === lines.size && [...kept.keys()].every((key) => lines.has(key));
    if (!same || list.childElementCount !== kept.size) list.replaceChildren(...kept.values());
    lines = kept;
    list.style.paddingTop = `${first * height}px`;
    list.style.paddingBottom = `${(shown.length - last) * height}px`;
    if (height === 0 && kept.size > 0) {
      height = kept.values().next().value.offsetHeight;
      if (height > 0 && shown.length > SHORT) draw();
    }
  };

  const reveal = () => {
    const position = shown.findIndex((one) => one.identifier === model.get("current"));
    if (position < 0 || height === 0) return;
    const view = { top: list.scrollTop, height: list.clientHeight };
    const top = scrolled({ top: position * height, height }, view);
    if (top === view.top) return;
    list.scrollTop = top;
    onScroll();
  };
  const onScroll = () => {
    if (shown.length > SHORT) draw(); // else all lines are there
  };

  filter.addEventListener("change", () => {
    if (filter.value.startsWith("list:")) {
      const wanted = filter.value.slice("list:".length);
      filter.value = "";
      onList({ detail: wanted });
    }
    choose();
    focusPanel();
  });
  search.addEventListener("input", choose);
  for (const one of [search, ...candidates.texts]) {
    one.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      if (event.key === "Escape" && one === search) {
        search.value = "";
        choose();
      }
      if (event.key === "Enter" && one === search && shown.length > 0) goto(shown[0].identifier);
      one.blur();
      focusPanel();
    });
  }
  const onList = ({ detail }) => {
    if (detail === "search") {
      search.focus();
      search.select();
    } else if (model.get("listing").name === detail) model.send({ action: "batch" });
    else if (detail === "candidates") candidates.ask();
    else model.send({ action: detail });
  };

  // However much has changed, it is drawn once a frame.
  let frame = 0;
  const drawSoon = () => {
    if (frame === 0) frame = requestAnimationFrame(drawNow);
  };
  let followed = null;
  const drawNow = () => {
    frame = 0;
    draw();
    if (model.get("current") !== followed) reveal();
    followed = model.get("current");
  };
  model.on("change:listing", build);
  model.on("change:given change:latest change:current", drawSoon);
  model.on("change:note", describe);
  list.addEventListener("scroll", onScroll, { passive: true });
  const sized = new ResizeObserver(() => {
    root.removeEventListener("specoracle-list", onList);
    root = el.closest(".specoracle-panel") ?? el;
    root.addEventListener("specoracle-list", onList);
    height = 0;
    draw();
    reveal();
  });
  sized.observe(list);
  build();
  return () => {
    model.off("change:listing", build);
    cancelAnimationFrame(frame);
    model.off("change:given change:latest change:current", drawSoon);
    model.off("change:note", describe);
    root.removeEventListener("specoracle-list", onList);
    sized.disconnect();
  };
}

export default { render };
