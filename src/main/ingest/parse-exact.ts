type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown

const numbersAsText: Reviver = (_key, value, context) =>
  typeof value === 'number' ? context.source : value

/** JSON in which every number has become its own source text, so that none is rounded. */
export const parseExact = (text: string): unknown =>
  JSON.parse(text, numbersAsText as (key: string, value: unknown) => unknown)
