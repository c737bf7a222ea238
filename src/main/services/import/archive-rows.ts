import type { ArchiveColumn, ArchiveLayout } from '../../../shared/domain/archive.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { csvFields } from './csv-fields.ts'
import {
  type ImportRow,
  quoted,
  type ReadLine,
  type RowBounds,
  takeTime,
  wrongAmount,
  wrongId,
} from './import-row.ts'

const NUMBER = /^\d{1,15}$/
const FLAG = /^(?:true|false)$/i
const TRUE = /^true$/i

/** Reads the lines of a venue's published file, all of which are of one market. */
export function archiveRows(
  { columns }: ArchiveLayout,
  market: MarketId,
  bounds: RowBounds,
): ReadLine {
  const place = (column: ArchiveColumn): number => columns.indexOf(column)
  const [price, qty, time, maker] = [
    place('price'),
    place('qty'),
    place('time'),
    place('buyerMaker'),
  ]
  const [first, last] = [place('first'), place('last')]
  const id = place('id') < 0 ? last : place('id')
  const amounts = columns.flatMap((column, at) => (column === 'amount' ? [at] : []))
  const flags = columns.flatMap((column, at) =>
    column === 'flag' || column === 'buyerMaker' ? [at] : [],
  )
  return (line, row) => {
    const fields = csvFields(line)
    if (fields === null) return 'its quotes do not match'
    if (fields.length !== columns.length)
      return `it has ${fields.length} columns instead of ${columns.length}`
    const of = (at: number): string => fields[at] ?? ''
    for (const at of flags)
      if (!FLAG.test(of(at))) return `column ${at + 1}, ${quoted(of(at))}, is not true or false`
    for (const at of amounts)
      if (!Number.isFinite(Number.parseFloat(of(at))))
        return `column ${at + 1}, ${quoted(of(at))}, is no number`
    row.market = market
    row.id = of(id)
    row.price = of(price)
    row.qty = of(qty)
    row.buy = !TRUE.test(of(maker))
    row.receiveTime = bounds.received
    row.origin = 'backfill'
    return (
      (NUMBER.test(row.id) ? null : (wrongId(row.id) ?? `the id ${quoted(row.id)} is no number`)) ??
      wrongAmount('the price', row.price) ??
      wrongAmount('the quantity', row.qty) ??
      takeTime(of(time), row, bounds) ??
      takeMatches(row, first < 0 ? null : [of(first), of(last)])
    )
  }
}

function takeMatches(row: ImportRow, ends: readonly [string, string] | null): string | null {
  row.matches = 1
  if (ends === null) return null
  const [first, last] = ends.map((text) => (NUMBER.test(text) ? Number(text) : Number.NaN))
  const matches = (last ?? Number.NaN) - (first ?? Number.NaN) + 1
  if (!(matches >= 1 && matches < 2 ** 32))
    return `first and last match, ${ends.map(quoted).join(' and ')}, make no count`
  row.matches = matches
  return null
}
