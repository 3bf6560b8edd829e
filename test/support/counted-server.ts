import { type AddressInfo, connect, createServer } from "node:net";

/** COM_QUERY, COM_STMT_PREPARE and COM_STMT_EXECUTE of the MySQL protocol. */
const statements = new Set([3, 22, 23]);

/** A way to a MySQL server that counts the statements it is sent, as the server's own log would show them. */
export async function countedServer(url: string) {
  const server = new URL(url);
  let count = 0;
  const proxy = createServer((client) => {
    const upstream = connect(Number(server.port || 3306), server.hostname);
    let rest = Buffer.alloc(0);
    client.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      // A packet: three bytes of length, its number in the exchange, and for the first of a command what it is.
      for (let length = 0; rest.length >= 5; rest = rest.subarray(4 + length)) {
        length = rest.readUIntLE(0, 3);
        if (rest.length < 4 + length) break;
        if (rest[3] !== 0 || !statements.has(rest[4] ?? 0)) continue;
        count++;
      }
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.pipe(other);
      one.on("error", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const counted = new URL(url);
  counted.port = String((proxy.address() as AddressInfo).port);
  counted.hostname = "127.0.0.1";
  return {
    url: counted.href,
    count: () => count,
    close: () => new Promise<void>((resolve) => proxy.close(() => resolve())),
  };
}
