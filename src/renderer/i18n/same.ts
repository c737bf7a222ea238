/** The shape of one language's words, which the other languages fill. */
export type Same<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : Same<T[Key]> }
