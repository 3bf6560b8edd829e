import { type AbstractDataType, DataTypes, type ModelAttributeColumnOptions } from "sequelize";
import { toColumn } from "./json-column.js";

/**
 * One column: Sequelize's own attribute, and how its stored value reads. The helpers below are named like those the
 * migrations use (`config/columns.cjs`), and a test compares the two. They make plain objects, so that anything of
 * Sequelize's goes beside them: `{ ...text(120), validate: { notEmpty: true } }`, `{ ...boolean, defaultValue: true }`.
 */
export type Column<T = unknown> = ModelAttributeColumnOptions & {
  /** What the migrations call it, length included: `code(26)`. */
  readonly kind: string;
  /** The value of a stored one that is not null, whichever driver and settings handed it over. */
  readonly reads: (stored: unknown) => T;
};

function column<T>(kind: string, type: Column["type"], reads: (stored: unknown) => T): Column<T> {
  return { kind, type, reads, allowNull: false };
}

/** A ULID, or the id of one thing of a host: ASCII, compared byte by byte. */
export const id = column("code(26)", DataTypes.STRING(26), String);

/** An ASCII word, compared byte by byte. With `words` it may be nothing else. */
export function code<Word extends string = string>(length: number, words?: readonly Word[]): Column<Word> {
  const plain = column(`code(${length})`, DataTypes.STRING(length), (stored) => String(stored) as Word);
  return words ? { ...plain, validate: { isIn: [words] } } : plain;
}

/** Text of people, up to so many characters. */
export function text(length: number): Column<string> {
  return column(`text(${length})`, DataTypes.STRING(length), String);
}

/** Text of any length. */
export const longText = column("longText", DataTypes.TEXT("long"), String);

/** An instant, in milliseconds since 1970 (UTC). */
export const instant = column("instant", DataTypes.BIGINT, Number);

/** A whole number. */
export const integer = column("integer", DataTypes.INTEGER, Number);

/** A number that may be broken. */
export const number = column("number", DataTypes.DOUBLE, Number);

/** An amount of money, with four places. */
export const money = column("money", DataTypes.DECIMAL(20, 4), Number);

/** True or false. */
export const boolean = column("boolean", DataTypes.BOOLEAN, (stored) => stored === true || Number(stored) === 1);

/** The key that the database counts up. */
export const serial = {
  ...column("serial", DataTypes.BIGINT, Number),
  primaryKey: true,
  autoIncrement: true,
} as const;

/** Any JSON value of that shape, kept as text: MariaDB hands JSON back as text, and so keys keep their order everywhere. */
export function json<T>(): Column<T> {
  return column("json", new JsonText(), (stored) => (typeof stored === "string" ? JSON.parse(stored) : stored) as T);
}

/** A type of Sequelize's kind: values go in as text, and are validated as what they are. */
class JsonText implements AbstractDataType {
  readonly key = "MILLRACE_JSON";
  readonly dialectTypes = "";

  toSql(): string {
    return "LONGTEXT";
  }

  toString(): string {
    return this.toSql();
  }

  stringify(value: unknown): string {
    return toColumn(value) ?? "null";
  }

  bindParam(value: unknown, { bindParam }: { bindParam(text: string): string }): string {
    return bindParam(this.stringify(value));
  }
}

/** The same column, which may also be null. */
export function optional<T>(of: Column<T>): Column<T | null> & { readonly allowNull: true } {
  return { ...of, allowNull: true };
}

/** The same column, as the key of its table or a part of it. */
export function primary<T>(of: Column<T>): Column<T> {
  return { ...of, primaryKey: true };
}

/** The same column with a check of values that are not null: it says what is wrong with one, or null. */
export function checked<C extends Column>(
  of: C,
  fault: (value: NonNullable<ReturnType<C["reads"]>>) => string | null,
): C {
  const validate = {
    ...of.validate,
    isRight(value: NonNullable<ReturnType<C["reads"]>> | null) {
      const message = value === null ? null : fault(value);
      if (message) throw new Error(message);
    },
  };
  return { ...of, validate };
}

/** The columns of a table by name. */
export type Columns = Record<string, Column>;

/** A row as it reads. */
export type RowOf<C extends Columns> = { [Name in keyof C]: ReturnType<C[Name]["reads"]> };

type Left<C extends Columns> = {
  [Name in keyof C]: C[Name] extends { allowNull: true } | { autoIncrement: true } | { defaultValue: unknown }
    ? Name
    : never;
}[keyof C];

/** A row to be made: what may be null, has a default or is counted up may be left out. */
export type NewRow<C extends Columns> = Omit<RowOf<C>, Left<C>> & Partial<Pick<RowOf<C>, Left<C>>>;
