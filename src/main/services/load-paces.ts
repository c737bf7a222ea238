import type { LoadLevel } from '../../shared/domain/load.ts'
import type { Clock } from '../ports.ts'

/** Milliseconds between two of a kind, by what is left out then (LoadLevel). */
export type Paces = Readonly<Record<LoadLevel, number>>

const spared = (usual: number, atOne: number, fromTwo: number): Paces => ({
  0: usual,
  1: atOne,
  2: fromTwo,
  3: fromTwo,
  4: fromTwo,
})

/** How often each kind of news for the screen is made. Programs' feed is not among them. */
export const PACES = {
  tape: spared(100, 250, 1_000),
  summary: spared(250, 250, 1_000),
  stages: spared(1_000, 1_000, 5_000),
  lab: spared(500, 500, 2_000),
} as const

/** Runs again and again at the pace of the level that holds; the returned function ends it. */
export function paced(
  clock: Clock,
  paces: Paces,
  level: () => LoadLevel,
  run: () => void,
): () => void {
  let cancel = (): void => {}
  const wait = (): void => {
    cancel = clock.after(paces[level()], () => {
      wait()
      run()
    })
  }
  wait()
  return () => cancel()
}
