import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Stretch } from './import-writer.ts'

/** The last trade that was taken of a file: what is remembered holds while it is on the tape. */
export interface LastTaken {
  readonly market: MarketId
  readonly id: string
  readonly time: number
}

/** Where a file was left: everything up to `line` is on the tape. */
export interface ImportNote {
  readonly path: string
  readonly size: number
  readonly modified: number
  /** Market and format that were asked for. */
  readonly asked: string
  readonly line: number
  readonly last: LastTaken
  readonly stretches: readonly (readonly [MarketId, Stretch])[]
}

/** The tape that the notes speak of; a new one at the same place has others. */
export type TapeIdentity = string

interface Notes {
  readonly tape: TapeIdentity
  readonly files: readonly ImportNote[]
}

/**
 * Remembers where unfinished files were left, beside the tape (`tape.sqlite-import`). Only ever a saving:
 * without it the rows that are there already are found one by one.
 */
export class ImportNotes {
  readonly #path: string
  readonly #tape: TapeIdentity
  #files: ImportNote[]

  /** `holds` says whether a trade is on the tape: one that was put back from a copy may not have it. */
  constructor(tapePath: string, holds: (last: LastTaken) => boolean) {
    this.#path = `${tapePath}-import`
    this.#tape = identityOf(tapePath)
    const found = readNotes(this.#path)
    const files = found?.tape === this.#tape ? found.files : []
    this.#files = files.filter(({ last }) => holds(last))
  }

  find(file: string, asked: string): ImportNote | undefined {
    const key = keyOf(file)
    return this.#files.find(
      (note) =>
        note.path === key.path &&
        note.size === key.size &&
        note.modified === key.modified &&
        note.asked === asked,
    )
  }

  /** The stretches of all files that are not done, market by market. */
  stretches(): Map<MarketId, Stretch> {
    const all = new Map<MarketId, Stretch>()
    for (const [market, { from, to }] of this.#files.flatMap(({ stretches }) => stretches)) {
      const known = all.get(market) ?? { from, to }
      all.set(market, { from: Math.min(known.from, from), to: Math.max(known.to, to) })
    }
    return all
  }

  /** Everything up to `line` is on the disk. */
  left(
    file: string,
    note: Pick<ImportNote, 'asked' | 'line' | 'last'>,
    stretches: Map<MarketId, Stretch>,
  ): void {
    const key = keyOf(file)
    this.#files = this.#files.filter(({ path }) => path !== key.path)
    this.#files.push({ ...key, ...note, stretches: [...stretches] })
    this.#save()
  }

  done(files: readonly string[]): void {
    const paths = new Set(files.map((file) => resolve(file)))
    const left = this.#files.filter(({ path }) => !paths.has(path))
    if (left.length === this.#files.length) return
    this.#files = left
    this.#save()
  }

  #save(): void {
    try {
      if (this.#files.length === 0) {
        rmSync(this.#path, { force: true })
        return
      }
      writeFileSync(`${this.#path}.part`, JSON.stringify({ tape: this.#tape, files: this.#files }))
      renameSync(`${this.#path}.part`, this.#path)
    } catch {
      // Then the next import looks at all rows once more.
    }
  }
}

function keyOf(file: string): Pick<ImportNote, 'path' | 'size' | 'modified'> {
  const { size, mtimeMs } = statSync(file)
  return { path: resolve(file), size, modified: mtimeMs }
}

function identityOf(path: string): TapeIdentity {
  const { dev, ino, birthtimeMs } = statSync(path)
  return `${dev}:${ino}:${birthtimeMs}`
}

function readNotes(path: string): Notes | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Notes
  } catch {
    return null
  }
}
