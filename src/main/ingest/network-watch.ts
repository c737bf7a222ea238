import type { Clock } from '../ports.ts'

/** One address of the machine, as `os.networkInterfaces()` tells it. */
export interface InterfaceAddress {
  readonly address: string
  readonly internal: boolean
}
export type Interfaces = Readonly<Record<string, readonly InterfaceAddress[] | undefined>>

/** The machine's ways out as one text, the same whatever order the system lists them in. */
export function networkSignature(interfaces: Interfaces): string {
  const ways: string[] = []
  for (const [name, addresses] of Object.entries(interfaces))
    for (const { address, internal } of addresses ?? [])
      if (!internal) ways.push(`${name} ${address}`)
  return ways.sort().join(', ')
}

export interface NetworkWatchDeps {
  readonly clock: Clock
  /** Such as `os.networkInterfaces`. */
  readonly interfaces: () => Interfaces
  /** The ways out are not the same as at the look before. */
  readonly changed: (signature: string) => void
  /** Pause between two looks, milliseconds. */
  readonly everyMs?: number
}

/** Looks every two seconds whether the machine's network changed, until the returned function is called. */
export function watchNetwork({
  clock,
  interfaces,
  changed,
  everyMs = 2_000,
}: NetworkWatchDeps): () => void {
  let last = networkSignature(interfaces())
  return clock.every(everyMs, () => {
    const now = networkSignature(interfaces())
    if (now === last) return
    last = now
    changed(now)
  })
}
