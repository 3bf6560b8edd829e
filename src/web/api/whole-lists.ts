import { invalid } from "../../shared/errors.js";
import { paging, type Route } from "./route.js";

const { default: _, ...limit } = paging["limit"] ?? {};

/** A list that comes whole takes `limit` and `cursor` like any other; without them it is still whole. Other routes stay as they are. */
export function pagedLists(route: Route): Route {
  const { schema } = route.answer;
  const required = schema?.["required"];
  const isWhole =
    route.method === "get" && Array.isArray(required) && required.includes("data") && !required.includes("nextCursor");
  if (!isWhole || route.query?.["limit"]) return route;
  return {
    ...route,
    query: { ...route.query, ...paging, limit },
    async handle(call) {
      const { limit, cursor, ...query } = call.query as { limit?: number; cursor?: string };
      const answer = await route.handle({ ...call, query });
      const body = answer?.body as { data: unknown[] } | undefined;
      if (!answer || !body) return answer;
      const from = cursor === undefined ? 0 : Number(cursor);
      if (!Number.isSafeInteger(from) || from < 0)
        throw invalid([{ path: "cursor", message: "This is no `nextCursor` of this list." }]);
      const to = from + (limit ?? body.data.length);
      const nextCursor = to < body.data.length ? String(to) : null;
      return { ...answer, body: { ...body, data: body.data.slice(from, to), nextCursor } };
    },
  };
}
