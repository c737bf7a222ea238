declare const brand: unique symbol

/** A type that is told apart by name only; it costs nothing at run time. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name }
