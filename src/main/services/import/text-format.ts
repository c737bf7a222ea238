import type { ArchiveLayout } from '../../../shared/domain/archive.ts'
import { type MarketId, parseMarketId, parseSymbol } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { archiveRows } from './archive-rows.ts'
import { csvFields } from './csv-fields.ts'
import type { ImportRow, ReadLine, RowBounds } from './import-row.ts'
import {
  TAPEDECK_HEADER,
  TARDIS_HEADER,
  tapedeckCsvRows,
  tapedeckJsonRows,
  tardisRows,
} from './named-rows.ts'

/** How a file of text is read. */
export interface TextFormat {
  /** For people. */
  readonly name: string
  readonly read: ReadLine
  /** Its first line names the columns. */
  readonly header: boolean
}

/** The formats of a venue's published files. */
export interface VenueArchives {
  readonly venue: string
  readonly layouts: readonly ArchiveLayout[]
}

export interface FormatQuestion {
  /** Name of the file, without its folders. */
  readonly file: string
  /** The first lines of the file. */
  readonly lines: readonly string[]
  /** `auto`, `tapedeck`, `tardis` or a venue. */
  readonly format: string
  readonly market: MarketId | null
  readonly archives: readonly VenueArchives[]
  readonly bounds: RowBounds
}

/** Finds out how a file is to be read. Fails with `invalid` and what to do. */
export function textFormat(question: FormatQuestion): Outcome<TextFormat> {
  const { lines, format, market, bounds } = question
  const first = (lines[0] ?? '').replace(/\r$/, '')
  if (lines.every((line) => line.trim() === '')) return fail('invalid', 'it is empty')
  const wanted = (name: string): boolean => format === 'auto' || format === name
  if (wanted('tapedeck') && first === TAPEDECK_HEADER)
    return ok({ name: 'tapedeck csv', header: true, read: tapedeckCsvRows(market, bounds) })
  if (wanted('tapedeck') && first.startsWith('{'))
    return ok({ name: 'tapedeck ndjson', header: false, read: tapedeckJsonRows(market, bounds) })
  if (wanted('tardis') && first === TARDIS_HEADER) return tardis(market, bounds)
  if (format === 'tapedeck' || format === 'tardis')
    return fail('invalid', `it does not begin as a ${format} file does`)
  return archived(question, first)
}

const SAY_MARKET = 'its rows name no market of ours: say which with --market venue:BASE-QUOTE'

function tardis(market: MarketId | null, bounds: RowBounds): Outcome<TextFormat> {
  if (market === null) return fail('invalid', SAY_MARKET)
  if (parseSymbol(parseMarketId(market)?.symbol ?? '')?.kind === 'perpetual')
    return fail(
      'invalid',
      'of derivatives such files count contracts, not base units: only spot markets are taken',
    )
  return ok({ name: 'tardis csv', header: true, read: tardisRows(market, bounds) })
}

function archived(question: FormatQuestion, first: string): Outcome<TextFormat> {
  const { market, format, archives, bounds, lines, file } = question
  if (market === null) return fail('invalid', SAY_MARKET)
  const { venue = '' } = parseMarketId(market) ?? {}
  if (format !== 'auto' && format !== venue)
    return fail('invalid', `--format ${format} and --market ${market} do not go together`)
  const other = otherSymbol(file, market)
  if (other !== null)
    return fail(
      'invalid',
      `its name says ${other}, --market says ${market}: rename it if it is that market's`,
    )
  const layouts = archives.find((each) => each.venue === venue)?.layouts ?? []
  for (const layout of layouts) {
    const read = archiveRows(layout, market, bounds)
    if (!lines.some((line) => read(line, emptyRow()) === null)) continue
    return ok({ name: `${venue} ${layout.name}`, header: isHeader(first, layout), read })
  }
  const known = layouts.map(({ name }) => `${venue} ${name}`)
  return fail(
    'invalid',
    `its first lines are of no format that is known: ${['tapedeck', 'tardis', ...known].join(', ')}`,
  )
}

/** The symbol in a name such as BTCUSDT-trades-2025-01-01.csv, where it is not the market's. */
function otherSymbol(file: string, market: MarketId): string | null {
  const symbol = /^([A-Z0-9]{4,})-(?:agg)?trades-/i.exec(file)?.[1]?.toUpperCase()
  const pair = parseSymbol(parseMarketId(market)?.symbol ?? '')
  return symbol === undefined || symbol === `${pair?.base}${pair?.quote}` ? null : symbol
}

/** Names of all its columns instead of values. */
function isHeader(line: string, { columns }: ArchiveLayout): boolean {
  const fields = csvFields(line) ?? []
  return fields.length === columns.length && fields.every((field) => NAME.test(field))
}

const NAME = /^(?!true$|false$)[a-z_ ]+$/i

export const emptyRow = (): ImportRow => ({
  market: '' as MarketId,
  id: '',
  price: '',
  qty: '',
  buy: true,
  exchangeTime: 0,
  exchangeMicros: -1,
  receiveTime: 0,
  matches: 1,
  origin: 'backfill',
})
