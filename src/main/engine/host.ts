import type { Outcome } from '../../shared/domain/outcome.ts'
import type { Port } from '../../shared/rpc/port.ts'
import type { EngineConfig } from '../services/engine-config.ts'

/** The engine as a shell sees it: something to plug clients into, and to stop. */
export interface EngineHost {
  /** Serves one client until its port closes. After an engine restart all ports are closed. */
  attach(port: Port): void
  /** Which tape runs now; changes when a client asks for the other. */
  demo(): boolean
  /** Sockets closed, buffers flushed, database checkpointed. May be called twice. */
  stop(): Promise<{ readonly trades: number; readonly unwritten: number }>
  /** The machine woke from sleep: sockets are looked at at once. */
  wake(): void
}

export interface EngineHostOptions {
  readonly config: EngineConfig
  /**
   * Asks the operating system for its proxies, by host as in `EngineConfig.systemProxies`. Called
   * before each start on the live venues and whenever the machine's network changed; answers soon and
   * never fails. Absent where the shell cannot ask.
   */
  readonly systemProxies?: () => Promise<Readonly<Record<string, string>>>
  /** One JSON line without its newline, for stderr or a log file. */
  readonly onLog: (line: string) => void
  /** The engine died unasked; `attach` serves nothing any more. */
  readonly onCrash: (message: string) => void
}

/** Starts the engine in its own thread (and the simulator, for the demo tape). */
export type StartEngine = (options: EngineHostOptions) => Promise<Outcome<EngineHost>>
