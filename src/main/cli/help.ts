import type { Command } from './command.ts'

const WIDTH = 22

/** What `tapedeck` alone prints. */
export function programHelp(commands: readonly Command[]): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(WIDTH)}${summary}`)
  return `${[
    'Tapedeck records and shows the live trade tape of crypto exchanges.',
    '',
    'Usage: tapedeck <command> [options]',
    '',
    ...lines,
    '',
    'tapedeck <command> --help   explains a command',
    'tapedeck --version          prints the version',
  ].join('\n')}\n`
}

/** What `tapedeck <command> --help` prints. */
export function commandHelp({ name, summary, options, operand, notes = [] }: Command): string {
  const entries = Object.entries(options)
  const usage = entries.map(([option, { value, required, multiple }]) => {
    const word = value === undefined ? `--${option}` : `--${option} ${value}`
    return `${required === true ? word : `[${word}]`}${multiple === true ? '…' : ''}`
  })
  const lines = entries.map(([option, { value, help }]) => {
    const word = value === undefined ? `--${option}` : `--${option} ${value}`
    return `  ${word.padEnd(WIDTH)}${help}`
  })
  return `${[
    `tapedeck ${name}: ${summary}`,
    '',
    `Usage: tapedeck ${[name, ...(operand === undefined ? [] : [operand]), ...usage].join(' ')}`,
    '',
    ...lines,
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')}\n`
}
