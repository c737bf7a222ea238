import type { Api, CommandName, Commands, TopicName, Topics } from '../contract/contract.ts'
import { type Failure, fail, type Outcome } from '../domain/outcome.ts'
import { parseReply, type Request } from './messages.ts'
import type { Port } from './port.ts'

interface Subscription {
  readonly listener: (value: never) => void | Promise<void>
  readonly onEnd: ((failure: Failure) => void) | undefined
}

/**
 * The typed client of the contract over any port. When the port closes, calls under way answer
 * `unavailable` and subscriptions end with it; connecting again is the caller's affair.
 */
export function createClient(port: Port): Api {
  const calls = new Map<number, (outcome: Outcome<never>) => void>()
  const subscriptions = new Map<number, Subscription>()
  let lastId = 0
  let open = true
  const send = (request: Request): void => port.send(request)

  port.onMessage((message) => {
    const reply = parseReply(message)
    if (reply === undefined) return
    if (reply.t === 'result') {
      calls.get(reply.id)?.(reply.outcome as Outcome<never>)
      return
    }
    const subscription = subscriptions.get(reply.id)
    if (subscription === undefined) return
    if (reply.t === 'end') {
      subscriptions.delete(reply.id)
      subscription.onEnd?.(reply.failure)
      return
    }
    const ack = (): void => {
      if (open && subscriptions.has(reply.id)) send({ t: 'ack', id: reply.id })
    }
    let taken: void | Promise<void>
    try {
      taken = subscription.listener(reply.value as never)
    } catch (error) {
      ack() // a listener's bug must not hold its credit for ever
      throw error
    }
    if (taken === undefined) ack()
    else taken.then(ack, ack)
  })
  port.onClose(() => {
    open = false
    const { failure } = fail('unavailable', 'The connection to the engine closed.')
    for (const settle of calls.values()) settle({ ok: false, failure })
    for (const { onEnd } of subscriptions.values()) onEnd?.(failure)
    subscriptions.clear()
  })

  return {
    call<Name extends CommandName>(
      name: Name,
      input: Commands[Name]['input'],
      signal?: AbortSignal,
    ): Promise<Outcome<Commands[Name]['output']>> {
      if (!open) return Promise.resolve(fail('unavailable', 'Not connected to the engine.'))
      if (signal?.aborted) return Promise.resolve(fail('cancelled', 'Cancelled.'))
      const id = ++lastId
      return new Promise((resolve) => {
        const cancel = (): void => {
          if (open) send({ t: 'cancel', id })
          settle(fail('cancelled', 'Cancelled.'))
        }
        const settle = (outcome: Outcome<Commands[Name]['output']>): void => {
          calls.delete(id)
          signal?.removeEventListener('abort', cancel)
          resolve(outcome)
        }
        signal?.addEventListener('abort', cancel)
        calls.set(id, settle as (outcome: Outcome<never>) => void)
        send({ t: 'call', id, name, input })
      })
    },
    subscribe<Name extends TopicName>(
      topic: Name,
      params: Topics[Name]['params'],
      listener: (value: Topics[Name]['value']) => void | Promise<void>,
      onEnd?: (failure: Failure) => void,
    ): () => void {
      const id = ++lastId
      if (!open) {
        onEnd?.(fail('unavailable', 'Not connected to the engine.').failure)
        return () => {}
      }
      subscriptions.set(id, { listener: listener as Subscription['listener'], onEnd })
      send({ t: 'sub', id, topic, params })
      return () => {
        if (subscriptions.delete(id) && open) send({ t: 'unsub', id })
      }
    },
  }
}
