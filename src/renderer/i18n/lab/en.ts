/** Words of the comparison of ways to get prices. */
export const labEn = {
  lab: {
    title: 'Compare ways',
  },
} as const
