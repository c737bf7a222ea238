import type { Same } from '../same.ts'
import type { labEn } from './en.ts'

export const labVi: Same<typeof labEn> = {
  lab: {
    title: 'So sánh nguồn',
  },
}
