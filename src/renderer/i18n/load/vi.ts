import type { Same } from '../same.ts'
import type { loadEn } from './en.ts'

export const loadVi: Same<typeof loadEn> = {
  load: {
    title: 'Máy tính',
    cpu: 'CPU, % của một lõi',
    cpuHint:
      'Vượt mức này thì màn hình cập nhật thưa hơn. Để trống: không giới hạn. 100 là trọn một lõi. Hiện tại {{now}}.',
    memory: 'Bộ nhớ, MB',
    memoryHint:
      'Vượt mức này thì màn hình cập nhật thưa hơn; sau cùng mới bỏ qua các giao dịch đang chờ ổ đĩa chậm và lấy lại sau. Để trống: không giới hạn. Hiện tại {{now}}.',
    counted: 'Tính cho tiến trình ghi dữ liệu với mọi luồng của nó, không gồm cửa sổ vẽ màn hình.',
    wrong: 'Để trống, hoặc số nguyên từ {{least}} đến {{most}}',
    name: 'lược bớt',
    level: '{{level}} / 4',
    levelNone: 'không',
    long: 'Lược bớt vì máy bận: {{what}}',
    longNone: 'Hiện không lược bớt gì. Số giao dịch đã bỏ qua từ lúc khởi động: {{n}}',
    steps: {
      paint: 'màn hình vẽ thưa hơn',
      views: 'số liệu cập nhật thưa hơn',
      rows: 'băng giao dịch không hiện từng dòng',
      trades: 'giao dịch không được lưu',
    },
    titles: {
      paint: 'Máy bận: màn hình vẽ thưa hơn',
      views: 'Máy bận: màn hình và số liệu cập nhật thưa hơn',
      rows: 'Máy bận: băng giao dịch không hiện từng dòng',
      trades: 'Sắp hết bộ nhớ: giao dịch mới không được lưu',
    },
    reasons: {
      cpu: 'CPU {{cpu}} của một lõi, giới hạn của bạn là {{cpuCap}}.',
      memory: 'Bộ nhớ {{memory}}, giới hạn của bạn là {{memoryCap}}.',
      loop: 'Luồng ghi dữ liệu bị trễ.',
      queue: 'Giao dịch đến nhanh hơn ổ đĩa kịp ghi.',
    },
    easing: 'Đã hết quá tải; mọi thứ trở lại từng bước.',
    kept: 'Việc ghi dữ liệu không bị ảnh hưởng.',
    shed: '{{n}} giao dịch đã bị bỏ qua. Chúng là khoảng trống trong sổ và sẽ được lấy lại từ sàn sau đó.',
    doCap: 'Hãy theo dõi ít thị trường hơn, hoặc nâng giới hạn trong cài đặt.',
    doLess: 'Hãy theo dõi ít thị trường hơn, hoặc đóng bớt chương trình khác.',
    since: 'đã {{age}}',
    notStored: 'Không lưu: bị bỏ qua',
  },
}
