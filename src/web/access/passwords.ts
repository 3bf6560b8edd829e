import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import pLimit from "p-limit";

const cost = { N: 2 ** 17, r: 8, p: 1 };
const length = 32;
/** Each derivation takes 128 MiB: more than two at once would let a burst of logins exhaust the memory. */
const atOnce = pLimit(2);
/** What is compared against when there is no such user, so that both answers take as long. */
const nobody = `scrypt$17$8$1$${Buffer.alloc(16).toString("base64url")}$${Buffer.alloc(length).toString("base64url")}`;

/** A password as it is stored: scrypt with N = 2^17, r = 8, p = 1 and its own salt. Takes about a third of a second. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `scrypt$17$8$1$${salt.toString("base64url")}$${key.toString("base64url")}`;
}

/** True when the password is the one that was hashed. A null hash costs as much time as a wrong password, and is false. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [kind, logN, r, p, salt = "", key = ""] = (hash ?? nobody).split("$");
  const expected = Buffer.from(key, "base64url");
  const known = kind === "scrypt" && logN === "17" && r === "8" && p === "1" && expected.length === length;
  const actual = await derive(password, Buffer.from(salt, "base64url"));
  return known && hash !== null && timingSafeEqual(actual, expected);
}

/** A password people can read aloud, about 96 bits. */
export function newPassword(): string {
  return randomBytes(12).toString("base64url");
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  // Scrypt needs 128 * N * r bytes, 128 MiB here: Node refuses by default beyond 32.
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return atOnce(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize("NFKC"), salt, length, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}
