import fc from 'fast-check'

interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
}

interface ExactJson {
  rawJSON(text: string): object
  isRawJSON(value: unknown): boolean
}
const exact = JSON as typeof JSON & ExactJson

type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown
const keepDigits: Reviver = (_key, value, context) =>
  typeof value === 'number' ? exact.rawJSON(context.source) : value

/** A JSON value whose numbers come out again digit by digit as they were written. */
const exactTree = (text: string): unknown =>
  JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown)

/** Every place in a JSON value that can be changed. */
function placesOf(value: unknown): Place[] {
  if (value === null || typeof value !== 'object' || exact.isRawJSON(value)) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])])
}

/** JSON text with one place removed or replaced; everything else stays as it was, to the digit. */
export function mutated(text: string, at: number, value: unknown, remove: boolean): string {
  const tree = exactTree(text)
  const places = placesOf(tree)
  const place = places[at % places.length]
  if (place !== undefined && remove) delete place.holder[place.key]
  else if (place !== undefined) place.holder[place.key] = value
  return JSON.stringify(tree)
}

/** What a broken or hostile venue may put in the place of a field. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', 0, -1, 1.5, {}, [], [null], 'x', '-5'),
  fc.constantFrom<unknown>('1e999', '0', '0.000', 'NaN', 'Infinity', '0x10', ' 1', '1,5', 2 ** 60),
  fc.constantFrom<unknown>('\u0000', '\ud800', '__proto__', '９', '1_0', 1e300, 1e-300, [[[[]]]]),
  fc.jsonValue() as fc.Arbitrary<unknown>,
)

/** The longest list of rows (objects or lists) in a JSON value, with where it stands. */
function longestRows(value: unknown): unknown[] | undefined {
  const lists = [value, ...placesOf(value).map(({ holder, key }) => holder[key])]
    .filter((item): item is unknown[] => Array.isArray(item))
    .filter((list) => list.length > 0 && list.every((row) => typeof row === 'object'))
  return lists.toSorted((a, b) => b.length - a.length)[0]
}

function withRows(text: string, change: (rows: unknown[]) => void): string {
  const tree = exactTree(text)
  const rows = longestRows(tree)
  if (rows !== undefined) change(rows)
  return JSON.stringify(tree)
}

/** The same text with its rows in the opposite order. */
export const reversedRows = (text: string): string => withRows(text, (rows) => rows.reverse())

/** The same text without any row. */
export const withoutRows = (text: string): string =>
  withRows(text, (rows) => rows.splice(0, rows.length))
