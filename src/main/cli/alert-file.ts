import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Alert, AlertId } from '../../shared/domain/alert.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { UsageError } from './arguments.ts'
import type { Rooms } from './command.ts'
import { problemLines } from './problem-place.ts'

const entry = z.object({
  id: z.string().optional(),
  expr: z.string(),
  name: z.string().optional(),
  severity: z.enum(['info', 'warning', 'critical']).default('info'),
  cooldownMs: z.number().default(0),
  hysteresis: z.number().optional(),
  rearm: z.enum(['auto', 'once']).default('auto'),
  schedule: z
    .object({ days: z.array(z.number()), from: z.number(), to: z.number(), zone: z.string() })
    .optional(),
  expiresAt: z.number().nullable().default(null),
})
type Entry = z.infer<typeof entry>

/** Reads the alerts of a file, none where none is named. Throws `UsageError`, with the place, for what cannot be obeyed. */
export async function readAlertFile(
  path: string | undefined,
  rooms: Rooms,
): Promise<readonly Alert[]> {
  if (path === undefined) return []
  const entries = entriesOf(path, textOf(path))
  const compileAlert = await rooms.compileAlert()
  return entries.map(({ place, fields }, i) => {
    const alert = alertOf(fields, `${i + 1}`)
    const compilation = compileAlert(alert)
    if (compilation.ok) return alert
    throw new UsageError(`${path}, ${place}: ${problemLines(alert.expr, compilation.problem)}`)
  })
}

/** An alert of its own, armed from the first trade on. */
export function alertOf(
  { id, name, schedule, hysteresis, expiresAt, ...fields }: Entry,
  number: string,
): Alert {
  return {
    ...fields,
    id: (id ?? number) as AlertId,
    name: name ?? fields.expr,
    ...(hysteresis !== undefined && { hysteresis }),
    ...(schedule !== undefined && { schedule }),
    expiresAt: expiresAt === null ? null : epochMs(expiresAt),
    armed: true,
    createdAt: epochMs(0),
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--alerts ${path} cannot be read: ${messageOf(error)}`)
  }
}

interface Placed {
  readonly place: string
  readonly fields: Entry
}

function entriesOf(path: string, text: string): readonly Placed[] {
  const found = /^\s*\[/.test(text) ? jsonEntries(path, text) : lineEntries(text)
  if (found.length === 0) throw new UsageError(`--alerts ${path} holds no alert`)
  return found
}

const lineEntries = (text: string): readonly Placed[] =>
  text.split('\n').flatMap((line, i) => {
    const expr = line.trim()
    if (expr === '' || expr.startsWith('#')) return []
    return [{ place: `line ${i + 1}`, fields: entry.parse({ expr }) }]
  })

function jsonEntries(path: string, text: string): readonly Placed[] {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`--alerts ${path} is no JSON: ${messageOf(error)}`)
  }
  return (list as readonly unknown[]).map((one, i) => {
    const place = `alert ${i + 1}`
    const read = entry.safeParse(one)
    if (read.success) return { place, fields: read.data }
    const [issue] = read.error.issues
    const field = issue?.path.join('.') || 'it'
    throw new UsageError(`${path}, ${place}: ${field}: ${issue?.message ?? 'not as agreed'}`)
  })
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
