import { describe, expect, it } from 'vitest'
import { closureOf, cyclesOf, graphOf, importsOf } from './imports.ts'
import { closureFindings, packageFindings, roomFindings, roomOf } from './room-rules.ts'
import { closureRules, packageRules, rooms } from './rooms.ts'
import { withoutComments } from './source-text.ts'
import { longFiles, venueNameFindings } from './text-rules.ts'

const graph = (files: Readonly<Record<string, string>>) => graphOf(new Map(Object.entries(files)))
const broken = (files: Readonly<Record<string, string>>) =>
  roomFindings(graph(files), rooms).map(({ where }) => where)
const kinds = (text: string) => importsOf('main/app.ts', text).map(({ to, kind }) => [to, kind])

describe('reading imports', () => {
  it('tells values, types, lazy imports and threads apart', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type { B } from './b.ts'",
      "import c, { type D } from '../shared/domain/d.ts'",
      "import * as e from 'e'",
      "import './f.css'",
      "export { g } from './g.ts'",
      "export type { H } from './h.ts'",
      "export * from './i.ts'",
      "import {\n  j,\n  type K,\n} from './j.ts'",
      "const l = await import('./l.ts')",
      "const m = () => import('./m.ts').then(run)",
      "let n: import('./n.ts').N",
      "let o: typeof import('./o.ts')",
      "new Worker(entryUrl(import.meta.url, './p.ts'))",
    ].join('\n')
    expect(kinds(text)).toEqual([
      ['main/a.ts', 'value'],
      ['main/b.ts', 'type'],
      ['shared/domain/d.ts', 'value'],
      ['e', 'value'],
      ['main/f.css', 'value'],
      ['main/g.ts', 'value'],
      ['main/h.ts', 'type'],
      ['main/i.ts', 'value'],
      ['main/j.ts', 'value'],
      ['main/l.ts', 'lazy'],
      ['main/m.ts', 'lazy'],
      ['main/n.ts', 'type'],
      ['main/o.ts', 'type'],
      ['main/p.ts', 'thread'],
    ])
  })

  it('counts import { type A } as a value: the module is loaded all the same', () => {
    expect(kinds("import { type A } from './a.ts'")).toEqual([['main/a.ts', 'value']])
  })

  it('is not misled by comments, strings or regular expressions', () => {
    const text = [
      "// import { a } from './a.ts'",
      "/* export * from './b.ts'",
      "import { c } from './c.ts' */",
      'const quote = /[\'"`]/',
      "import { d } from './d.ts' // import { e } from './e.ts'",
      "const half = 10 / 2 // it's half",
      "import { f } from './f.ts'",
    ].join('\n')
    expect(kinds(text)).toEqual([
      ['main/d.ts', 'value'],
      ['main/f.ts', 'value'],
    ])
  })

  it('does not join an export with the import that follows', () => {
    const text = "export interface A {\n  readonly b: string\n}\nexport type { C } from './c.ts'"
    expect(kinds(text)).toEqual([['main/c.ts', 'type']])
  })

  it('keeps lines in place when it takes comments out', () => {
    expect(withoutComments("a // b\n/* c\nd */ e 'http://f'").split('\n')).toEqual([
      'a     ',
      '    ',
      "     e 'http://f'",
    ])
  })

  it('reports relative imports that lead nowhere', () => {
    expect(graph({ 'main/a.ts': "import './b.ts'" }).lost).toEqual(['main/a.ts → main/b.ts'])
    expect(graph({ 'main/a.ts': "import '../../out.ts'" }).lost).toHaveLength(1)
  })
})

describe('rooms', () => {
  it('the closest name wins, and a star makes rooms of what it stands for', () => {
    expect(roomOf('main/services/market-data/slot.ts', rooms)?.path).toBe(
      'main/services/market-data/',
    )
    expect(roomOf('main/services/history.ts', rooms)?.path).toBe('main/services/history.ts')
    expect(roomOf('main/services/config.ts', rooms)?.room.at).toBe('main/services/config.ts')
    expect(roomOf('renderer/features/tape/row.tsx', rooms)?.path).toBe('renderer/features/tape/')
    expect(roomOf('elsewhere/a.ts', rooms)).toBe(undefined)
  })

  const crimes: readonly (readonly [string, string, string])[] = [
    ['the domain imports a service', 'shared/domain/a.ts', 'main/services/b.ts'],
    ['the renderer imports the engine', 'renderer/state/a.ts', 'main/services/b.ts'],
    ['a feature imports another', 'renderer/features/tape/a.tsx', 'renderer/features/chart/b.tsx'],
    ['the kit imports state', 'renderer/ui/a.tsx', 'renderer/state/b.ts'],
    ['a feature calls the connection', 'renderer/features/tape/a.tsx', 'renderer/connection/b.ts'],
    ['the simulator imports a venue', 'main/simulator/dialects/a.ts', 'main/venues/b.ts'],
    ['the simulator imports ingest', 'main/simulator/a.ts', 'main/ingest/b.ts'],
    ['a venue imports the simulator', 'main/venues/a.ts', 'main/simulator/b.ts'],
    ['ingest imports the simulator', 'main/ingest/a.ts', 'main/simulator/b.ts'],
    ['ingest imports the code of venues', 'main/ingest/a.ts', 'main/venues/venue.ts'],
    ['a service imports another', 'main/services/a.ts', 'main/services/b.ts'],
    ['a service imports the code of the store', 'main/services/a.ts', 'main/store/store.ts'],
    ['a service imports the code of ingest', 'main/services/a.ts', 'main/ingest/feed.ts'],
    ['a fold imports the store', 'main/pipeline/a.ts', 'main/store/b.ts'],
    ['the store imports a service', 'main/store/a.ts', 'main/services/b.ts'],
    ['the http shell imports the store', 'main/http/a.ts', 'main/store/b.ts'],
    ['the desktop shell imports a service', 'main/electron/a.ts', 'main/services/b.ts'],
    ['the headless entry imports the desktop shell', 'main/headless.ts', 'main/electron/b.ts'],
    ['the engine imports a shell', 'main/engine/a.ts', 'main/http/b.ts'],
    ['the preload imports schemas', 'preload/index.ts', 'shared/contract/schemas.ts'],
  ]
  it.each(crimes)('%s', (_, from, to) => {
    const up = '../'.repeat(from.split('/').length - 1)
    const text = `import { x } from '${up}${to}'`
    expect(broken({ [from]: text, [to]: '' })).toEqual([`${from} → ${to}`])
  })

  it('types of what is below may be known, code not', () => {
    const files = {
      'main/store/store.ts': '',
      'main/venues/venue.ts': '',
      'main/venues/okx.ts': '',
    }
    const service = (line: string) => broken({ 'main/services/a.ts': line, ...files })
    expect(service("import type { S } from '../store/store.ts'")).toEqual([])
    expect(service("import { S } from '../store/store.ts'")).toHaveLength(1)
    const ingest = (line: string) => broken({ 'main/ingest/a.ts': line, ...files })
    expect(ingest("import type { V } from '../venues/venue.ts'")).toEqual([])
    expect(ingest("import type { V } from '../venues/okx.ts'")).toHaveLength(1)
  })

  it('one capability in several files is one room', () => {
    const text = "import { b } from './b.ts'"
    expect(
      broken({ 'main/services/market-data/a.ts': text, 'main/services/market-data/b.ts': '' }),
    ).toEqual([])
  })

  it('a file outside every room is named, and the advice says what to do', () => {
    const [homeless] = roomFindings(graph({ 'main/utils/a.ts': '' }), rooms)
    expect(homeless?.message).toMatch(/^main\/utils\/a\.ts is in no room\. Move it/)
    const files = { 'main/services/a.ts': "import './b.ts'", 'main/services/b.ts': '' }
    const [crossing] = roomFindings(graph(files), rooms)
    expect(crossing?.message).toMatch(/^main\/services\/a\.ts → main\/services\/b\.ts: .*main\/app/)
  })
})

describe('packages and reach', () => {
  const imports = (from: string, line: string) =>
    packageFindings(graph({ [from]: line }), packageRules).length

  it('one room each, types included', () => {
    expect(imports('main/http/a.ts', "import { app } from 'electron'")).toBe(1)
    expect(imports('main/http/a.ts', "import type { App } from 'electron'")).toBe(1)
    expect(imports('main/electron/a.ts', "import { app } from 'electron'")).toBe(0)
    expect(imports('main/services/a.ts', "import D from 'better-sqlite3'")).toBe(1)
    expect(imports('main/services/a.ts', "const k = await import('@napi-rs/keyring')")).toBe(1)
    expect(imports('renderer/ui/a.tsx', "import { Line } from 'recharts'")).toBe(1)
    expect(imports('renderer/state/a.ts', "import { z } from 'zod'")).toBe(1)
    expect(imports('shared/rpc/a.ts', "import { z } from 'zod'")).toBe(1)
    expect(imports('shared/domain/a.ts', "import fs from 'node:fs'")).toBe(1)
  })

  it('finds electron behind lazy imports, threads and three rooms, and shows the way', () => {
    const files = {
      'main/headless.ts': "const x = () => import('./engine/host.ts')",
      'main/engine/host.ts': "import type { T } from './type.ts'\nnew Worker(at('./worker.ts'))",
      'main/engine/type.ts': "import 'electron'",
      'main/engine/worker.ts': "import '../store/deep.ts'",
      'main/store/deep.ts': "import { app } from 'electron'",
    }
    const [headless] = closureRules
    expect(closureFindings(graph(files), headless).map(({ message }) => message)).toEqual([
      expect.stringContaining(
        'main/headless.ts → main/engine/host.ts → main/engine/worker.ts → main/store/deep.ts → electron',
      ),
    ])
    expect(closureOf(graph(files), 'main/headless.ts').has('main/engine/type.ts')).toBe(false)
  })

  it('finds zod behind the shared folder', () => {
    const files = {
      'renderer/main.tsx': "import { a } from '../shared/contract/a.ts'",
      'shared/contract/a.ts': "import { z } from 'zod'",
    }
    expect(closureFindings(graph(files), closureRules[1])).toHaveLength(1)
  })
})

describe('circles', () => {
  const files = {
    'main/a.ts': "import { b } from './b.ts'",
    'main/b.ts': "import { c } from './c.ts'",
    'main/c.ts': "import type { A } from './a.ts'",
  }
  it('of values only when values close them', () => {
    expect(cyclesOf(graph(files), ['value', 'lazy'])).toEqual([])
    const closed = { ...files, 'main/c.ts': "import { a } from './a.ts'" }
    expect(cyclesOf(graph(closed), ['value', 'lazy'])).toEqual([
      ['main/a.ts', 'main/b.ts', 'main/c.ts', 'main/a.ts'],
    ])
  })
  it('of types, and of a file with itself', () => {
    expect(cyclesOf(graph(files), ['value', 'lazy', 'type'])).toHaveLength(1)
    expect(cyclesOf(graph({ 'main/a.ts': "import './a.ts'" }), ['value'])).toHaveLength(1)
  })
  it('two ways to one file are none', () => {
    const diamond = {
      'main/a.ts': "import './b.ts'\nimport './c.ts'",
      'main/b.ts': "import './d.ts'",
      'main/c.ts': "import './d.ts'",
      'main/d.ts': '',
    }
    expect(cyclesOf(graph(diamond), ['value'])).toEqual([])
  })
})

describe('texts', () => {
  const places = [
    { at: 'main/venues/', reason: 'their room' },
    { at: 'main/help.ts', reason: 'example', only: 'okx:BTC-USDT' },
  ]
  const named = (file: string, text: string) =>
    venueNameFindings(new Map([[file, text]]), ['okx', 'binance'], places).map(({ where }) => where)

  it('a venue name in a branch, a name or a style is found with its line', () => {
    expect(named('main/app.ts', "\nif (venue === 'okx') slow()")).toEqual(['main/app.ts:2'])
    expect(named('main/app.ts', 'const isBinance = true')).toHaveLength(1)
    expect(named('renderer/a.css', '[data-venue="okx"] { }')).toHaveLength(1)
  })
  it('a venue whose name is a word is found where it can only be the venue', () => {
    const found = (text: string) =>
      venueNameFindings(new Map([['main/app.ts', text]]), ['okx', 'gate'], places).length
    expect(found('const gate = createGate(); aggregate(gateway)')).toBe(0)
    expect(found("if (venue === 'gate') slow()")).toBe(1)
    expect(found("watch('gate:BTC-USDT')")).toBe(1)
  })
  it('comments, the room of venues and the one example may say it', () => {
    expect(named('main/app.ts', '// as okx does\n/** Binance */')).toEqual([])
    expect(named('main/venues/okx.ts', "id: 'okx'")).toEqual([])
    expect(named('main/help.ts', "'write okx:BTC-USDT'")).toEqual([])
    expect(named('main/help.ts', "'write okx:BTC-USDT'; venue === 'okx'")).toHaveLength(1)
    expect(named('main/app.ts', "'write okx:BTC-USDT'")).toHaveLength(1)
  })
  it('long files are counted without the last line end', () => {
    const texts = new Map([
      ['a.ts', 'x\n'.repeat(3)],
      ['b.ts', 'x\n'.repeat(5)],
    ])
    expect(longFiles(texts, 3)).toEqual([{ file: 'b.ts', lines: 5 }])
  })
})
