/** How Tapedeck names itself to venues; a test holds the version against package.json. */
export const USER_AGENT = 'Tapedeck/0.1.0'
