import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'

interface Mutant {
  readonly area: string
  readonly name: string
  readonly file: string
  readonly text: string
  readonly becomes: string
  readonly tests: readonly string[]
  readonly red: RegExp
}

// Plain JavaScript without types, so it is loaded by its address.
const list = pathToFileURL(join('tests', 'mutants', 'mutants.mjs')).href
const { mutants } = (await import(list)) as { readonly mutants: readonly Mutant[] }

/** What the issue asks for, two at least of each. */
const AREAS = ['dedup', 'back-fill', 'ledger', 'side', 'rotation']

// `npm run mutants` plants them; here the list is held against the sources, so that it cannot rot.
describe('the list of planted bugs', () => {
  it('has two at least in each area, each with a name of its own', () => {
    for (const area of AREAS)
      expect(mutants.filter((mutant) => mutant.area === area).length, area).toBeGreaterThan(1)
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
  })

  it.each(mutants.map((mutant) => [`${mutant.area}: ${mutant.name}`, mutant] as const))(
    '%s: its text stands exactly once in its file, its tests are there',
    (_, { file, text, becomes, tests, red }) => {
      expect(readFileSync(file, 'utf8').split(text).length - 1, file).toBe(1)
      expect(becomes).not.toBe(text)
      for (const test of tests) expect(existsSync(test), test).toBe(true)
      expect(red.flags).toBe('') // vitest is given its source
    },
  )
})
