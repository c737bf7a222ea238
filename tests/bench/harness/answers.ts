/** The child's side of `Child`: answers to questions, and events. */

interface Question {
  readonly ask?: number
  readonly what?: string
}

/** Answers what it knows; questions for others are left to them. */
export function answer(what: Readonly<Record<string, () => unknown>>): void {
  process.on('message', (question: Question) => {
    const find = question.what === undefined ? undefined : what[question.what]
    if (question.ask !== undefined && find !== undefined)
      process.send?.({ answer: question.ask, value: find() })
  })
}

export const say = (event: string, value: unknown = null): void => {
  process.send?.({ event, value })
}

/** A bench's child has nothing to do when its bench is gone. */
export const endWithParent = (): void => {
  process.on('disconnect', () => process.exit(0))
}
