import { Duplex } from "node:stream";

/**
 * One end of a connection inside this process. What is written arrives as a copy, and in a later turn of the event
 * loop: ssh2's ChaCha20 keeps its nonce in one buffer for all connections, so a connection within a connection that
 * wrote in the same turn would encrypt with the other's.
 */
class InProcessSocket extends Duplex {
  private peer: InProcessSocket | undefined;

  join(peer: InProcessSocket): void {
    this.peer = peer;
  }

  override _read(): void {
    // The peer pushes; nothing is pulled.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const copy = Buffer.from(chunk);
    setImmediate(() => {
      if (this.peer && !this.peer.destroyed) this.peer.push(copy);
      done();
    });
  }

  override _final(done: () => void): void {
    setImmediate(() => {
      if (this.peer && !this.peer.destroyed) this.peer.push(null);
      done();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // The other end sees the connection closed, as when a TCP peer goes away.
    setImmediate(() => this.peer?.destroy());
    done(error);
  }
}

/** The two ends of a connection inside this process. */
export function connectedPair(): [Duplex, Duplex] {
  const near = new InProcessSocket();
  const far = new InProcessSocket();
  near.join(far);
  far.join(near);
  return [near, far];
}
