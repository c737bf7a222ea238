import { posix } from 'node:path'
import { withoutComments } from './source-text.ts'

/**
 * How one file names another: `value` is loaded with it, `lazy` when asked for, `type` is gone after
 * compilation, `thread` is the address of a file that runs in a thread of its own.
 */
export type ImportKind = 'value' | 'lazy' | 'type' | 'thread'

export interface Import {
  readonly from: string
  /** A file of the project (`main/app.ts`), or a package (`zod`, `node:fs`). */
  readonly to: string
  readonly kind: ImportKind
}

export interface Graph {
  readonly files: ReadonlySet<string>
  readonly imports: readonly Import[]
  /** Relative imports that lead to no file, as `from → to`. */
  readonly lost: readonly string[]
}

/** `import type … from 'x'`, `export * from 'x'`, `import 'x'`: what is named and how. */
const STATEMENT =
  /^[ \t]*(?:import|export)(\s+type)?(?:\s*(?:[\w$]+\s*,?\s*)?(?:\{[^{}]*\}|\*(?:\s+as\s+[\w$]+)?)?\s*from\s*|\s+)['"]([^'"\n]+)['"]/gm
const CALL = /(\btypeof\s+|\bawait\s+)?\bimport\(\s*['"]([^'"\n]+)['"]\s*,?\s*\)(\s*\.\s*[A-Z])?/g
const ADDRESS = /['"](\.{1,2}\/[^'"\n]+\.tsx?)['"]/g

/**
 * The imports of one file by its text. `import { type A } from 'x'` is a value import: under
 * `verbatimModuleSyntax` the module is still loaded.
 * @param from the file's path below `src`, with forward slashes
 */
export function importsOf(from: string, text: string): Import[] {
  const code = withoutComments(text)
  const found: Import[] = []
  const add = (specifier: string, kind: ImportKind) =>
    found.push({ from, to: resolved(from, specifier), kind })

  for (const [, type, specifier] of code.matchAll(STATEMENT))
    add(specifier ?? '', type === undefined ? 'value' : 'type')
  for (const [, before, specifier, member] of code.matchAll(CALL)) {
    const isType = before?.startsWith('typeof') === true || (!before && member !== undefined)
    add(specifier ?? '', isType ? 'type' : 'lazy')
  }
  const named = new Set(found.map(({ to }) => to))
  for (const [, specifier] of code.matchAll(ADDRESS)) {
    if (!named.has(resolved(from, specifier ?? ''))) add(specifier ?? '', 'thread')
  }
  return found
}

const resolved = (from: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier

/** The import graph of a set of files, path below `src` → text. */
export function graphOf(sources: ReadonlyMap<string, string>): Graph {
  const files = new Set(sources.keys())
  const code = [...sources].filter(([path]) => /\.tsx?$/.test(path))
  const imports = code.flatMap(([path, text]) => importsOf(path, text))
  const isFile = (path: string) => /\.[a-z]+$/.test(path) && path.includes('/')
  const lost = imports
    .filter(({ to, kind }) => kind !== 'thread' && isFile(to) && !files.has(to) && isOurs(to))
    .map(({ from, to }) => `${from} → ${to}`)
  return { files, imports: imports.filter(({ to }) => files.has(to) || !isOurs(to)), lost }
}

const isOurs = (path: string): boolean => /^(?:main|renderer|shared|preload|\.\.)\//.test(path)

/** Everything that runs when `entry` does: value and lazy imports, and the threads it starts. */
export function closureOf(graph: Graph, entry: string): Map<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>([[entry, [entry]]])
  const waiting = [entry]
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    for (const { to, kind } of graph.imports.filter((each) => each.from === from)) {
      if (kind === 'type' || paths.has(to)) continue
      paths.set(to, [...(paths.get(from) ?? []), to])
      waiting.push(to)
    }
  }
  return paths
}

/** Groups of files that import one another in a circle, each in the order of the circle. */
export function cyclesOf(graph: Graph, kinds: readonly ImportKind[]): string[][] {
  const next = new Map<string, string[]>()
  for (const { from, to, kind } of graph.imports) {
    if (kinds.includes(kind) && graph.files.has(to)) next.set(from, [...(next.get(from) ?? []), to])
  }
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[][] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file])
      return
    }
    state.set(file, 'open')
    for (const to of next.get(file) ?? []) visit(to, [...path, file])
    state.set(file, 'done')
  }
  for (const file of [...next.keys()].sort()) visit(file, [])
  return cycles
}
