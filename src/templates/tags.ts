import { AssignTag, CaptureTag, type Context, type Liquid } from "liquidjs";
import { limitedEmitter } from "./emitter.js";

/** A missing variable is an error in an assignment too; LiquidJS would assign nothing. */
class StrictAssign extends AssignTag {
  override *render(ctx: Context): Generator<unknown, void, unknown> {
    (ctx.bottom() as Record<string, unknown>)[this["key"]] = yield this["value"].value(ctx, false);
  }
}

/** A captured text is bound by the limit of any rendered text, and counts as memory. */
class LimitedCapture extends CaptureTag {
  override *render(ctx: Context): Generator<unknown, void, string> {
    const html: string = yield this.liquid.renderer.renderTemplates(this.templates, ctx, limitedEmitter());
    ctx.memoryLimit.use(html.length);
    (ctx.bottom() as Record<string, unknown>)[this.variable] = html;
  }
}

/** Replaces the two tags that bind names, and removes those that would read other templates. */
export function useOurTags(engine: Liquid): void {
  engine.registerTag("assign", StrictAssign);
  engine.registerTag("capture", LimitedCapture);
  for (const name of ["include", "render", "layout", "block"]) delete engine.tags[name];
}
