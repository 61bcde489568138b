// How far the batch is, in words.

/** One line on how far the batch is: ["12 of 130 answered", "oracle 9/100 · …"]. */
export function progressText({ answered, total, roles }) {
  const byRole = Object.entries(roles).map(([role, [done, all]]) => `${role} ${done}/${all}`);
  return [`${answered} of ${total} answered`, byRole.length > 1 ? byRole.join("  ·  ") : ""];
}

/** Figures on the side: what is left, the pace, and agreement with oneself. */
export function figuresText({ answered, total, an_hour: pace, agreement }) {
  const words = [`${total - answered} to go`];
  if (pace !== null && pace !== undefined) words.push(`${pace} an hour`);
  if (agreement && agreement[1] > 0) words.push(`${agreement[0]} of ${agreement[1]} repeats agree`);
  return words.join("  ·  ");
}
