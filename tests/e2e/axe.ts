import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const WORTH_A_FAILURE: readonly unknown[] = ['serious', 'critical']

/** What axe finds wrong with the page as it is now, or with a part of it; one line an element. */
export async function faults(page: Page, part: string): Promise<readonly string[]> {
  // The legacy mode opens no page of its own: a desktop shell has none to give.
  const axe = new AxeBuilder({ page })
    .include(part)
    .options({ resultTypes: ['violations'] })
    .withTags(RULES)
  const { violations } = await axe.setLegacyMode().analyze()
  return violations
    .filter(({ impact }) => WORTH_A_FAILURE.includes(impact))
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => {
        const why = failureSummary.replace(/\s+/g, ' ')
        return `${id}: ${target.join(' ')} (${why})`
      }),
    )
}
