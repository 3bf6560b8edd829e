import { Context, type Drop, type Liquid } from "liquidjs";
import { fieldOf, isObject } from "../shared/json.js";
import { relatedRecord } from "./related.js";
import type { Scope } from "./scope.js";
import { pathHint } from "./suggest.js";
import { TemplateError } from "./template-error.js";

type Name = string | number | Drop;

const portsOfStep = ["output", "error", "port"];

/** A TemplateError under the name that makes LiquidJS lenient where it should be: in `if`, and before `default`. */
class MissingVariable extends TemplateError {
  constructor(path: string, known: readonly string[]) {
    super("template_missing_variable", `There is no variable "${path}".${pathHint(path, known)}`, path);
    this.name = "InternalUndefinedVariableError";
  }
}

/**
 * Reads names as documents mean them. Own properties only; `record.company` is an id while `record.company.name` follows
 * `$related`; `steps.2` is the second step; a field of a step that is not output, error or port lies in its output;
 * that of a record found by a step, below its `values`.
 */
export class ScopeContext extends Context {
  readonly liquidScope: Scope;

  constructor(scope: Scope, liquid: Liquid, lenient = false) {
    // A copy without a prototype: increment and decrement write into it, and no name is found that was not given.
    const environment = Object.assign(Object.create(null) as Record<string, unknown>, scope.names);
    super(environment, liquid.options, { sync: true, globals: scope.bare, strictVariables: !lenient }, { liquid });
    this.liquidScope = scope;
  }

  override *_getFromScope(
    scope: unknown,
    paths: Name[] | string,
    strict = this.strictVariables,
  ): IterableIterator<unknown> {
    const names: Name[] = typeof paths === "string" ? paths.split(".") : paths;
    const inSteps = scope === this.environments && names[0] === "steps";
    let owner: unknown;
    let here: unknown = scope;
    for (const [at, name] of names.entries()) {
      if (at > 0 && isScalar(here)) here = relatedRecord(owner, names[at - 1]) ?? here;
      const next: unknown = inSteps ? this.readInSteps(here, name, at) : this.readProperty(here as never, name);
      const found: unknown = yield next;
      const value = found === undefined ? fieldOf(here, String(name)) : found;
      if (strict && value === undefined) throw this.missing(names, at, here);
      owner = here;
      here = value;
    }
    return here;
  }

  /** Filters such as `where` look at items this way; an item without the property is no error there. */
  override spawn(item: object = {}): Context {
    const names = isObject(item) ? item : {};
    const context = new ScopeContext({ ...this.liquidScope, names, bare: {} }, this.liquid as Liquid, true);
    context.memoryLimit = this.memoryLimit;
    context.renderLimit = this.renderLimit;
    return context;
  }

  /** A name may have been computed, and from a secret. */
  private withoutSecret(name: string): string {
    const secrets = isObject(this.liquidScope.names["secrets"]) ? this.liquidScope.names["secrets"] : {};
    return Object.values(secrets).some((secret) => secret !== "" && name.includes(String(secret))) ? "[secret]" : name;
  }

  private readInSteps(here: unknown, name: Name, at: number): unknown {
    const { stepKeys } = this.liquidScope;
    const isPosition = at === 1 && /^\d+$/.test(String(name));
    if (isPosition) return this.readProperty(here as never, stepKeys[Number(name) - 1] ?? name);
    if (at === 2 && isObject(here) && !portsOfStep.includes(String(name)) && isObject(here["output"])) {
      const inOutput: unknown = this.readProperty(here["output"], name) ?? fieldOf(here["output"], String(name));
      if (inOutput !== undefined) return inOutput;
    }
    return this.readProperty(here as never, name);
  }

  private missing(given: readonly Name[], at: number, parent: unknown): MissingVariable {
    const names = given.map((name) => this.withoutSecret(String(name)));
    const prefix = names.slice(0, at);
    const path = [...prefix, names[at]].join(".");
    if (at === 0) return new MissingVariable(path, pathsBelow({ ...this.liquidScope.bare, ...this.liquidScope.names }));
    const inStep =
      prefix[0] === "steps" && at === 2 && isObject(parent) && isObject(parent["output"]) ? parent["output"] : {};
    const siblings = isObject(parent) ? Object.keys({ ...inStep, ...parent }).filter((one) => one !== "$related") : [];
    return new MissingVariable(
      path,
      siblings.map((one) => [...prefix, one].join(".")),
    );
  }
}

/** Names and the names one level below them: enough to find what a mistyped name was meant to be. */
function pathsBelow(names: Record<string, unknown>): string[] {
  return Object.entries(names).flatMap(([name, value]) =>
    isObject(value) && name !== "secrets"
      ? [
          name,
          ...Object.keys(value)
            .slice(0, 200)
            .map((below) => `${name}.${below}`),
        ]
      : [name],
  );
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
