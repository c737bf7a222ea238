import { MessageChannel, Worker } from 'node:worker_threads'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Port } from '../../shared/rpc/port.ts'
import { entryUrl } from '../platform/entry-url.ts'
import type { EngineConfig, VenueAddress } from '../services/engine-config.ts'
import type { SimulatorAddress } from '../simulator/simulator.ts'
import type { EngineHost, EngineHostOptions, StartEngine } from './host.ts'
import type { EngineStart, FromEngine, ToEngine } from './protocol.ts'

/** A stopping engine that says nothing for this long is ended, milliseconds. */
const STOP_DEADLINE_MS = 15_000

/**
 * What lives in the engine's heap is some 60 MB with a hundred markets; columns lie outside it. The bound
 * is ten times that. It is there for what V8 does below it: the larger the bound, the more garbage it lets
 * gather before it looks (a sawtooth of 100 MB and more with the bound that a large machine gets).
 */
const HEAP = { maxOldGenerationSizeMb: 768, maxYoungGenerationSizeMb: 16 }

interface Running {
  readonly demo: boolean
  readonly attach: (port: Port) => void
  readonly wake: () => void
  readonly stop: () => Promise<Stopped>
}

/** What a running engine may ask of its host. */
interface EngineAsks {
  readonly onMode: (demo: boolean) => void
  readonly onRestart: () => void
  readonly onHeld: (name: string, secret: string) => void
}

interface Stopped {
  readonly trades: number
  readonly unwritten: number
}

/**
 * Keeps one engine running in a thread of its own and swaps it for another when a client asks for
 * the demo tape or for the live one, or for another way to the venues. Clients that come while it is being swapped wait.
 */
export const startEngine: StartEngine = async (options) => {
  let current: Running | null = null
  let waiting: Port[] = []
  const held = new Map<string, string>()
  let stopping: Promise<Stopped> | null = null
  /** The swap that is under way, or the last one: what the engine before it said at its end. */
  let swapping: Promise<Stopped> = Promise.resolve({ trades: 0, unwritten: 0 })

  const start = async (demo: boolean): Promise<Outcome<null>> => {
    // The demo tape is on this machine: no proxy is in its way.
    const systemProxies = demo ? undefined : await options.systemProxies?.()
    const config = {
      ...options.config,
      demo,
      ...(systemProxies !== undefined && { systemProxies }),
    }
    const started = await run({ config, held: Object.fromEntries(held) }, options, {
      onMode: (wanted) => {
        if (current?.demo !== wanted) swap(wanted)
      },
      onRestart: () => swap(demo),
      onHeld: (name, secret) => {
        if (secret === '') held.delete(name)
        else held.set(name, secret)
      },
    })
    if (!started.ok) return started
    current = started.value
    for (const port of waiting) current.attach(port)
    waiting = []
    return ok(null)
  }
  const swap = (demo: boolean): void => {
    if (current === null || stopping !== null) return
    const old = current
    current = null
    swapping = replace(old, demo)
  }
  const replace = async (old: Running, demo: boolean): Promise<Stopped> => {
    const ended = await old.stop()
    if (stopping !== null) return ended
    const started = await start(demo)
    if (started.ok) return ended
    options.onLog(JSON.stringify({ level: 'error', event: 'mode-failed', ...started.failure }))
    const back = await start(old.demo)
    if (!back.ok) options.onCrash(back.failure.message)
    return ended
  }

  const first = await start(options.config.demo)
  if (!first.ok) return first
  const host: EngineHost = {
    attach: (port) => {
      if (current !== null) current.attach(port)
      else if (stopping === null) waiting.push(port)
      else port.close()
    },
    demo: () => current?.demo ?? options.config.demo,
    stop: () => {
      // In the middle of a swap the old engine may still be writing.
      stopping ??= swapping.then((ended) => current?.stop() ?? ended)
      return stopping
    },
    wake: () => current?.wake(),
  }
  return ok(host)
}

/** Starts the simulator (for the demo tape) and one engine worker; resolves when it serves. */
async function run(
  { config, held }: EngineStart,
  options: EngineHostOptions,
  asks: EngineAsks,
): Promise<Outcome<Running>> {
  const simulator = config.demo ? await startSimulatorThread(options.onLog) : null
  if (simulator !== null && !simulator.ok) return simulator
  const addresses = simulator?.value.addresses
  const worker = new Worker(entryUrl(import.meta.url, './engine-worker.ts'), {
    name: 'engine',
    resourceLimits: HEAP,
    workerData: {
      config: addresses === undefined ? config : withAddresses(config, addresses),
      held,
    } satisfies EngineStart,
  })
  const post = (message: ToEngine): void => worker.postMessage(message)
  const ports = new Set<Port>()
  let stopped: ((result: { trades: number; unwritten: number }) => void) | null = null
  let asked = false
  let serving = false

  const tellProxies = async (): Promise<void> => {
    const proxies = config.demo ? undefined : await options.systemProxies?.()
    if (proxies !== undefined && !asked) post({ t: 'proxies', proxies })
  }

  const ready = new Promise<Outcome<null>>((resolve) => {
    worker.on('message', (message: FromEngine) => {
      if (message.t === 'ready') resolve(ok(null))
      else if (message.t === 'failed') resolve(fail('unavailable', message.message))
      else if (message.t === 'log') options.onLog(message.line)
      else if (message.t === 'mode') asks.onMode(message.demo)
      else if (message.t === 'restart') asks.onRestart()
      else if (message.t === 'network') void tellProxies()
      else if (message.t === 'held') asks.onHeld(message.name, message.secret)
      else stopped?.(message)
    })
    const died = (message: string): void => {
      if (asked) return
      asked = true
      for (const port of ports) port.close()
      resolve(fail('internal', message))
      if (serving) options.onCrash(message)
    }
    worker.on('error', (error) => died(`The engine stopped unexpectedly: ${String(error)}`))
    worker.on('exit', (code) => {
      died(`The engine ended unexpectedly (code ${code}).`)
      stopped?.({ trades: 0, unwritten: 0 })
    })
  })

  const end = async (): Promise<void> => {
    asked = true
    for (const port of ports) port.close()
    await worker.terminate()
    await simulator?.value.stop()
  }
  const begun = await ready
  if (!begun.ok) {
    await end()
    return begun
  }
  serving = true
  return ok({
    demo: config.demo,
    wake: () => post({ t: 'wake' }),
    attach: (port) =>
      pipe(port, ports, (channelPort) =>
        worker.postMessage({ t: 'client', port: channelPort } satisfies ToEngine, [channelPort]),
      ),
    stop: async () => {
      asked = true
      const result = await new Promise<{ trades: number; unwritten: number }>((resolve) => {
        const deadline = setTimeout(() => {
          options.onLog(JSON.stringify({ level: 'error', event: 'engine-stop-deadline' }))
          resolve({ trades: 0, unwritten: 0 })
        }, STOP_DEADLINE_MS)
        stopped = (value) => {
          clearTimeout(deadline)
          resolve({ trades: value.trades, unwritten: value.unwritten })
        }
        post({ t: 'stop' })
      })
      await end()
      return result
    },
  })
}

/** Joins a client's port to the engine thread by a channel of its own. */
function pipe(
  port: Port,
  ports: Set<Port>,
  give: (channelPort: MessageChannel['port1']) => void,
): void {
  const { port1, port2 } = new MessageChannel()
  ports.add(port)
  port.onMessage((message) => port1.postMessage(message))
  port1.on('message', (message: unknown) => port.send(message))
  port.onClose(() => {
    ports.delete(port)
    port1.close()
  })
  port1.on('close', () => port.close())
  give(port2)
}

function withAddresses(config: EngineConfig, addresses: readonly SimulatorAddress[]): EngineConfig {
  const venues: Record<string, VenueAddress> = {}
  for (const { venue, ws, rest } of addresses) venues[venue] = { enabled: true, ws, rest }
  return { ...config, venues }
}

interface SimulatorThread {
  readonly addresses: readonly SimulatorAddress[]
  readonly stop: () => Promise<void>
}

function startSimulatorThread(onLog: (line: string) => void): Promise<Outcome<SimulatorThread>> {
  return new Promise((resolve) => {
    const worker = new Worker(entryUrl(import.meta.url, '../simulator/simulator-worker.ts'), {
      name: 'simulator',
      workerData: { seed: Date.now() % 1_000_000 },
    })
    worker.on('message', (message: SimulatorMessage) => {
      if (message.t === 'failed') resolve(fail('unavailable', `The demo tape: ${message.message}`))
      else
        resolve(
          ok({
            addresses: message.addresses,
            stop: async () => {
              worker.postMessage({ t: 'stop' })
              const deadline = setTimeout(() => void worker.terminate(), 3_000)
              await new Promise((done) => worker.once('exit', done))
              clearTimeout(deadline)
            },
          }),
        )
    })
    worker.on('error', (error) => {
      onLog(JSON.stringify({ level: 'error', event: 'simulator-crashed', message: String(error) }))
      resolve(fail('internal', `The demo tape did not start: ${String(error)}`))
    })
  })
}

type SimulatorMessage =
  | { readonly t: 'ready'; readonly addresses: readonly SimulatorAddress[] }
  | { readonly t: 'failed'; readonly message: string }
