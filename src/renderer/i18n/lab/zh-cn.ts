import type { Same } from '../same.ts'
import type { labEn } from './en.ts'

export const labZhCn: Same<typeof labEn> = {
  lab: {
    title: '比较途径',
  },
}
