import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'

export interface LaunchOptions {
  readonly demo: boolean
  /** Path of a configuration file, as it was given. */
  readonly config?: string
  /** Replaces the usual data folder, as it was given. */
  readonly dataDir?: string
}

/**
 * Reads our options from Electron's command line; `--data-dir` goes before `TAPEDECK_DATA_DIR`.
 * Everything else is left alone: Chromium's own switches come through the same line.
 */
export function launchOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Outcome<LaunchOptions> {
  const config = lastValue(argv, '--config')
  const dataDir = lastValue(argv, '--data-dir')
  for (const [name, value] of [
    ['--config', config],
    ['--data-dir', dataDir],
  ])
    if (value === '') return fail('invalid', `${name} needs a value.`)
  const folder = dataDir ?? (env.TAPEDECK_DATA_DIR || undefined)
  return ok({
    demo: argv.includes('--demo'),
    ...(config !== undefined && { config }),
    ...(folder !== undefined && { dataDir: folder }),
  })
}

/** The last value given for an option; '' when the option is there without one. */
function lastValue(argv: readonly string[], name: string): string | undefined {
  let value: string | undefined
  for (const [index, word] of argv.entries()) {
    if (word.startsWith(`${name}=`)) value = word.slice(name.length + 1)
    else if (word === name) {
      const next = argv[index + 1]
      value = next === undefined || next.startsWith('--') ? '' : next
    }
  }
  return value
}
