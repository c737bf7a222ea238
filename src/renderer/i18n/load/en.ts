/** Words of what is left out under pressure, and of the caps. */
export const loadEn = {
  load: {
    title: 'Computer',
    cpu: 'CPU, % of one core',
    cpuHint: 'Above this, views are made less often. Empty: no cap. 100 is one core. Now {{now}}.',
    memory: 'Memory, MB',
    memoryHint:
      'Above this, views are made less often, and last of all trades that wait for a slow disk are left out and fetched again later. Empty: no cap. Now {{now}}.',
    counted:
      'Counted is the process that records, with all its threads: not the window that draws.',
    wrong: 'Empty, or a whole number from {{least}} to {{most}}',
    name: 'spared',
    level: '{{level}} of 4',
    levelNone: 'nothing',
    long: 'Left out because the computer is busy: {{what}}',
    longNone: 'Nothing is left out now. Trades left out since the start: {{n}}',
    steps: {
      paint: 'the screen is drawn less often',
      views: 'figures are renewed less often',
      rows: 'the tape on screen has no rows',
      trades: 'trades are not stored',
    },
    titles: {
      paint: 'Busy: the screen is drawn less often',
      views: 'Busy: screen and figures are renewed less often',
      rows: 'Busy: the tape on screen has no rows',
      trades: 'Memory runs out: new trades are not stored',
    },
    reasons: {
      cpu: 'CPU {{cpu}} of a core, your cap is {{cpuCap}}.',
      memory: 'Memory {{memory}}, your cap is {{memoryCap}}.',
      loop: 'The recorder’s thread is late.',
      queue: 'Trades come faster than the disk takes them.',
    },
    easing: 'The pressure is over; all comes back step by step.',
    kept: 'Recording is not touched by it.',
    shed: '{{n}} trades were left out. They are gaps in the ledger and are fetched from the venues afterwards.',
    doCap: 'Watch fewer markets, or raise the cap in the settings.',
    doLess: 'Watch fewer markets, or close other programs.',
    since: 'for {{age}}',
    notStored: 'Not stored: left out',
  },
} as const
