/**
 * What an object has in common with the real member `T`: the named functions take the same
 * arguments, the named values have the same type. A name that Electron's own typings do not know,
 * or an argument that changed there, no longer compiles.
 */
export type Same<T, Names extends keyof T> = {
  readonly [Name in Names]: T[Name] extends (...values: infer Values) => unknown
    ? (...values: Values) => unknown
    : T[Name]
}

/** Makes every member that the double does not have fail by its name, instead of being undefined. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      if (key in object || typeof key === 'symbol' || key === 'then' || key === 'toJSON')
        return Reflect.get(object, key, receiver)
      throw new Error(`electron double: ${name}.${key} is not implemented`)
    },
  })
}

/** A member of the module that the double does not have at all: any use of it fails by its name. */
export function absent(name: string): never {
  const fail = (): never => {
    throw new Error(`electron double: ${name} is not implemented`)
  }
  return new Proxy(() => {}, {
    get: (_target, key) => {
      if (typeof key === 'symbol' || key === 'then') return undefined
      throw new Error(`electron double: ${name}.${key} is not implemented`)
    },
    apply: fail,
    construct: fail,
  }) as never
}
