import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { venues } from '../src/main/venues/index.ts'
import { cyclesOf, graphOf } from './architecture/imports.ts'
import {
  closureFindings,
  type Finding,
  packageFindings,
  roomFindings,
} from './architecture/room-rules.ts'
import { closureRules, packageRules, rooms } from './architecture/rooms.ts'
import { longFiles, type NamingPlace, venueNameFindings } from './architecture/text-rules.ts'

const SRC = fileURLToPath(new URL('../src/', import.meta.url))
const sources = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(?:tsx?|css|html)$/.test(path))
    .sort()
    .map((path) => [path, readFileSync(join(SRC, path), 'utf8')]),
)
const graph = graphOf(sources)

/** Rules that the code breaks today, by the place, each with its reason. To be emptied, not filled. */
const DEPARTURES: Readonly<Record<string, string>> = {}
const departed = new Set<string>()

/** Who may name a venue outside its own file. */
const MAY_NAME_A_VENUE: readonly NamingPlace[] = [
  { at: 'main/venues/', reason: 'where venues are described' },
  { at: 'main/simulator/', reason: 'dialects of the simulated exchanges' },
  { at: 'main/engine/start-markets.ts', reason: 'what a new installation watches at first' },
  ...[
    'main/cli/export.ts',
    'main/cli/alerts-test.ts',
    'main/cli/query.ts',
    'main/cli/replay.ts',
    'main/cli/lab.ts',
    'main/cli/ledger.ts',
    'main/cli/tape-filter.ts',
    'main/cli/values.ts',
    'main/services/config-schema.ts',
    'main/services/market-data/watchlist.ts',
    'renderer/i18n/en.ts',
    'renderer/i18n/vi.ts',
    'renderer/i18n/zh-cn.ts',
  ].map((at) => ({ at, reason: 'an example in a text for people', only: 'okx:BTC-USDT' })),
]

const MAX_LINES = 400
const MANY_LINES = 300

function expectNone(findings: readonly Finding[]): void {
  const news = findings.filter(({ where }) => DEPARTURES[where] === undefined)
  for (const { where } of findings) departed.add(where)
  expect(news.map(({ message }) => message)).toEqual([])
}

describe('the house is as ARCHITECTURE.md says', () => {
  test('the sources were read, and every relative import leads to a file', () => {
    expect(graph.files.size).toBeGreaterThan(100)
    expect(graph.imports.length).toBeGreaterThan(graph.files.size)
    expect(graph.lost).toEqual([])
  })

  test('rooms import only what they may', () => expectNone(roomFindings(graph, rooms)))

  test('every room of the table exists', () => {
    const empty = rooms.filter(({ at }) => {
      const start = at.replace(/\*.*$/, '')
      return ![...graph.files].some((file) => file.startsWith(start))
    })
    expect(empty.map(({ at }) => `tests/architecture/rooms.ts: ${at} holds no file`)).toEqual([])
  })

  test('each heavy or native package has one room', () =>
    expectNone(packageFindings(graph, packageRules)))

  test.each(closureRules)('$entry reaches nothing that it must not', (rule) => {
    expect(graph.files).toContain(rule.entry)
    expectNone(closureFindings(graph, rule))
  })

  test('no files import each other in a circle', () => {
    const circles = cyclesOf(graph, ['value', 'lazy'])
    const advice = 'Move what both need into a file of its own.'
    expect(circles.map((files) => `${files.join(' → ')}. ${advice}`)).toEqual([])
  })

  test('no circles of types either', () => {
    const circles = cyclesOf(graph, ['value', 'lazy', 'type'])
    const advice = 'Move the shared type into a file of its own.'
    expect(circles.map((files) => `${files.join(' → ')}. ${advice}`)).toEqual([])
  })

  test('no venue is named outside its room', () => {
    const names = venues.map(({ id }) => id)
    expect(names.length).toBeGreaterThan(2)
    expectNone(venueNameFindings(sources, names, MAY_NAME_A_VENUE))
  })

  test('the preload is small', () => {
    const [preload] = longFiles(
      new Map([...sources].filter(([at]) => at.startsWith('preload/'))),
      30,
    )
    expect(preload, 'src/preload/index.ts has at most 30 lines: move logic to the page').toBe(
      undefined,
    )
  })

  test(`no file is longer than ${MAX_LINES} lines`, () => {
    // Word lists are as long as the screens have words.
    const code = new Map(
      [...sources].filter(([at]) => !/^renderer\/i18n\/(?:\w+\/)?(?:en|vi|zh-cn)\.ts$/.test(at)),
    )
    const long = longFiles(code, MANY_LINES)
    if (long.length > 0) {
      const lines = long.map(({ file, lines: count }) => `  ${count} ${file}`)
      console.info(`files above ${MANY_LINES} lines:\n${lines.join('\n')}`)
    }
    expectNone(
      long
        .filter(({ lines }) => lines > MAX_LINES)
        .map(({ file, lines }) => ({
          where: file,
          message: `${file} has ${lines} lines, ${MAX_LINES} at most: one idea a file, split it.`,
        })),
    )
  })

  // Last: it looks at what the tests above found.
  test('departures that are mended are taken off the list', () => {
    const mended = Object.keys(DEPARTURES).filter((where) => !departed.has(where))
    const advice = 'is in order now: take it out of DEPARTURES in tests/architecture.test.ts'
    expect(mended.map((where) => `${where} ${advice}`)).toEqual([])
  })
})
