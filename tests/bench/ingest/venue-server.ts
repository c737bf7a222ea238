import { Child } from '../harness/child.ts'
import { dialectOf } from '../server/dialects.ts'
import type { Armed } from '../server/main.ts'
import type { Run } from '../server/pump.ts'

/** The venue that clients are measured against, in a process of its own. */
export class VenueServer {
  readonly venue: string
  readonly ws: string
  readonly rest: string
  readonly #child: Child

  private constructor(venue: string, port: number, child: Child) {
    this.venue = venue
    this.ws = `ws://127.0.0.1:${port}${dialectOf(venue).wsPath}`
    this.rest = `http://127.0.0.1:${port}`
    this.#child = child
  }

  /** Resolves when all frames of `trades` trades are made; `stretch`: of the times between them. */
  static async start(
    venue: string,
    trades: number,
    deadlineMs: number,
    stretch = 1,
  ): Promise<VenueServer> {
    const file = new URL('../server/main.ts', import.meta.url)
    const child = new Child(file, { args: [venue, String(trades), String(stretch)], deadlineMs })
    return new VenueServer(venue, await child.event<number>('ready'), child)
  }

  /** What the next client is sent. */
  async arm(run: Run): Promise<Armed> {
    this.#child.send({ run })
    return this.#child.event<Armed>('armed')
  }

  /** The client has subscribed and is being sent trades; REST paths that were asked for and are not known. */
  begun(): Promise<readonly string[]> {
    return this.#child.event<readonly string[]>('begun')
  }

  /** The client has read the first fifth, and gets no more until `go`. */
  async warm(): Promise<void> {
    await this.#child.event('warm')
  }

  /** Sends the rest. */
  go(): void {
    this.#child.send({ go: true })
  }

  /** The client has read all; resolves with how long that took since `go`, milliseconds. */
  end(): Promise<number> {
    return this.#child.event<number>('end')
  }

  async stop(): Promise<void> {
    await this.#child.stop('SIGKILL')
  }
}
