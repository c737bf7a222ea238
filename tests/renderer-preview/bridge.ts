import type { Port } from '../../src/shared/rpc/port.ts'

/** Puts the fake engine where the preload would put the real one. */
const worker = new Worker(new URL('./engine-worker.ts', import.meta.url), { type: 'module' })
const scenario = new URLSearchParams(location.search).get('scenario') ?? 'normal'

const connect = (): Port => {
  const { port1, port2 } = new MessageChannel()
  let onClose: () => void = () => {}
  worker.postMessage({ scenario, port: port2 }, [port2])
  return {
    send: (message) => port1.postMessage(message),
    onMessage: (listener) => {
      port1.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (data === null) onClose()
        else listener(data)
      }
    },
    onClose: (listener) => {
      onClose = listener
    },
    close: () => port1.postMessage(null),
  }
}

Reflect.set(window, 'tapedeck', { connect })
