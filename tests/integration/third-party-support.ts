import dns from 'node:dns'
import net from 'node:net'
import { vi } from 'vitest'
import { startSimulator } from '../../src/main/simulator/index.ts'
import type {
  ControlledSimulator,
  SimulatedVenue,
  SimulatorAddress,
} from '../../src/main/simulator/simulator.ts'

export interface Rig {
  readonly network: { readonly attempts: readonly string[] }
  readonly simulator: ControlledSimulator
  readonly address: SimulatorAddress
}

/**
 * Fails every connection to anything but 127.0.0.1: numeric addresses at the socket, names at their
 * lookup. `attempts` tells who tried.
 */
export function onlyLoopback(): { readonly attempts: readonly string[] } {
  const attempts: string[] = []
  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: readonly unknown[]) => {
    attempts.push(name)
    const done = rest.at(-1)
    if (typeof done === 'function') done(new Error(`${name} is not on the loopback`))
  }) as unknown as typeof dns.lookup)
  const connect = net.Socket.prototype.connect
  vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (
    this: net.Socket,
    ...args: unknown[]
  ) {
    const [first] = (Array.isArray(args[0]) ? args[0] : args) as readonly { host?: string }[]
    const host = first?.host ?? ''
    if (net.isIP(host) !== 0 && host !== '127.0.0.1') {
      attempts.push(host)
      throw new Error(`${host} is not on the loopback`)
    }
    return Reflect.apply(connect, this, args)
  } as typeof connect)
  return { attempts }
}

/** One venue with a quiet tape, so that a test says what is printed. */
export async function rig(venue: SimulatedVenue): Promise<Rig> {
  const simulator = await startSimulator({ venues: [venue], rate: 0, seed: 4 })
  const address = simulator.address(venue)
  for (const text of [address.ws, address.rest])
    if (new URL(text).hostname !== '127.0.0.1') throw new Error(`${text} is not on the loopback.`)
  return { simulator, address, network: onlyLoopback() }
}

/** Waits until a condition holds; gives up after ten seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A logger for the clients that says nothing. */
export const silent = { trace: () => {}, info: () => {}, error: () => {} }
