import type { AiRequest } from '../../ports.ts'

/** From the strictest down. */
const FORMS: readonly AiRequest['form'][] = ['json-schema', 'json-object', 'prompt']

/** The next way to ask for a form, for who does not know this one; undefined: there is none. */
export const formAfter = (form: AiRequest['form']): AiRequest['form'] | undefined =>
  FORMS[FORMS.indexOf(form) + 1]

/** Which way to ask for a form works with which model of which provider, in this run. */
export class FormMemory {
  readonly #known = new Map<string, AiRequest['form']>()

  of({ baseUrl, model }: Pick<AiRequest, 'baseUrl' | 'model'>): AiRequest['form'] {
    return this.#known.get(`${new URL(baseUrl).host} ${model}`) ?? 'json-schema'
  }

  works({ baseUrl, model }: Pick<AiRequest, 'baseUrl' | 'model'>, form: AiRequest['form']): void {
    this.#known.set(`${new URL(baseUrl).host} ${model}`, form)
  }
}
