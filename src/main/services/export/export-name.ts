import type { ExportRequest } from '../../../shared/contract/export.ts'
import { manifestOf } from './manifest.ts'

/** Markets that are named; of more it is said how many. */
const NAMED = 2
/** Characters of one market's name: file systems take 255 bytes in all. */
const LONGEST = 60
/** What every file system takes, and what needs no quotes in a shell. */
const UNSAFE = /[^A-Za-z0-9-]+/g

/**
 * Name of the file of an export: market(s), stretch in UTC, ending of the format. `taken` are the names of
 * the folder: one that is taken, or whose manifest is, or that is being written, gets `-2`, `-3` …
 */
export function exportName(
  request: ExportRequest,
  demo: boolean,
  taken: readonly string[],
): string {
  // There are disks that do not tell capitals apart.
  const there = new Set(taken.map((name) => name.toLowerCase()))
  const free = (name: string): boolean =>
    [name, `${name}.part`, manifestOf(name)].every((each) => !there.has(each.toLowerCase()))
  const stem = stemOf(request, demo)
  for (let n = 1; ; n += 1) {
    const name = `${stem}${n === 1 ? '' : `-${n}`}.${request.format}`
    if (free(name)) return name
  }
}

function stemOf({ markets, from, to }: ExportRequest, demo: boolean): string {
  const named = markets.slice(0, NAMED).map(plain)
  const more = markets.length > NAMED ? [`and-${markets.length - NAMED}-more`] : []
  return [...(demo ? ['demo'] : []), ...named, ...more, stamp(from), stamp(to)].join('_')
}

/** `okx:BTC-USDT` → okx-BTC-USDT */
const plain = (market: string): string => market.replaceAll(UNSAFE, '-').slice(0, LONGEST)

/** 20260131T120000Z; with the milliseconds where there are some. */
const stamp = (at: number): string =>
  new Date(at).toISOString().replaceAll(/[-:]/g, '').replace('.000Z', 'Z').replace('.', '-')
