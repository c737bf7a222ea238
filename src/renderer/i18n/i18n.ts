import i18next, { type i18n, type TFunction } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '../state/preferences.ts'
import { en } from './en.ts'
import { vi } from './vi.ts'
import { zhCn } from './zh-cn.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'words'
    resources: { words: typeof en }
    returnNull: false
  }
}

/** Gives the words of a key. */
export type Translate = TFunction

/** The names of the languages, each in itself: these are never translated. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  'zh-CN': '简体中文',
  vi: 'Tiếng Việt',
}

/** All languages are inside the bundle: nothing is fetched, so it is ready at once. */
export function createWords(language: Language): i18n {
  const words = i18next.createInstance()
  words.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    ns: ['words'],
    defaultNS: 'words',
    initAsync: false,
    interpolation: { escapeValue: false },
    resources: { en: { words: en }, 'zh-CN': { words: zhCn }, vi: { words: vi } },
  })
  return words
}
