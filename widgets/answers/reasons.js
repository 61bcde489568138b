// Why a spectrum is bad: shown in place of the tools, and a number chooses.

import { calmButton, element } from "../panel/element.js";
import { keyOf } from "./keys.js";

export function makeReasons(qualities, tools, because) {
  const reasons = element("div", "so-tools so-reasons");
  reasons.dataset.testid = "reasons";
  reasons.hidden = true;

  const close = () => {
    reasons.hidden = true;
    tools.hidden = false;
  };
  const choose = (value) => {
    close();
    because(value);
  };
  const buttons = qualities.map((reason, position) => {
    const button = calmButton("", reason);
    button.append(element("kbd", "", String(position + 1)));
    button.dataset.testid = `reason-${position + 1}`;
    button.addEventListener("click", () => choose(reason));
    return button;
  });
  const leave = calmButton("", "Not bad");
  leave.append(element("kbd", "", "Esc"));
  leave.addEventListener("click", close);
  reasons.append(element("span", "so-why", "Bad, because"), ...buttons, leave);

  const open = () => {
    reasons.hidden = false;
    tools.hidden = true;
  };
  const onKey = (event) => {
    const reason = qualities[Number(keyOf(event)) - 1];
    if (reason !== undefined) choose(reason);
    else if (event.key !== "Shift") close();
  };
  return { reasons, open, close, onKey };
}
