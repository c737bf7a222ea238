import type { Settings } from '../../../shared/contract/status.ts'
import type { LoadCaps } from '../../../shared/domain/load.ts'
import { wholeIn } from './network-model.ts'

/** What the engine lets one choose. */
export const CAPS = {
  cpuPercent: [5, 6_400],
  memoryMegabytes: [128, 1_000_000],
} as const
export type CapName = keyof typeof CAPS
export const CAP_NAMES = Object.keys(CAPS) as CapName[]
/** '' for no cap. */
export type CapsDraft = Readonly<Record<CapName, string>>

const typed = (cap: number | null): string => (cap === null ? '' : String(cap))

export const toCapsDraft = ({ load }: Settings): CapsDraft => ({
  cpuPercent: typed(load.cpuPercent),
  memoryMegabytes: typed(load.memoryMegabytes),
})

/** null: no cap; undefined when it is no cap that the engine takes. */
export const readCap = (name: CapName, text: string): number | null | undefined =>
  text.trim() === '' ? null : wholeIn(text, CAPS[name])

/** The caps of a whole draft; undefined while any of it is wrong. */
export function readCaps(draft: CapsDraft): LoadCaps | undefined {
  const cpuPercent = readCap('cpuPercent', draft.cpuPercent)
  const memoryMegabytes = readCap('memoryMegabytes', draft.memoryMegabytes)
  return cpuPercent === undefined || memoryMegabytes === undefined
    ? undefined
    : { cpuPercent, memoryMegabytes }
}
