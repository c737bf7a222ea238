import type { EngineConfig } from '../services/engine-config.ts'

type ByHost = NonNullable<EngineConfig['systemProxies']>

/** What the shell told of the operating system's proxies; without its word, the environment's. */
export class SystemProxies {
  #byHost: ByHost
  readonly #environment: (address: string) => string

  constructor(byHost: ByHost | undefined, environment: (address: string) => string) {
    this.#byHost = byHost ?? {}
    this.#environment = environment
  }

  /** The proxy of an address; '' for none. */
  of(address: string): string {
    const host = URL.canParse(address) ? new URL(address).host : ''
    const told = Object.hasOwn(this.#byHost, host) ? this.#byHost[host] : undefined
    return told ?? this.#environment(address)
  }

  /** Takes the system's word of now; true when it differs from the one before. */
  replace(byHost: ByHost): boolean {
    const before = this.#byHost
    this.#byHost = byHost
    const hosts = new Set([...Object.keys(before), ...Object.keys(byHost)])
    return [...hosts].some((host) => before[host] !== byHost[host])
  }
}
