import type { Agent } from 'node:http'
import type { Outcome } from '../../shared/domain/outcome.ts'
import type { Connect, Socket, SocketEvents } from './socket.ts'

/** Opens a socket to an address of the venue, asking for its ticket first where it wants one. */
export type Dial = (url: string, events: SocketEvents) => Socket

export interface DialDeps {
  readonly connect: Connect
  readonly agentFor?: ((url: string) => Agent | undefined) | undefined
  readonly frames?: 'gzip' | undefined
  /** Asks for the complete address to open (KuCoin). */
  readonly ticket?: (() => Promise<Outcome<string>>) | undefined
  /** A config gave the address: of a ticket's address only the query (the token) is used. */
  readonly fixed: boolean
}

export const createDial = (deps: DialDeps): Dial => {
  const open = (url: string, events: SocketEvents): Socket =>
    deps.connect(url, events, { agent: deps.agentFor?.(url), frames: deps.frames })
  const { ticket } = deps
  if (ticket === undefined) return open
  return (url, events) => {
    let socket: Socket | null = null
    let closed = false
    void ticket().then((answer) => {
      if (closed) return
      if (answer.ok) socket = open(deps.fixed ? withQuery(url, answer.value) : answer.value, events)
      else events.closed(`no ticket to connect: ${answer.failure.message}`)
    })
    return {
      send: (text) => socket?.send(text),
      ping: () => socket?.ping(),
      close: async () => {
        closed = true
        await socket?.close()
      },
    }
  }
}

/** The address with the query of another. */
function withQuery(url: string, other: string): string {
  try {
    const address = new URL(url)
    for (const [name, value] of new URL(other).searchParams) address.searchParams.set(name, value)
    return address.href
  } catch {
    return other
  }
}
