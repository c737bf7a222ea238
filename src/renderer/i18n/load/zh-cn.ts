import type { Same } from '../same.ts'
import type { loadEn } from './en.ts'

export const loadZhCn: Same<typeof loadEn> = {
  load: {
    title: '本机资源',
    cpu: 'CPU，单核百分比',
    cpuHint: '超过后界面更新变慢。留空：不设上限。100 为一个完整核心。当前 {{now}}。',
    memory: '内存，MB',
    memoryHint:
      '超过后界面更新变慢；最后才会略去等待慢磁盘写入的成交，之后再补取。留空：不设上限。当前 {{now}}。',
    counted: '计入的是负责记录的进程及其全部线程，不含负责绘制的窗口。',
    wrong: '留空，或填 {{least}} 到 {{most}} 的整数',
    name: '已省略',
    level: '{{level}} / 4',
    levelNone: '无',
    long: '因电脑繁忙而省略：{{what}}',
    longNone: '目前没有省略任何内容。启动以来略去的成交：{{n}} 笔',
    steps: {
      paint: '屏幕绘制变慢',
      views: '数字更新变慢',
      rows: '屏幕上的逐笔成交不显示行',
      trades: '成交未保存',
    },
    titles: {
      paint: '繁忙：屏幕绘制变慢',
      views: '繁忙：屏幕和数字更新变慢',
      rows: '繁忙：屏幕上的逐笔成交不显示行',
      trades: '内存将耗尽：新成交未保存',
    },
    reasons: {
      cpu: 'CPU 占单核 {{cpu}}，您的上限是 {{cpuCap}}。',
      memory: '内存 {{memory}}，您的上限是 {{memoryCap}}。',
      loop: '记录线程出现延迟。',
      queue: '成交到达的速度超过磁盘写入的速度。',
    },
    easing: '压力已过，将逐步恢复。',
    kept: '记录不受影响。',
    shed: '已略去 {{n}} 笔成交。它们在账本中记为缺口，之后会向交易所补取。',
    doCap: '请减少关注的市场，或在设置中提高上限。',
    doLess: '请减少关注的市场，或关闭其他程序。',
    since: '已持续 {{age}}',
    notStored: '未保存：已略去',
  },
}
