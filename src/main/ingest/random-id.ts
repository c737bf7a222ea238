/** Sixteen letters and digits, for ids that only have to differ. `random`: uniform in [0, 1). */
export const randomId = (random: () => number): string =>
  Array.from({ length: 16 }, () => Math.floor(random() * 36).toString(36)).join('')
