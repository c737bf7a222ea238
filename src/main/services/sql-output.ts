/** A value of SQL: text, numbers (whole ones beyond 2^53 as bigint), bytes, NULL. */
export type SqlValue = string | number | bigint | Uint8Array | null
export type SqlRow = readonly SqlValue[]

export type SqlFormat = 'table' | 'csv' | 'ndjson' | 'json'
export const SQL_FORMATS: readonly SqlFormat[] = ['table', 'csv', 'ndjson', 'json']

/** Widest cell of a table, characters. */
const WIDEST = 40
/** Rows of which a table measures its columns; those after them are cut to fit. */
const MEASURED = 1_000

/** The rows as text, in pieces of whole lines, pulled lazily. */
export function sqlText(
  columns: readonly string[],
  rows: Iterable<SqlRow>,
  format: SqlFormat,
): Iterable<string> {
  if (format === 'table') return tableText(columns, rows)
  if (format === 'csv') return csvText(columns, rows)
  return format === 'json' ? jsonText(columns, rows) : ndjsonText(columns, rows)
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const plain = (value: SqlValue): string => {
  if (value === null) return ''
  return value instanceof Uint8Array ? hex(value) : String(value)
}

function* csvText(columns: readonly string[], rows: Iterable<SqlRow>): Generator<string> {
  const line = (cells: readonly string[]): string =>
    `${cells.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',')}\n`
  yield line(columns)
  for (const row of rows) yield line(row.map(plain))
}

/** What JSON cannot carry exactly for every reader goes as text: 2^53 and beyond, infinities. */
const jsonValue = (value: SqlValue): string | number | null => {
  if (value instanceof Uint8Array) return hex(value)
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
    return String(value)
  return value
}

/** Two columns of one name would be one key. */
function keysOf(columns: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return columns.map((name) => {
    let key = name
    for (let n = 2; taken.has(key); n += 1) key = `${name}_${n}`
    taken.add(key)
    return key
  })
}

/** Written by hand: `JSON.stringify` of an object puts keys like "1" first. */
function jsonLines(columns: readonly string[]): (row: SqlRow) => string {
  const keys = keysOf(columns).map((key) => JSON.stringify(key))
  return (row) =>
    `{${keys.map((key, at) => `${key}:${JSON.stringify(jsonValue(row[at] ?? null))}`).join(',')}}`
}

function* ndjsonText(columns: readonly string[], rows: Iterable<SqlRow>): Generator<string> {
  const line = jsonLines(columns)
  for (const row of rows) yield `${line(row)}\n`
}

function* jsonText(columns: readonly string[], rows: Iterable<SqlRow>): Generator<string> {
  const line = jsonLines(columns)
  let before = '['
  for (const row of rows) {
    yield `${before}\n${line(row)}`
    before = ','
  }
  yield before === '[' ? '[]\n' : '\n]\n'
}

function* tableText(columns: readonly string[], rows: Iterable<SqlRow>): Generator<string> {
  const iterator = rows[Symbol.iterator]()
  const first: SqlRow[] = []
  try {
    while (first.length < MEASURED) {
      const next = iterator.next()
      if (next.done === true) break
      first.push(next.value)
    }
    const shown = first.map((row) => row.map(tableCell))
    const widths = columns.map((name, at) =>
      Math.min(
        WIDEST,
        shown.reduce(
          (widest, row) => Math.max(widest, row[at]?.length ?? 0),
          tableCell(name).length,
        ),
      ),
    )
    const right = columns.map((_, at) => first.every((row) => isNumber(row[at] ?? null)))
    const line = (cells: readonly string[]): string =>
      `${cells
        .map((text, at) => padded(text, widths[at] ?? 0, right[at] === true))
        .join('  ')
        .trimEnd()}\n`
    yield line(columns.map(tableCell))
    yield line(widths.map((width) => '-'.repeat(width)))
    for (const row of shown) yield line(row)
    for (let next = iterator.next(); next.done !== true; next = iterator.next())
      yield line(next.value.map(tableCell))
  } finally {
    iterator.return?.()
  }
}

const isNumber = (value: SqlValue): boolean =>
  value === null || typeof value === 'number' || typeof value === 'bigint'

/** One line, and nothing that a terminal would obey. */
function tableCell(value: SqlValue): string {
  const text = value === null ? 'NULL' : plain(value)
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get out
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function padded(text: string, width: number, right: boolean): string {
  if (text.length > width) return `${text.slice(0, width - 1)}…`
  return right ? text.padStart(width) : text.padEnd(width)
}
