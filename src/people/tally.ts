import type { Decision } from "./decision.js";
import type { QuestionDetails } from "./question.js";

/**
 * What the decisions so far come to; null while it is open. `any`: the first counts. `all`: everybody must approve, so one
 * rejection ends it. `percent`: that share must approve, and it ends as rejected once that cannot be reached any more.
 * Whoever decides alone decides. Decisions of people who are no longer asked do not count. Pure.
 */
export function tally(
  { mode, percent, assignees }: QuestionDetails,
  decisions: Decision[],
): Decision["decision"] | null {
  const alone = decisions.find((one) => one.alone);
  if (alone) return alone.decision;
  const counted = decisions.filter(({ userId }) => assignees.includes(userId));
  if (mode === "any") return counted[0]?.decision ?? null;
  const needed =
    mode === "all" ? assignees.length : Math.max(1, Math.ceil((assignees.length * (percent ?? 100)) / 100));
  const approved = counted.filter(({ decision }) => decision === "approved").length;
  if (approved >= needed && assignees.length > 0) return "approved";
  return assignees.length - (counted.length - approved) < needed ? "rejected" : null;
}
