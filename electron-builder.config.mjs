// Installers: dmg and zip on macOS, nsis on Windows, AppImage and deb on Linux. Build each on its
// own system and processor: npm installs the keyring's binary for this platform only.

/** With one of these set electron-builder can have Apple look the app over; without, it is unsigned. */
const canNotarize = Boolean(process.env.APPLE_API_KEY ?? process.env.APPLE_ID)

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.tapedeck.app',
  productName: 'Tapedeck',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills these in
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
  directories: { output: 'release', buildResources: 'resources' },
  files: [
    'out/**',
    'resources/tray/*.{png,ico}',
    'package.json',
    'LICENSE*',
    'NOTICE*',
    '!**/*.map',
    '!out/.stamp',
    '!node_modules/better-sqlite3/{deps,src,build,binding.gyp}',
    '!node_modules/better-sqlite3/{deps,src,build}/**',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills these in
    '!node_modules/better-sqlite3/prebuilds/!(${platform}-${arch}).node',
    // Only for compiling, which nobody does here.
    '!node_modules/node-addon-api/**',
  ],
  // The native parts must lie outside the archive to be loaded; nothing else does.
  asar: { smartUnpack: false },
  asarUnpack: ['**/*.node'],
  extraResources: [{ from: 'resources/THIRD_PARTY.md', to: 'THIRD_PARTY.md' }],
  // Both native packages bring N-API binaries that Electron loads as they are.
  npmRebuild: false,
  buildDependenciesFromSource: false,
  publish: null,
  // A deb must name one; a release sets its own.
  extraMetadata: { homepage: process.env.TAPEDECK_HOMEPAGE ?? 'https://tapedeck.invalid/' },
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
    resetAdHocDarwinSignature: true,
  },
  mac: {
    target: ['dmg', 'zip'],
    icon: 'resources/icon.icns',
    category: 'public.app-category.finance',
    hardenedRuntime: true,
    notarize: canNotarize,
  },
  win: { target: ['nsis'], icon: 'resources/icon.ico' },
  nsis: { oneClick: false, perMachine: false, deleteAppDataOnUninstall: false },
  linux: {
    target: ['AppImage', 'deb'],
    icon: 'resources/icon.png',
    category: 'Office;Finance',
    executableName: 'tapedeck',
    synopsis: 'Watches, records and replays the live trade tape of crypto exchanges',
    maintainer: 'Tapedeck maintainers <maintainers@tapedeck.invalid>',
  },
}
