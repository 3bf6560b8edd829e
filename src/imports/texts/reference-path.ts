/** A reference as its names, and where it ends in the text. */
export type Reference = { segments: string[]; end: number };

const first = /[@$\p{L}_][$\p{L}\p{N}_]*/uy;
const dotted = /\.([$\p{L}\p{N}_]+(?:-[$\p{L}\p{N}_]+)*)/uy;
const indexed = /\[\s*(?:(-?\d+)|'([^'\]]*)'|"([^"\]]*)")\s*\]/y;

/** The reference that begins at a place of a text: `steps.a.output.items[0]['sku']`; null when none does. */
export function readReference(text: string, at = 0): Reference | null {
  first.lastIndex = at;
  const start = first.exec(text)?.[0];
  if (start === undefined) return null;
  const segments = [start];
  let end = at + start.length;
  for (;;) {
    dotted.lastIndex = end;
    indexed.lastIndex = end;
    const found = dotted.exec(text) ?? indexed.exec(text);
    if (!found) return { segments, end };
    segments.push(found.slice(1).find((one) => one !== undefined) ?? "");
    end += found[0].length;
  }
}

/** A text that is a reference and nothing else, as its names. */
export function wholeReference(text: string): string[] | null {
  const trimmed = text.trim();
  const found = readReference(trimmed);
  return found && found.end === trimmed.length ? found.segments : null;
}
