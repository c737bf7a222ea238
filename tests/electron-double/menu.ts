import type { MenuItem, MenuItemConstructorOptions, Menu as Real } from 'electron'
import { record } from './record.ts'
import { type Same, strict } from './strict.ts'

type Item = Pick<MenuItem | MenuItemConstructorOptions, 'label' | 'submenu'>

const labels = (items: readonly Item[]): string[] =>
  items.flatMap(({ label, submenu }) => [
    ...(label === undefined ? [] : [label]),
    ...(Array.isArray(submenu) ? labels(submenu) : []),
  ])

/** The labels of each menu that was built, in reading order. */
export const built = new WeakMap<object, readonly string[]>()

export const Menu = strict('Menu', {
  buildFromTemplate: (template: (MenuItem | MenuItemConstructorOptions)[]): object => {
    const menu = strict('menu', {})
    built.set(menu, labels(template))
    return menu
  },
  setApplicationMenu: (menu: Real | null) => {
    record.menu = (menu === null ? undefined : built.get(menu)) ?? []
  },
}) satisfies Same<typeof Real, 'buildFromTemplate' | 'setApplicationMenu'>
