import { closureOf, type Graph, type Import } from './imports.ts'
import type { PackageRule, Room } from './rooms.ts'

/** A broken rule; `where` is stable, so that a departure can be named by it. */
export interface Finding {
  readonly where: string
  readonly message: string
}

interface Place {
  readonly room: Room
  /** The room's own path, with a folder's name in place of `*`. */
  readonly path: string
}

/** The room of a file: the longest match wins. */
export function roomOf(file: string, rooms: readonly Room[]): Place | undefined {
  const closeness = ({ at }: Room) => at.replace('*', '').length
  let best: Place | undefined
  for (const room of rooms) {
    const path = matchOf(file, room.at)
    if (path === undefined) continue
    if (best === undefined || closeness(room) > closeness(best.room)) best = { room, path }
  }
  return best
}

function matchOf(file: string, at: string): string | undefined {
  if (!at.includes('*')) return isIn(file, at) ? at : undefined
  const before = at.slice(0, at.indexOf('*'))
  if (!file.startsWith(before)) return undefined
  const [name, ...inside] = file.slice(before.length).split('/')
  if (inside.length === 0) return at.endsWith('/') ? undefined : file
  return `${before}${name}/`
}

const isIn = (file: string, at: string): boolean =>
  at.endsWith('/') ? file.startsWith(at) : file === at

/** Imports that a room may not have, and files that are in no room. */
export function roomFindings(graph: Graph, rooms: readonly Room[]): Finding[] {
  const homeless = [...graph.files]
    .filter((file) => /\.tsx?$/.test(file) && roomOf(file, rooms) === undefined)
    .map((file) => ({
      where: file,
      message: `${file} is in no room. Move it, or name its room in ARCHITECTURE.md and tests/architecture/rooms.ts.`,
    }))
  const crossing = graph.imports.flatMap((each) => {
    const place = roomOf(each.from, rooms)
    if (place === undefined || !graph.files.has(each.to) || isAllowed(each, place)) return []
    const asType = (place.room.types ?? []).some((at) => isIn(each.to, at))
    const rule = asType
      ? `${place.path} may know only the types of that (import type)`
      : `${place.path} may use ${list(place.room)}`
    return [{ where: arrow(each), message: `${arrow(each)}: ${rule}. ${place.room.instead}` }]
  })
  return [...homeless, ...crossing]
}

function isAllowed({ to, kind }: Import, { room, path }: Place): boolean {
  if (isIn(to, path)) return true
  const may = kind === 'type' ? [...(room.uses ?? []), ...(room.types ?? [])] : (room.uses ?? [])
  return may.some((at) => isIn(to, at))
}

const arrow = ({ from, to }: Import): string => `${from} → ${to}`

const list = ({ uses = [], types = [] }: Room): string => {
  const both = [...uses, ...types.map((at) => `${at} (types)`)]
  return both.length === 0 ? 'nothing outside itself' : `itself and ${both.join(', ')}`
}

/** Packages imported outside the one room that may, types included. */
export function packageFindings(graph: Graph, rules: readonly PackageRule[]): Finding[] {
  return graph.imports.flatMap((each) =>
    rules
      .filter(
        ({ packages, only }) => names(each.to, packages) && !only.some((at) => isIn(each.from, at)),
      )
      .map(({ only, instead }) => ({
        where: arrow(each),
        message: `${arrow(each)}: only ${only.join(', ')} may import it. ${instead}`,
      })),
  )
}

const names = (to: string, packages: readonly string[]): boolean =>
  packages.some((name) =>
    name.endsWith('*')
      ? to.startsWith(name.slice(0, -1))
      : to === name || to.startsWith(`${name}/`),
  )

/** What an entry reaches although it must not, with the way there. */
export function closureFindings(
  graph: Graph,
  { entry, never, instead }: { entry: string; never: RegExp; instead: string },
): Finding[] {
  return [...closureOf(graph, entry)]
    .filter(([to]) => never.test(to))
    .map(([to, path]) => ({
      where: `${entry} ⇒ ${to}`,
      message: `${entry} must not reach ${to}, but does: ${path.join(' → ')}. ${instead}`,
    }))
}
