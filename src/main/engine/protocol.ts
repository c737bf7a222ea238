import type { MessagePort } from 'node:worker_threads'
import type { EngineConfig } from '../services/engine-config.ts'

/** What an engine is given at its start. */
export interface EngineStart {
  readonly config: EngineConfig
  /** Secrets that no keychain keeps, by name: told by an engine before this one. */
  readonly held: Readonly<Record<string, string>>
}

/** Host → engine worker. */
export type ToEngine =
  | { readonly t: 'client'; readonly port: MessagePort }
  /** The machine woke from sleep. */
  | { readonly t: 'wake' }
  /** The operating system's proxies as they are now, by host. */
  | { readonly t: 'proxies'; readonly proxies: Readonly<Record<string, string>> }
  | { readonly t: 'stop' }

/** Engine worker → host. `mode` asks for a restart on the other tape, `restart` for one on the same. */
export type FromEngine =
  | { readonly t: 'ready' }
  | { readonly t: 'failed'; readonly code: string; readonly message: string }
  | { readonly t: 'mode'; readonly demo: boolean }
  | { readonly t: 'restart' }
  /** The machine's network changed: its proxies may have, too. */
  | { readonly t: 'network' }
  /** A secret that no keychain keeps, to be held until the end; '' forgets it. */
  | { readonly t: 'held'; readonly name: string; readonly secret: string }
  | { readonly t: 'stopped'; readonly trades: number; readonly unwritten: number }
  | { readonly t: 'log'; readonly line: string }
