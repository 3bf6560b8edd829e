import { expect } from "chai";
import { importDefinition } from "../../src/imports/import-definition.js";
import { isObject, type JsonObject } from "../../src/shared/json.js";
import { definitions } from "./fixtures.js";
import { known } from "./known.js";

type Path = (string | number)[];

/** Every place of a value, the outermost first. */
function* placesIn(value: unknown, path: Path = []): Generator<[Path, unknown]> {
  yield [path, value];
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value))
    yield* placesIn(inner, [...path, Array.isArray(value) ? Number(name) : name]);
}

/** The same value with another one in one place. */
function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value)) return value.map((one: unknown, at) => (at === name ? replaced(one, rest, by) : one));
  return { ...(value as JsonObject), [name]: replaced((value as JsonObject)[String(name)], rest, by) };
}

const shown = (path: Path) =>
  path.reduce<string>(
    (text, name) => (typeof name === "number" ? `${text}[${name}]` : text ? `${text}.${name}` : name),
    "",
  );

function changed(value: unknown): unknown {
  if (typeof value === "number") return value * 2 + 10_001;
  return typeof value === "boolean" ? !value : "zz_other";
}

/** What means nothing outside the system it comes from, or says again what is there anyway. */
const idle = [
  // Where nodes lie, and what a canvas calls its edges.
  /\bposition\b|\bviewport\b|^(?:workflow\.)?edges\[\d+\]\.id$/,
  // A draft is what an import makes, whatever it was there.
  /^(?:is_active|status|version)$/,
  // The name of a trigger nobody refers to.
  /^steps(?:Config)?\[0\]\.stepSlug$/,
  // An object is what inputs always are; a branch that asks nothing is the default one, whatever it is called.
  /\.inputSchema\.type$|branches\[1\]\.(?:label|is_default)$/,
];

describe("importing drops nothing in silence", function () {
  this.timeout(60_000);
  for (const [name, given] of definitions) {
    const { unmapped, ...made } = importDefinition(given, known);
    const before = JSON.stringify([made, unmapped]);
    const isListed = (place: string) =>
      unmapped.some(
        ({ path }) => path !== "" && place.startsWith(path) && /^(?:$|[.[])/.test(place.slice(path.length)),
      );
    const places = [...placesIn(given)].filter(([path]) => !idle.some((one) => one.test(shown(path))));

    it(`${name}: every value counts, or is listed`, () => {
      const leaves = places.filter(([, value]) => typeof value !== "object" || value === null);
      const dropped = leaves.flatMap(([path, value]) => {
        const { unmapped: listed, ...other } = importDefinition(replaced(given, path, changed(value)), known);
        return JSON.stringify([other, listed]) === before && !isListed(shown(path)) ? [shown(path)] : [];
      });
      expect(leaves.length).to.be.greaterThan(2);
      expect(dropped).to.deep.equal([]);
    });

    it(`${name}: a member nobody knows is kept, or listed`, () => {
      const objects = places.filter(([path, value]) => isObject(value) && !isListed(shown(path)));
      const dropped = objects.flatMap(([path, value]) => {
        const more = replaced(given, path, { ...(value as JsonObject), zz_member: "zz_value" });
        const { unmapped: listed, ...other } = importDefinition(more, known);
        return JSON.stringify([other, listed]).includes("zz_member") ? [] : [shown(path)];
      });
      expect(objects.length).to.be.greaterThan(0);
      expect(dropped).to.deep.equal([]);
    });
  }
});
