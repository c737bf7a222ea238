import type { Outcome } from '../../shared/domain/outcome.ts'
import type { StartEngine } from '../engine/host.ts'
import type { startLabBench } from '../engine/lab-bench.ts'
import type { Jobs, JobsOptions } from '../jobs/jobs.ts'
import type { compileAlert } from '../pipeline/alerts/compiled-alert.ts'
import type { runSimulate } from '../simulator/command.ts'
import type { TapeReader } from '../store/store.ts'
import type { Venue } from '../venues/venue.ts'
import type { Given, OptionSpecs } from './arguments.ts'
import type { Console } from './console.ts'

/** The rooms that commands reach into; each is loaded when a command wants it, not before. */
export interface Rooms {
  /** Folder of package.json; `out/` lies in it. */
  readonly root: string
  readonly version: string
  startEngine(): Promise<StartEngine>
  openReader(): Promise<(path: string) => Outcome<TapeReader>>
  /** Long work in threads. */
  startJobs(): Promise<(options: JobsOptions) => Jobs>
  /** Reads alerts and says what is wrong with them. */
  compileAlert(): Promise<typeof compileAlert>
  /** Makes a database in a file and closes it again: proof that the native library works here. */
  tryDatabase(path: string): Promise<Outcome<null>>
  runSimulate(): Promise<typeof runSimulate>
  startLabBench(): Promise<typeof startLabBench>
  venues(): Promise<readonly Venue[]>
}

export interface Command {
  readonly name: string
  /** Half a line for the list of commands. */
  readonly summary: string
  /** Lines below the options in the command's help. */
  readonly notes?: readonly string[]
  readonly options: OptionSpecs
  /** What stands in the help for the one word that is no option; absent when there is none. */
  readonly operand?: string
  /** Resolves with the exit code. Throws `UsageError` for arguments that cannot be obeyed. */
  run(given: Given, console: Console, rooms: Rooms): Promise<number>
}
