// Where keys are text and not commands.

/** Whether a key press goes into a field that is being typed in. */
export function isField({ tagName, isContentEditable }) {
  return ["INPUT", "TEXTAREA", "SELECT"].includes(tagName) || isContentEditable;
}
