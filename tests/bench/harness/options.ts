import { parseArgs } from 'node:util'

/** What every bench can be asked; each uses what concerns it. */
export interface BenchOptions {
  /** Trades of one run; null: what the bench finds right. */
  readonly trades: number | null
  readonly rounds: number
  readonly json: boolean
  /** Append the result to the history file. */
  readonly record: boolean
  /** Parts of the bench to be run; null: all. */
  readonly only: readonly string[] | null
  readonly venues: readonly string[] | null
  readonly minutes: number
  /** A tape that was recorded, for the benches that can measure one. */
  readonly tape: string | null
}

/** Reads the command line; ends the process with 2 when it makes no sense. */
export function readOptions(usualRounds = 5): BenchOptions {
  const { values } = parseArgs({
    options: {
      trades: { type: 'string' },
      rounds: { type: 'string' },
      json: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      only: { type: 'string' },
      venues: { type: 'string' },
      minutes: { type: 'string' },
      tape: { type: 'string' },
    },
  })
  const list = (text: string | undefined) => text?.split(',') ?? null
  return {
    trades: values.trades === undefined ? null : positive('trades', values.trades),
    rounds: values.rounds === undefined ? usualRounds : positive('rounds', values.rounds),
    json: values.json,
    record: values.record,
    only: list(values.only),
    venues: list(values.venues),
    minutes: values.minutes === undefined ? 1 : positive('minutes', values.minutes),
    tape: values.tape ?? null,
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  console.error(`bench: --${name} ${text} is no number above zero`)
  process.exit(2)
}

/** Whether a part of a bench was asked for. */
export const wants = ({ only }: BenchOptions, part: string): boolean =>
  only === null || only.includes(part)
