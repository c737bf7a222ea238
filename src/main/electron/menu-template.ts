import type { MenuItemConstructorOptions } from 'electron'
import type { ShellWords } from './words.ts'

export interface MenuChoices {
  readonly platform: NodeJS.Platform
  readonly app: string
  readonly words: ShellWords
  /** Reload and the developer tools are for developers only. */
  readonly developing: boolean
  readonly openData: () => void
}

type Item = MenuItemConstructorOptions

const SEPARATOR: Item = { type: 'separator' }

/**
 * The application menu as data. Every label comes from `words`; what an item does, and its key,
 * come from Electron's roles, so the keys are the same in every language.
 */
export function menuTemplate(choices: MenuChoices): Item[] {
  const { platform, words } = choices
  const mac = platform === 'darwin'
  return [
    ...(mac ? [appMenu(choices)] : []),
    { label: words.file, submenu: fileItems(choices) },
    { label: words.edit, submenu: editItems(words) },
    { label: words.view, submenu: viewItems(choices) },
    { label: words.window, role: 'window', submenu: windowItems(choices) },
    { label: words.help, role: 'help', submenu: helpItems(choices) },
  ]
}

function appMenu({ app, words }: MenuChoices): Item {
  return {
    label: app,
    submenu: [
      { role: 'about', label: words.about(app) },
      SEPARATOR,
      { role: 'services', label: words.services },
      SEPARATOR,
      { role: 'hide', label: words.hide(app) },
      { role: 'hideOthers', label: words.hideOthers },
      { role: 'unhide', label: words.showAll },
      SEPARATOR,
      { role: 'quit', label: words.quit(app) },
    ],
  }
}

function fileItems({ platform, app, words, openData }: MenuChoices): Item[] {
  const data: Item = { id: 'open-data', label: words.openData, click: openData }
  return platform === 'darwin'
    ? [data, SEPARATOR, { role: 'close', label: words.close }]
    : [data, SEPARATOR, { role: 'quit', label: words.quit(app), accelerator: 'CmdOrCtrl+Q' }]
}

const editItems = (words: ShellWords): Item[] => [
  { role: 'undo', label: words.undo },
  { role: 'redo', label: words.redo },
  SEPARATOR,
  { role: 'cut', label: words.cut },
  { role: 'copy', label: words.copy },
  { role: 'paste', label: words.paste },
  { role: 'selectAll', label: words.selectAll },
]

function viewItems({ words, developing }: MenuChoices): Item[] {
  const forDevelopers: Item[] = [
    { role: 'reload', label: words.reload },
    { role: 'toggleDevTools', label: words.developerTools },
    SEPARATOR,
  ]
  return [
    ...(developing ? forDevelopers : []),
    { role: 'resetZoom', label: words.actualSize },
    { role: 'zoomIn', label: words.zoomIn },
    { role: 'zoomOut', label: words.zoomOut },
    SEPARATOR,
    { role: 'togglefullscreen', label: words.fullScreen },
  ]
}

function windowItems({ platform, words }: MenuChoices): Item[] {
  const minimize: Item = { role: 'minimize', label: words.minimize }
  return platform === 'darwin'
    ? [
        minimize,
        { role: 'zoom', label: words.zoom },
        SEPARATOR,
        { role: 'front', label: words.front },
      ]
    : [minimize, { role: 'close', label: words.close, accelerator: 'CmdOrCtrl+W' }]
}

function helpItems({ platform, app, words }: MenuChoices): Item[] {
  // On macOS About belongs to the application menu, and the system adds its search to Help.
  return platform === 'darwin' ? [] : [{ role: 'about', label: words.about(app) }]
}
