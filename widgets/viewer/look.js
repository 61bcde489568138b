// What a drawing takes from the page.

/** Colours and type of the page, read from its style sheet. */
export function lookOf(el) {
  const style = getComputedStyle(el);
  const colour = (name) => style.getPropertyValue(`--so-${name}`).trim();
  return {
    scale: (parseFloat(style.fontSize) || 13) / 13,
    family: style.fontFamily,
    ink: colour("ink"),
    muted: colour("muted"),
    rule: colour("rule"),
    mark: colour("edge"),
    line: colour("line"),
    band: colour("band"),
    gap: colour("gap"),
    accent: colour("accent"),
    surface: colour("surface"),
    heat: colour("heat"),
  };
}
