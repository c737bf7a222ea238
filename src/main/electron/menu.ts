import { app, Menu } from 'electron'
import { type MenuChoices, menuTemplate } from './menu-template.ts'

/** Puts up the application menu and fills the About panel that its items open. */
export function setMenu(choices: MenuChoices, iconPath?: string): void {
  app.setAboutPanelOptions({
    applicationName: choices.app,
    applicationVersion: app.getVersion(),
    copyright: choices.words.chartNotice,
    ...(iconPath !== undefined && { iconPath }),
  })
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(choices)))
}
