/** Everything the shell itself says, outside the page. */
export interface ShellWords {
  readonly about: (app: string) => string
  readonly hide: (app: string) => string
  readonly quit: (app: string) => string
  readonly hideOthers: string
  readonly showAll: string
  readonly services: string
  readonly file: string
  readonly close: string
  readonly edit: string
  readonly undo: string
  readonly redo: string
  readonly cut: string
  readonly copy: string
  readonly paste: string
  readonly selectAll: string
  readonly view: string
  readonly reload: string
  readonly developerTools: string
  readonly actualSize: string
  readonly zoomIn: string
  readonly zoomOut: string
  readonly fullScreen: string
  readonly window: string
  readonly minimize: string
  readonly zoom: string
  readonly front: string
  readonly help: string
  readonly openData: string
  readonly chartNotice: string
  readonly ok: string
  readonly tryAgain: string
  readonly quitShort: string
  readonly pageCrashed: string
  readonly pageCrashedDetail: string
  readonly pageKeepsCrashing: string
  readonly pageKeepsCrashingDetail: string
  readonly engineCrashed: string
  readonly engineCrashedDetail: string
  readonly engineFailed: string
  readonly configFailed: string
  readonly openWindow: string
  readonly pauseAlerts: string
  readonly pauseHour: string
  readonly pauseTomorrow: string
  readonly resumeAlerts: string
  readonly trayRecording: (alerts: number) => string
  readonly trayPaused: string
  readonly trayUnseen: (count: number) => string
  readonly stillRuns: string
  readonly stillRunsDetail: string
  /** A firing that was missed: where, when. */
  readonly wouldHaveFired: (what: string, time: string) => string
  readonly wasAsleep: string
  readonly wasNotRunning: string
  readonly wasDisconnected: string
  readonly wasBackFilled: string
  readonly times: (name: string, count: number) => string
}

/** Charts are drawn by a library whose licence asks for this sentence on a page that users see. */
const CHARTS = 'TradingView Lightweight Charts™, Copyright (c) 2025 TradingView, Inc.'

const en: ShellWords = {
  about: (app) => `About ${app}`,
  hide: (app) => `Hide ${app}`,
  quit: (app) => `Quit ${app}`,
  hideOthers: 'Hide Others',
  showAll: 'Show All',
  services: 'Services',
  file: 'File',
  close: 'Close Window',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select All',
  view: 'View',
  reload: 'Reload',
  developerTools: 'Developer Tools',
  actualSize: 'Actual Size',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  fullScreen: 'Full Screen',
  window: 'Window',
  minimize: 'Minimize',
  zoom: 'Zoom',
  front: 'Bring All to Front',
  help: 'Help',
  openData: 'Open Data Folder',
  chartNotice: `${CHARTS} https://www.tradingview.com/`,
  ok: 'OK',
  tryAgain: 'Try Again',
  quitShort: 'Quit',
  pageCrashed: 'The window stopped working and was loaded again.',
  pageCrashedDetail: 'Recording went on meanwhile; no trade was lost.',
  pageKeepsCrashing: 'The window keeps failing.',
  pageKeepsCrashingDetail:
    'Recording goes on in the background. Try again, or quit and start Tapedeck anew.',
  engineCrashed: 'The recorder stopped unexpectedly',
  engineCrashedDetail:
    'Tapedeck must close. Trades up to the last second are in the database; nothing is recorded until you start Tapedeck again. What happened:',
  engineFailed: 'Tapedeck could not start',
  configFailed: 'The configuration file cannot be used',
  openWindow: 'Open Tapedeck',
  pauseAlerts: 'Pause Alerts',
  pauseHour: 'For One Hour',
  pauseTomorrow: 'For 24 Hours',
  resumeAlerts: 'Resume Alerts',
  trayRecording: (alerts) => `Tapedeck: recording, alerts armed: ${alerts}`,
  trayPaused: 'Tapedeck: recording, alerts are paused',
  trayUnseen: (count) => `Tapedeck: new firings: ${count}`,
  stillRuns: 'Tapedeck goes on in the background',
  stillRunsDetail:
    'Recording and alerts go on. Open it again from its icon in the tray; quit it from there, too.',
  wouldHaveFired: (what, time) => `${what} – would have fired at ${time}`,
  wasAsleep: 'the machine was asleep',
  wasNotRunning: 'Tapedeck was not running',
  wasDisconnected: 'the venue was not reached',
  wasBackFilled: 'its trades came afterwards',
  times: (name, count) => `${name}: ${count} times`,
}

const zhCN: ShellWords = {
  about: (app) => `关于 ${app}`,
  hide: (app) => `隐藏 ${app}`,
  quit: (app) => `退出 ${app}`,
  hideOthers: '隐藏其他',
  showAll: '全部显示',
  services: '服务',
  file: '文件',
  close: '关闭窗口',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  view: '显示',
  reload: '重新加载',
  developerTools: '开发者工具',
  actualSize: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  fullScreen: '全屏',
  window: '窗口',
  minimize: '最小化',
  zoom: '缩放',
  front: '前置全部窗口',
  help: '帮助',
  openData: '打开数据文件夹',
  chartNotice: `${CHARTS} https://www.tradingview.com/`,
  ok: '好',
  tryAgain: '重试',
  quitShort: '退出',
  pageCrashed: '窗口停止响应,已重新加载。',
  pageCrashedDetail: '期间录制未中断,没有丢失成交。',
  pageKeepsCrashing: '窗口反复崩溃。',
  pageKeepsCrashingDetail: '录制仍在后台进行。请重试,或退出后重新启动 Tapedeck。',
  engineCrashed: '录制引擎意外停止',
  engineCrashedDetail:
    'Tapedeck 必须关闭。截至最后一秒的成交已写入数据库;重新启动之前不会再录制。原因:',
  engineFailed: 'Tapedeck 无法启动',
  configFailed: '配置文件无法使用',
  openWindow: '打开 Tapedeck',
  pauseAlerts: '暂停提醒',
  pauseHour: '一小时',
  pauseTomorrow: '24 小时',
  resumeAlerts: '恢复提醒',
  trayRecording: (alerts) => `Tapedeck:正在录制,已启用提醒 ${alerts} 个`,
  trayPaused: 'Tapedeck:正在录制,提醒已暂停',
  trayUnseen: (count) => `Tapedeck:新触发 ${count} 次`,
  stillRuns: 'Tapedeck 仍在后台运行',
  stillRunsDetail: '录制和提醒继续进行。可从托盘图标重新打开,也可从那里退出。',
  wouldHaveFired: (what, time) => `${what} – 本应在 ${time} 触发`,
  wasAsleep: '当时电脑处于睡眠状态',
  wasNotRunning: '当时 Tapedeck 未运行',
  wasDisconnected: '当时未连上交易所',
  wasBackFilled: '成交是事后补全的',
  times: (name, count) => `${name}:${count} 次`,
}

const vi: ShellWords = {
  about: (app) => `Giới thiệu ${app}`,
  hide: (app) => `Ẩn ${app}`,
  quit: (app) => `Thoát ${app}`,
  hideOthers: 'Ẩn các ứng dụng khác',
  showAll: 'Hiện tất cả',
  services: 'Dịch vụ',
  file: 'Tệp',
  close: 'Đóng cửa sổ',
  edit: 'Sửa',
  undo: 'Hoàn tác',
  redo: 'Làm lại',
  cut: 'Cắt',
  copy: 'Sao chép',
  paste: 'Dán',
  selectAll: 'Chọn tất cả',
  view: 'Xem',
  reload: 'Tải lại',
  developerTools: 'Công cụ nhà phát triển',
  actualSize: 'Cỡ thật',
  zoomIn: 'Phóng to',
  zoomOut: 'Thu nhỏ',
  fullScreen: 'Toàn màn hình',
  window: 'Cửa sổ',
  minimize: 'Thu gọn',
  zoom: 'Thu phóng',
  front: 'Đưa tất cả lên trước',
  help: 'Trợ giúp',
  openData: 'Mở thư mục dữ liệu',
  chartNotice: `${CHARTS} https://www.tradingview.com/`,
  ok: 'OK',
  tryAgain: 'Thử lại',
  quitShort: 'Thoát',
  pageCrashed: 'Cửa sổ ngừng hoạt động và đã được tải lại.',
  pageCrashedDetail: 'Việc ghi vẫn tiếp tục; không mất giao dịch nào.',
  pageKeepsCrashing: 'Cửa sổ liên tục gặp lỗi.',
  pageKeepsCrashingDetail: 'Việc ghi vẫn chạy ngầm. Hãy thử lại, hoặc thoát rồi mở lại Tapedeck.',
  engineCrashed: 'Bộ ghi dừng đột ngột',
  engineCrashedDetail:
    'Tapedeck phải đóng lại. Giao dịch đến giây cuối cùng đã nằm trong cơ sở dữ liệu; sẽ không ghi thêm cho đến khi bạn mở lại Tapedeck. Chi tiết:',
  engineFailed: 'Không khởi động được Tapedeck',
  configFailed: 'Không dùng được tệp cấu hình',
  openWindow: 'Mở Tapedeck',
  pauseAlerts: 'Tạm dừng cảnh báo',
  pauseHour: 'Trong một giờ',
  pauseTomorrow: 'Trong 24 giờ',
  resumeAlerts: 'Bật lại cảnh báo',
  trayRecording: (alerts) => `Tapedeck: đang ghi, cảnh báo đang bật: ${alerts}`,
  trayPaused: 'Tapedeck: đang ghi, cảnh báo tạm dừng',
  trayUnseen: (count) => `Tapedeck: lần báo mới: ${count}`,
  stillRuns: 'Tapedeck vẫn chạy ngầm',
  stillRunsDetail:
    'Việc ghi và cảnh báo vẫn tiếp tục. Mở lại hoặc thoát từ biểu tượng ở khay hệ thống.',
  wouldHaveFired: (what, time) => `${what} – lẽ ra đã báo lúc ${time}`,
  wasAsleep: 'máy đang ngủ',
  wasNotRunning: 'Tapedeck không chạy',
  wasDisconnected: 'không kết nối được với sàn',
  wasBackFilled: 'giao dịch được bổ sung sau',
  times: (name, count) => `${name}: ${count} lần`,
}

/**
 * The words for the first language of the person's list that we speak; English otherwise. Takes
 * BCP 47 tags. Traditional Chinese readers get English rather than simplified characters.
 */
export function shellWords(languages: readonly string[]): ShellWords {
  for (const language of languages) {
    const tag = language.toLowerCase().replaceAll('_', '-')
    if (/^en\b/.test(tag)) return en
    if (/^vi\b/.test(tag)) return vi
    if (/^zh\b/.test(tag) && !/-(hant|tw|hk|mo)\b/.test(tag)) return zhCN
  }
  return en
}
