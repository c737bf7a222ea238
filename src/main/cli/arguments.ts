import { parseArgs } from 'node:util'

/** An argument that cannot be obeyed; the message is one plain line without the command's name. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface OptionSpec {
  /** What stands for the value in the help: `D`; absent for a switch. */
  readonly value?: string
  readonly multiple?: true
  readonly required?: true
  readonly help: string
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** The options that were given, as text. */
export interface Given {
  has(name: string): boolean
  /** The value of an option, if it was given. */
  text(name: string): string | undefined
  /** The value of an option that the spec calls required. */
  required(name: string): string
  all(name: string): readonly string[]
  /** The word that is no option, of a command that takes one. */
  readonly operand: string | undefined
  /** All of them, of a command that takes several. */
  readonly operands: readonly string[]
}

const listed = (specs: OptionSpecs): string =>
  Object.keys(specs)
    .map((name) => `--${name}`)
    .join(', ')

/**
 * Reads the words behind a command's name. Throws a `UsageError` for what the spec does not know,
 * for a value that is missing or not wanted, for an option given twice and for a required one left
 * out. `--help` and `-h` are the caller's. With `operand` (what stands for it in the help) one word
 * that is no option must be given; or several, when it ends with `…`.
 */
export function readOptions(specs: OptionSpecs, words: readonly string[], operand?: string): Given {
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [
        name,
        { type: spec.value === undefined ? 'boolean' : 'string' } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  const plain: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (operand === undefined || (plain.length > 0 && !operand.endsWith('…')))
        throw new UsageError(`"${token.value}" is not an option`)
      plain.push(token.value)
      continue
    }
    if (token.kind === 'option-terminator') continue
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined
    if (spec === undefined)
      throw new UsageError(`${token.rawName} is not known; allowed: ${listed(specs)}`)
    const taken = values.get(token.name) ?? []
    if (taken.length > 0 && spec.multiple === undefined)
      throw new UsageError(`--${token.name} is given twice`)
    values.set(token.name, [...taken, takenValue(token.name, spec, token.value, token.inlineValue)])
  }
  for (const [name, spec] of Object.entries(specs))
    if (spec.required === true && !values.has(name)) throw new UsageError(`--${name} is missing`)
  if (operand !== undefined && plain.length === 0)
    throw new UsageError(`${operand.replace(/…$/, '')} is missing`)

  return {
    has: (name) => values.has(name),
    text: (name) => values.get(name)?.[0],
    required: (name) => values.get(name)?.[0] ?? '',
    all: (name) => values.get(name) ?? [],
    operand: plain[0],
    operands: plain,
  }
}

function takenValue(
  name: string,
  spec: OptionSpec,
  value: string | undefined,
  inline: boolean | undefined,
): string {
  if (spec.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${name} takes no value`)
    return ''
  }
  // `--out --demo` is a forgotten value, not a file of that name (`--out=--demo` would be).
  if (value === undefined || value === '' || (inline !== true && value.startsWith('--')))
    throw new UsageError(`--${name} needs a value: --${name} ${spec.value}`)
  return value
}
