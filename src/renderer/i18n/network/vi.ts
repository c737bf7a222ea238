import type { Same } from '../same.ts'
import type { networkEn } from './en.ts'

export const networkVi: Same<typeof networkEn> = {
  network: {
    title: 'Mạng',
    proxy: 'Proxy cho mọi sàn',
    proxyOf: 'Proxy cho {{venue}}',
    system: 'Theo hệ thống',
    none: 'Không dùng',
    manual: 'Proxy này',
    same: 'Như mọi sàn',
    address: 'Địa chỉ',
    addressHint:
      'http://host:3128 hoặc socks5://host:1080, kèm tên người dùng nếu cần: http://me@host:3128',
    addressWrong: 'Viết dạng http://host:3128 hoặc socks5://host:1080, không kèm mật khẩu',
    password: 'Mật khẩu',
    passwordHint: 'Chỉ ghi vào: được cất trong kho khóa của máy và không bao giờ hiện ra.',
    kept: 'Mật khẩu đã nằm trong kho khóa.',
    notKept: 'Máy không có kho khóa: mật khẩu chỉ được giữ đến khi Tapedeck tắt.',
    venue: 'Sàn',
    host: 'Máy chủ',
    hostUsual: 'Máy chủ thường dùng, máy khác khi không tới được',
    transport: 'Cách truyền',
    auto: 'WebSocket',
    rest: 'Chỉ hỏi REST định kỳ',
    attempts: 'Số lần thử liên tiếp',
    attemptsHint: 'Quá số này, sàn được để yên đến khi bạn kết nối lại; bỏ trống: thử mãi.',
    attemptsWrong: 'Số nguyên từ 1 đến 100.000, hoặc bỏ trống',
    poll: 'Khoảng cách giữa hai lần hỏi, giây',
    catchUp: 'Bù lại sau khi dừng, giờ',
    range: 'Số nguyên từ {{least}} đến {{most}}',
    try: 'Thử {{venue}}',
    trying: 'Đang thử…',
    tried: '{{venue}} trả lời: WebSocket {{websocket}}, REST {{rest}}',
    save: 'Lưu và kết nối lại',
    saved: 'Đã lưu. Bộ máy đang kết nối lại; phần bị lỡ sẽ được lấy bù.',
  },
}
