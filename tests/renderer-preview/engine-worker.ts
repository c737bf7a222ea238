import { portPair } from '../../src/shared/rpc/port.ts'
import { serve } from '../../src/shared/rpc/server.ts'
import { FakeEngine } from './fake-engine.ts'
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios.ts'

/** Each client has a MessagePort of its own; `null` on it means that the line was cut. */
const clients = new Set<MessagePort>()
let engine: FakeEngine | undefined
let refusing = false

function begin(name: ScenarioName): FakeEngine {
  const scenario: Scenario = SCENARIOS[name]
  const made = new FakeEngine(scenario, () => cut())
  if (scenario.silentAfter !== undefined)
    setTimeout(() => {
      made.silent = true
    }, scenario.silentAfter)
  if (scenario.closeAfter !== undefined)
    setTimeout(() => {
      refusing = true
      cut()
    }, scenario.closeAfter)
  return made
}

function cut(): void {
  for (const client of clients) client.postMessage(null)
  clients.clear()
}

self.addEventListener(
  'message',
  ({ data }: MessageEvent<{ scenario: ScenarioName; port: MessagePort }>) => {
    engine ??= begin(data.scenario)
    const { port } = data
    if (refusing) {
      port.postMessage(null)
      return
    }
    clients.add(port)
    const [near, far] = portPair()
    near.onMessage((message) => {
      if (clients.has(port)) port.postMessage(message)
    })
    port.onmessage = (event: MessageEvent<unknown>) => {
      if (event.data === null) near.close()
      else near.send(event.data)
    }
    serve(far, engine.handlers(), {
      now: () => performance.now(),
      after: (ms, run) => {
        const id = setTimeout(run, ms)
        return () => clearTimeout(id)
      },
    })
  },
)
