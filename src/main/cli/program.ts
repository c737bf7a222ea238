import { readOptions, UsageError } from './arguments.ts'
import type { Command, Rooms } from './command.ts'
import type { Console } from './console.ts'
import { commandHelp, programHelp } from './help.ts'

/** Exit code for arguments that cannot be obeyed. */
const USAGE = 2

const wantsHelp = (words: readonly string[]): boolean =>
  words.includes('--help') || words.includes('-h')

/** A command may have a name of two words: `lab sources`. */
const wordsIn = ({ name }: Command): number => name.split(' ').length

/**
 * Runs one command line (without the names of the interpreter and the script) and resolves with the
 * exit code: 0 done, 1 it could not be done, 2 the arguments cannot be obeyed.
 */
export async function runProgram(
  commands: readonly Command[],
  words: readonly string[],
  console: Console,
  rooms: Rooms,
): Promise<number> {
  const [name] = words
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.stdout.write(programHelp(commands))
    return 0
  }
  if (name === '--version') {
    console.stdout.write(`${rooms.version}\n`)
    return 0
  }
  const command = commands.find((one) => one.name === words.slice(0, wordsIn(one)).join(' '))
  if (command === undefined) {
    const known = commands.map((one) => one.name).join(', ')
    console.say(`tapedeck: ${name} is not a command; there are: ${known}`)
    return USAGE
  }
  const given = words.slice(wordsIn(command))
  if (wantsHelp(given)) {
    console.stdout.write(commandHelp(command))
    return 0
  }
  try {
    return await command.run(readOptions(command.options, given, command.operand), console, rooms)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.say(`tapedeck ${command.name}: ${error.message}`)
    return USAGE
  }
}
