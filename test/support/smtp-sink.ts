import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerAddress, type SMTPServerOptions } from "smtp-server";

/** A mail as it arrived: envelope and raw message. */
type Arrived = { from: string; to: string[]; raw: string };

/** What the server does instead of accepting: with a recipient, with a whole message, or breaking off, or saying no more. */
export type Moods = {
  recipient?(address: string): string | null;
  message?(raw: string): string | null;
  drop?: number;
  hang?: boolean;
};

/** A real SMTP server on 127.0.0.1. `drop` counts messages after which the connection breaks before the final 250. */
export async function smtpSink(moods: Moods = {}, more: SMTPServerOptions = {}) {
  const arrived: Arrived[] = [];
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    logger: false,
    disableReverseLookup: true,
    onRcptTo: (address, _session, done) => done(replyOf(moods.recipient?.(address.address))),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        const raw = Buffer.concat(chunks).toString();
        const refused = replyOf(moods.message?.(raw));
        if (!refused)
          arrived.push({ from: (mailFrom as SMTPServerAddress).address, to: rcptTo.map((one) => one.address), raw });
        if (moods.drop && moods.drop-- > 0) for (const client of clientsOf(server)) client.destroy();
        else if (!moods.hang) done(refused);
      });
    },
    ...more,
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    arrived,
    moods,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function replyOf(reply: string | null | undefined): Error | null {
  if (!reply) return null;
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
}

function clientsOf(server: SMTPServer): { destroy(): void }[] {
  const { connections } = server as unknown as { connections: Set<{ _socket: { destroy(): void } }> };
  return [...connections].map((connection) => connection._socket);
}
