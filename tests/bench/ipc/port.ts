import type { MessagePort } from 'node:worker_threads'
import type { Port } from '../../../src/shared/rpc/port.ts'

/** A thread's end of a channel as a port. */
export const portOf = (channel: MessagePort): Port => ({
  send: (message) => channel.postMessage(message),
  onMessage: (listener) => void channel.on('message', listener),
  onClose: (listener) => void channel.on('close', listener),
  close: () => channel.close(),
})
