import type { PromptLanguage } from '../../../../shared/contract/analysis.ts'

/** The task of one analysis in each language; `name` with its version. */
export interface PromptText
  extends Readonly<
    Record<PromptLanguage, { readonly task: string; readonly fields: readonly string[] }>
  > {
  readonly name: string
}
