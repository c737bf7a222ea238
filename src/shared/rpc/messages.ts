import type { Failure, Outcome } from '../domain/outcome.ts'

/** Client → engine. */
export type Request =
  | { readonly t: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly t: 'cancel'; readonly id: number }
  | { readonly t: 'sub'; readonly id: number; readonly topic: string; readonly params: unknown }
  | { readonly t: 'unsub'; readonly id: number }
  /** Gives the one credit of a subscription back: the frame was taken in. */
  | { readonly t: 'ack'; readonly id: number }

/** Engine → client. */
export type Reply =
  | { readonly t: 'result'; readonly id: number; readonly outcome: Outcome<unknown> }
  | { readonly t: 'push'; readonly id: number; readonly value: unknown }
  | { readonly t: 'end'; readonly id: number; readonly failure: Failure }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Reads what came over a port; `undefined` for anything that is no request. */
export function parseRequest(message: unknown): Request | undefined {
  if (!isRecord(message) || !Number.isSafeInteger(message.id)) return undefined
  const id = message.id as number
  switch (message.t) {
    case 'call':
      return typeof message.name === 'string'
        ? { t: 'call', id, name: message.name, input: message.input }
        : undefined
    case 'sub':
      return typeof message.topic === 'string'
        ? { t: 'sub', id, topic: message.topic, params: message.params }
        : undefined
    case 'cancel':
    case 'unsub':
    case 'ack':
      return { t: message.t, id }
    default:
      return undefined
  }
}

/** Reads a reply in the client. The engine is trusted for the values inside. */
export function parseReply(message: unknown): Reply | undefined {
  if (!isRecord(message) || !Number.isSafeInteger(message.id)) return undefined
  return message.t === 'result' || message.t === 'push' || message.t === 'end'
    ? (message as Reply)
    : undefined
}
