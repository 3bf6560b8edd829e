import { invalid } from "../shared/errors.js";

type Item = { path?: unknown; message?: unknown; type?: unknown };
type Failure = {
  name?: string;
  errors?: unknown[];
  sql?: string;
  parameters?: unknown;
  parent?: Failure;
  original?: Failure;
};

/**
 * Runs a statement of a model. What the columns refuse becomes a 422 Problem, `path` being the column; every other error
 * stays itself, without the values its statement held: they are people's data, and errors end up in logs.
 */
export async function writeErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = thrown as Failure & { message?: string };
    const refused = refusals(error);
    if (refused.length > 0) throw invalid(refused.map(said));
    for (const holder of [error, error.parent, error.original]) {
      if (typeof holder?.sql === "string") holder.sql = holder.sql.split("'", 1)[0]?.slice(0, 200) ?? "";
      if (holder?.parameters) delete holder.parameters;
    }
    throw thrown;
  }
}

/** Sequelize names itself, since the host's copy of it may be another one than ours. */
function refusals(error: Failure): Item[] {
  if (error.name === "SequelizeValidationError") return (error.errors ?? []) as Item[];
  if (error.name === "AggregateError")
    return (error.errors ?? []).flatMap((one) => refusals((one as { errors?: Failure }).errors ?? {}));
  return [];
}

function said({ path, message, type }: Item): { path: string; message: string } {
  const plain = type === "notNull Violation" ? "A value is needed here." : String(message);
  return { path: String(path ?? ""), message: plain };
}
